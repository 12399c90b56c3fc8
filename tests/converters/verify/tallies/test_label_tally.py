"""Labels of two models, compared by hand."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.verify.tallies.label_tally import LabelTally
from edgevision.converters.verify.verification import KERNELS
from edgevision.runtime.decoders import ClassifierOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.metrics import label_average_precision
from edgevision.runtime.tensors.quantization import quantize
from edgevision.runtime.tensors.spec import TensorSpec

NOWHERE = Letterbox.fit((1, 1), (1, 1))
NAMES = ("wet", "cold", "dark")


def tally_of(floats, files, *, truth=None, activation="none", **options):
    """Return the tally of a float model's answers and of a file with uint8 scores."""
    floats = np.asarray(floats, np.float32)
    spec = TensorSpec("s", 0, (1, floats.shape[1]), np.dtype(np.float32))
    step = TensorSpec("s", 0, spec.shape, np.dtype(np.uint8), 1 / 256, 0)
    known = ClassifierOptions(multi_label=True, activation=activation, **options)
    tally = LabelTally(NAMES, known, [spec], [step], truth)
    for row, answer in zip(floats, np.asarray(files), strict=True):
        reference = tally.read_float([row[None]], NOWHERE)
        tally.reference(reference)
        raw = quantize(answer[None], step.scale, step.zero_point, np.uint8)
        for name in KERNELS:
            tally.add(name, reference, tally.read([raw], NOWHERE))
    return tally


FLOATS = [[0.9, 0.25, 0.5], [0.25, 0.25, 0.75], [0.75, 0.25, 0.25], [0.5, 0.25, 0.75]]
# "wet" of the last and "dark" of the first picture change sides.
FILES = [[0.9, 0.25, 0.25], [0.25, 0.25, 0.75], [0.75, 0.25, 0.25], [0.25, 0.25, 0.75]]


def test_a_label_agrees_where_both_report_it_or_both_do_not():
    result = tally_of(FLOATS, FILES).result("set")
    assert result.metric == "agreement of labels at their thresholds"
    assert result.agreement == pytest.approx(10 / 12)
    parts = {part["name"]: part for part in result.parts}
    assert [part["name"] for part in result.parts] == ["wet", "dark", "cold"]
    assert parts["wet"]["agreement"] == 0.75
    assert (parts["wet"]["float_reported"], parts["wet"]["reported"]) == (3, 2)
    assert parts["cold"]["agreement"] == 1
    # Of the six that the float model reports the file reports four.
    assert result.details["reported_by_both"] == pytest.approx(4 / 6)
    assert result.drop is None


def test_thresholds_decide_what_agrees():
    result = tally_of(FLOATS, FILES, thresholds=(0.2, 0.2, 0.9)).result("set")
    assert result.agreement == 1
    assert [part["threshold"] for part in result.parts] == pytest.approx(
        [0.2, 0.2, 0.9]
    )


def test_the_truth_gives_map_and_f1_of_both():
    truth = np.asarray([[1, 0, 1], [0, 0, 1], [1, 0, np.nan], [1, 0, 0]], np.float64)
    result = tally_of(FLOATS, FILES, truth=truth).result("set")
    before = np.nanmean(label_average_precision(truth, np.asarray(FLOATS)))
    assert result.accuracy_name == "mAP"
    assert result.float_accuracy == pytest.approx(before)
    # Wet: three of three by float, two of three by the file. Cold is never true.
    # Dark: reported thrice, two right, of two that are true; then twice, one right.
    assert result.details["float_macro_f1"] == pytest.approx((1 + 2 * 2 / 5) / 2)
    assert result.details["macro_f1"] == pytest.approx((2 * 2 / 5 + 2 * 1 / 4) / 2)
    cold = next(part for part in result.parts if part["name"] == "cold")
    assert (cold["true_n"], cold["ap"], cold["f1"]) == (0, None, None)


def test_logits_are_read_by_a_sigmoid_and_no_softmax():
    logits = np.asarray([[3.0, 3.0, -3.0], [-3.0, 4.0, 4.0]], np.float32)
    spec = TensorSpec("s", 0, (1, 3), np.dtype(np.float32))
    options = ClassifierOptions(multi_label=True, activation="sigmoid")
    tally = LabelTally(NAMES, options, [spec], [spec], None)
    scores = [
        tally.read_float([np.asarray([row], np.float32)], NOWHERE) for row in logits
    ]
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-np.asarray(logits))), rtol=1e-5)


def test_a_model_that_reports_nothing_or_everything_is_said():
    low = np.full((4, 3), 0.25)
    assert tally_of(FLOATS, FILES).warnings() == ()
    (nothing,) = tally_of(low, low).warnings()
    assert "reports no label on all 4 samples" in nothing
    (everything,) = tally_of(low, low, thresholds=0).warnings()
    assert "reports every label on all 4 samples" in everything
    assert tally_of(low, low).result("set").agreement == 1
