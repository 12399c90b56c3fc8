"""Whatever a network answers, a decoder gives what JSON and a picture can show.

A network that is damaged, or that is read with the wrong pixels, answers with NaN,
infinity and numbers that no picture has. ``HEADS`` has an entry for every decoder; one
without an entry fails.
"""

from __future__ import annotations

import contextlib
import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders import DECODERS, named_decoder
from edgevision.runtime.decoders.factory import decoder_options
from edgevision.runtime.geometry import Letterbox, Regions, RotatedCrop
from edgevision.runtime.results import Detections, Landmarks
from edgevision.runtime.results.drawable import Drawable
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given, settings
from hypothesis import strategies as st

from edgevision.errors import EdgeVisionError

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Head:
    """A small head that a decoder reads."""

    tensors: tuple[TensorSpec, ...]
    size: tuple[int, int]
    options: dict[str, Any]


def head(*shapes: Shape, size: tuple[int, int] = (32, 32), **options: Any) -> Head:
    dtype = np.dtype("float32")
    tensors = (TensorSpec(f"t{i}", i, shape, dtype) for i, shape in enumerate(shapes))
    return Head(tuple(tensors), size, options)


MAPS = ((1, 3, 3, 17), (1, 3, 3, 34), (1, 3, 3, 32), (1, 3, 3, 32))
ROLES = "heatmaps,offsets,forward,backward"
V8 = {"head": "yolov8", "units": "pixel"}
BLAZE = ((1, 896, 16), (1, 896, 1))
MESH = ((1, 1404), (1, 160), (1, 142), (1, 142), (1, 10), (1, 10), (1, 1))
SSD: dict[str, Any] = {
    "anchors": [[0.5, 0.5, 0.3, 0.3]] * 6,
    "activation": "sigmoid",
    "background": False,
}
TWO = [
    {
        "name": "kind",
        "decoder": "classifier",
        "outputs": [0],
        "options": {"activation": "none"},
    },
    {"name": "age", "decoder": "values", "outputs": [1]},
]

HEADS: dict[str, tuple[Head, ...]] = {
    "ssd-op": (
        head((1, 9, 4), (1, 9), (1, 9), (1,), roles="boxes,classes,scores,count"),
    ),
    "pose": (head((1, 1, 17, 3)), head((1, 6, 56)), head((1, 8, 8, 14))),
    "yolo-pose": (head((1, 56, 21), **V8),),
    "yolo-segment": (head((1, 10, 21), (1, 8, 8, 4), **V8),),
    "yolo-levels": (
        head((1, 8, 8, 67), (1, 4, 4, 67), (1, 2, 2, 67), size=(64, 64), kind="dfl"),
    ),
    "yolo": (
        head((1, 6, 21), **V8),
        head((1, 21, 7), head="yolov5", units="pixel"),
        head((1, 9, 6), head="end-to-end", units="pixel"),
    ),
    "posenet": (
        head(*MAPS, size=(33, 33), roles=ROLES),
        head(*MAPS[:2], size=(33, 33), roles=ROLES[:16]),
    ),
    "centernet": (
        head(
            *((1, 8, 8, 3), (1, 8, 8, 2), (1, 8, 8, 2)),
            roles="heatmap,size,offset",
            activation="sigmoid",
        ),
    ),
    "centernet-pose": (
        head((1, 9, 4), (1, 9), (1, 9), (1,), (1, 9, 17, 2), (1, 9, 17)),
    ),
    "posenet-op": (head((1, 9, 17, 2), (1, 9, 17), (1, 9), (1,)),),
    "bodypix": (
        head(
            *(*MAPS, (1, 3, 3, 1), (1, 3, 3, 24)),
            size=(33, 33),
            roles=f"{ROLES},segments,parts",
        ),
    ),
    "fomo": (head((1, 4, 4, 3)), head((1, 4, 4, 3), activation="softmax")),
    "blazeface": (
        head(*BLAZE, size=(128, 128)),
        head(*BLAZE, size=(128, 128), activation="none"),
    ),
    "segmentation": (head((1, 8, 8, 3)), head((1, 8, 8, 1))),
    "landmarks": (
        head((1, 10), kind="points", values=2, units="normalized"),
        head(*MESH, size=(192, 192), kind="face"),
        head((1, 63), (1, 1), (1, 1), (1, 63), kind="hand"),
        head((1, 195), (1, 1), (1, 8, 8, 39), (1, 117), kind="pose"),
    ),
    "embedding": (head((1, 8)),),
    "classifier": (
        head((1, 5), activation="none"),
        head((1, 5), activation="softmax"),
    ),
    "fcos": (head((1, 21, 3), (1, 21, 4), strides=[8, 16, 32]),),
    "ssd": (head((1, 6, 4), (1, 6, 3), **SSD),),
    "values": (head((1, 2)),),
    "image": (
        head((1, 8, 8, 3), pixels="unit"),
        head((1, 8, 8, 3), pixels="signed", clip=False),
        head((1, 8, 8, 1), kind="map"),
    ),
    "text": (head((1, 6, 11), alphabet="0123456789"),),
    "heads": (head((1, 3), (1, 1), heads=TWO),),
    "raw": (head((1, 3, 4)),),
}
CASES = [(name, i) for name in DECODERS for i in range(len(HEADS.get(name, ())))]

