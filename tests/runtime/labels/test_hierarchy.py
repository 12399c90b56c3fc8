"""Labels with ancestors, and results at a level, against brute-force sums."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from edgevision.runtime.decoders.classifier import ClassifierDecoder, ClassifierOptions
from edgevision.runtime.decoders.factory import decoder_options
from edgevision.runtime.decoders.registry import DECODERS
from edgevision.runtime.decoders.segmentation import (
    SegmentationDecoder,
    SegmentationOptions,
)
from edgevision.runtime.decoders.selection import Selection
from edgevision.runtime.decoders.selection_options import SelectionOptions
from edgevision.runtime.decoders.ssd.post_process import SsdOpDecoder, SsdOpOptions
from edgevision.runtime.decoders.yolo.head import YoloDecoder
from edgevision.runtime.decoders.yolo.options import YoloOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.labels.hierarchy import (
    depth_of,
    full_labels,
    path_of,
    roll_up,
    split_labels,
)
from edgevision.runtime.labels.label_files import read_labels
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from edgevision.errors import ModelError

TEXTS = (
    "animal > bird > parrot",
    "animal > bird > sparrow",
    "animal > cat",
    "vehicle > car",
    "vehicle > boat > canoe",
    "sky",
)
LABELS, PARENTS = split_labels(TEXTS)
BOX = Letterbox.fit((64, 64), (64, 64))


def ancestor(text: str, level: int) -> str:
    """Return what a class is called at a level, the slow way."""
    path = text.split(" > ")
    return path[level - 1] if level <= len(path) else path[-1]


def test_labels_and_parents_go_there_and_back():
    assert LABELS == ("parrot", "sparrow", "cat", "car", "canoe", "sky")
    assert path_of("parrot", PARENTS) == ("animal", "bird", "parrot")
    assert full_labels(LABELS, PARENTS) == TEXTS
    assert depth_of(LABELS, PARENTS) == 3
    assert depth_of(("a", "b"), {}) == 1
    assert split_labels(("a>b", "c")) == (("a>b", "c"), {})


@pytest.mark.parametrize("name", ["labels.txt", "labels.json", "labels.yaml"])
def test_any_label_file_may_state_it(tmp_path: Path, name: str):
    path = tmp_path / name
    text = "\n".join(TEXTS)
    if name.endswith("json"):
        text = str(list(TEXTS)).replace("'", '"')
    elif name.endswith("yaml"):
        text = "names:\n" + "\n".join(f"  {i}: {t}" for i, t in enumerate(TEXTS))
    path.write_text(text)
    assert split_labels(read_labels(path)) == (LABELS, PARENTS)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["animal > > cat"], "a name is missing before or after '>'"),
        (["animal > "], "a name is missing"),
        (["a > x", "b > x"], "have 'x' under 'a' and under 'b'"),
        (["a > b", "b > a"], "both at the top and under"),
        (["r > a > b > a"], "have 'a' under 'r' and under 'b'"),
        ([" > ".join(map(str, range(40)))], "more than 32 levels"),
    ],
)
def test_what_is_no_tree_is_refused(texts, words):
    with pytest.raises(ModelError, match=words):
        split_labels(texts)


def test_a_class_may_be_an_ancestor_too():
    labels, parents = split_labels(["animal > bird", "animal > bird > parrot"])
    assert roll_up(labels, parents, 3).labels == ("bird", "parrot")
    assert roll_up(labels, parents, 2).nodes.tolist() == [0, 0]


@pytest.mark.parametrize("level", [1, 2, 3, "animal", "bird", "2", "canoe"])
def test_each_class_is_called_by_its_ancestor(level):
    number = {"animal": 1, "bird": 2, "2": 2, "canoe": 3}.get(str(level), level)
    found = roll_up(LABELS, PARENTS, level)
    names = [found.labels[i] for i in found.nodes]
    assert names == [ancestor(text, number) for text in TEXTS]


def test_levels_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="level must be 1 to 3"):
        roll_up(LABELS, PARENTS, 4)
    with pytest.raises(ValueError, match="No level 'brid'. Did you mean 'bird'"):
        roll_up(LABELS, PARENTS, "brid")
    with pytest.raises(ValueError, match="needs labels with ancestors"):
        roll_up(("a", "b"), {}, 1)


def vector(dtype: str = "float32", scale: float = 0.0, zero: int = 0) -> TensorSpec:
    return TensorSpec("scores", 0, (1, 6), np.dtype(dtype), scale, zero)


@given(
    arrays.arrays(np.uint8, (1, 6)),
    st.integers(1, 3),
    st.integers(1, 6),
    st.floats(0, 1),
    st.sampled_from(["softmax", "sigmoid", "none"]),
    st.sampled_from([None, ["animal"], ["bird", "sky"]]),
)
def test_a_classifier_adds_what_lies_below(
    raw, level, top_k, threshold, activation, allow
):
    tensor = vector("uint8", *((1 / 256, 0) if activation == "none" else (0.1, 100)))
    leaf = ClassifierDecoder(
        [tensor],
        labels=LABELS,
        options=ClassifierOptions(activation=activation),
    ).scores([raw])
    decoder = ClassifierDecoder(
        [tensor],
        labels=LABELS,
        hierarchy=PARENTS,
        options=ClassifierOptions(
            activation=activation,
            level=level,
            top_k=top_k,
            score_threshold=threshold,
            allow=allow,
        ),
    )
    expected: dict[str, float] = {}
    for text, score in zip(TEXTS, leaf.tolist(), strict=True):
        if allow is None or set(allow) & set(text.split(" > ")):
            name = ancestor(text, level)
            old = expected.get(name, 0.0)
            sigmoid = activation == "sigmoid"
            expected[name] = max(old, score) if sigmoid else min(1, old + score)
    found = decoder.decode([raw], BOX)
    for label, score in zip(found.labels, found.scores, strict=True):
        assert score == pytest.approx(expected[label], abs=2e-6)
    wanted = sorted(expected.values(), reverse=True)
    wanted = [score for score in wanted if score >= threshold + 1e-6][:top_k]
    np.testing.assert_allclose(found.scores[: len(wanted)], wanted, atol=2e-6)
    assert (np.diff(found.scores) <= 0).all()


def test_one_score_of_two_classes_has_a_level_too():
    labels, parents = split_labels(["thing > off", "thing > on"])
    tensor = TensorSpec("score", 0, (1, 1), np.dtype("float32"), 0.0, 0)
    decoder = ClassifierDecoder(
        [tensor],
        labels=labels,
        hierarchy=parents,
        options=ClassifierOptions(level=1, activation="none"),
    )
    found = decoder.decode([np.asarray([[0.3]], np.float32)], BOX)
    assert (found.labels, found.scores.tolist()) == (("thing",), [1.0])


def post_processed(**options):
    """Return two boxes on one bird and one on a boat, decoded."""
    names = ("boxes", "classes", "scores", "count")
    shapes = ((1, 4, 4), (1, 4), (1, 4), (1,))
    specs = [
        TensorSpec(name, i, shape, np.dtype("float32"), 0.0, 0)
        for i, (name, shape) in enumerate(zip(names, shapes, strict=True))
    ]
    boxes = np.zeros((1, 4, 4), np.float32)
    boxes[0, :3] = [[0.1, 0.1, 0.5, 0.5], [0.1, 0.12, 0.5, 0.5], [0.6, 0.6, 0.9, 0.9]]
    outputs = [
        boxes,
        np.asarray([[0, 1, 4, 0]], np.float32),
        np.asarray([[0.9, 0.8, 0.7, 0]], np.float32),
        np.asarray([3], np.float32),
    ]
    decoder = SsdOpDecoder(
        specs,
        labels=LABELS,
        hierarchy=PARENTS,
        model_size=(64, 64),
        options=SsdOpOptions(roles=names, **options),
    )
    return decoder.decode(outputs, BOX)


def test_detections_of_one_ancestor_suppress_each_other():
    assert post_processed().labels == ("parrot", "sparrow", "canoe")
    assert post_processed(level=3).labels == ("parrot", "sparrow", "canoe")
    assert post_processed(level="bird").labels == ("bird", "boat")
    assert post_processed(level=1).labels == ("animal", "vehicle")
    assert post_processed(level=1, nms="none").labels == ("animal", "animal", "vehicle")
    assert post_processed(allow=["animal"]).labels == ("parrot", "sparrow")
    assert post_processed(deny=["bird"], level=1).labels == ("vehicle",)


def test_a_yolo_head_rolls_up_before_suppression():
    head = np.zeros((1, 10, 84), np.float32)
    head[0, :4, 0], head[0, 4, 0] = [20, 20, 10, 10], 0.6  # parrot
    head[0, :4, 1], head[0, 5, 1] = [20, 20, 10, 10], 0.9  # sparrow, the same place
    spec = TensorSpec("out", 0, head.shape, np.dtype("float32"), 0.0, 0)
    plain, rolled = (
        YoloDecoder(
            [spec],
            labels=LABELS,
            hierarchy=PARENTS,
            model_size=(64, 64),
            options=YoloOptions(units="pixel", level=level),
        ).decode([head], BOX)
        for level in (None, 2)
    )
    assert plain.labels == ("sparrow", "parrot")
    assert rolled.labels == ("bird",)
    assert rolled.scores.tolist() == pytest.approx([0.9])


def test_classes_beyond_the_labels_keep_their_numbers():
    chosen = Selection(
        SelectionOptions(nms="none"), labels=LABELS, hierarchy=PARENTS, level=1
    )
    boxes = np.asarray([[0, 0, 9, 9], [20, 20, 30, 30]], np.float32)
    scores = np.asarray([0.9, 0.8], np.float32)
    found = chosen.of(boxes, scores, np.asarray([8, 2]), BOX)
    assert found.labels == ("8", "animal")


def test_a_map_shows_the_ancestor_of_each_winner():
    scores = np.zeros((1, 8, 8, 6), np.float32)
    scores[0, :4, :, 0] = scores[0, 4:6, :, 1] = scores[0, 6:, :, 3] = 1
    spec = TensorSpec("map", 0, scores.shape, np.dtype("float32"), 0.0, 0)
    decoder = SegmentationDecoder(
        [spec],
        labels=LABELS,
        hierarchy=PARENTS,
        model_size=(8, 8),
        options=SegmentationOptions(level=1),
    )
    found = decoder.decode([scores], Letterbox.fit((8, 8), (8, 8)))
    assert found.labels == ("animal", "vehicle")
    assert found.areas.tolist() == [0.75, 0.25]


def test_every_decoder_of_classes_takes_a_level():
    for name, entry in DECODERS.items():
        if name == "blazeface":
            continue  # it finds one kind of thing
        has_classes = entry.task in ("classification", "detection", "segmentation")
        assert ("level" in decoder_options(name)) == has_classes, name


def test_two_classes_of_one_value_add_up() -> None:
    tensor = TensorSpec("", 0, (1, 1), np.dtype(np.float32))
    decoder = ClassifierDecoder(
        [tensor],
        labels=("cat", "dog"),
        hierarchy={"cat": "animal", "dog": "animal"},
        options=ClassifierOptions(activation="sigmoid", level=1),
    )
    found = decoder.decode(
        [np.zeros((1, 1), np.float32)], Letterbox.fit((8, 8), (8, 8))
    )
    assert found.labels == ("animal",)
    assert found.scores.tolist() == [1.0]


DIGITS = ("odd > 1", "odd > 7", "even > 2", "even > 40 > 2024")


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (1, ("odd", "even")),  # a number is a number
        ("2", ("1", "7", "2", "40")),  # the class '2' lies on level 2
        ("3", ("1", "7", "2", "2024")),  # there is no class '3'
        ("2024", ("1", "7", "2", "2024")),  # there is no level 2024
        ("40", ("1", "7", "2", "40")),
    ],
)
def test_a_class_may_be_called_by_a_number(level, expected):
    labels, parents = split_labels(DIGITS)
    assert roll_up(labels, parents, level).labels == expected


def test_a_number_that_is_a_class_of_another_level_is_asked_back():
    labels, parents = split_labels(DIGITS)
    with pytest.raises(ValueError, match=r"'1' is both .* Pass 2 for .* 'odd' for the"):
        roll_up(labels, parents, "1")
