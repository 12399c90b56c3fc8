"""What a runtime lacks of a model, by the table of operator versions."""

from __future__ import annotations

import pytest
from edgevision.runtime.tflite.graph import Operator
from edgevision.runtime.tflite.operator_versions import RUNTIMES, missing_operators


def operator(name, version=1, *, custom=False):
    return Operator(name, version, custom, (0,), (1,))


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_versions_above_the_highest_are_lacking(runtime):
    highest = RUNTIMES[runtime]["CONV_2D"]
    known, newer = operator("CONV_2D", highest), operator("CONV_2D", highest + 1)
    assert missing_operators([known], runtime) == ()
    assert missing_operators([known, newer, newer], runtime) == (
        f"CONV_2D version {highest + 1}",
    )


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_one_custom_operator_is_known_and_others_are_not(runtime):
    post = operator("TFLite_Detection_PostProcess", custom=True)
    other = operator("mine", custom=True)
    assert missing_operators([post, other], runtime) == ("custom op mine",)


@pytest.mark.parametrize(
    "name",
    ["Convolution2DTransposeBias", "MaxPoolingWithArgmax2D", "MaxUnpooling2D"],
)
def test_an_operator_of_xnnpack_alone_is_known_where_xnnpack_has_it(name):
    """MediaPipe's selfie and hair segmentation: one runtime runs them, one does not."""
    custom = operator(name, custom=True)
    assert missing_operators([custom], "ai-edge-litert 2.3") == ()
    assert missing_operators([custom], "tflite-runtime 2.14") == (f"custom op {name}",)
