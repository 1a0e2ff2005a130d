"""Translation without Django: the same catalogues, by the standard library."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

from varco import __file__ as package_file

Translate = Callable[[str], str]


@cache
def translator(language: str = "") -> Translate:
    """Into that language, or the one of the environment (`LANGUAGE`, `LC_ALL`, `LANG`); English where there is none."""
    folder = Path(str(package_file)).parent / "locale"
    catalogue = gettext.translation("django", folder, [language] if language else None, fallback=True)
    return catalogue.gettext
