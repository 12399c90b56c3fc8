"""The resize rule as users write it."""

from __future__ import annotations

import pytest
from edgevision.runtime.image.resize_rule import parse_resize


def test_resize_rules_are_read_from_text():
    assert parse_resize("stretch") == ("stretch", 1.0)
    assert parse_resize("Center-Crop:0.875") == ("center-crop", 0.875)
    with pytest.raises(ValueError, match="Did you mean 'letterbox'"):
        parse_resize("leterbox")
    with pytest.raises(ValueError, match=r"Write center-crop:0\.875"):
        parse_resize("stretch:0.5")
