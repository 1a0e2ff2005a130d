"""Whoever reads Varco in another language reads all of it, with the same names and numbers in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog

from tools.messages import LANGUAGES, PACKAGE, collected, forms_of, mo_text, path_of, po_text, untranslated, updated
from varco.net.kinds import KINDS

_NAMES: Final = re.compile(r"\{\w+\}|%\(\w+\)[sd]|%[sd]|</?\w+[^>]*>|`[^`]+`")
_NOT_SHOWN: Final = re.compile(
    r"{%\s*comment.*?endcomment\s*%}|{%\s*blocktrans.*?endblocktrans\w*\s*%}|{% block width %}.*?{% endblock %}"
    r"|<(code|pre)\b.*?</\1>|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
"""What a template does not show as it stands: tags, comments, texts that are translated, and code."""
_SPOKEN: Final = re.compile(r'\b(?:title|alt|placeholder|aria-label|label)="([^"]*)"')
_SAME_EVERYWHERE: Final = {"Varco", "WooCommerce", "REST", "API", "admin", "ck", "cs", "ms"}
_LAST: Final = re.compile(r"[.:?!…]$")
_PAIRS: Final = (("“", "”"), ("(", ")"))


@pytest.fixture(scope="module")
def template() -> Catalog:
    return collected()


def pairs(language: str, template: Catalog) -> Iterator[tuple[str, str]]:
    """Each English text with its translation, where there is one: of plurals the first form is the singular's."""
    for message in updated(language, template):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        for number, form in enumerate(forms_of(message)):
            if message.id and form:
                yield ids[min(number, len(ids) - 1)], form


def test_the_words_of_findings_are_among_what_is_translated(template: Catalog) -> None:
    assert all(template.get(text) for kind in KINDS.values() for text in (kind.title, kind.sentence, kind.advice))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_are_up_to_date(language: str, template: Catalog) -> None:
    catalog = updated(language, template)
    assert path_of(language, ".po").read_bytes() == po_text(catalog), "run `make messages`"
    assert path_of(language, ".mo").read_bytes() == mo_text(catalog), "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated(language: str, template: Catalog) -> None:
    assert [message.id for message in untranslated(updated(language, template))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_names_marks_and_code(language: str, template: Catalog) -> None:
    for source, form in pairs(language, template):
        assert set(_NAMES.findall(form)) == set(_NAMES.findall(source)), source


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_begins_ends_and_pairs_as_its_source_does(language: str, template: Catalog) -> None:
    for source, form in pairs(language, template):
        assert _LAST.findall(form) == _LAST.findall(source), source
        assert (form.strip() == form) == (source.strip() == source), source
        assert all(form.count(left) == form.count(right) for left, right in _PAIRS), source


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_a_template_shows_no_text_that_is_not_translated(path: Path) -> None:
    shown = _NOT_SHOWN.sub(" ", path.read_text(encoding="utf-8"))
    words = " ".join((*_SPOKEN.findall(shown), re.sub(r"<[^>]*>", " ", shown)))
    assert set(re.findall(r"(?<![\w&])[A-Za-z]{2,}", words)) <= _SAME_EVERYWHERE
