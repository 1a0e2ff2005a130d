"""Which finding is about what: a finding does not know its fixes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from varco.model.errors import BadInput
from varco.model.fix import Cause

_CODES: Final[Mapping[Cause, str]] = {
    Cause.METHOD: "method-refused methods-read-only methods-rule-set methods-seven-g method-cut-off cdn-methods",
    Cause.NAME: "refused-name connection-dropped",
    Cause.ADDRESS: "refused-from-here refused-by-address connect-timeout connection-refused host-unreachable "
    "service-block path-closed",
    Cause.CONTENT: "names-refused links-refused brackets-refused webhook-refused",
    Cause.PASSWORD: "site-password",
    Cause.MAINTENANCE: "maintenance",
    Cause.RATE: "rate-limited pace-limited pace-slowed refused-meanwhile",
    Cause.BAN: "banned-meanwhile",
    Cause.SIZE: "request-too-large",
    Cause.HEADER: "header-lost keys-not-accepted key-not-received",
    Cause.ROBOT_TEST: "robot-test",
    Cause.SETTING: "permalinks-plain permission-missing webservice-off",
}
CAUSE_OF: Final = {code: cause for cause, codes in _CODES.items() for code in codes.split()}
UNCLEAR: Final = frozenset(("refused-by-server",))
"""A rule stops us, and the answer does not say by what: every line of a target may be the one."""


def has_lines(code: str) -> bool:
    """Whether lines can mend it."""
    return code in CAUSE_OF or code in UNCLEAR


def cause_of(code: str) -> Cause | None:
    """None: it may be any. `BadInput` for a finding that no rule of a server can mend."""
    if not code or code in UNCLEAR:
        return None
    if code not in CAUSE_OF:
        known = ", ".join(sorted((*CAUSE_OF, *UNCLEAR)))
        raise BadInput(f"No rule of a server mends {code}. There are rules for: {known}.")
    return CAUSE_OF[code]
