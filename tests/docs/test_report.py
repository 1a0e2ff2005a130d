"""The page of the report names every field that there is, and no other."""

from __future__ import annotations

import re

from tests.docs.pages import DOCS, fences_of, prose_of
from varco.doctor import report
from varco.doctor.layers import Layer
from varco.doctor.report import FORMAT

PAGE = DOCS / "reference" / "report.md"
PARTS = {
    "The whole": (report.Report,),
    "A requirement": (report.Requirement,),
    "A row of the matrix, and its cells": (report.Row, report.Cell),
    "A layer": (report.LayerState,),
    "A finding": (report.Told,),
    "A test": (report.CheckState,),
    "A right, and a list": (report.Allowed, report.PageTime),
    "A call": (report.Call,),
}
WORDS = {"title", "sentence", "advice", "whose"}
"""Sentences, which the command line adds."""


def told() -> dict[str, set[str]]:
    parts = re.split(r"^## (.+)$", prose_of(PAGE), flags=re.MULTILINE)[1:]
    rows = zip(parts[::2], parts[1::2], strict=True)
    return {
        name: {
            field for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE) for field in re.findall(r"`(\w+)`", row)
        }
        for name, text in rows
    }


def test_every_field_stands_on_the_page_and_no_other_does() -> None:
    page = told()
    for name, structs in PARTS.items():
        fields = {field for struct in structs for field in struct.__struct_fields__}
        assert page[name] - WORDS == fields, name


def test_the_page_knows_the_format_and_the_layers() -> None:
    text = prose_of(PAGE)
    assert f"| `format` | {FORMAT} |" in text
    assert ", ".join(f"`{layer}`" for layer in Layer) in text


def test_the_example_can_be_run_as_far_as_the_call() -> None:
    (example,) = fences_of(PAGE, "python")
    compile(example.text, "example", "exec")
    imports = "\n".join(line for line in example.text.splitlines() if re.match("from|import", line))
    exec(imports, {})  # noqa: S102  our own page
