"""Collects what users read, and keeps the translations in step: `python -m tools.messages`, or `make messages`.

Texts come from three places: calls of gettext in Python, Django's templates, and the words of findings and of
connectors' settings, which are data. GNU gettext is not needed.

1. Collect all of them.  2. Bring each `django.po` up to date: new texts empty, gone ones dropped.  3. Compile `.mo`.

A translator fills the empty ones in `src/varco/locale/<language>/LC_MESSAGES/django.po` and runs it again.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from varco.app.words import PARTS
from varco.model.finding import FindingKind
from varco.net.kinds import KINDS
from varco.shops.registry import connectors

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "src" / "varco"
LOCALE: Final = PACKAGE / "locale"
LANGUAGES: Final = ("it",)
KEYWORDS: Final = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
REFUSALS: Final = ("BadInput", "_cannot")
"""Calls whose constant text a person reads as the reason why something was not done."""
_SAID_TO_PERSONS: Final = ("app", "carriers", "documents", "shops", "hub/api", "hub/store", "hub/sync", "hub/web")
"""Whose refusals a page may show."""
_UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""A date would change the files with each run, and git knows it better."""


class Text(NamedTuple):
    """One text with where it stands, a plural as a pair."""

    id: str | tuple[str, str]
    context: str | None
    place: str


def collected() -> Catalog:
    """All texts that a user may read, in a stable order."""
    catalog = Catalog(domain="django", project="Varco", charset="utf-8", fuzzy=False)
    for text in sorted(_all_texts(), key=lambda text: (text.place, str(text.id))):
        catalog.add(text.id, context=text.context, locations=[(text.place, 0)])
    return catalog


def path_of(language: str, suffix: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"django{suffix}"


def read(language: str) -> Catalog:
    """The translations as they stand; an empty catalogue for a new language."""
    path = path_of(language, ".po")
    text = path.read_bytes() if path.exists() else b""
    return read_po(io.BytesIO(text), locale=language, domain="django")


def updated(language: str, template: Catalog) -> Catalog:
    """Each collected text, translated where it was before. Nothing is guessed from a similar text."""
    old = read(language)
    fresh = Catalog(
        locale=language,
        domain="django",
        header_comment="# Made by `make messages`; translate here.",
        project="Varco",
        version="messages",
        msgid_bugs_address="see SECURITY.md and CONTRIBUTING.md",
        last_translator="see the history",
        language_team=language,
        creation_date=_UNDATED,
        revision_date=_UNDATED,
        fuzzy=False,
    )
    for message in template:
        if message.id:
            known = old.get(message.id, message.context)
            string = known.string if known is not None and not known.fuzzy else None
            fresh.add(message.id, string, message.locations, context=message.context)
    return fresh


def po_text(catalog: Catalog) -> bytes:
    target = io.BytesIO()
    write_po(target, catalog, width=110, ignore_obsolete=True, include_lineno=False, sort_by_file=True)
    return target.getvalue()


def mo_text(catalog: Catalog) -> bytes:
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def untranslated(catalog: Catalog) -> list[Message]:
    """What a reader of this language would see in English."""
    return [message for message in catalog if message.id and (message.fuzzy or not all(forms_of(message)))]


def forms_of(message: Message) -> tuple[str, ...]:
    """The translation, one text per plural form."""
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def _all_texts() -> Iterator[Text]:
    for path in PACKAGE.rglob("*.py"):
        yield from _extracted(path.read_text(encoding="utf-8"), path)
    for path in PACKAGE.rglob("templates/**/*.*"):
        yield from _extracted(_as_python(path.read_text(encoding="utf-8")), path)
    yield from _of_findings(KINDS.values(), PACKAGE / "net" / "kinds")
    yield from _at(PACKAGE / "app" / "words.py", *PARTS)
    for shop in connectors().values():
        place = PACKAGE / "shops" / shop.platform
        yield from _of_findings(shop.finding_kinds, place)
        for setting in shop.settings:
            yield from _at(place, setting.label, setting.help)
        for option in shop.options:
            yield from _at(place, option.label, option.help, *(words for _, words in option.values))


def _as_python(template: str) -> str:
    """Django turns a template into calls of gettext amid letters. Indentation would mean something to Python."""
    return "\n".join(line.strip() for line in templatize(template).splitlines())


def _extracted(source: str, path: Path) -> Iterator[Text]:
    """Calls of gettext with a constant text."""
    keywords = KEYWORDS | (dict.fromkeys(REFUSALS) if _is_said_to_persons(path) else {})
    if path.suffix == ".py":
        keywords |= {alias: KEYWORDS[name] for alias, name in _aliases(source).items() if name in KEYWORDS}
    for _, found, _, context in extract("python", io.BytesIO(source.encode()), keywords=keywords):
        if isinstance(found, str):
            yield Text(found, context, _place(path))
        else:
            yield Text((found[0], found[1]), context, _place(path))


def _aliases(source: str) -> dict[str, str]:
    """Other names under which a file imports gettext's functions."""
    imports = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom))
    names = (name for node in imports if node.module == "django.utils.translation" for name in node.names)
    return {name.asname: name.name for name in names if name.asname}


def _is_said_to_persons(path: Path) -> bool:
    return path.relative_to(PACKAGE).as_posix().startswith(_SAID_TO_PERSONS)


def _of_findings(kinds: Iterable[FindingKind], place: Path) -> Iterator[Text]:
    for kind in kinds:
        yield from _at(place, kind.title, kind.sentence, kind.advice)


def _at(place: Path, *texts: str) -> Iterator[Text]:
    for text in texts:
        yield Text(text, None, _place(place))


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; end with 1 if a file is not up to date.")
def main(check: bool) -> None:
    """Collect all texts, bring the catalogues up to date, compile them, and say what is not translated."""
    template = collected()
    stale = 0
    for language in LANGUAGES:
        catalog = updated(language, template)
        wanted = {path_of(language, ".po"): po_text(catalog), path_of(language, ".mo"): mo_text(catalog)}
        for path, content in wanted.items():
            if path.exists() and path.read_bytes() == content:
                continue
            stale += 1
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        missing = untranslated(catalog)
        click.echo(f"{language}: {len(catalog)} texts, {len(missing)} not translated")
        for message in missing:
            click.echo(f"  {message.id!r}")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
