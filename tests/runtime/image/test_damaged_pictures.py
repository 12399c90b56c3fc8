"""How many damaged pictures a set may lose."""

from __future__ import annotations

import pytest
from edgevision.runtime.image.damaged_pictures import damage_warning

from edgevision.errors import CalibrationError, TrainingError


@pytest.mark.parametrize(
    ("count", "total", "fine"),
    [
        (1, 2, True),  # one, however few there are
        (2, 3, False),
        (2, 39, False),
        (2, 40, True),  # 5 % exactly
        (5, 100, True),
        (6, 100, False),
    ],
)
def test_one_in_twenty_may_be_damaged(count, total, fine):
    damaged = [f"Cannot read {i}.png." for i in range(count)]
    if fine:
        text = damage_warning(damaged, total, error=TrainingError)
        assert text.startswith(f"{count} of {total} pictures cannot be read and are l")
        assert "Cannot read 0.png." in text
        assert ("And 2 more." in text) is (count == 5)
        return
    with pytest.raises(TrainingError, match=f"^{count} of {total} .* more than 5%"):
        damage_warning(damaged, total, error=TrainingError)


def test_nothing_damaged_is_nothing_to_say():
    assert damage_warning([], 0, error=TrainingError) is None


def test_all_of_a_set_or_of_a_class_is_refused():
    with pytest.raises(CalibrationError, match=r"None of the 1 images can be read\. A"):
        damage_warning(["A is no picture."], 1, what="images", error=CalibrationError)
    with pytest.raises(TrainingError, match="class 'dog' can be read"):
        damage_warning(["A is damaged."], 90, emptied="dog", error=TrainingError)
