"""From what the logs say to the finding: by the reason given there, or by which methods pass at the same place."""

from __future__ import annotations

from typing import Iterable, Mapping, Sequence

from varco.inside.logs.reasons import Reason
from varco.inside.logs.tally import Group, Tally

_WRITES = frozenset(("PUT", "PATCH", "DELETE"))
_BY_RULE = (
    ("911", "methods-rule-set"),
    ("913", "refused-name"),
    ("931", "links-refused"),
    ("200002", "request-too-large"),
    ("200004", "request-too-large"),
    ("200005", "request-too-large"),
    ("920380", "request-too-large"),
    ("9203", "request-too-large"),
    ("932", "names-refused"),
    ("942", "names-refused"),
)
"""By what a rule's number begins with (https://coreruleset.org/docs/2-how-crs-works/2-1-anomaly_scoring/)."""
_LENGTHS = frozenset(("920360", "920370", "920380", "920390", "920400", "920410"))
_BRACKETS = frozenset(("920272", "920273", "921220", "942430", "942431", "942432"))
"""Rules that count or dislike special signs, as searches of Magento and PrestaShop have them."""
_BY_KIND = {"rate": "rate-limited", "size": "request-too-large", "password": "site-password", "down": "server-down"}
_BY_STATUS = {
    202: "robot-test",
    405: "method-refused",
    413: "request-too-large",
    414: "request-too-large",
    429: "rate-limited",
    431: "request-too-large",
    444: "connection-dropped",
    499: "answer-timeout",
    500: "shop-crashed",
    501: "method-refused",
    502: "server-down",
    504: "server-down",
}
_TARGETS = {"modsecurity": "modsecurity", "nginx": "nginx", "apache": "apache-htaccess"}


def causes(tally: Tally) -> dict[int, str]:
    """For each group that was not let through, by its identity, the code of the finding."""
    groups = list(tally.groups.values())
    by_place: dict[tuple[str, str], dict[str, set[str]]] = {}
    for group in groups:
        vector = by_place.setdefault((group.key.site, group.key.folder), {})
        vector.setdefault(group.key.method, set()).add(group.outcome)
    return {
        id(group): _code(group, by_place[(group.key.site, group.key.folder)])
        for group in groups
        if group.outcome in ("refused", "failed", "sent-on") and group.count > 0
    }


def target_of(group: Group) -> str:
    """For which server or service `varco fix` prints lines, as far as the logs say who refused."""
    layers = [reason.layer for reason, _count in group.reasons.most_common()]
    found = next((_TARGETS[layer] for layer in layers if layer in _TARGETS), "")
    return found or ("nginx" if group.key.status == 444 else "")


def _code(group: Group, vector: Mapping[str, set[str]]) -> str:
    if group.outcome == "sent-on":
        return "redirected"
    by_reason = [code for reason in _strongest(group) for code in [_of_reason(reason)] if code]
    if by_reason:
        return by_reason[0]
    if group.key.status in _BY_STATUS:
        return _BY_STATUS[group.key.status]
    if group.key.status == 503:
        return "rate-limited" if _passes(vector, group.key.method) else "maintenance"
    return _by_methods(group, vector)


def _strongest(group: Group) -> Sequence[Reason]:
    return [reason for reason, count in group.reasons.most_common() if count > 0]


def _of_reason(reason: Reason) -> str:
    """Empty: it says that a rule stopped the call, not which."""
    if reason.rule in _LENGTHS:
        return "request-too-large"
    if reason.rule in _BRACKETS:
        return "brackets-refused"
    return next((code for start, code in _BY_RULE if reason.rule.startswith(start)), "") or _BY_KIND.get(
        reason.kind, ""
    )


def _by_methods(group: Group, vector: Mapping[str, set[str]]) -> str:
    """As the doctor tells them apart: which methods pass at the same place."""
    method = group.key.method
    others = {name for name in vector if name != method and _passes(vector, name)}
    if not others & {"GET", "HEAD", "POST"} or method in ("GET", "HEAD", "POST"):
        return "refused-by-server"
    if any(reason.layer == "modsecurity" for reason in group.reasons) or ("OPTIONS" in others and method in _WRITES):
        return "methods-rule-set"
    if method in ("PUT", "DELETE") and "PATCH" in others:
        return "methods-seven-g"
    return "methods-read-only"


def _passes(vector: Mapping[str, Iterable[str]], method: str) -> bool:
    return bool({"passed", "answered"} & set(vector.get(method, ())))
