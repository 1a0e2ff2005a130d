import pickle

import pytest

from varco.model.secret import Secret


def test_a_secret_never_shows_itself() -> None:
    secret = Secret("ck_0123")
    assert "ck_0123" not in f"{secret!r} {secret!s} {secret:>10} {[secret]}"
    assert secret.reveal() == "ck_0123"


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("ck_0123"))
