"""A list of shops in a file: what it may look like, and what is said of one that cannot be."""

from __future__ import annotations

import json

import pytest

from varco.cli.shop_list import ShopRow, place_of, shops_from
from varco.model.errors import BadInput

KEYS = {"consumer_key": "ck_1", "consumer_secret": "cs_1"}
CSV = """url,name,platform,consumer_key,consumer_secret,statuses,days,option_auth
https://one.example,Uno,woocommerce,ck_1,cs_1,processing;on-hold,90,query
two.example/negozio/,,,ck_2,cs_2,,,
"""
FIRST = ShopRow(
    url="https://one.example",
    name="Uno",
    platform="woocommerce",
    credentials=KEYS,
    statuses=("processing", "on-hold"),
    days=90,
    options={"auth": "query"},
)
SECOND = ShopRow(url="https://two.example/negozio", credentials={"consumer_key": "ck_2", "consumer_secret": "cs_2"})


def test_csv_has_a_line_per_shop_with_its_keys_by_name() -> None:
    assert shops_from(CSV) == [FIRST, SECOND]


def test_a_spreadsheets_semicolons_mark_and_empty_lines_are_taken() -> None:
    written = "\ufeffurl;name;consumer_key;consumer_secret\r\nhttps://one.example;Uno;ck_1;cs_1\r\n;;;\r\n"
    assert shops_from(written) == [ShopRow(url="https://one.example", name="Uno", credentials=KEYS)]


def test_json_is_a_list_of_objects() -> None:
    written = [
        {
            "url": "one.example",
            "name": "Uno",
            "platform": "woocommerce",
            "credentials": KEYS,
            "statuses": ["processing", "on-hold"],
            "days": 90,
            "options": {"auth": "query"},
        }
    ]
    assert shops_from(json.dumps(written)) == [FIRST]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The first line"),
        ("[]", "names no shop"),
        ("url,name\n", "names no shop"),
        ("name,platform\nUno,woocommerce\n", "one of them is called url"),
        ("url,,name\nx,y,z\n", "one of them is called url"),
        ("url,name\nhttps://one.example,Uno,more\n", "Line 2 of the file has more cells"),
        ("url\nftp://one.example\n", "In line 2 of the file: ftp:"),
        ("url,name\n,Uno\n", "In line 2 of the file: Give the shop's address"),
        ("url,days\nhttps://one.example,many\n", "days is a number"),
        ("url\nhttps://one.example\nhttp://www.one.example/\n", "Shops 1 and 2 of the file have the same address"),
        ("url,platform\nhttps://one.example,oscommerce\n", "There is no platform oscommerce"),
        ("url,platform,api_key\nhttps://one.example,woocommerce,x\n", "WooCommerce has no key called api_key"),
        ("url,platform,consumer_key\nhttps://one.example,woocommerce,x\n", "The key consumer_secret is missing"),
        ('[{"url": "https://one.example", "pasword": "x"}]', "unknown field `pasword`"),
        ('{"url": "https://one.example"}', "Expected `array`"),
        ("[{", "The file holds no list of shops"),
    ],
)
def test_what_cannot_be_is_said_with_its_place_in_the_file(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        shops_from(text)
    assert said in str(refused.value)


def test_a_shops_keys_are_in_no_text_about_it() -> None:
    assert "ck_1" not in repr(FIRST)


def test_one_shop_has_one_place_however_its_address_is_typed() -> None:
    places = {place_of(url) for url in ("one.example", "http://www.one.example/", "https://one.example")}
    assert places == {"one.example"}
    assert place_of("one.example/shop") != place_of("one.example")
