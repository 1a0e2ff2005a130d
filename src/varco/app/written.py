"""A report as a page of its own, and as text for a mail: for whoever must change something at the server."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from varco.app.language import Translate
from varco.app.telling import Part, Telling, columns, telling
from varco.doctor.report import Call, Report

_STYLE: Final = """
:root{color-scheme:light dark;--ok:#0a7a33;--bad:#b3261e;--warn:#8a5a00;--soft:#6663}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2rem 0 .3rem}
table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--soft);text-align:left}
.green{color:var(--ok)}.red{color:var(--bad)}.amber{color:var(--warn)}
.grey{opacity:.7}td.green,td.red,td.amber{font-weight:600}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);padding:.6rem;font-size:.85rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dd{margin:0;overflow-wrap:anywhere}
"""
_DARK: Final = "@media(prefers-color-scheme:dark){:root{--ok:#6fdc8c;--bad:#ff8a80;--warn:#ffc46b}}"


def html_page(report: Report, translate: Translate, language: str = "en") -> str:
    """Self-contained: it loads nothing, and can be kept or sent."""
    told = telling(report, translate)
    body = "".join(
        (
            f"<h1>{_text(report.url)}</h1>",
            f'<p class="{told.colour}"><strong>{_text(told.verdict)}</strong></p>',
            _definitions(told.facts),
            _html_matrix(report, told),
            *(_html_part(part, translate) for part in told.parts),
            _definitions((line.label, line.text) for line in told.lines),
            _definitions(told.layers),
            *(f"<p>{_text(line)}</p>" for line in told.closing),
        )
    )
    head = f"<title>{_text(report.url)}</title><style>{_STYLE}{_DARK}</style>"
    view = '<meta name="viewport" content="width=device-width">'
    return f'<!doctype html><html lang="{language}"><meta charset="utf-8">{view}{head}<body>{body}</body></html>\n'


def _text(text: object) -> str:
    return escape(str(text))


def _definitions(pairs: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in pairs) + "</dl>"


def _html_matrix(report: Report, told: Telling) -> str:
    if not report.matrix:
        return ""
    head = "".join(f'<th scope="col">{method}</th>' for method in columns(report))
    rows = "".join(
        f'<tr><th scope="row">{_text(row.user_agent)}</th>'
        + "".join(f'<td class="{cell.colour}">{_text(cell.told)}</td>' for cell in row.cells)
        + "</tr>"
        for row in report.matrix
    )
    note = f'<p class="grey">{_text(told.matrix_note)}</p>'
    return f"<table><thead><tr><th>User-Agent</th>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"


def _html_part(part: Part, translate: Translate) -> str:
    said = (part.words.sentence, *part.notes, part.words.advice)
    lines = "".join(f"<p>{_text(line)}</p>" for line in said if line)
    evidence = "".join(f"<pre>{_text(evidence_of(call))}</pre>" for call in part.calls)
    title = f'<h2 class="{part.severity}">{_text(part.words.title)} <code>{part.words.code}</code></h2>'
    if not evidence:
        return title + lines
    return (
        f"{title}{lines}<details><summary>{_text(translate('For the hosting provider'))}</summary>{evidence}</details>"
    )


def evidence_of(call: Call) -> str:
    """A call as a host looks for it in the log: when, from where to where, and what came back."""
    at = call.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    told = str(call.status) if call.status is not None else call.failure
    asked = f"{at}  {call.method} {call.url}\nUser-Agent: {call.user_agent}\n{call.address} -> {told}"
    headers = "\n".join(f"{name}: {value}" for name, value in call.headers)
    return "\n".join(filter(None, (asked, headers, call.body)))


def mail_text(report: Report, translate: Translate) -> str:
    """Markdown that reads well as plain text."""
    told = telling(report, translate)
    lines = [f"# {report.url}", "", f"**{told.verdict}**", ""]
    lines += [f"* {name}: {value}" for name, value in told.facts]
    if report.matrix:
        lines += ["", f"| User-Agent | {' | '.join(columns(report))} |", "| --- " * (len(columns(report)) + 1) + "|"]
        lines += [f"| {row.user_agent} | {' | '.join(cell.told for cell in row.cells)} |" for row in report.matrix]
        lines += ["", told.matrix_note]
    for part in told.parts:
        lines += ["", f"## {part.words.title} (`{part.words.code}`)", ""]
        lines += [line for line in (part.words.sentence, *part.notes, part.words.advice) if line]
        for call in part.calls:
            lines += ["", "```", evidence_of(call).replace("```", "'''"), "```"]
    lines += ["", *(f"* {line.label}: {line.text}" for line in told.lines)]
    lines += [f"* {name}: {value}" for name, value in told.layers]
    for line in told.closing:
        lines += ["", line]
    return "\n".join(lines) + "\n"
