"""WooCommerce's own page on which a merchant lets an application in: `/wc-auth/v1/authorize`.

The merchant is always logged in here. Saying yes makes a new key, sends it to `callback_url`, and only then goes back
to `return_url`. As `WC_Auth` of WooCommerce 9.9.5 does it.
"""

from __future__ import annotations

import secrets
from hashlib import sha1
from html import escape
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from varco.model.exchange import Headers, Request, Response
from varco.sandbox.pages import HTML, NGINX, NO_CACHE, died_page
from varco.sandbox.spec import Key
from varco.sandbox.woocommerce.state import State

PATH: Final = "/wc-auth/v1/"
_NEEDED: Final = ("app_name", "user_id", "return_url", "callback_url", "scope")
_SCOPES: Final = {"read": "Read", "write": "Write", "read_write": "Read/Write"}


def answer(state: State, request: Request) -> Response:
    query = dict(parse_qsl(urlsplit(request.url).query))
    fault = _fault(query)
    if fault:
        return _died(401, "Access denied", f"Error: {fault}.")
    step = urlsplit(request.url).path.rstrip("/").rpartition("/")[2]
    if step == "authorize":
        return _page(state, query)
    if step == "access_granted" and query.get("wc_auth_nonce") == _nonce(state, query):
        return _granted(state, query)
    return _died(401, "Access denied", "Error: Invalid nonce verification.")


def not_delivered() -> Response:
    """What WooCommerce shows when the application did not take the keys."""
    message = "Error: An error occurred in the request and at the time were unable to send the consumer data."
    return _died(401, "Access denied", message)


def _fault(query: dict[str, str]) -> str:
    missing = next((name for name in _NEEDED if not query.get(name)), "")
    if missing:
        return f"Missing parameter {missing}"
    if query["scope"] not in _SCOPES:
        return f"Invalid scope {escape(query['scope'])}"
    for name in ("return_url", "callback_url"):
        if not urlsplit(query[name]).netloc:
            return f"The {name} is not a valid URL"
    return "" if query["callback_url"].startswith("https://") else "The callback_url needs to be over SSL"


def _granted(state: State, query: dict[str, str]) -> Response:
    key = Key(key=f"ck_{secrets.token_hex(20)}", secret=f"cs_{secrets.token_hex(20)}", permissions=query["scope"])
    state.keys.append(key)
    body = {
        "key_id": len(state.keys),
        "user_id": query["user_id"],
        "consumer_key": key.key,
        "consumer_secret": key.secret,
        "key_permissions": key.permissions,
    }
    headers = (("Content-Type", "application/json;charset=UTF-8"), ("User-Agent", f"WordPress/6.8.3; {state.home}"))
    state.granted = Request(method="POST", url=query["callback_url"], headers=headers, body=msgspec.json.encode(body))
    back = _with(query["return_url"], success="1", user_id=query["user_id"])
    return Response(status=302, headers=(("Server", NGINX), ("Content-Type", HTML), *NO_CACHE, ("Location", back)))


def _page(state: State, query: dict[str, str]) -> Response:
    granted = f"{state.home}{PATH}access_granted/?{urlencode({**query, 'wc_auth_nonce': _nonce(state, query)})}"
    denied = _with(query["return_url"], success="0", user_id=query["user_id"])
    name = escape(query["app_name"])
    body = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{name} &rsaquo; Application '
        'authentication request</title><meta name="viewport" content="width=device-width, initial-scale=1"><style>'
        "body{font:16px/1.5 sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#3c434a}a.button{display:"
        "inline-block;padding:.6rem 1.2rem;border-radius:4px;background:#720eec;color:#fff;text-decoration:none;"
        "margin-right:1rem}a.deny{background:#f0f0f1;color:#3c434a}</style></head><body>"
        f"<h1>{name} would like to connect to your store</h1>"
        f"<p>This will give “{name}” <strong>{_SCOPES[query['scope']]}</strong> access to "
        f"{escape(state.spec.name)}.</p>"
        f'<p><a class="button approve" href="{escape(granted)}">Approve</a>'
        f'<a class="button deny" href="{escape(denied)}">Deny</a></p></body></html>'
    )
    return Response(status=200, headers=(("Server", NGINX), ("Content-Type", HTML), *NO_CACHE), body=body.encode())


def _died(status: int, title: str, message: str) -> Response:
    headers: Headers = (("Server", NGINX), ("Content-Type", HTML), *NO_CACHE)
    return Response(status=status, headers=headers, body=died_page(title, message))


def _with(url: str, **values: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(values)}"


def _nonce(state: State, query: dict[str, str]) -> str:
    text = f"{state.spec.seed} {query['user_id']} {query['callback_url']}"
    return sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]
