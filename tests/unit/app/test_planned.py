"""What an examination would ask is told without asking it, and is what it then asks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise

import pytest

from tests.unit.doctor.shops import no_time
from varco.app.check import target_of
from varco.app.planned import plan, purpose_of, safety_of
from varco.doctor.runner import examine
from varco.doctor.scan import CAREFUL, THOROUGH, Limits
from varco.model.errors import BadInput
from varco.model.identity import SENDCLOUD
from varco.sandbox import SandboxShop, ShopSpec, send_to

URL = "https://shop.example"
WITHOUT_A_SOCKET = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"):
        raise SystemExit(f"{event} {arguments}")
sys.addaudithook(refuse)
from varco.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def without_a_socket(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_A_SOCKET, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_dry_run_opens_no_connection_and_looks_up_no_name() -> None:
    answer = without_a_socket("check", URL, "--dry-run", "--json")
    assert answer.returncode == 0, answer.stderr
    assert len(json.loads(answer.stdout)["questions"]) > 10
    assert without_a_socket("check", "http://198.51.100.7").returncode != 0, "a real run would try to"


def test_a_dry_run_reads_well_and_says_why_each_question_is_harmless() -> None:
    said = without_a_socket("check", URL, "--dry-run").stdout
    for part in ("PATCH", f"{URL}/wp-json/wc/v3/varco-probe-", "Sendcloud/1.0.0", "no route of WordPress", "0.75 s"):
        assert part in said


@pytest.mark.parametrize("limits", [CAREFUL, THOROUGH], ids=lambda limits: limits.manner)
@pytest.mark.parametrize("platform", ["woocommerce", "prestashop", "magento"])
@pytest.mark.parametrize("with_keys", [False, True])
async def test_the_plan_is_what_is_then_asked(platform: str, limits: Limits, with_keys: bool) -> None:
    planned = await plan(URL, SENDCLOUD, limits=limits, platform=platform, with_keys=with_keys)
    shop = SandboxShop(ShopSpec(platform=platform, orders=2))
    credentials = shop.credentials() if with_keys else {}
    target = target_of(URL, SENDCLOUD, platform=platform, credentials=credentials)
    report = await examine(target, send_to(shop), limits=limits, sleep=no_time)
    told = [(call.method, call.url) for call in report.calls]
    assert [_plain(question.method, question.url) for question in planned.questions] == [_plain(*each) for each in told]


async def test_questions_are_paused_between_and_each_says_why() -> None:
    planned = await plan(URL, SENDCLOUD)
    times = [question.after_s for question in planned.questions]
    assert all(later - earlier >= 0.75 for earlier, later in pairwise(times))
    marked = [(purpose_of(each, "<{}>".format), safety_of(each, "<{}>".format)) for each in planned.questions]
    assert all(purpose.startswith("<") and safety.startswith("<") for purpose, safety in marked), "all are translatable"


async def test_what_is_no_address_is_said() -> None:
    with pytest.raises(BadInput):
        await plan("my shop", SENDCLOUD)


def _plain(method: str, url: str) -> tuple[str, str]:
    """Without the random part of the path that no route takes, and without what a signature makes of the time."""
    return method, re.sub(r"varco-probe-[0-9a-f]+", "probe", url).partition("?")[0]
