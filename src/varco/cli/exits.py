"""What a command's exit code says. Scripts rely on these: they do not change (docs/reference/commands.md)."""

from __future__ import annotations

from enum import IntEnum

from varco.model.errors import VarcoError


class Exit(IntEnum):
    GOOD = 0
    PROBLEM = 1
    """The command did its work and found something wrong, or a shop refused."""
    WRONG_USE = 2
    """An argument, a setting or the order of steps cannot be right: nothing was done."""
    COULD_NOT_TELL = 3
    """Neither good nor bad: no worker, no database, no answer in time."""
    INTERRUPTED = 130
    """Ctrl-C, as shells have it."""


class Problem(VarcoError):
    """The work was done, and what came of it is bad."""


class CouldNotTell(VarcoError):
    """Something that we need for an answer is not there."""
