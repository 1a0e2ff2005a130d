"""Labels as a printer and a scanner see them: rendered to pixels, decoded, and measured on the page."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

import msgspec
import pypdfium2
import pytest
import zxingcpp

from varco.documents.label import HEIGHT_MM, WIDTH_MM, Label, label_pdf
from varco.documents.paper import printable
from varco.model.address import Address
from varco.model.errors import BadInput

PRINTER_DPI = 8 * 25.4
"""8 dots per millimetre, sold as 203 dpi."""
_PT_PER_MM = 72 / 25.4
_RULES_MM = (15.5, 35, 87.5, 102.5)
_BARCODE_MM = (106, 136)

SENDER = Address(
    name="Łukasz Škoda",
    company="Negozio Ñandú S.r.l.",
    line1="Via dell'Orso 12/B",
    postcode="20121",
    city="Milano",
    state="MI",
    country="IT",
)
RECIPIENT = Address(
    name="Anna Rossi", line1="Via Roma 1", postcode="10121", city="Torino", country="IT", phone="+39 011"
)
LABEL = Label(
    sender=SENDER,
    recipient=RECIPIENT,
    carrier_name="GLS",
    tracking_number="RR473124829GB",
    order_numbers=("1001", "WC-55"),
    reference="gift",
    weight_g=1250,
    position=1,
    of=3,
)


def to(**changes: Any) -> Label:
    return msgspec.structs.replace(LABEL, recipient=msgspec.structs.replace(RECIPIENT, **changes))


def page_of(label: Label, **options: Any) -> Any:
    return pypdfium2.PdfDocument(label_pdf([label], **options))[0]


def text_of(label: Label, **options: Any) -> str:
    return str(page_of(label, **options).get_textpage().get_text_range()).replace("\r\n", "\n")


def scanned(page: Any) -> list[str]:
    image = page.render(scale=PRINTER_DPI / 72, grayscale=True).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(image) if code.format == zxingcpp.BarcodeFormat.Code128]


def test_a_label_has_the_size_of_the_paper() -> None:
    assert page_of(LABEL).get_size() == pytest.approx((WIDTH_MM * _PT_PER_MM, HEIGHT_MM * _PT_PER_MM), abs=0.1)


def test_a_label_says_all_that_the_carrier_and_the_packer_need() -> None:
    text = text_of(LABEL)
    for words in (
        "GLS",
        "Parcel 1 of 3",
        "1.25 kg",
        "Negozio Ñandú S.r.l.",
        "Via dell'Orso 12/B",
        "Anna Rossi",
        "10121 Torino",
        "ITALY",
        "+39 011",
        "Order 1001, WC-55",
        "Reference gift",
        "RR473124829GB",
    ):
        assert words in text


def _numbers() -> list[str]:
    chance = random.Random(7)
    signs = string.digits * 3 + string.ascii_uppercase + string.ascii_lowercase + "-./+*"
    made = ["".join(chance.choices(signs, k=chance.randint(1, 40))) for _ in range(25)]
    return ["1", "12345", "1Z999AA10123456784", "376104250021234569", "A1B2C3D4", "0" * 40, "Z" * 40, *made]


@pytest.mark.parametrize("number", _numbers())
def test_a_scanner_reads_the_number_from_the_print(number: str) -> None:
    assert scanned(page_of(msgspec.structs.replace(LABEL, tracking_number=number))) == [number]


@pytest.mark.parametrize("number", ["", "Łódź", "a\nb", "W" * 80])
def test_what_no_barcode_can_carry_is_said(number: str) -> None:
    with pytest.raises(BadInput):
        label_pdf([msgspec.structs.replace(LABEL, tracking_number=number)])


def test_no_label_is_no_document() -> None:
    with pytest.raises(BadInput):
        label_pdf([])


def test_each_parcel_has_its_page() -> None:
    labels = [msgspec.structs.replace(LABEL, tracking_number=f"VC{n}", position=n) for n in (1, 2, 3)]
    assert [scanned(page) for page in pypdfium2.PdfDocument(label_pdf(labels))] == [["VC1"], ["VC2"], ["VC3"]]


@pytest.mark.parametrize(
    "name",
    [
        "Łódź Gżegżółka",
        "Škoda Dvořák",
        "Ελληνικά Παπαδόπουλος",
        "Кирилл Щёлкунов",
        "Ñandú Peña",
        "Þórður Æðarson",
        "Nguyễn Thị Hương",
        "Ștefan Țiriac",
        "Հայաստան",
        "საქართველო",
        "王小明",
        "ひらがなカタカナ",
        "홍길동",
    ],
)
def test_names_of_all_alphabets_are_drawn(name: str) -> None:
    assert name in text_of(to(name=name))
    assert _ink(to(name=name)) != _ink(to(name="□" * len(name)))


@pytest.mark.parametrize("name", ["خالد", "שלום"])
def test_what_is_written_from_right_to_left_is_drawn_from_right_to_left(name: str) -> None:
    boxes = {sign: left for sign, left, *_ in _boxes(page_of(to(name=name, phone="")))}
    lefts = [boxes[sign] for sign in dict.fromkeys(name) if sign in boxes]
    assert len(lefts) >= 3
    assert lefts == sorted(lefts, reverse=True)


def test_arabic_letters_are_joined() -> None:
    apart, joined = "م ح م د", "محمد"
    assert _width_of_ink(to(name=joined)) < 0.75 * _width_of_ink(to(name=apart))


def test_a_line_after_one_in_another_alphabet_keeps_its_own_size() -> None:
    heights = [
        top - bottom
        for sign, _, bottom, _, top in _boxes(
            page_of(to(name="王小明", line1="北京市朝阳区", postcode="100022", phone=""))
        )
        if sign in "100022" and 39.5 < HEIGHT_MM - top < 87
    ]
    assert len(heights) == 6
    assert min(heights) > 2.5


def test_signs_that_turn_a_line_around_are_left_out() -> None:
    assert printable("Anna \u202eissoR\u200b\x00\ufeff") == "Anna issoR"


def test_a_letter_that_no_font_has_is_shown_as_a_square_and_a_picture_is_left_out() -> None:
    assert printable("अनna 🌸") == "□□na"


def test_persian_joiners_stay() -> None:
    assert printable("می\u200cخواهم") == "می\u200cخواهم"


def test_two_spellings_of_a_letter_are_drawn_alike() -> None:
    assert printable("Lo\u0301dz\u0301") == "Lódź"


def _everywhere(text: str, country: str) -> Address:
    return Address(name=text, company=text, line1=text, line2=text, city=text, country=country)


def _name(text: str) -> Address:
    return Address(name=text, line1="Via Roma 1", city="Milano", country="IT")


TORTURE: Sequence[Address] = [
    *(_everywhere("W" * length, "IT") for length in (30, 60, 120, 255)),
    *(_everywhere("Wanda " * times, "DE") for times in (9, 99)),
    *(_everywhere(letter * 90, "GR") for letter in ("Ω", "Щ", "İ", "ﷺ")),
    *(_everywhere(text, "CN") for text in ("王" * 90, "홍길동 " * 40, "㍿" * 60)),
    *(_everywhere(text, "SA") for text in ("محمد " * 40, "שלום" * 40)),
    *(_name(text) for text in ("é" * 255, "e\u0301" * 255, "a\u0301\u0323" * 99, "𝕬" * 60)),
    *(_name(text) for text in ("-" * 255, "a-" * 120, "\u00a0".join("abc" * 60), "fi ffi fl AVAVAV To Ty " * 20)),
    *(_name(text) for text in ("", " ", "\n\n\n", "a\nb\nc\td", "🌸" * 200)),
    *(_name("a" * place + " " + "b" * (150 - place)) for place in (1, 30, 75, 120, 149)),
    _name("اسم John Smith 123 שלום 王小明 Łódź " * 6),
    _everywhere("अ" * 255, "IN"),
    Address(),
    Address(company="B" * 255, postcode="E" * 99, city="F" * 255, state="G" * 99, country="ZZ", phone="9" * 99),
]


@pytest.mark.parametrize("number", range(len(TORTURE)))
def test_no_text_leaves_its_place_on_the_label(number: int) -> None:
    address = TORTURE[number]
    label = Label(
        sender=address,
        recipient=address,
        carrier_name=address.name,
        tracking_number="M" * 40,
        order_numbers=(address.name, *map(str, range(100_000, 100_000 + number * 4))),
        reference=address.line1 * 2,
        weight_g=123_456_789,
        position=10,
        of=12,
    )
    page = page_of(label)
    for sign, left, bottom, right, top in _boxes(page):
        where = f"{sign!r} at {left:.1f}-{right:.1f}, {HEIGHT_MM - top:.1f}-{HEIGHT_MM - bottom:.1f}"
        assert left > 3 and right < WIDTH_MM - 3, where
        assert HEIGHT_MM - top > 3 and bottom > 3, where
        assert not any(HEIGHT_MM - top < rule < HEIGHT_MM - bottom for rule in _RULES_MM), where
        assert HEIGHT_MM - bottom < _BARCODE_MM[0] or HEIGHT_MM - top > _BARCODE_MM[1], where
    assert scanned(page) == ["M" * 40]


def test_the_torture_set_is_large_enough() -> None:
    assert len(TORTURE) >= 35


def test_an_address_as_long_as_shops_allow_is_printed_whole() -> None:
    address = Address(
        name="Maximiliane-Charlotte von und zu Hohenlohe-Langenburg-Schillingsfürst",
        company="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH & Co. KG",
        line1="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch High Street 1234, Entrance C, Floor 17",
        line2="c/o Empfangsbüro der Gebäudeverwaltung, hinterer Eingang, bitte dreimal klingeln",
        postcode="01067-9999",
        city="Mönchengladbach-Rheindahlen",
        country="DE",
    )
    text = "".join(text_of(msgspec.structs.replace(LABEL, sender=address, recipient=address)).split())
    for part in (address.name, address.company, address.line1, address.line2, address.city):
        assert text.count("".join(part.split())) == 2
    assert "…" not in text


def test_what_cannot_be_printed_whole_ends_with_dots() -> None:
    assert "…" in text_of(msgspec.structs.replace(LABEL, carrier_name="Carrier " * 99))


@pytest.mark.parametrize(
    ("weight_g", "locale", "shown"),
    [(850, "en", "850 g"), (1000, "en", "1 kg"), (1250, "it", "1,25 kg"), (1_234_567, "de", "1.234,567 kg")],
)
def test_the_weight_is_written_as_the_reader_writes_it(weight_g: int, locale: str, shown: str) -> None:
    assert shown in text_of(msgspec.structs.replace(LABEL, weight_g=weight_g), locale=locale)


def test_no_weight_is_no_line() -> None:
    assert "kg" not in text_of(msgspec.structs.replace(LABEL, weight_g=None))


def test_words_are_translated() -> None:
    words = {"From": "Mittente", "To": "Destinatario", "Parcel {position} of {of}": "Collo {position} di {of}"}
    text = text_of(LABEL, gettext=lambda word: words.get(word, word))
    assert "Mittente" in text
    assert "Destinatario" in text
    assert "Collo 1 di 3" in text


@pytest.mark.parametrize(
    ("country", "line"), [("IT", "10001 New York NY"), ("US", "New York NY 10001"), ("GB", "New York NY 10001")]
)
def test_the_place_stands_in_the_order_of_the_country(country: str, line: str) -> None:
    assert line in text_of(to(postcode="10001", city="New York", state="NY", country=country))


def test_an_unknown_country_keeps_its_code() -> None:
    assert "\nXQ" in text_of(to(country="XQ"))


@pytest.mark.parametrize("name", ["Anna Rossi", "محمد عبد الله", "王小明 홍길동"])
def test_a_label_takes_less_than_a_fifth_of_a_second(name: str) -> None:
    label = to(name=name)
    label_pdf([label])
    assert median(_seconds(label) for _ in range(7)) < 0.2


def _seconds(label: Label) -> float:
    start = time.perf_counter()
    label_pdf([label])
    return time.perf_counter() - start


def _boxes(page: Any) -> Iterator[tuple[str, float, float, float, float]]:
    """Each drawn sign with its left, bottom, right and top in millimetres from the lower left corner."""
    text = page.get_textpage()
    for index in range(text.count_chars()):
        sign = text.get_text_range(index, 1)
        box = [edge / _PT_PER_MM for edge in text.get_charbox(index)]
        if sign.strip() and box[2] > box[0]:
            yield (sign, *box)


def _ink(label: Label) -> bytes:
    return bytes(page_of(label).render(scale=2, grayscale=True).to_pil().tobytes())


def _width_of_ink(label: Label) -> int:
    """Of the recipient's first line, in pixels."""
    image = page_of(label).render(scale=4, grayscale=True).to_pil()
    scale = 4 * _PT_PER_MM
    band = image.crop((0, int(39.5 * scale), image.width, int(45 * scale))).point(lambda value: 255 - value)
    left, _, right, _ = band.getbbox()
    return int(right - left)
