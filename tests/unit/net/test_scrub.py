from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

from hypothesis import given
from hypothesis import strategies as st

from tests.recordings import AT, exchange_from, recordings
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response
from varco.net.scrub import scrubbed

secret_text = st.text('abcdefghijkXYZ0123456789_$!/+&<é"', min_size=8, max_size=40).map(lambda text: "cs_" + text)
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


def forms(secret: str) -> list[str]:
    """How a server may send back what we sent."""
    escaped = quote(secret, safe="")
    return [
        secret,
        escaped,
        quote_plus(secret),
        re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), escaped),
        html.escape(secret),
        json.dumps(secret)[1:-1],
        b64encode(secret.encode()).decode().rstrip("="),
        urlsafe_b64encode(secret.encode()).decode().rstrip("="),
        b64encode(f"ck_key123456:{secret}".encode()).decode(),
    ]


places = st.sampled_from(["reason", "kept header", "other header", "location", "page", "json", "text", "cut json"])


@given(secret=secret_text, way=st.sampled_from(["basic", "query", "token", "user information"]), data=st.data())
def test_no_form_of_a_secret_survives_wherever_a_server_sends_it_back(
    secret: str, way: str, data: st.DataObject
) -> None:
    sent = {
        "basic": Request(
            method="GET",
            url="https://shop.example/x",
            headers=(("authorization", f"Basic {b64encode(f'ck_key123456:{secret}'.encode()).decode()}"),),
        ),
        "query": Request(method="GET", url=f"https://shop.example/x?page=1&consumer_secret={quote(secret, safe='')}"),
        "token": Request(method="GET", url="https://shop.example/x", headers=(("X-Shopify-Access-Token", secret),)),
        "user information": Request(method="GET", url=f"https://me:{quote(secret, safe='')}@shop.example/x"),
    }[way]
    form = data.draw(st.sampled_from(forms(secret) if way == "basic" else forms(secret)[:-1]))
    place = data.draw(places)
    headers = {
        "kept header": ("Server", f"nginx {form}"),
        "other header": ("X-Echo", form),
        "location": ("Location", f"https://x.example/{quote(form)}?page={quote(form)}&t={quote(form)}"),
    }
    bodies = {
        "page": f"<html><p>You sent {form}</p><a href='?x={form}'>again</a></html>",
        "json": json.dumps({"code": "refused", "message": form, form: form, "list": [[form]]}),
        "text": f"Forbidden: {form}",
        "cut json": f'<b>Warning</b> [{{"sent":"{form}","more":["{form}", "{form[: len(form) // 2]}',
    }
    answer = Response(
        status=403,
        reason=form if place == "reason" else "Forbidden",
        headers=(headers.get(place, ("Server", "nginx")),),
        body=bodies.get(place, "").encode(),
    )
    seen = everything(scrubbed(Exchange(request=sent, started_at=AT, response=answer)))
    assert secret not in seen
    assert form not in seen


def test_data_that_are_cut_off_or_stand_behind_a_warning_lose_their_values() -> None:
    order = {"id": 7, "billing": {"first_name": "Niccolò", "city": "Forlì", "tags": ["Anna", "Rossi"]}, "note": "Ciao"}
    whole = json.dumps([order] * 40, ensure_ascii=False)
    for body in (f"<b>Warning</b>: x.php {whole}", whole[:-5], whole[:230], f"{whole}<!-- cached -->"):
        kept = scrubbed(answering(body.encode())).response
        assert kept is not None
        text = kept.body.decode()
        assert len(text) <= 2048
        for personal in ("Niccol", "Forl", "Anna", "Rossi", "Ciao"):
            assert personal not in text, body[:40]
        assert "first_name" in text


def test_of_a_page_enough_stays_to_know_it_by() -> None:
    page = "<html><title>403 Forbidden</title><body>Blocked by Firewall. Ask anna@x.example, 081 555 1234</body></html>"
    kept = scrubbed(answering(page.encode())).response
    assert kept is not None
    text = kept.body.decode()
    assert "403 Forbidden" in text
    assert "Blocked by Firewall" in text
    assert "anna@" not in text
    assert "555" not in text


def test_a_secret_that_the_end_of_what_is_kept_cuts_through_does_not_show() -> None:
    secret = "cs_" + "a1b2" * 10
    basic = b64encode(f"ck_key123456:{secret}".encode()).decode()
    for length in range(2000, 4200, 7):
        noise = "mail@x.example " * (length // 15) + "y" * (length % 15)
        request = Request(method="GET", url="https://x/", headers=(("Authorization", f"Basic {basic}"),))
        answer = Response(status=403, body=(noise + secret + "z" * 3000).encode())
        kept = scrubbed(Exchange(request=request, started_at=AT, response=answer)).response
        assert kept is not None
        assert b"cs_a1" not in kept.body


def test_a_code_stays_only_where_the_shop_tells_an_error() -> None:
    kept = scrubbed(answering(b'{"code":"rest_no_route","message":"No","coupon":{"code":"anna_rossi"}}')).response
    assert kept is not None
    assert json.loads(kept.body) == {"code": "rest_no_route", "message": "text", "coupon": {"code": "text"}}


def test_bytes_that_are_no_text_are_only_counted() -> None:
    kept = scrubbed(answering(bytes(range(256)) * 20)).response
    assert kept is not None
    assert kept.body == b"(5120 bytes that are no text)"


def test_a_very_deep_or_wide_answer_stays_small() -> None:
    for body in (b"[" * 5000 + b"]" * 5000, json.dumps({f"k{i}": i for i in range(5000)}).encode()):
        kept = scrubbed(answering(body)).response
        assert kept is not None
        assert len(kept.body) < 6000


def test_what_an_engineer_needs_of_a_request_stays() -> None:
    url = "https://shop.example/wp-json/wc/v3/orders?per_page=100&status=any&modified_after=2026-11-20T10:00:00&search=Anna"
    request = Request(method="GET", url=url, headers=(("User-Agent", "Varco/1"), ("Accept", "application/json")))
    kept = scrubbed(Exchange(request=request, started_at=AT, response=Response(status=200))).request
    assert kept.url == url.replace("Anna", "***")
    assert kept.headers == request.headers


def answering(body: bytes) -> Exchange:
    request = Request(method="GET", url="https://shop.example/")
    return Exchange(request=request, started_at=AT, response=Response(status=403, body=body))


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
