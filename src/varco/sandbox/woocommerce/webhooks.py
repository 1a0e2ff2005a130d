"""`/wc/v3/webhooks`: what is kept there. What is sent to them is in `hooks`."""

from __future__ import annotations

from typing import Any, Final

from varco.sandbox.woocommerce import hooks
from varco.sandbox.woocommerce.collections import PAGING, count_headers
from varco.sandbox.woocommerce.params import checked
from varco.sandbox.woocommerce.render import View, links, local, utc
from varco.sandbox.woocommerce.rest import Call, Reply, RestError
from varco.sandbox.woocommerce.state import State, Webhook

_STATUSES: Final = ("active", "paused", "disabled")
_HOOKS: Final = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
}


def list_webhooks(state: State, call: Call) -> Reply:
    values = checked(state, call, PAGING)
    found = sorted(state.webhooks.values(), key=lambda hook: (hook.created, hook.id), reverse=True)
    first = (values["page"] - 1) * values["per_page"]
    shown = found[first : first + values["per_page"]]
    return Reply(data=[_json(state, hook) for hook in shown], headers=count_headers(state, call, len(found), values))


def post_webhook(state: State, call: Call) -> Reply:
    topic, url = str(call.body.get("topic") or ""), str(call.body.get("delivery_url") or "")
    if topic not in _HOOKS:
        message = "Webhook topic is required and must be valid."
        raise RestError("woocommerce_rest_shop_webhook_invalid_topic", message, 400)
    if not url.startswith(("http://", "https://")):
        message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise RestError("woocommerce_rest_shop_webhook_invalid_delivery_url", message, 400)
    hook = Webhook(
        id=next(state.webhook_ids),
        name=str(call.body.get("name") or topic),
        topic=topic,
        delivery_url=url,
        created=state.clock.now(),
        secret=str(call.body.get("secret") or hooks.random_secret(state)),
    )
    state.webhooks[hook.id] = hook
    hooks.greet(state, hook)
    location = ("Location", f"{state.home}/wp-json/wc/v3/webhooks/{hook.id}")
    return Reply(data=_json(state, hook), status=201, headers=(location,))


def get_webhook(state: State, call: Call) -> Reply:
    return Reply(data=_json(state, _the_hook(state, call)))


def put_webhook(state: State, call: Call) -> Reply:
    hook = _the_hook(state, call)
    if call.body.get("status", "active") not in _STATUSES:
        raise RestError("woocommerce_rest_shop_webhook_invalid_status", "Webhook status must be valid.", 400)
    for name in ("name", "status", "delivery_url", "secret"):
        setattr(hook, name, str(call.body.get(name, getattr(hook, name))))
    hook.modified = state.clock.now()
    return Reply(data=_json(state, hook))


def delete_webhook(state: State, call: Call) -> Reply:
    hook = _the_hook(state, call)
    if str(call.param("force") or "").lower() not in ("true", "1"):
        raise RestError("woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.", 501)
    del state.webhooks[hook.id]
    return Reply(data=_json(state, hook))


def _json(state: State, hook: Webhook) -> dict[str, Any]:
    resource, _, event = hook.topic.partition(".")
    path = f"webhooks/{hook.id}"
    return {
        "id": hook.id,
        "name": hook.name,
        "status": hook.status,
        "topic": hook.topic,
        "resource": resource,
        "event": event,
        "hooks": _HOOKS[hook.topic],
        "delivery_url": hook.delivery_url,
        "date_created": local(state, hook.created),
        "date_created_gmt": utc(hook.created),
        "date_modified": local(state, hook.modified),
        "date_modified_gmt": utc(hook.modified),
        "_links": links(View(state), path, "webhooks", ("GET", "POST", "PUT", "PATCH", "DELETE")),
    }


def _the_hook(state: State, call: Call) -> Webhook:
    hook = state.webhooks.get(call.ids[0])
    if hook is None:
        raise RestError("woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.", 404)
    return hook
