"""Writes the pages of docs/fixes from the targets themselves: `make fixes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from varco.app.fixes import Wanted, fix_for, opens_in_words, request_from, whose
from varco.fixes.base import Target
from varco.fixes.registry import all_targets
from varco.model.fix import Fix, FixRequest, Step

FOLDER: Final = Path(__file__).parents[1] / "docs" / "fixes"
TRIED: Final = "tried.md"
"""Written by `make walls`."""
EXAMPLE: Final = Wanted(
    identity="sendcloud",
    platform="woocommerce",
    addresses="203.0.113.10 2001:db8::10",
    proxies="192.0.2.80",
    private=True,
)
_HEAD: Final = """# Lines that let a platform in, and nobody else

`varco fix` prints them with the real addresses; these pages show them with addresses for examples. They are made from
the program itself by `make fixes`.

```sh
varco fix --ips addresses.txt
varco fix --for nginx --ips addresses.txt --platform woocommerce --finding method-refused
varco allow --ips addresses.txt --platform magento
varco fix --for nginx --ips addresses.txt --finding method-refused --test-from auto
varco check https://shop.example --json > report.json
varco letter --report report.json --for modsecurity --ips addresses.txt --format eml --output letter.eml
```

`--test-from` adds how to let your own address in for a test, since the right lines for a platform keep you outside, and
how to take that out again. The letter comes as text, as a web page (`html`), as a PDF of one page or as a mail (`eml`).

The addresses are given by you, as a file, a URL or a list: for Sendcloud as
[its article](https://support.sendcloud.com/hc/en-us/articles/35936346704017) publishes them, for your own Varco those
that `varco self-check` names. Without them no rule is printed, since a rule by name alone lets everybody in who uses
the name.

A rule opens to a call that has all of it: **the address and the name and the method and the path**. A firewall sees the
address only; its page says so.

Those with a version are loaded into the real software by `make walls`. The tests show: refused before; all seven
methods under both names by IPv4 and IPv6 after; and a stranger with our name, one who forges headers, our address with
a browser's name, other paths (also by `..`), TRACE and attacks stay where they were. [What they saw](tried.md).
"""


def request() -> FixRequest:
    return request_from(EXAMPLE)


def request_for(target: Target) -> FixRequest:
    """For a shop with which it makes sense."""
    return request_from(msgspec.structs.replace(EXAMPLE, platform=next(iter(target.platforms or ("woocommerce",)))))


def pages() -> Mapping[str, str]:
    """Every page by the name of its file."""
    made = {name: fix_for(name, request_for(target)) for name, target in all_targets().items()}
    return {"README.md": _index(made), **{f"{name}.md": _page(fix) for name, fix in made.items()}}


def _index(made: Mapping[str, Fix]) -> str:
    rows = [
        f"| [{fix.title}]({name}.md) | {whose(fix.applied_by, str).removeprefix('for ')} | "
        f"{', '.join(fix.verified_on) or 'by its documentation'} |"
        for name, fix in made.items()
    ]
    return "\n".join((_HEAD, "| for | whose move | tried on |", "| --- | --- | --- |", *rows, ""))


def _page(fix: Fix) -> str:
    return "\n\n".join((f"# {fix.title}", *_parts(fix))) + "\n"


def _parts(fix: Fix) -> Iterator[str]:
    tried = (
        f"Tried on {', '.join(fix.verified_on)}." if fix.verified_on else "**Not run by us**: from its documentation."
    )
    yield f"`varco fix --for {fix.target}`, {whose(fix.applied_by, str)}. {tried}"
    for number, step in enumerate(fix.steps, start=1):
        yield _step(number, step)
    if fix.check or fix.reload:
        commands = "\n".join((*fix.check, *fix.reload))
        yield f"Test, then reload (those that apply):\n\n```sh\n{commands}\n```"
    yield f"**Undo.** {fix.undo}"
    yield "\n".join(f"* {line}" for line in (*opens_in_words(fix, str), *fix.cautions))
    yield "Sources: " + ", ".join(f"<{source}>" for source in fix.sources)


def _step(number: int, step: Step) -> str:
    lines = f"\n\n```{step.language}\n{step.text}\n```" if step.text else ""
    return f"**{number}. {step.what}.** {step.place}{':' if lines else '.'}{lines}"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in (*wanted, TRIED):
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
