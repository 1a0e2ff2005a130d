"""The reader's language, by the standard library: the catalogue lies in the package, also where that is a zip file."""

from __future__ import annotations

import gettext
import io
import os
import pkgutil
from typing import Callable

Translate = Callable[[str], str]


def N_(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is shown."""
    return text


def translator(language: str = "") -> Translate:
    """Into that language, or the one of the environment; English where there is none."""
    for name in [language] if language else _languages():
        try:
            data = pkgutil.get_data("varco", f"locale/{name[:2]}/LC_MESSAGES/django.mo")
        except OSError:
            continue
        if data:
            return gettext.GNUTranslations(io.BytesIO(data)).gettext
    return gettext.NullTranslations().gettext


def _languages() -> list[str]:
    """As gettext asks for them: the first that is set decides, and English needs no catalogue."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            wanted = value.split(":")
            return wanted[: next((at for at, name in enumerate(wanted) if name[:2] in ("en", "C")), len(wanted))]
    return []
