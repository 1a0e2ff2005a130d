"""Every problem that Varco can name has its page, and the page says what the code says."""

from __future__ import annotations

import re
from itertools import chain
from typing import Final

import pytest

from tests.docs.pages import DOCS, headings_of, text_of
from varco.model.finding import FindingKind, Retry, Severity, Whose
from varco.net.kinds import KINDS
from varco.shops.registry import connectors

FINDINGS: Final = DOCS / "findings"
ALL: Final = {
    kind.code: kind for kind in chain(KINDS.values(), *(shop.finding_kinds for shop in connectors().values()))
}
SECTIONS: Final = ["What you see", "What it means", "What to do", "How Varco tells it, and how sure that is"]
HOW_BAD: Final = {
    Severity.RED: "red: something stops",
    Severity.AMBER: "amber: somebody should look",
    Severity.GREY: "grey: said for completeness",
}
WHOSE_MOVE: Final = {
    Whose.MERCHANT: "the merchant",
    Whose.HOST: "the hosting provider",
    Whose.US: "whoever runs Varco",
    Whose.SERVICE: "nobody at hand (a service outside)",
}
TRYING_AGAIN: Final = {
    Retry.SOON: "may pass by itself",
    Retry.AFTER_CHANGE: "stays until something is changed",
    Retry.NEVER: "about this one order; the others go on",
}
WHO_ACTS: Final = {
    Whose.MERCHANT: "**As the merchant.**",
    Whose.HOST: "**As the hosting provider.**",
    Whose.US: "**As the one who runs Varco.**",
    Whose.SERVICE: "**As the merchant.**",
}


def page_of(code: str) -> str:
    return text_of(FINDINGS / f"{code}.md")


def pattern(text: str) -> str:
    """A sentence of a kind, with anything in the place of its parameters."""
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))


def test_there_is_a_page_for_every_finding_and_no_other() -> None:
    assert {path.stem for path in FINDINGS.glob("*.md")} - {"README"} == set(ALL)


@pytest.mark.parametrize("kind", ALL.values(), ids=lambda kind: kind.code)
def test_a_page_says_what_the_code_says(kind: FindingKind) -> None:
    page = page_of(kind.code)
    row = f"| `{kind.code}` | {HOW_BAD[kind.severity]} | {WHOSE_MOVE[kind.whose]} | {TRYING_AGAIN[kind.retry]} |"
    quoted = " ".join(line[2:] for line in page.splitlines() if line.startswith("> "))
    assert re.fullmatch(pattern(kind.title), page.splitlines()[0].removeprefix("# "))
    assert row in page
    assert re.fullmatch(pattern(kind.sentence), quoted)


@pytest.mark.parametrize("kind", ALL.values(), ids=lambda kind: kind.code)
def test_a_page_answers_every_question_and_tells_the_one_whose_move_it_is(kind: FindingKind) -> None:
    page = page_of(kind.code)
    assert headings_of(FINDINGS / f"{kind.code}.md")[1:] == SECTIONS
    assert WHO_ACTS[kind.whose] in page
    assert all(len(part.split()) > 4 for part in re.split(r"^## .+$", page, flags=re.MULTILINE))


def test_the_index_lists_every_finding_once_with_its_title() -> None:
    index = page_of("README")
    rows = {
        code: (title, severity, whose)
        for code, title, severity, whose in re.findall(
            r"^\| \[`([\w-]+)`\]\([\w-]+\.md\) \| (.+?) \| (\w+) \| (.+?) \|$", index, re.MULTILINE
        )
    }
    assert rows.keys() == ALL.keys()
    for code, kind in ALL.items():
        title, severity, whose = rows[code]
        assert re.fullmatch(pattern(kind.title), title)
        assert (severity, whose) == (kind.severity.value, WHOSE_MOVE[kind.whose])
