"""Who calls: an integration by OAuth 1.0a, or by its access token alone where the shop allows that."""

from __future__ import annotations

import hmac
import re
import time
from base64 import b64encode
from functools import cmp_to_key
from hashlib import sha1
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from varco.model.exchange import Request, header
from varco.sandbox.magento.rest import RestError
from varco.sandbox.spec import Key
from varco.sandbox.state import State

_AHEAD_S: Final = 600
"""A signature from further in the future is refused; however old it is taken (measured with two hours)."""
_READ: Final = ("Magento_Sales::actions_view", "Magento_Sales::shipment", "Magento_Catalog::products",
                "Magento_Backend::store")  # fmt: skip
_WRITE: Final = ("Magento_Sales::ship", "Magento_Sales::comment")
_SIGNS: Final = re.compile(r"(\d+)")


def token_of(key: Key) -> tuple[str, str]:
    """The access token and its secret."""
    made = [sha1(f"{word} {key.key}".encode(), usedforsecurity=False).hexdigest()[:32] for word in ("token", "secret")]
    return made[0], made[1]


def may(key: Key | None, resource: str) -> bool:
    """`read` and `write` stand for the resources that reading and writing back need."""
    if key is None or not key.manager:
        return False
    if resource in _READ:
        return key.permissions != "write"
    return resource not in _WRITE or key.permissions != "read"


def user_of(state: State, request: Request) -> Key | None:
    """None where nobody is recognised; `RestError` where a signature is looked at and refused."""
    scheme, _, rest = header(request.headers, "Authorization").partition(" ")
    if scheme == "Bearer":
        return next((key for key in state.keys if state.spec.bearer and token_of(key)[0] == rest), None)
    return _signed_by(state, request, rest) if scheme == "OAuth" else None


def _signed_by(state: State, request: Request, text: str) -> Key:
    sent = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', text)}
    if sent.get("oauth_signature_method") != "HMAC-SHA256":
        method = sent.get("oauth_signature_method", "")
        raise RestError("Signature method %1 is not supported", 400, [method], session=True)
    place = next((n for n, key in enumerate(state.keys, 1) if key.key == sent.get("oauth_consumer_key")), None)
    if place is None:
        raise _refused("A consumer having the specified key does not exist")
    key = state.keys[place - 1]
    _check_nonce(state, key, place, sent)
    token, token_secret = token_of(key)
    if sent.get("oauth_token") != token:
        raise _refused("Specified token does not exist")
    wanted = _signature(request, sent, f"{quote(key.secret, safe='~')}&{token_secret}")
    if not hmac.compare_digest(wanted.encode(), sent.get("oauth_signature", "").encode()):
        raise _refused("The signature is invalid. Verify and try again.")
    return key


def _check_nonce(state: State, key: Key, place: int, sent: dict[str, str]) -> None:
    """Against the real time, by which signatures are made; a shop's clock that goes wrong counts too."""
    stamp = sent.get("oauth_timestamp", "")
    if not stamp.isdigit() or int(stamp) > time.time() + state.clock.offset_s + _AHEAD_S:
        raise _refused("An error occurred validating the nonce")
    nonce = (key.key, sent.get("oauth_nonce", ""))
    if nonce in state.nonces:
        message = "The nonce is already being used by the consumer with ID %1"
        raise RestError(message, 401, [str(place)], session=True)
    state.nonces.add(nonce)


def _signature(request: Request, sent: dict[str, str], secret: str) -> str:
    """The query is read as it came: a `+` is a plus sign here, though PHP reads it as a space (measured)."""
    parts = urlsplit(request.url)
    params = {name: value for name, value in sent.items() if name not in ("oauth_signature", "realm")}
    for pair in parts.query.split("&"):
        name, equals, value = pair.partition("=")
        if equals:
            params[unquote(name)] = unquote(value)
    escaped = {quote(name, safe="~"): quote(value, safe="~") for name, value in params.items()}
    names = sorted(escaped, key=cmp_to_key(_as_people_count))
    joined = "&".join(f"{name}={escaped[name]}" for name in names)
    url = f"{parts.scheme}://{parts.netloc}{parts.path}"
    base = "&".join(quote(part, safe="~") for part in (request.method.upper(), url, joined))
    return b64encode(hmac.digest(secret.encode(), base.encode(), "sha256")).decode()


def _as_people_count(one: str, other: str) -> int:
    """PHP's `strnatcmp`: 9 before 10."""
    pairs = zip(_SIGNS.split(one), _SIGNS.split(other), strict=False)
    for mine, theirs in pairs:
        if mine != theirs:
            if mine.isdigit() and theirs.isdigit() and int(mine) != int(theirs):
                return -1 if int(mine) < int(theirs) else 1
            return -1 if mine < theirs else 1
    return len(one) - len(other)


def _refused(message: str) -> RestError:
    return RestError(message, 401, session=True)
