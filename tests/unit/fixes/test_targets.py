"""What holds for every target: their shape, and that no rule opens more than it says."""

from __future__ import annotations

import re

import msgspec
import pytest

from varco.app.fixes import Wanted, allow, fix_for, in_words, request_from, targets_for, text_of
from varco.app.language import translator
from varco.app.words import kinds
from varco.fixes.base import Target
from varco.fixes.causes import CAUSE_OF, UNCLEAR
from varco.fixes.paths import PATHS
from varco.fixes.registry import all_targets
from varco.model.errors import BadInput
from varco.model.fix import Cause, FixRequest

WANTED = Wanted(
    identity="sendcloud",
    platform="woocommerce",
    addresses="198.51.100.7, 198.51.100.128/25, 2001:db8::7",
    proxies="192.0.2.80",
    private=True,
)
ALL = [pytest.param(target, id=name) for name, target in all_targets().items()]


def request(**changes: object) -> FixRequest:
    return request_from(msgspec.structs.replace(WANTED, **changes))


def request_for(target: Target) -> FixRequest:
    """For a shop with which it makes sense."""
    return request(platform=next(iter(target.platforms or ("woocommerce",))))


@pytest.mark.parametrize("target", ALL)
def test_a_target_says_who_applies_it_how_to_undo_it_and_where_it_is_told(target: Target) -> None:
    fix = fix_for(target.name, request_for(target))
    assert fix.steps
    assert fix.undo
    assert all(source.startswith("https://") for source in fix.sources)
    assert fix.sources
    assert all(step.what and step.place and not step.what.endswith(".") for step in fix.steps)
    assert len({step.name for step in fix.steps}) == len(fix.steps)
    assert all(step.causes is None or step.causes <= target.causes for step in fix.steps)


@pytest.mark.parametrize("target", ALL)
def test_every_condition_that_a_target_can_see_stands_in_its_lines(target: Target) -> None:
    fix = fix_for(target.name, request_for(target))
    text = "\n".join(step.text for step in fix.steps)
    if fix.opens.addresses and target.sees >= {"address"}:
        assert "198.51.100.7" in text.replace("\\", "")
    if fix.opens.user_agents:
        assert "sendcloud/" in text
    if fix.opens.methods:
        assert "PATCH" in text or "PATCH" in "\n".join(step.what for step in fix.steps)
    if fix.opens.paths:
        assert "/wp-json/wc/" in text.replace("\\", "")


@pytest.mark.parametrize("target", ALL)
def test_nothing_is_trusted_that_anybody_can_send(target: Target) -> None:
    text = "\n".join(step.text for step in fix_for(target.name, request_for(target)).steps)
    assert "0.0.0.0/0" not in text
    assert "::/0" not in text
    assert not re.search(r"SetEnvIf(NoCase)? (REDIRECT_)?SHIP_OK", text)


@pytest.mark.parametrize("target", [target for target in all_targets().values() if target.needs_addresses])
def test_without_addresses_no_rule_is_printed(target: Target) -> None:
    with pytest.raises(BadInput, match=re.escape("support.sendcloud.com")):
        fix_for(target.name, request(addresses=""))


@pytest.mark.parametrize("platform", PATHS)
@pytest.mark.parametrize("folder", ["", "/negozio", "a/b.c"])
def test_the_shops_folder_stands_before_every_path(platform: str, folder: str) -> None:
    made = request(platform=platform, folder=folder)
    below = f"/{folder.strip('/')}" if folder else ""
    assert all(path.startswith(f"{below}/") for path in (*made.prefixes, *made.exact))
    for fix in allow(made):
        if fix.opens.paths:
            text = "\n".join(step.text for step in fix.steps).replace("\\", "")
            assert made.prefixes[0] in text, fix.target


@pytest.mark.parametrize(
    "folder", ["/../wp-admin", "/a b", '/a"b', "/a'b", "/a#b", "/a|b", "/(a)", "/.git", "/a//b", "/a{b"]
)
def test_a_folder_that_would_mean_something_in_a_rule_is_refused(folder: str) -> None:
    with pytest.raises(BadInput, match="cannot be the shop's folder"):
        request(folder=folder)


def test_each_cause_has_a_finding_and_each_finding_of_the_table_exists() -> None:
    assert set(CAUSE_OF.values()) == set(Cause)
    assert {*CAUSE_OF, *UNCLEAR} <= set(kinds())


@pytest.mark.parametrize("code", sorted((*CAUSE_OF, *UNCLEAR)))
def test_every_finding_of_the_table_has_lines_that_mend_it(code: str) -> None:
    made = request(finding=code, platform="prestashop" if code == "webservice-off" else "woocommerce")
    names = targets_for(made)
    assert names
    for name in names:
        assert fix_for(name, made).steps, name


def test_a_finding_prints_only_the_lines_that_mend_it() -> None:
    names = [step.name for step in fix_for("nginx", request(finding="site-password")).steps]
    assert names == ["who", "password-realm", "password"]


def test_a_finding_that_no_rule_mends_is_said() -> None:
    with pytest.raises(BadInput, match="No rule of a server mends tls-expired"):
        request(finding="tls-expired")
    with pytest.raises(BadInput, match="can do nothing about this problem"):
        fix_for("nginx", request(finding="banned-meanwhile"))


def test_a_proxy_is_trusted_only_where_it_is_named() -> None:
    with pytest.raises(BadInput, match="--proxies"):
        fix_for("nginx-real-ip", request(proxies=""))


def test_the_hub_lets_itself_in_by_its_own_name() -> None:
    made = request(identity="varco")
    assert made.product == "varco"
    assert not any("sendcloud" in path for path in made.prefixes)
    assert "^varco/[0-9]" in fix_for("nginx", made).steps[0].text


@pytest.mark.parametrize("target", ALL)
def test_the_lines_are_the_same_in_every_language(target: Target) -> None:
    fix = fix_for(target.name, request_for(target))
    italian = in_words(fix, translator("it"))
    assert [_pasted(step.text) for step in italian.steps] == [_pasted(step.text) for step in fix.steps]
    assert "Annullare" in text_of(fix, translator("it"))
    assert all(theirs.what != ours.what for theirs, ours in zip(italian.steps, fix.steps, strict=True))


def _pasted(text: str) -> list[str]:
    """Without the comments."""
    return [line for line in text.splitlines() if not line.startswith("# ")]


@pytest.mark.parametrize("name", ["apache-htaccess", "php-authorization", "litespeed"])
def test_whatever_goes_into_a_htaccess_says_how_to_save_it_and_what_to_do_on_error_500(name: str) -> None:
    for translate, save, repair in (
        (str, "# Save a copy", "# Error 500"),
        (translator("it"), "# Prima", "# Errore 500"),
    ):
        for step in in_words(fix_for(name, request()), translate).steps:
            assert step.text.startswith(save)
            assert step.text.splitlines()[-1].startswith(repair)


@pytest.mark.parametrize(
    ("network", "lines", "first"),
    [
        ("8.8.8.0/24", 1, "8.8.8.*"),
        ("8.8.0.0/16", 1, "8.8.*.*"),
        ("8.8.16.0/20", 16, "8.8.16.*"),
        ("8.8.8.128/25", 128, "8.8.8.128"),
        ("2a00:1450:4001::8", 1, "2a00:1450:4001::8"),
    ],
)
def test_mod_evasive_gets_what_it_understands(network: str, lines: int, first: str) -> None:
    (step,) = fix_for("mod-evasive", request(addresses=network)).steps
    assert len(step.text.splitlines()) == lines
    assert step.text.startswith(f"DOSWhitelist {first}")
