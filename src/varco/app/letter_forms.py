"""The letter to the hosting provider as text, as a page, as a PDF and as a mail that is ready to be sent."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from enum import StrEnum
from html import escape
from importlib.util import find_spec
from textwrap import TextWrapper
from typing import Final

from varco.app.language import Translate
from varco.app.letter import Letter, Piece, Section
from varco.model.errors import BadInput

WIDTH: Final = 78
RULE: Final = "-" * WIDTH
_PROSE: Final = TextWrapper(WIDTH, break_long_words=False, break_on_hyphens=False)
_STYLE: Final = """
body{font:15px/1.45 system-ui,sans-serif;max-width:52rem;margin:1.5rem auto;padding:0 1rem}
body{color:#1b1b1f;background:#fff}
h1{font-size:1.25rem}h2{font-size:.95rem;margin:1.1rem 0 .2rem}p{margin:.2rem 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f1f1f4;padding:.5rem;margin:.3rem 0;font-size:.82rem}
@media print{body{font-size:10px;margin:0;max-width:none}pre{font-size:8.5px;padding:.2rem}@page{margin:12mm}}
"""


class Form(StrEnum):
    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    EML = "eml"

    @property
    def content_type(self) -> str:
        return {
            Form.TEXT: "text/plain; charset=utf-8",
            Form.HTML: "text/html; charset=utf-8",
            Form.PDF: "application/pdf",
            Form.EML: "message/rfc822",
        }[self]

    @property
    def ending(self) -> str:
        return "txt" if self is Form.TEXT else self.value


def as_text(letter: Letter) -> str:
    """Without its subject. Prose is as wide as mails are; what is to be copied stays as it is."""
    return "\n\n".join(map(_section_text, letter.sections)) + "\n"


def in_form(letter: Letter, form: Form, language: str, _: Translate) -> bytes:
    """`BadInput` for a PDF in the light installation."""
    if form is Form.TEXT:
        return f"{letter.subject}\n\n{as_text(letter)}".encode()
    if form is Form.HTML:
        return as_page(letter, language).encode()
    return as_pdf(letter, _) if form is Form.PDF else as_mail(letter, language, _)


def _section_text(section: Section) -> str:
    lines = list(map(_piece_text, section.pieces))
    if section.may_follow:
        return "\n\n".join((RULE, section.heading, *lines, RULE))
    between = "\n" if section.heading else "\n\n"
    return between.join(filter(None, (section.heading, *lines)))


def _piece_text(piece: Piece) -> str:
    return piece.text if piece.verbatim else _PROSE.fill(piece.text)


def as_page(letter: Letter, language: str) -> str:
    """Self-contained: it loads nothing, and prints on one sheet."""
    body = "".join(map(_section_html, letter.sections))
    head = f"<title>{escape(letter.subject)}</title><style>{_STYLE}</style>"
    view = '<meta name="viewport" content="width=device-width">'
    return (
        f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8">{view}{head}'
        f"<body><h1>{escape(letter.subject)}</h1>{body}</body></html>\n"
    )


def _section_html(section: Section) -> str:
    heading = f"<h2>{escape(section.heading)}</h2>" if section.heading else ""
    return heading + "".join(map(_piece_html, section.pieces))


def _piece_html(piece: Piece) -> str:
    tag = "pre" if piece.verbatim else "p"
    return f"<{tag}>{escape(piece.text)}</{tag}>"


def as_pdf(letter: Letter, _: Translate) -> bytes:
    """With the text inside it as a file, to copy from: paper breaks long lines."""
    if not can_print():
        raise BadInput('A PDF needs more than the light installation: install "varco[hub]", or take --format html.')
    from varco.documents.letter import Paragraph, Part, Style, letter_pdf

    def paragraphs(section: Section) -> Iterator[Paragraph]:
        if section.heading:
            yield Paragraph(section.heading, Style.HEADING)
        for piece in section.pieces:
            yield Paragraph(piece.text, Style.VERBATIM if piece.verbatim else Style.PROSE)

    parts = [Part(paragraphs=list(paragraphs(one)), may_follow=one.may_follow) for one in letter.sections]
    elsewhere = _("They stand on the next page, and as a text file within this PDF.")
    text = f"{letter.subject}\n\n{as_text(letter)}".encode()
    return letter_pdf(letter.subject, parts, elsewhere=elsewhere, attached=("letter.txt", text))


def can_print() -> bool:
    return all(find_spec(name) is not None for name in ("fpdf", "uharfbuzz"))


def as_mail(letter: Letter, language: str, _: Translate) -> bytes:
    """Opens in a mail program as a message that only lacks whom it is for: as text and as a page, with the PDF."""
    mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=200))  # a folded subject gets a blank before it
    mail["Subject"] = letter.subject
    mail["X-Unsent"] = "1"  # Outlook and Thunderbird then offer to send it
    mail.set_content(as_text(letter))
    mail.add_alternative(as_page(letter, language), subtype="html")
    if letter.lines:
        mail.add_attachment(letter.lines + "\n", filename=f"{letter.target}.txt")
    if can_print():
        mail.add_attachment(as_pdf(letter, _), maintype="application", subtype="pdf", filename="letter.pdf")
    return mail.as_bytes()
