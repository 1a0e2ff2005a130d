"""Sealing, and how the keys come to be beside the data."""

from __future__ import annotations

import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varco.hub.keys import FILE, Keyring, keys_in, load_or_make, new_key, prepend, read_keys, sealed_by
from varco.model.errors import BadInput
from varco.model.secret import Secret

HERE = "integration:7:credentials"


@given(plain=st.binary(max_size=300))
def test_what_was_sealed_opens_at_its_place(plain: bytes) -> None:
    ring = Keyring([new_key()])
    sealed = ring.seal(plain, HERE)
    assert ring.open(sealed, HERE) == plain
    assert len(plain) < 4 or plain not in sealed


@pytest.mark.parametrize("place", ["integration:8:credentials", "integration:7:options", "unread_order:7:credentials"])
def test_a_value_moved_to_another_row_column_or_table_does_not_open(place: str) -> None:
    ring = Keyring([new_key()])
    with pytest.raises(BadInput, match="changed or moved"):
        ring.open(ring.seal(b"secret", HERE), place)


def test_a_value_changed_in_any_byte_does_not_open() -> None:
    ring = Keyring([new_key()])
    sealed = ring.seal(b"secret", HERE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(BadInput):
            ring.open(bytes(changed), HERE)


def test_the_same_text_is_never_sealed_alike() -> None:
    ring = Keyring([new_key()])
    assert ring.seal(b"secret", HERE) != ring.seal(b"secret", HERE)


def test_the_first_key_seals_and_every_key_opens() -> None:
    old, new = new_key(), new_key()
    sealed = Keyring([old]).seal(b"secret", HERE)
    ring = Keyring([new, old])
    assert ring.open(sealed, HERE) == b"secret"
    assert sealed_by(ring.seal(b"more", HERE)) == ring.newest == Keyring([new]).newest


def test_a_missing_key_is_told_without_telling_keys() -> None:
    sealed = Keyring([new_key()]).seal(b"secret", HERE)
    other = new_key()
    with pytest.raises(BadInput, match="VARCO_SECRET_KEYS") as told:
        Keyring([other]).open(sealed, HERE)
    assert other.reveal() not in str(told.value)


def test_no_keys_are_refused() -> None:
    with pytest.raises(BadInput, match="VARCO_SECRET_KEYS"):
        Keyring([])


def test_both_alphabets_of_base64_are_read() -> None:
    text = "-_" * 21 + "A="
    assert Keyring(read_keys(text)).newest == Keyring(read_keys(text.translate(str.maketrans("-_", "+/")))).newest


@pytest.mark.parametrize("text", ["abc", "é" * 44, "A" * 43 + "!", "A" * 40, "A" * 86 + "=="])
def test_what_is_no_key_is_refused_unseen(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes") as told:
        read_keys(text)
    assert text not in str(told.value)


def test_keys_are_made_once_beside_the_data_and_closed_to_others(tmp_path: Path) -> None:
    first = load_or_make(tmp_path, (), embedded=True)
    assert load_or_make(tmp_path, (), embedded=True) == first
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert len(first) == 1


def test_configured_keys_go_before_those_beside_the_data(tmp_path: Path) -> None:
    key = new_key()
    assert load_or_make(tmp_path, (key,), embedded=True) == (key,)
    assert not (tmp_path / FILE).exists()


def test_no_key_is_made_for_a_foreign_database(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="VARCO_SECRET_KEYS"):
        load_or_make(tmp_path, (), embedded=False)
    assert list(tmp_path.iterdir()) == []


def test_two_first_starts_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from varco.hub.keys import load_or_make; "
        "print(*(key.reveal() for key in load_or_make(pathlib.Path(sys.argv[1]), (), embedded=True)))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert len({process.communicate()[0] for process in started}) == 1


def test_a_new_key_is_put_first_and_found_by_who_runs_already(tmp_path: Path) -> None:
    (old,) = load_or_make(tmp_path, (), embedded=True)
    running = Keyring([old], partial(keys_in, tmp_path / FILE))
    new = new_key()
    prepend(tmp_path, new)
    assert list(keys_in(tmp_path / FILE)) == [new, old]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert running.open(Keyring([new]).seal(b"secret", HERE), HERE) == b"secret"


@pytest.mark.parametrize("content", ["", "\n\n", "garbage", "é"])
def test_a_damaged_key_file_is_said_and_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match="Put the file back"):
        load_or_make(tmp_path, (), embedded=True)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == content


def test_keys_never_show() -> None:
    key = Secret("topsecret")
    assert "topsecret" not in f"{key} {key!r} {[key]}"
