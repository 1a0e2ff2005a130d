"""The layers in the order in which a call goes through them, and which finding belongs to which."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Layer(StrEnum):
    DNS = "dns"
    ADDRESS = "address"
    TCP = "tcp"
    TLS = "tls"
    REDIRECT = "redirect"
    EDGE = "edge"
    SERVER = "server"
    APPLICATION = "application"
    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    CONTENT = "content"
    SPEED = "speed"


_CODES: Final = {
    Layer.DNS: "name-not-found name-server-failed",
    Layer.ADDRESS: "address-not-allowed address-down ipv6-broken",
    Layer.TCP: "connection-refused host-unreachable connect-timeout connection-dropped banned-meanwhile not-http",
    Layer.TLS: "tls-expired tls-self-signed tls-incomplete-chain tls-name-mismatch tls-old-protocol tls-unknown-name "
    "tls-plain-port tls-client-certificate tls-failed tls-ends-soon insecure-http https-there-too",
    Layer.REDIRECT: "redirected moved-to-https moved-to-other-name redirect-circle sent-to-login",
    Layer.EDGE: "robot-test service-block service-in-front cloud-shop cdn-methods rate-limited "
    "refused-meanwhile pace-limited pace-slowed",
    Layer.SERVER: "refused-by-server refused-from-here refused-by-address refused-name method-refused "
    "methods-read-only methods-rule-set methods-seven-g methods-not-routed method-cut-off "
    "site-password maintenance server-down path-closed",
    Layer.APPLICATION: "interface-not-found permalinks-plain interface-elsewhere page-instead-of-data login-page "
    "coming-soon-page interface-locked shop-software-off shop-crashed database-down not-a-shop "
    "unexpected-answer",
    Layer.AUTHENTICATION: "keys-not-accepted keys-wrong header-lost clock-wrong",
    Layer.PERMISSION: "permission-missing",
    Layer.CONTENT: "names-refused links-refused brackets-refused webhook-refused request-too-large dirty-answer "
    "answer-cached answer-cut answer-too-large order-unreadable refused-by-shop not-in-shop",
    Layer.SPEED: "slow-answers slow-pages answer-timeout",
}
LAYER_OF: Final = {code: layer for layer, codes in _CODES.items() for code in codes.split()}


def layer_of(code: str) -> Layer:
    """A code of a connector's own that is not listed is the shop's software's."""
    return LAYER_OF.get(code, Layer.APPLICATION)


def depth(layer: Layer) -> int:
    return list(Layer).index(layer)
