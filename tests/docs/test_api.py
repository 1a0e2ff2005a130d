"""The page of the API names every call that there is, and its examples are accepted."""

from __future__ import annotations

import json
import re
from typing import Final

from tests.docs.pages import DOCS, fences_of, text_of
from varco.hub.api.replies import method_not_allowed, nothing_there
from varco.hub.api.schemas import Fault, ShipIn
from varco.hub.api.service import api

PAGE: Final = DOCS / "reference" / "api.md"


def test_every_call_stands_on_the_page_and_no_other_does() -> None:
    schema = api.get_openapi_schema(path_prefix="/api/v1")
    there = {f"{method.upper()} {path}" for path, methods in schema["paths"].items() for method in methods}
    told = set(re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)` \|", text_of(PAGE), re.MULTILINE))
    assert told == there


def test_codes_of_errors_on_the_page_are_those_that_are_sent() -> None:
    told = dict(re.findall(r"^\| (\d{3}) \| `([\w-]+)`", text_of(PAGE), re.MULTILINE))
    for sent in (nothing_there(), method_not_allowed()):
        assert told[str(sent.status_code)] == json.loads(sent.content)["code"]


def test_the_examples_are_of_the_form_that_is_taken() -> None:
    fault, shipment = (json.loads(fence.text) for fence in fences_of(PAGE, "json"))
    assert Fault(**fault).code == fault["code"]
    assert ShipIn(**shipment).parcels[0].number == shipment["parcels"][0]["number"]
