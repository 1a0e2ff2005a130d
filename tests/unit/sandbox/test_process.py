"""Pretend shops on real sockets, in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from html import unescape
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlencode

import pytest

from varco.model.errors import BadInput
from varco.model.exchange import Exchange, FailureKind, Phase, Request
from varco.model.secret import Secret
from varco.net.client import Client
from varco.net.diagnose import diagnose
from varco.sandbox import Kind, Running, ShopSpec, Wall, sandbox_process
from varco.sandbox.control import Order
from varco.shops.base import ShopAccess
from varco.shops.woocommerce.auth import signed

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    specs = [ShopSpec(name="Bottega", orders=30), ShopSpec(name="Senza TLS", tls=False, orders=3, folder="/negozio")]
    with sandbox_process(specs) as found:
        yield found


@pytest.fixture
async def client(running: Running) -> AsyncIterator[Client]:
    running.control.shop(0).set_walls([])
    async with Client(allowed_networks=LOOPBACK, extra_ca=running.ca_file) as found:
        yield found


async def ask(
    running: Running,
    client: Client,
    path: str,
    method: str = "GET",
    body: bytes = b"",
    *,
    shop: int = 0,
    wait_s: float = 5,
) -> Exchange:
    target = running.shops[shop]
    keys = {"consumer_key": Secret(target.consumer_key), "consumer_secret": Secret(target.consumer_secret)}
    access = ShopAccess(base_url=target.url, credentials=keys, user_agent="Varco/test")
    url, proof = signed(access, method, f"{target.url}/wp-json/wc/v3/{path}", {})
    headers = (*proof, ("Accept", "application/json"), ("Content-Type", "application/json"))
    return await client.send(Request(method=method, url=url, headers=headers, body=body, timeout_s=wait_s), key="test")


@pytest.mark.parametrize("shop", [0, 1])
async def test_each_shop_answers_with_its_own_keys(running: Running, client: Client, shop: int) -> None:
    exchange = await ask(running, client, "orders", shop=shop)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.header("X-WP-Total")) == (200, ("30", "3")[shop])


async def test_nobody_else_trusts_its_certificate(running: Running) -> None:
    async with Client(allowed_networks=LOOPBACK) as stranger:
        exchange = await ask(running, stranger, "orders")
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.TLS


async def test_walls_act_on_the_wire(running: Running, client: Client) -> None:
    backstage = running.control.shop(0)
    backstage.set_walls([Wall(kind=Kind.CUT_BEFORE)])
    before = await ask(running, client, "orders")
    backstage.set_walls([Wall(kind=Kind.CUT_MIDDLE)])
    middle = await ask(running, client, "orders")
    assert before.failure is not None
    assert middle.failure is not None
    assert (before.failure.phase, middle.failure.phase) == (Phase.WAIT, Phase.READ)


async def test_a_late_answer_was_done_all_the_same(running: Running, client: Client) -> None:
    backstage = running.control.shop(0)
    (number,) = backstage.add_orders(1, days=0)
    backstage.set_walls([Wall(kind=Kind.LATE, seconds=30)])
    exchange = await ask(running, client, f"orders/{number}/notes", "POST", b'{"note":"BRT1"}', wait_s=0.3)
    finding = diagnose(exchange)
    assert finding is not None
    assert finding.code == "answer-timeout"
    assert backstage.tracking(["BRT1"])["BRT1"].notes == 1


def test_the_control_port_gives_what_the_shop_holds(running: Running) -> None:
    backstage = running.control.shop(1)
    (number,) = backstage.add_orders(1, at=datetime(2026, 3, 1, 12, tzinfo=UTC), status="on-hold")
    backstage.edit([number], {"customer_note": "Suonare"})
    held = backstage.order(number)
    assert held is not None
    assert (held.status, held.customer_note, held.created_at.month) == ("on-hold", "Suonare", 3)
    assert backstage.order(999_999) is None


def test_what_cannot_be_done_is_said(running: Running) -> None:
    with pytest.raises(BadInput, match="with these arguments"):
        running.control.call(Order(do="set_walls", arguments={"walls": [{"kind": "dragon"}]}))
    with pytest.raises(BadInput, match="no shop 7"):
        running.control.shop(7).counts()


async def test_the_page_for_a_person_needs_no_certificate(running: Running) -> None:
    async with Client(allowed_networks=LOOPBACK) as person:
        exchange = await person.send(Request(method="GET", url=running.shops[0].page_url), key="test")
    assert exchange.response is not None
    assert b"Orders" in exchange.response.body


def test_it_ends_with_its_block() -> None:
    with sandbox_process([ShopSpec(tls=False)]) as running:
        pid = running.pid
    assert not is_alive(pid)


def test_what_it_made_for_itself_is_gone_with_it() -> None:
    with sandbox_process([ShopSpec()]) as running:
        assert running.ca_file.exists()
    assert not running.ca_file.parent.exists()


def test_it_can_be_stopped_by_its_control_port() -> None:
    with sandbox_process([ShopSpec(tls=False)]) as running:
        running.control.stop()
        assert gone_within(running.pid, 10)


def test_it_ends_when_its_parent_is_killed() -> None:
    """The parent is killed without a chance to say good-bye."""
    program = (
        "import time\nfrom varco.sandbox import ShopSpec, sandbox_process\n"
        "with sandbox_process([ShopSpec(tls=False)]) as running:\n"
        "    print(running.pid, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    assert gone_within(child, 10)


def test_the_authority_is_kept_in_its_folder(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        with sandbox_process([ShopSpec()], tmp_path) as running:
            seen.append(running.ca_file.read_bytes())
    assert seen[0] == seen[1]
    assert (tmp_path / "ca-key.pem").stat().st_mode & 0o077 == 0


def gone_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not is_alive(pid)


def is_alive(pid: int) -> bool:
    """Not there, or only waiting to be buried."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(("path", "status"), [("/", 302), ("/nobody-takes-them", 401)])
async def test_granted_keys_are_sent_before_the_merchant_goes_back(
    running: Running, client: Client, path: str, status: int
) -> None:
    """The shop itself stands for the application: its front page takes anything, its missing page nothing."""
    home = running.shops[0].url
    asked = {
        "app_name": "Varco",
        "scope": "read_write",
        "user_id": "7",
        "return_url": "https://hub.example/back",
        "callback_url": f"{home}{path}",
    }
    url = f"{home}/wc-auth/v1/authorize?{urlencode(asked)}"
    page = await client.send(Request(method="GET", url=url), key="test")
    assert page.response is not None
    link = unescape(page.response.body.decode().partition('class="button approve" href="')[2].partition('"')[0])
    answer = await client.send(Request(method="GET", url=link), key="test")
    assert answer.response is not None
    assert answer.response.status == status
    assert any(request.method == "POST" and request.path == path for request in running.control.shop(0).requests())
