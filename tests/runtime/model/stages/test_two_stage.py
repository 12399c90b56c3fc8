"""Two models in a row: what is cut out, what is merged, what is suppressed."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.fcos.anchor_free_grid import Cells
from edgevision.runtime.frame import Frame
from edgevision.runtime.interpreter.fake import FakeInterpreter
from edgevision.runtime.model.model import Model
from edgevision.runtime.model.stages.cropping import whole_pixels
from edgevision.runtime.model.stages.options import ThenOptions
from edgevision.runtime.model.stages.second_stage import BATCH
from edgevision.runtime.model.stages.two_stage import TwoStage
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.instance_masks import InstanceMasks
from edgevision.runtime.tensors.spec import TensorSpec
from edgevision.runtime.timing import STAGES, LatencyTable
from hypothesis import given
from hypothesis import strategies as st

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import UnsupportedModelError

SIZE = (64, 48)
STRIDES = (8,)
CELLS = Cells.of(SIZE, STRIDES)
COLORS = ("blue", "green", "red")  # channel by channel

# Box in the frame (which has the input's size), what it is filled with, its score.
SQUARES = [
    ((8, 8, 24, 24), 0, 0.9),
    ((36, 4, 52, 28), 1, 0.8),
    ((4, 30, 20, 44), 2, 0.7),
]


def spec(shape: tuple[int, ...], dtype: str) -> TensorSpec:
    return TensorSpec("", 0, shape, np.dtype(dtype))


def picture() -> np.ndarray:
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for (x1, y1, x2, y2), channel, _ in SQUARES:
        image[y1:y2, x1:x2, channel] = 255
    return image


def detector(objects: Any = SQUARES, **options: Any) -> Model:
    """A detector of "thing" that finds these boxes whatever it sees."""
    scores = np.zeros((1, len(CELLS), 1), np.float32)
    distances = np.zeros((1, len(CELLS), 4), np.float32)
    for box, _, score in objects:
        x1, y1, x2, y2 = box
        at = int(np.hypot(CELLS.x - (x1 + x2) / 2, CELLS.y - (y1 + y2) / 2).argmin())
        while scores[0, at, 0]:
            at += 1
        scores[0, at] = score
        reach = [CELLS.x[at] - x1, CELLS.y[at] - y1, x2 - CELLS.x[at], y2 - CELLS.y[at]]
        distances[0, at] = np.array(reach) / 8
    fake = FakeInterpreter(
        [spec((1, SIZE[1], SIZE[0], 3), "uint8")],
        [spec(scores.shape, "float32"), spec(distances.shape, "float32")],
        lambda _: (scores, distances),
    )
    card = ModelCard(
        "eye",
        "detection",
        InputCard(*SIZE, color="bgr"),
        OutputCard("fcos", {"strides": [8], **options}, ("thing",)),
    )
    return Model(card, fake)


class Rows(FakeInterpreter):
    """A classifier by colour whose number of rows is open."""

    def __init__(self, *, is_open: bool, side: int = 8) -> None:
        self.is_open = is_open
        super().__init__(
            [spec((1, side, side, 3), "uint8")], [spec((1, 3), "float32")], self.judge
        )

    @staticmethod
    def judge(rows: np.ndarray) -> tuple[np.ndarray]:
        total = rows.reshape(len(rows), -1, 3).astype(np.float64).mean(axis=1) + 1e-6
        return ((total / total.sum(axis=1, keepdims=True)).astype(np.float32),)

    @property
    def input_signatures(self) -> tuple[tuple[int, ...], ...]:
        shape = self.inputs[0].shape
        return ((-1, *shape[1:]),) if self.is_open else (shape,)

    def resize(self, shapes: Any) -> None:
        made = FakeInterpreter(
            [spec(tuple(shapes[0]), "uint8")],
            [spec((shapes[0][0], 3), "float32")],
            self.judge,
        )
        self.inputs, self.outputs, self._memory = (
            made.inputs,
            made.outputs,
            made._memory,
        )


def classifier(*, is_open: bool = False, **options: Any) -> Model:
    card = ModelCard(
        "colours",
        "classification",
        InputCard(8, 8, color="bgr"),
        OutputCard("classifier", {"activation": "none", **options}, COLORS),
    )
    return Model(card, Rows(is_open=is_open))


@pytest.mark.parametrize("is_open", [False, True])
def test_each_region_gets_its_own_label(is_open: bool) -> None:
    first, second = detector(), classifier(is_open=is_open)
    with first.then(second, margin=0.0) as both:
        assert both.batch == (BATCH if is_open else 1)
        found = both(picture())
        assert found.labels == COLORS
        np.testing.assert_array_equal(found.class_ids, [0, 1, 2])
        np.testing.assert_allclose(found.boxes, [box for box, *_ in SQUARES], atol=1e-4)
        # The region grew to a square, so only what is square fills it.
        assert found.scores[0] == pytest.approx(0.9, abs=1e-3)
        invokes = second.interpreter.invokes  # type: ignore[attr-defined]
        assert invokes == (1 if is_open else 3)


@pytest.mark.parametrize("rgb", [False, True])
def test_colours_reach_the_second_model_in_its_order(rgb: bool) -> None:
    both = detector().then(classifier())
    image = picture()
    found = both(image[..., ::-1], color="rgb") if rgb else both(image)
    assert found.labels == COLORS


@pytest.mark.parametrize(
    ("merge", "label", "class_id", "score"),
    [
        ("product", "blue", 0, 0.9),
        ("second", "blue", 0, 1.0),
        ("both", "thing: blue", 0, 0.9),
    ],
)
def test_what_becomes_of_both_answers(
    merge: str, label: str, class_id: int, score: float
) -> None:
    found = detector(SQUARES[:1]).then(classifier(), margin=0, merge=merge)(picture())
    assert found.labels == (label,)
    assert found.class_ids.tolist() == [class_id]
    assert found.scores[0] == pytest.approx(score, abs=1e-3)


def test_both_labels_have_class_ids_of_their_own() -> None:
    first = detector(SQUARES[1:2])
    both = first.then(classifier(), merge="both")
    assert both(picture()).class_ids.tolist() == [1]


def test_boxes_that_become_one_class_are_suppressed() -> None:
    twice = [SQUARES[0], ((9, 8, 25, 24), 0, 0.85)]
    first = detector(twice, nms="none")
    assert len(first(picture())) == 2
    assert len(first.then(classifier())(picture())) == 1
    assert (
        len(
            detector(twice, nms="none").then(classifier(), iou_threshold=1.0)(picture())
        )
        == 2
    )


def test_what_the_second_does_not_recognise_is_dropped() -> None:
    image = picture()
    image[4:28, 36:52, 0] = 100  # no pure green any more
    both = detector().then(classifier(score_threshold=0.999), margin=0.0)
    assert both(image).labels == ("blue", "red")
    nothing = detector([]).then(classifier())
    assert len(nothing(picture())) == 0


def test_the_second_s_time_is_a_stage_of_its_own() -> None:
    both = detector().then(classifier())
    found, timing = both.run(Frame(picture(), 0))
    assert len(found) == 3
    assert timing.refine_ms > 0
    record = timing.to_dict()
    assert list(record).index("refine_ms") == list(record).index("decode_ms") + 1
    assert timing.total_ms >= timing.refine_ms + timing.invoke_ms
    table = LatencyTable()
    table.add(timing)
    assert [line.split()[0] for line in table.lines()][1:9] == [
        *("model", "prepare", "invoke", "decode", "refine"),
        *("capture", "emit", "age"),
    ]
    assert table.rows["refine"].count == 1


def test_without_a_second_model_there_is_no_such_stage() -> None:
    _, timing = detector().run(Frame(picture(), 0))
    assert "refine_ms" not in timing.to_dict()
    table = LatencyTable()
    table.add(timing)
    assert list(table.rows) == [*STAGES, "model", "total", "age"]


def test_only_models_whose_answers_fit_are_joined() -> None:
    maps = classifier()
    maps.card = replace(maps.card, task="segmentation")
    with pytest.raises(
        UnsupportedModelError,
        match=r"\(classification, .*\); colours is a model for segm.* Run it alone",
    ):
        TwoStage(detector(), maps)
    with pytest.raises(UnsupportedModelError, match="a model for classification"):
        classifier().then(classifier())
    with pytest.raises(ValueError, match="follow goes with face, hand and pose"):
        detector().then(classifier(), follow=1)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"margin": 1.5}, r"margin must be in 0\.\.1"),
        ({"merge": "all"}, "No merge 'all'"),
        ({"iou_threshold": -1}, r"iou_threshold must be in 0\.\.1"),
        ({"rotation": "nose"}, "rotation must be none, or two keypoints"),
        ({"target": 720}, "target must be in -360"),
        ({"shift": "1"}, "shift must be two numbers"),
        ({"shift": "0,9"}, "shift must be two numbers"),
        ({"follow": -1}, "follow must be at least 0"),
    ],
)
def test_wrong_options_are_named(options: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ThenOptions(**options)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"shift": 1}, "'shift' of a pair must be a text"),
        ({"target": "up"}, "'target' of a pair must be a number"),
        ({"follow": 1.5}, "'follow' of a pair must be a whole number"),
        ({"margins": 0}, "No option of a pair 'margins'. Did you mean 'margin'"),
    ],
)
def test_options_of_another_type_are_named(options: Any, sentence: str) -> None:
    """The command line reads a value as JSON: shift=1 is a number."""
    with pytest.raises(ValueError, match=sentence):
        detector().then(classifier(), **options)


def test_closing_closes_both() -> None:
    first, second = detector(), classifier()
    both = first.then(second)
    both.close()
    both.close()
    for model in (first, second):
        with pytest.raises(ValueError, match="closed"):
            model.interpreter.input(0)


@given(
    seed=st.integers(0, 10_000),
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    margin=st.floats(0, 1),
    aspect=st.floats(0.2, 5),
)
def test_regions_are_whole_pixels_inside_and_hold_their_box(
    seed: int, width: int, height: int, margin: float, aspect: float
) -> None:
    rng = np.random.default_rng(seed)
    corners = np.sort(rng.uniform(0, 1, (5, 2, 2)), axis=1) * (width, height)
    boxes = corners.reshape(5, 4).astype(np.float32)
    cuts = whole_pixels(boxes, (width, height), margin=margin, aspect=aspect)
    assert cuts.dtype == np.int64
    assert (cuts >= 0).all()
    assert (cuts <= [width, height, width, height]).all()
    assert (cuts[:, 2:] > cuts[:, :2]).all()
    assert (cuts[:, :2] <= boxes[:, :2] + 1e-3).all()
    assert (cuts[:, 2:] >= boxes[:, 2:] - 1e-3).all()


def test_a_region_has_the_margin_and_the_second_s_shape() -> None:
    boxes = np.array([[40, 40, 60, 50]], np.float32)
    cut = whole_pixels(boxes, (100, 100), margin=0.1, aspect=1.0)
    np.testing.assert_array_equal(cut, [[38, 33, 62, 57]])
    # At the edge it is moved in rather than cut.
    edge = whole_pixels(
        np.array([[0, 40, 20, 50]], np.float32), (100, 100), margin=0.1, aspect=1
    )
    np.testing.assert_array_equal(edge, [[0, 33, 24, 57]])


def test_the_first_model_s_masks_stay_with_their_objects() -> None:
    first = detector([*SQUARES, ((9, 8, 25, 24), 0, 0.3)])
    whole = first.decoder.decode

    def with_masks(*given: Any) -> Detections:
        found = whole(*given)
        corners = found.boxes[:, :2].astype(np.int64)
        parts = tuple(np.ones((2, i + 1), np.bool_) for i in range(len(found)))
        return replace(found, masks=InstanceMasks(SIZE, corners, parts))

    first.decoder.decode = with_masks  # type: ignore[method-assign]
    alone = first(picture())
    with first.then(classifier(score_threshold=0.5, deny=["green"])) as both:
        found = both(picture())
    assert isinstance(alone, Detections)
    assert found.labels == ("blue", "red")
    assert alone.masks is not None
    assert found.masks is not None
    for position, origin in enumerate((0, 2)):
        np.testing.assert_array_equal(
            found.masks.whole(position), alone.masks.whole(origin)
        )


@pytest.mark.parametrize("is_open", [False, True])
def test_the_second_model_can_still_be_asked_alone(is_open: bool) -> None:
    """A pair opens several rows of its input."""
    second = classifier(is_open=is_open)
    before = second(picture())
    with detector().then(second) as both:
        assert len(both(picture())) == 3
        assert second(picture()).to_dict() == before.to_dict()
        assert both(picture()).labels == COLORS


def test_threads_that_call_the_second_model_alone_take_turns() -> None:
    inside: list[int] = []

    class Slow(Rows):
        def invoke(self) -> None:
            inside.append(1)
            assert len(inside) == 1
            time.sleep(0.005)
            super().invoke()
            inside.pop()

    second = classifier()
    second.interpreter = Slow(is_open=False)
    answers: list[Any] = []
    with detector().then(second) as both:
        workers = [
            threading.Thread(target=lambda m=model: answers.append(m(picture())))
            for model in (both, second, both, second)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(len(answer) for answer in answers) == [3, 3, 3, 3]


def heads() -> Model:
    """An age, and a map of what each pixel is."""
    parts = [
        {"name": "age", "decoder": "values", "outputs": [0]},
        {
            **{"name": "skin", "decoder": "segmentation", "outputs": [1]},
            "options": {"activation": "none"},
        },
    ]
    fake = FakeInterpreter(
        [spec((1, 8, 8, 3), "uint8")],
        [spec((1, 1), "float32"), spec((1, 8, 8, 2), "float32")],
        lambda _: (np.ones((1, 1), np.float32), np.ones((1, 8, 8, 2), np.float32)),
    )
    output = OutputCard("heads", {"heads": parts}, ())
    return Model(ModelCard("face", "multi-task", InputCard(8, 8), output), fake)


def test_masks_are_laid_into_upright_regions_only() -> None:
    found = detector().then(heads())(picture())
    assert isinstance(found, Detections)
    assert found.labels == ("age 1",) * 3
    with pytest.raises(UnsupportedModelError, match="not laid into a turned region"):
        detector().then(heads(), shift="0,0.1")


def movenet() -> Model:
    """Return a model of one person around the first square."""
    (x1, y1, x2, y2), _, score = SQUARES[0]
    answer = np.full((1, 1, 17, 3), score, np.float32)
    answer[..., 0] = np.linspace(y1, y2, 17) / SIZE[1]
    answer[..., 1] = np.linspace(x1, x2, 17) / SIZE[0]
    fake = FakeInterpreter(
        [spec((1, SIZE[1], SIZE[0], 3), "uint8")],
        [spec(answer.shape, "float32")],
        lambda _: (answer,),
    )
    card = ModelCard("people", "pose", InputCard(*SIZE), OutputCard("pose"))
    return Model(card, fake)


def test_people_and_landmarks_may_be_first() -> None:
    """They select nothing: what overlaps is left to the second model."""
    with movenet().then(classifier(), margin=0.0) as both:
        found = both(picture())
    assert found.labels == (COLORS[0],)
    np.testing.assert_allclose(found.boxes, [SQUARES[0][0]], atol=1e-4)


def test_an_iris_model_is_refused_before_anything_is_found() -> None:
    points = [spec((1, 213), "float32"), spec((1, 15), "float32")]
    answers = tuple(np.zeros(one.shape, np.float32) for one in points)
    taken = spec((1, 64, 64, 3), "uint8")
    fake = FakeInterpreter([taken], points, lambda _: answers)
    output = OutputCard("landmarks", {"kind": "iris"})
    eyes = Model(ModelCard("eyes", "landmarks", InputCard(64, 64), output), fake)
    with pytest.raises(UnsupportedModelError, match="Put a face mesh between"):
        detector(()).then(eyes)