LARGEST = float(np.finfo(np.float32).max)
WILD = (np.nan, np.inf, -np.inf, LARGEST, -LARGEST, 1e19, -1e10, 0.0, 0.5, 1.0)
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"score_threshold": 0.0},
    {"score_threshold": 1.0},
    {"score_threshold": 0.0, "max_detections": 1},
    *({"score_threshold": 0.0, "nms": nms} for nms in ("soft", "weighted", "none")),
)
FRAMES = ((1, 1), (3, 4000), (4000, 3), (64, 48))


def answers(case: Head, kind: float | str, seed: int) -> list[np.ndarray]:
    """Return outputs: one value everywhere, or values of a kind, by chance."""
    chance = np.random.default_rng(seed)
    outputs = []
    for spec in case.tensors:
        if not isinstance(kind, str):
            raw = np.full(spec.shape, kind)
        elif kind == "wild":
            raw = chance.choice(WILD, spec.shape)
        else:  # a good answer with wild values in it
            raw = chance.random(spec.shape)
            raw = np.where(chance.random(spec.shape) < 0.1, chance.choice(WILD), raw)
        outputs.append(raw.astype(np.float32))
    return outputs


def maps(size: tuple[int, int], frame: tuple[int, int], name: str) -> list[Any]:
    fitted = Letterbox.fit(frame, size, resize=DECODERS[name].resize)
    if DECODERS[name].task not in ("landmarks", "values", "classification"):
        return [fitted]
    region = Regions(
        np.float32([[frame[0], -3]]),
        np.float32([[9, 5]]),
        np.float32([0.7]),
        np.array([True]),
    )
    return [fitted, RotatedCrop.cut(region, 0, frame, size)]


def refused(word: str) -> None:
    raise AssertionError(f"JSON has no {word}")


def test_every_decoder_has_a_head_here() -> None:
    """Give a new decoder its entry in ``HEADS``."""
    assert set(HEADS) == set(DECODERS)


@pytest.mark.parametrize(("name", "place"), CASES)
@settings(max_examples=25)
@given(
    kind=st.sampled_from([*WILD, "wild", "wild", "mixed", "mixed", "mixed"]),
    change=st.sampled_from(CHANGES),
    frame=st.sampled_from(FRAMES),
    seed=st.integers(0, 99),
)
def test_a_broken_answer_gives_a_result_that_can_be_shown(
    name: str, place: int, kind: Any, change: Any, frame: Any, seed: int
) -> None:
    case = HEADS[name][place]
    known = decoder_options(name)
    options = {key: value for key, value in change.items() if key in known}
    decoder = named_decoder(
        name, case.tensors, model_size=case.size, options={**case.options, **options}
    )
    outputs = answers(case, kind, seed)
    before = [output.copy() for output in outputs]
    for letterbox in maps(case.size, frame, name):
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # as Model.decode
                result: Any = decoder.decode(outputs, letterbox)
        except EdgeVisionError:
            continue  # such as "these are logits"
        text = json.dumps(result.to_dict())
        json.loads(text, parse_constant=refused)
        for output, same in zip(outputs, before, strict=True):
            np.testing.assert_array_equal(output, same)
        if isinstance(result, (Detections, Landmarks)):
            assert (result.scores >= 0).all()
            assert (result.scores <= 1).all()
        if isinstance(result, Detections):
            assert (result.boxes >= 0).all()
            assert (result.boxes <= np.float32(frame * 2)).all()
            assert len(result) <= options.get("max_detections", 1000)
        if isinstance(result, Drawable):
            result.draw(np.zeros((frame[1], frame[0], 3), np.uint8))


WRONG = (None, "", "x", "a,b", -1, 0, 2, 1.5, 1e400, math.nan, True, [], [[]], ["a"])
WRONG_OBJECTS = ({}, {"a": 1}, [{}], [None], [1, "a"], [{"name": "a", "outputs": "x"}])


@pytest.mark.parametrize("name", DECODERS)
def test_a_wrong_option_is_a_sentence(name: str) -> None:
    """The command line reads a value as JSON, and a card is a file: all types come."""
    case = HEADS[name][0]
    for option in decoder_options(name):
        for value in (*WRONG, *WRONG_OBJECTS):
            options = {**case.options, option: value}
            with contextlib.suppress(ValueError, EdgeVisionError):
                named_decoder(name, case.tensors, model_size=case.size, options=options)
