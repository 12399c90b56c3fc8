"""The shipped classifier's recipe at a small scale, and what it demands."""

from __future__ import annotations

import pytest
from edgevision.training.shipped.demo_classifier import make_classifier

from edgevision.errors import VerificationError


@pytest.mark.tf
@pytest.mark.slow
def test_a_file_that_falls_short_is_not_left_behind(tmp_path):
    output = tmp_path / "shapes.tflite"
    with pytest.raises(VerificationError):
        make_classifier(output, pictures=128, epochs=1, width=0.2, test_pictures=60)
    assert not list(tmp_path.iterdir())
