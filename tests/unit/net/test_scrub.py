from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from tests.recordings import AT, exchange_from, recordings
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response
from varco.net.scrub import scrubbed

secret_text = st.text("abcdefghijkXYZ0123456789_$!", min_size=8, max_size=40).map(lambda text: "cs_" + text)
person = st.sampled_from(["anna.rossi@example.test", "+39 081 5551234", "Niccolò D’Agostino", "80138"])


def everything(exchange: Exchange) -> str:
    return repr(exchange)


@given(secret=secret_text, who=person)
def test_neither_secrets_nor_people_get_through(secret: str, who: str) -> None:
    basic = b64encode(f"ck_key123456:{secret}".encode()).decode()
    exchange = Exchange(
        request=Request(
            method="POST",
            url=f"https://user:{quote(secret)}@shop.example/x?consumer_secret={quote(secret)}&search={quote(who)}",
            headers=(("Authorization", f"Basic {basic}"), ("Cookie", secret)),
            body=json.dumps({"email": who, who: 1, "list": [who]}).encode(),
        ),
        started_at=AT,
        response=Response(
            status=403,
            headers=(("Set-Cookie", secret), ("Location", f"https://x/?t={quote(secret)}"), ("X-Name", who)),
            body=f"<p>You sent {secret} and {basic}</p>".encode(),
        ),
    )
    seen = everything(scrubbed(exchange))
    for forbidden in (secret, quote(secret, safe=""), basic, "ck_key123456", who):
        assert forbidden not in seen


def test_a_failure_names_no_secret() -> None:
    exchange = Exchange(
        request=Request(method="GET", url="https://shop.example/?consumer_secret=cs_topsecret"),
        started_at=AT,
        failure=Failure(kind=FailureKind.OUR_FAULT, phase=Phase.SEND, text="bad url …cs_topsecret"),
    )
    assert "cs_topsecret" not in everything(scrubbed(exchange))


def test_customers_of_the_recordings_are_gone_and_machine_words_stay() -> None:
    for name, recording in recordings("woocommerce"):
        clean = everything(scrubbed(exchange_from(recording)))
        for personal in ("Agostino", "Umberto I", "@example.test", "5551234"):
            assert personal not in clean, name
    error = next(r for n, r in recordings("woocommerce") if n == "err_wrong_key")
    kept = scrubbed(exchange_from(error))
    assert kept.response is not None
    assert b"woocommerce_rest_cannot_view" in kept.response.body
