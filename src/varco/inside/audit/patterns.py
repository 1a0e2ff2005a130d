"""Regular expressions of servers (PCRE), as far as Python's own know them."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from varco.inside.audit.maybe import Maybe

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "space": r"\s",
    "xdigit": "0-9a-fA-F",
    "word": r"\w",
}
_FLAGS = re.compile(r"\(\?([ims]+)\)")


@lru_cache(maxsize=4096)
def compiled(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str] | None:
    """None for what Python does not know."""
    inline = "".join(_FLAGS.findall(pattern))
    text = _FLAGS.sub("", pattern)
    for name, signs in _CLASSES.items():
        text = text.replace(f"[:{name}:]", signs)
    flags = re.IGNORECASE if ignore_case or "i" in inline else re.RegexFlag(0)
    flags |= re.DOTALL if "s" in inline else re.RegexFlag(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return re.compile(text, flags)
        except (re.error, OverflowError, RecursionError):
            return None


def matches(pattern: str, text: str | None, *, ignore_case: bool = False) -> Maybe:
    """Somewhere in the text. None if that, or the text, cannot be known."""
    found = compiled(pattern, ignore_case=ignore_case)
    return None if found is None or text is None else bool(found.search(text))
