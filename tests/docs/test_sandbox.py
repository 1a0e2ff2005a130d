"""Every wall of the sandbox stands on its page, and the page's call works."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.docs.pages import DOCS, calls_of, text_of
from varco.sandbox import Kind

PAGE = DOCS / "develop" / "sandbox.md"


def test_every_wall_is_on_the_page() -> None:
    assert re.findall(r"^\| `([\w-]+)` \|", text_of(PAGE), re.MULTILINE) == [kind.value for kind in Kind]


def test_the_options_of_the_page_exist() -> None:
    (call,) = (words for words in calls_of(PAGE, "python") if "varco.sandbox" in words)
    told = subprocess.run([sys.executable, *call[:2], "--help"], capture_output=True, text=True, check=True).stdout
    assert all(word in told for word in (*call[2:], "--plain") if word.startswith("--"))
