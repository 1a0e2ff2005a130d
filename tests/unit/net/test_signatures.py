"""Every signature has the same shape, a source, and tells its product from good answers."""

from __future__ import annotations

import re
from pathlib import Path
from pkgutil import iter_modules

import pytest

from tests.recordings import exchange_from, recordings
from varco.model.exchange import Response
from varco.net import signatures
from varco.net.kinds import KINDS
from varco.net.signature import Signature, all_signatures, matching

FILES = sorted(info.name for info in iter_modules(signatures.__path__))
ALL = all_signatures()


@pytest.mark.parametrize("name", FILES)
def test_each_file_says_what_it_is_about_and_holds_signatures(name: str) -> None:
    source = (Path(signatures.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")
    assert source.startswith('"""')
    assert "SIGNATURES = (" in source


@pytest.mark.parametrize("signature", ALL, ids=lambda signature: f"{signature.product} {signature.code}")
class TestShape:
    def test_its_finding_exists(self, signature: Signature) -> None:
        assert signature.code in KINDS

    def test_its_source_is_a_page_or_a_measurement_with_a_version(self, signature: Signature) -> None:
        assert re.match(r"https://|measured on \d+\.\d+", signature.source)
        assert "/main/" not in signature.source
        assert "/trunk/" not in signature.source

    def test_it_needs_more_than_a_product_in_the_path(self, signature: Signature) -> None:
        """`Server: cloudflare` stands on every good answer too: a status, a mark of the page, or a header of blocks."""
        only_server = {name.lower() for name, _ in signature.headers} <= {"server", "content-type"}
        assert signature.statuses or signature.body or not only_server
        assert signature.match(Response(status=200)) is None

    def test_its_patterns_compile_and_name_nothing_but_a_reference(self, signature: Signature) -> None:
        groups = set(re.compile(signature.body).groupindex)
        for _, pattern in signature.headers:
            groups |= set(re.compile(pattern).groupindex)
        assert groups <= {"reference"}


def test_no_good_answer_bears_a_signature() -> None:
    good = 0
    for folder in ("woocommerce", "blocked"):
        for name, recording in recordings(folder):
            response = exchange_from(recording).response
            if response is not None and response.status < 300 and response.content_type == "application/json":
                good += 1
                assert matching(response) is None, name
    assert good > 40


def test_services_are_looked_for_before_the_servers_that_they_stand_before() -> None:
    response = Response(
        status=403,
        headers=(("Server", "cloudflare"), ("cf-mitigated", "challenge"), ("Content-Type", "text/html")),
        body=b"<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>",
    )
    found = matching(response)
    assert found is not None
    assert (found[0].product, found[0].code) == ("Cloudflare", "robot-test")


def test_the_reference_that_a_host_needs_is_read() -> None:
    body = b"<title>Access denied</title> Error 1020 Ray ID: <strong>8f1c2d3e4a5b6c7d</strong>"
    found = matching(Response(status=403, headers=(("Server", "cloudflare"),), body=body))
    assert found is not None
    assert found[1] == {"reference": "8f1c2d3e4a5b6c7d"}


def test_headers_are_compared_without_regard_to_case_and_all_must_be_there() -> None:
    signature = Signature(
        product="X",
        code="service-block",
        source="measured on 1.0",
        headers=(("X-Block", "^yes$"), ("Server", "")),
        no_headers=("Via",),
    )
    both = (("x-block", "YES"), ("SERVER", "any"))
    assert signature.match(Response(status=403, headers=both)) == {}
    assert signature.match(Response(status=403, headers=both[:1])) is None
    assert signature.match(Response(status=403, headers=(*both, ("via", "1.1 x")))) is None
    assert signature.match(Response(status=403, headers=(("x-block", "yesterday"), both[1]))) is None


def test_only_the_beginning_of_a_page_is_searched() -> None:
    late = b" " * 30_000 + b"You have been locked out"
    assert matching(Response(status=403, body=late)) is None
