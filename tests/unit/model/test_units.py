import pytest

from varco.model.units import grams_from


@pytest.mark.parametrize(
    ("text", "unit", "grams"),
    [("1.5", "kg", 1500), ("250", "g", 250), ("0,35", "kg", 350), ("1", "lbs", 454), ("2", "oz", 57)],
)
def test_a_weight_is_read_in_the_shops_unit(text: str, unit: str, grams: int) -> None:
    assert grams_from(text, unit) == grams


@pytest.mark.parametrize(
    ("text", "unit"), [("", "kg"), ("0", "kg"), ("-1", "kg"), ("NaN", "kg"), ("2", "stone"), ("heavy", "g")]
)
def test_a_weight_that_says_nothing_is_missing(text: str, unit: str) -> None:
    assert grams_from(text, unit) is None
