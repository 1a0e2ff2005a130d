"""Who this hub is, for whoever lets it in: `/.well-known/varco/`, in the forms that servers and people read.

A version that changes with the content, and what changes next: lists hold the coming addresses from the day on which
they are announced, so that nobody is shut out on the day of the change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from varco.fixes.addresses import spelling
from varco.hub import runtime
from varco.hub.config import Config
from varco.model.identity import varco_identity

KEPT_S: Final = 3600
"""Seconds for which a list may be kept."""


@require_safe
def identity(_request: HttpRequest) -> HttpResponse:
    config = runtime.current().config
    who = varco_identity(config.operator_url)
    lists = {name: f"{config.public_url}/.well-known/varco/{name}" for name in ("ips.json", *_FORMS)}
    return _kept(
        JsonResponse(
            {
                "name": who.name,
                "user_agents": [agent.replace("{shop}", "<shop system>") for agent in who.user_agents],
                "methods": list(who.methods),
                "operator": config.operator_url,
                "lists": lists,
                **_addresses(config),
            },
            json_dumps_params={"indent": 2},
        )
    )


@require_safe
def ips_json(_request: HttpRequest) -> HttpResponse:
    return _kept(JsonResponse(_addresses(_with_addresses()), json_dumps_params={"indent": 2}))


@require_safe
def ips(_request: HttpRequest, name: str) -> HttpResponse:
    if name not in _FORMS:
        raise Http404
    text = _FORMS[name](_with_addresses())
    return _kept(HttpResponse(text, content_type="text/plain; charset=utf-8"))


def _with_addresses() -> Config:
    """404 where the operator has not said from which addresses this hub calls."""
    config = runtime.current().config
    if not config.egress_addresses:
        raise Http404
    return config


def _kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response


def _addresses(config: Config) -> dict[str, Any]:
    now, coming = list(map(spelling, config.egress_addresses)), None
    if config.egress_next is not None:
        on, networks = config.egress_next
        coming = {"on": on.isoformat(), "addresses": list(map(spelling, networks))}
    known = {"addresses": now, "next_change": coming}
    version = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:12]
    return {"version": version, **known}


def _all(config: Config) -> list[str]:
    """Those of now and those to come."""
    found = _addresses(config)
    return list(dict.fromkeys((*found["addresses"], *(found["next_change"] or {}).get("addresses", ()))))


def _head(config: Config) -> str:
    found = _addresses(config)
    coming = found["next_change"]
    change = f"# From {coming['on']} on only: {', '.join(coming['addresses'])}\n" if coming else ""
    return f"# Addresses from which Varco calls shops. Version {found['version']}\n{change}"


def _text(config: Config) -> str:
    return _head(config) + "".join(f"{address}\n" for address in _all(config))


def _nginx(config: Config) -> str:
    """For the inside of a `geo` block."""
    return _head(config) + "".join(f"{address} 1;\n" for address in _all(config))


def _nft(config: Config) -> str:
    """Definitions, to be included by a ruleset."""
    found = _all(config)
    families = (("ipv4", [one for one in found if ":" not in one]), ("ipv6", [one for one in found if ":" in one]))
    lines = [f"define varco_{name} = {{ {', '.join(addresses)} }}\n" for name, addresses in families if addresses]
    return _head(config) + "".join(lines)


_FORMS: Final[dict[str, Callable[[Config], str]]] = {
    "ips.txt": _text,
    "ips.nginx.conf": _nginx,
    "ips.nft": _nft,
}
