"""The sentences of a finding in the reader's language."""

from __future__ import annotations

from varco.app.language import translator
from varco.app.words import words


def test_a_reason_of_our_own_is_said_in_the_readers_language() -> None:
    told = words("cannot-ship", {"reason": "Nothing is left to ship in this order."}, translator("it"))
    assert told.sentence == "In questo ordine non resta nulla da spedire."


def test_a_machines_word_stays_as_it_is() -> None:
    told = words("interface-locked", {"host": "shop.example", "reason": "rest_not_logged_in"}, translator("it"))
    assert "(rest_not_logged_in)" in told.sentence


def test_what_changed_is_named_part_by_part() -> None:
    told = words("order-changed", {"number": "17", "what": "address, lines"}, translator("it"))
    assert "(indirizzo, righe)" in told.sentence


def test_an_empty_parameter_says_nothing() -> None:
    """The catalogue's own head stands under the empty text, and must never be shown."""
    assert words("cannot-ship", {"reason": ""}, translator("it")).sentence == ""


def test_a_missing_parameter_leaves_a_dash() -> None:
    assert words("order-closed", {"number": "17"}, translator("en")).sentence == "Order 17 is “–” in the shop by now."
