"""What happens to orders, by whomever: status, edits, trash, refunds. Here it is decided when the date moves.

With WooCommerce's own order tables (HPOS) every save moves the date of modification. With the old ones only a status,
a refund and the trash do; an address or a field does not (measured). Notes never do.
"""

from __future__ import annotations

from varco.sandbox.orders import Note, Order, Refund, refunded, total
from varco.sandbox.woocommerce.hooks import told
from varco.sandbox.woocommerce.state import TRASH, State

_PAID: frozenset[str] = frozenset(("processing", "completed"))


def saved(state: State, order: Order, *, moves_date: bool = False) -> None:
    """The order was saved; `moves_date` for what moves it in the old tables too."""
    _moved(state, order, moves_date=moves_date)
    told(state, "order.updated", order)


def _moved(state: State, order: Order, *, moves_date: bool) -> None:
    state.book.changed(order, state.clock.now() if state.spec.hpos or moves_date else None)


def set_status(state: State, order: Order, status: str) -> None:
    """With the note that WooCommerce writes of it."""
    before = order.status
    if status == before:
        saved(state, order)
        return
    order.status = status
    now = state.clock.now()
    if status == "completed":
        order.completed = now
    if status in _PAID and order.paid is None:
        order.paid = now
    if before != TRASH:
        names = state.statuses()
        words = f"Order status changed from {names.get(before, before)} to {names.get(status, status)}."
        add_note(state, order, words)
    saved(state, order, moves_date=True)


def add_note(state: State, order: Order, text: str, *, to_customer: bool = False) -> Note:
    note = Note(next(state.note_ids), state.clock.now(), text, to_customer)
    order.notes.append(note)
    return note


def trash(state: State, order: Order) -> None:
    order.status_before_trash, order.status = order.status, TRASH
    _moved(state, order, moves_date=True)
    told(state, "order.deleted", order)


def restore(state: State, order: Order) -> None:
    """By somebody who edits it: webhooks tell nothing of it (measured)."""
    order.status, order.status_before_trash = order.status_before_trash or "pending", ""
    _moved(state, order, moves_date=True)


def delete(state: State, order: Order) -> None:
    """For good."""
    state.book.remove(order)


def refund(state: State, order: Order, amount: int, reason: str) -> Refund:
    """What is paid back in full is `refunded` from then on."""
    made = Refund(next(state.post_ids), state.clock.now(), amount, reason)
    order.refunds.append(made)
    if refunded(order) >= total(order):
        set_status(state, order, "refunded")
    else:
        saved(state, order, moves_date=True)
    return made
