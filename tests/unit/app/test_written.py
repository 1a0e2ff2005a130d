"""The report as a page and as a mail: complete, self-contained, and nothing of a shop can change the page."""

from __future__ import annotations

import re

import pytest

from tests.unit.doctor.shops import HTML, URL, examined, only, shop
from varco.app.language import translator
from varco.app.telling import telling
from varco.app.written import html_page, mail_text
from varco.model.exchange import Request, Response

PUT_REFUSED = only("GET HEAD POST OPTIONS PATCH DELETE")


def evil(request: Request) -> Response | None:
    """A server that refuses with a page full of markup."""
    if request.method != "PUT":
        return None
    headers = (*HTML, ("CF-RAY", '"><script>alert(1)</script>'))
    return Response(status=403, headers=headers, body=b"</pre><script>alert(2)</script>")


async def test_a_page_loads_nothing_and_shows_the_matrix() -> None:
    page = html_page(await examined(shop(PUT_REFUSED)), translator("en"))
    assert not re.findall(r"(?:src|href)=", page)
    assert '<td class="red">403</td>' in page
    assert "Orders come in, but tracking does not get through to the shop." in page
    assert "method-refused" in page


async def test_what_a_server_sends_stays_text() -> None:
    report = await examined(shop(evil))
    assert "<script" not in html_page(report, translator("en"))
    assert "```\n</pre>" not in mail_text(report, translator("en"))


async def test_a_mail_holds_what_a_host_needs() -> None:
    text = mail_text(await examined(shop(PUT_REFUSED)), translator("en"))
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  PUT https://shop\.example/wp-json/", text)
    assert "User-Agent: Sendcloud/1.0.0" in text
    assert "| Sendcloud/1.0.0 | ok | ok | ok | ? | 403 | ? | ? |" in text


@pytest.mark.parametrize("methods", ["GET HEAD POST", "GET HEAD POST OPTIONS PUT PATCH DELETE", ""])
async def test_everything_is_said_in_italian_too(methods: str) -> None:
    report = await examined(shop(only(methods)))
    english, italian = telling(report, translator("en")), telling(report, translator("it"))
    assert english.verdict != italian.verdict
    assert [line.text for line in english.lines] != [line.text for line in italian.lines]
    assert not {name for name, _ in english.layers} & {name for name, _ in italian.layers}
    assert URL in dict(english.facts).values()
