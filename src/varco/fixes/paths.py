"""Where each platform's interface lives, below the shop's folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from varco.model.errors import BadInput


class Paths(msgspec.Struct, frozen=True, kw_only=True):
    prefixes: tuple[str, ...]
    exact: tuple[str, ...] = ()


PATHS: Final[Mapping[str, Paths]] = {
    # wp-json itself says which interfaces there are: it is how a shop is recognised
    "woocommerce": Paths(prefixes=("/wp-json/wc/", "/wp-json/wc-sendcloudshipping/"), exact=("/wp-json/",)),
    "magento": Paths(prefixes=("/rest/", "/index.php/rest/")),
    "prestashop": Paths(prefixes=("/api/",)),
}
_FOLDER: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
"""Of signs that mean nothing in any of the files into which it is pasted, but the dot in a regular expression."""


def paths_of(platform: str, folder: str = "") -> Paths:
    """With the shop's folder before them. `BadInput` for what cannot be one."""
    known = PATHS.get(platform)
    if known is None:
        raise BadInput(f"There is no platform {platform}. Known: {', '.join(PATHS)}.")
    below = folder.rstrip("/")
    if below and not below.startswith("/"):
        below = f"/{below}"
    if not _FOLDER.fullmatch(below):
        raise BadInput(f"{folder} cannot be the shop's folder. It looks like /shop.")
    return Paths(
        prefixes=tuple(below + path for path in known.prefixes), exact=tuple(below + path for path in known.exact)
    )
