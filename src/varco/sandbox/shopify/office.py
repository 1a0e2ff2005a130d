"""What only people in a Shopify's office can do, and what tests need to know of it: `Backstage.act`.

`order` is the order's number. `lines` are quantities by the number of a line of the fulfilment order (for `hold`,
`move` and `split`) or of the order (for `edit` and `refund`); without them everything is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from varco.model.errors import BadInput
from varco.sandbox.shopify import changes, hooks, states
from varco.sandbox.shopify.app import App
from varco.sandbox.shopify.orders import FulfilmentOrder, Hold, Parcel, ShopifyOrder, of

Lines = Mapping[int, int]


def act(app: App, name: str, arguments: Mapping[str, Any]) -> Any:
    """Raises `BadInput` for what is not known."""
    deed = _DEEDS.get(name)
    if deed is None:
        raise BadInput(f"Nobody in a pretend Shopify can {name!r}: {', '.join(_DEEDS)}.")
    try:
        return deed(app, **arguments)
    except TypeError as error:
        raise BadInput(f"{name!r} is not done with these arguments: {error}") from None


# To orders


def _hold(app: App, order: int, lines: Lines | None = None, reason: str = "OTHER", nth: int = 0) -> int:
    """Somebody else's hold on the nth open fulfilment order (or a part of it); its number."""
    found, share = _share(app, order, nth)
    held = Hold(id=next(app.state.note_ids), reason=reason)
    changes.hold(app.state, found, share, _whole(lines), held)
    return _done(app, found, "FULFILLMENT_ORDERS_PLACED_ON_HOLD", share)


def _release(app: App, order: int, nth: int = 0) -> int:
    found, share = _share(app, order, nth)
    changes.release(app.state, found, share)
    return _done(app, found, "FULFILLMENT_ORDERS_HOLD_RELEASED", share)


def _move(app: App, order: int, location: int, lines: Lines | None = None, nth: int = 0) -> int:
    """To the location of that place in `ShopSpec.locations` and `services`; where it stands now."""
    found, share = _share(app, order, nth)
    moved = changes.move(app.state, found, share, location, _whole(lines))
    return _done(app, found, "FULFILLMENT_ORDERS_MOVED", moved)


def _split(app: App, order: int, lines: Lines, nth: int = 0) -> int:
    found, share = _share(app, order, nth)
    other = changes.taken_out(app.state, found, share, _whole(lines), share.location)
    return _done(app, found, "FULFILLMENT_ORDERS_SPLIT", other)


def _report_progress(app: App, order: int, nth: int = 0) -> int:
    found, share = _share(app, order, nth)
    changes.report_progress(app.state, share)
    return _done(app, found, "FULFILLMENT_ORDERS_PROGRESS_REPORTED", share)


def _edit(app: App, order: int, remove: Lines | None = None, add: Lines | None = None) -> None:
    """Lines become fewer; goods come to it in a fulfilment order of their own."""
    found = _order(app, order)
    changes.remove(app.state, found, _whole(remove))
    if add:
        changes.add(app.state, found, _whole(add))
    found.edited = True
    _changed(app, found, "ORDERS_EDITED", "ORDERS_UPDATED")


def _cancel(app: App, order: int, reason: str = "CUSTOMER") -> None:
    found = _order(app, order)
    changes.cancel(app.state, found, reason)
    _changed(app, found, "ORDERS_CANCELLED", "ORDERS_UPDATED")


def _refund(app: App, order: int, lines: Lines | None = None) -> None:
    found = _order(app, order)
    changes.refund(app.state, found, _whole(lines))
    _changed(app, found, "ORDERS_UPDATED")


def _archive(app: App, order: int) -> None:
    found = _order(app, order)
    found.closed = app.state.clock.now()
    _changed(app, found, "ORDERS_UPDATED")


def _fulfil(app: App, order: int, lines: Lines | None = None, nth: int = 0, tracking: str = "") -> int:
    """Somebody ships from the office; the fulfilment's number."""
    found, share = _share(app, order, nth)
    parcels = [Parcel(tracking, None, "BRT")] if tracking else []
    made = changes.fulfil(app.state, found, {share.id: _whole(lines)}, parcels)
    _changed(app, found, "ORDERS_UPDATED")
    return made.id


# To the app


def _expire_tokens(app: App) -> None:
    app.tokens = {text: token for text, token in app.tokens.items() if token.ends is None}


def _tokens_given(app: App) -> int:
    return app.tokens_given


def _rotate_secret(app: App) -> str:
    """The new one; webhooks are signed with the old one for an hour more."""
    return app.rotate_secret()


def _drain_bucket(app: App, left: int = 0) -> None:
    app.bucket.drain(left, app.state.clock.now())


def _internal_errors(app: App, count: int = 1) -> None:
    """So many answers fail with 200 and no data, after the work was done."""
    app.internal_errors = count


def _hooks(app: App) -> list[dict[str, Any]]:
    return [{"id": hook.id, "topic": hook.topic, "uri": hook.uri} for hook in app.hooks.values()]


def _drop_hook(app: App, id: int) -> None:
    """Shopify takes a subscription away by itself."""
    app.hooks.pop(id, None)


def _uninstall(app: App) -> None:
    """The app is gone from the shop: no token is good any more."""
    app.tokens.clear()


_DEEDS: Final[dict[str, Callable[..., Any]]] = {
    "hold": _hold,
    "release": _release,
    "move": _move,
    "split": _split,
    "report_progress": _report_progress,
    "edit": _edit,
    "cancel": _cancel,
    "refund": _refund,
    "archive": _archive,
    "fulfil": _fulfil,
    "expire_tokens": _expire_tokens,
    "tokens_given": _tokens_given,
    "rotate_secret": _rotate_secret,
    "drain_bucket": _drain_bucket,
    "internal_errors": _internal_errors,
    "hooks": _hooks,
    "drop_hook": _drop_hook,
    "uninstall": _uninstall,
}


def _order(app: App, number: int) -> ShopifyOrder:
    found = app.state.order(number)
    if found is None:
        raise BadInput(f"There is no order {number}.")
    return of(found)


def _share(app: App, number: int, nth: int) -> tuple[ShopifyOrder, FulfilmentOrder]:
    """The order and the nth of its fulfilment orders that are open."""
    order = _order(app, number)
    found = states.open_ones(order)
    if nth >= len(found):
        raise BadInput(f"Order {number} has no open fulfilment order {nth}.")
    return order, found[nth]


def _whole(lines: Lines | None) -> dict[int, int]:
    """JSON carries numbers of lines as texts."""
    return {int(number): int(count) for number, count in (lines or {}).items()}


def _done(app: App, order: ShopifyOrder, topic: str, found: FulfilmentOrder) -> int:
    """The fulfilment order's date moved, the order's did not."""
    changes.kept(app.state, order)
    hooks.told(app, topic, order, found)
    return found.id


def _changed(app: App, order: ShopifyOrder, *topics: str) -> None:
    changes.saved(app.state, order)
    for topic in topics:
        hooks.told(app, topic, order)
