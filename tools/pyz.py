"""Builds `dist/varco-server.pyz`, the one file for servers where nothing can be installed: `make pyz`.

The same sources give the same bytes: every entry has the same date, and they stand in the order of their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import click

from varco.app.inside import known

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "src" / "varco"
TARGET: Final = ROOT / "dist" / "varco-server.pyz"
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_FIRST_LINE: Final = b"#!/usr/bin/env python3\n"
_MAIN: Final = """import sys

if sys.version_info < (3, 8):
    sys.exit("varco-server needs Python 3.8 or newer; this is %d.%d." % sys.version_info[:2])
from varco.inside.server import main

sys.exit(main())
"""


def contents() -> Iterator[tuple[str, bytes]]:
    """Each entry's name with its bytes: the room, the catalogues, and what it knows of the rest."""
    yield "__main__.py", _MAIN.encode()
    yield "varco/__init__.py", (PACKAGE / "__init__.py").read_bytes()
    for path in [*(PACKAGE / "inside").rglob("*.py"), *(PACKAGE / "locale").rglob("*.mo")]:
        yield f"varco/{path.relative_to(PACKAGE).as_posix()}", path.read_bytes()
    yield "varco/inside/known.json", known().to_json().encode()
    yield "LICENSE", (ROOT / "LICENSE").read_bytes()


def build(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        file.write(_FIRST_LINE)
        with ZipFile(file, "w") as archive:
            for name, data in sorted(contents()):
                entry = ZipInfo(name, _DATE)
                entry.compress_type = ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data)
    target.chmod(0o755)


@click.command()
def main() -> None:
    build(TARGET)
    click.echo(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
