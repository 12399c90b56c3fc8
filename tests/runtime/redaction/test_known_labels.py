"""Labels that a model never reports are refused before a run begins."""

from types import SimpleNamespace

import numpy as np
import pytest
from edgevision.runtime.decoders import Selection, SelectionOptions
from edgevision.runtime.redaction import check_labels, marked_boxes, most_things
from edgevision.runtime.results import COCO_KEYPOINTS
from support.results_of_people import boxes

PETS = {"cat": "pet", "dog": "pet"}
LABELS = ("person", "car", "plate")


def _model(task="detection", labels=LABELS, keypoints=(), hierarchy=None, **options):
    level = options.pop("level", None)
    selection = Selection(
        SelectionOptions(**options),
        labels=labels,
        class_count=len(labels),
        hierarchy=hierarchy,
        level=level,
        keypoint_labels=keypoints,
    )
    card = SimpleNamespace(name="net", task=task)
    return SimpleNamespace(card=card, labels=labels, selection=selection)


@pytest.mark.parametrize(
    ("model", "labels"),
    [
        (_model(), ["plate", "person"]),
        (_model(), ["all"]),
        (_model(allow=["plate"]), ["plate"]),
        (_model(labels=()), ["0", "12", "all"]),
        (_model(keypoints=COCO_KEYPOINTS), ["face"]),
        (_model("pose", ()), ["face", "person"]),
        (_model("landmarks", ()), ["face", "left hand"]),
        (_model("segmentation"), ["person"]),
    ],
)
def test_what_a_model_reports_can_be_covered(model, labels):
    check_labels(model, labels)


@pytest.mark.parametrize(
    ("model", "label", "words"),
    [
        (_model(), "plat", "Did you mean 'plate'"),
        (_model(), "face", "No label 'face'"),
        (_model(deny=["plate"]), "plate", "No label 'plate'"),
        (_model(allow=["car"]), "plate", "No label 'plate'.* Known: all, car"),
        (_model(labels=()), "face", "has no labels, so nothing in it"),
        (_model(keypoints=("wrist", "elbow")), "face", "No label 'face'"),
        (_model("pose", ()), "dog", "Known: all, face, person"),
        (_model("classification"), "person", "does not say where person is"),
        (_model("text", ()), "plate", "does not say where plate is"),
        (
            _model(
                labels=("cat", "dog"), hierarchy={"cat": "pet", "dog": "pet"}, level=1
            ),
            "cat",
            "Known: all, pet",
        ),
    ],
)
def test_what_would_never_be_covered_is_refused(model, label, words):
    with pytest.raises(ValueError, match=words):
        check_labels(model, [label])


def test_of_a_thousand_labels_the_sentence_names_the_nearest_only():
    model = _model(labels=tuple(f"thing {i}" for i in range(1000)))
    with pytest.raises(ValueError, match="Did you mean 'thing 77'") as raised:
        check_labels(model, ["thing77"])
    assert len(str(raised.value)) < 300


def test_a_pair_of_models_is_refused(monkeypatch):
    from edgevision.runtime import model as room

    pair = object.__new__(room.TwoStage)
    pair.card = SimpleNamespace(name="a, then b", task="detection")
    with pytest.raises(ValueError, match="two models in a row"):
        check_labels(pair, ["plate"])


def test_a_detector_has_a_limit():
    assert most_things(_model(max_detections=7)) == 7
    assert most_things(_model("segmentation")) == 0


def test_labels_are_those_of_the_results():
    """What is accepted is found in a result, as it is spelled there."""
    seen = boxes([(1, 2, 3, 4)] * 3, LABELS)
    for label in LABELS:
        check_labels(_model(), [label])
        assert len(marked_boxes(seen, {label})) == 1
    assert np.isfinite(marked_boxes(seen, {"all"})).all()
