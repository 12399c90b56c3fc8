"""MediaPipe's detectors are recognised, and answer as an independent pipeline does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.opening.recognition import (
    Recognition,
    proven_options,
    recognise,
)
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.tensors.spec import TensorSpec
from edgevision.runtime.tflite.model_file import ModelFile
from support.constant_model import constant_model
from support.graphs import Graph, Operation

import edgevision
from edgevision.errors import UnsupportedModelError

Shapes = list[tuple[int, ...]]


def graph(side: int, shapes: Shapes, last: str = "CONCATENATION") -> Any:
    outputs = [(7 + i, shape) for i, shape in enumerate(shapes)]
    operators = [Operation(last, (1,), (index,)) for index, _ in outputs]
    made = Graph(outputs, operators)
    image = TensorSpec("image", 0, (1, side, side, 3), np.dtype("float32"))
    made.inputs = (image,)
    made.input_tensors = (type(made.input_tensors[0])(image),)
    return made


def pair(rows: int, columns: int) -> Shapes:
    return [(1, rows, columns), (1, rows, 1)]


PUBLISHED = [
    (128, pair(896, 16), "face", "signed", 0.5),
    (192, pair(2304, 16), "face", "signed", 0.6),
    (256, pair(896, 16), "face", "signed", 0.65),
    (192, pair(2016, 18), "palm", "unit", 0.5),
    (256, pair(2944, 18), "palm", "signed", 0.5),
    (128, pair(896, 18), "palm", "signed", 0.5),
    (224, pair(2254, 12), "person", "signed", 0.5),
    (128, pair(896, 12), "person", "signed", 0.5),
    (128, [(1, 896, 17)], "face", "signed", 0.5),
    (256, [(1, 2944, 18), (1, 2944)], "palm", "signed", 0.5),
    (256, [*pair(512, 16), *pair(384, 16)], "face", "signed", 0.65),
    (
        *(192, [(1, 24, 24, 36), (1, 24, 24, 2), (1, 12, 12, 108), (1, 12, 12, 6)]),
        *("palm", "unit", 0.5),
    ),
]


@pytest.mark.parametrize(("side", "shapes", "label", "normalize", "score"), PUBLISHED)
def test_published_detectors_say_what_they_are(
    side: int, shapes: Shapes, label: str, normalize: str, score: float
) -> None:
    known = recognise(graph(side, shapes))
    assert known is not None
    assert (known.decoder, known.task) == ("blazeface", "detection")
    assert known.labels == (label,)
    assert (known.normalize, known.resize) == (normalize, "letterbox")
    assert (known.interpolation, known.pad_value) == ("bilinear-corners", 0)
    assert known.color == "rgb"
    assert known.options == {
        "kind": label,
        "activation": "sigmoid",
        "score_threshold": score,
    }
    assert "rows of a box and" in known.evidence
    assert "MediaPipe's graph" in known.input_evidence


def test_another_size_is_recognised_but_its_input_is_not() -> None:
    known = recognise(graph(160, pair(1400, 16)))
    assert known is not None
    assert (known.decoder, known.labels, known.normalize) == ("blazeface", (), "")


@pytest.mark.parametrize(
    ("side", "shapes"),
    [
        (128, pair(897, 16)),  # no number of anchors
        (160, pair(1600, 16)),  # one stride: as many cells as a map has
        (160, [(1, 1400, 17)]),
        (128, pair(896, 10)),  # three keypoints
        (128, pair(896, 4)),
    ],
)
def test_what_is_not_certain_is_not_recognised(side: int, shapes: Shapes) -> None:
    made = graph(side, shapes)
    try:
        known = recognise(made)
    except UnsupportedModelError:
        return
    assert known is None or known.decoder != "blazeface"


def test_scores_of_a_graph_with_a_sigmoid_are_scores() -> None:
    options, evidence = proven_options(
        graph(128, pair(896, 16), "LOGISTIC"), "blazeface"
    )
    assert options["activation"] == "none"
    assert "LOGISTIC" in evidence["activation"]
    assert proven_options(graph(128, [(1, 5)]), "blazeface") == ({}, {})


def test_a_recognised_file_needs_no_flag(tmp_path: Path) -> None:
    boxes = np.zeros((1, 896, 16), np.float32)
    boxes[0, 512, :4] = (0.0, 0.0, 40.0, 40.0)  # the first anchor of stride 16
    scores = np.full((1, 896, 1), -100.0, np.float32)
    scores[0, 512] = 4.0
    path = tmp_path / "face.tflite"
    path.write_bytes(constant_model([boxes, scores], size=(128, 128)))
    with edgevision.load_model(path, trust=True) as model:
        assert model.card.input is not None
        assert model.card.input.mean == (127.5,)
        assert model.assumptions == ()
        found = model(np.zeros((128, 128, 3), np.uint8))
    assert isinstance(found, Detections)
    assert found.labels == ("face",)
    assert found.boxes.tolist() == [[0, 0, 28, 28]]
    assert found.keypoints is not None
    assert found.keypoints[0].tolist() == [[8, 8]] * 6
    with edgevision.load_model(path, trust=True, score_threshold=0.99) as model:
        assert len(model(np.zeros((128, 128, 3), np.uint8))) == 0


def independent(
    path: Path, picture: np.ndarray, low: float, strides: list[int]
) -> list[tuple[float, list[float], np.ndarray]]:
    """Return score, box and keypoints of each object, in plain loops over anchors.

    MediaPipe's graphs, from their text: an exact letterbox with black, pixels low..1,
    fixed anchors, and the weighted mean of what overlaps by more than 0.3.
    """
    with Interpreter(path) as net:
        side = net.inputs[0].shape[1]
        height, width = picture.shape[:2]
        ratio = side / max(height, width)
        start = np.asarray([side - width * ratio, side - height * ratio]) / 2
        matrix = np.asarray([[ratio, 0, start[0]], [0, ratio, start[1]]])
        small = cv2.warpAffine(picture, matrix, (side, side))[:, :, ::-1]
        net.input(0)[0] = small.astype(np.float32) / 255 * (1 - low) + low
        net.invoke()
        rows, logits = (np.array(out)[0] for out in net.outputs_now())
    centers = []
    for stride in dict.fromkeys(strides):
        cells = side // stride
        each = 2 * strides.count(stride)
        for i in range(cells * cells):
            y, x = divmod(i, cells)
            centers += [np.asarray([x + 0.5, y + 0.5]) * stride] * each
    left = []
    for row, logit, center in zip(rows, logits[:, 0], centers, strict=True):
        score = 1 / (1 + np.exp(-np.clip(float(logit), -100, 100)))
        if score >= 0.5:
            points = row.reshape(-1, 2) + center
            points[1] = row[2:4] / 2
            box = np.concatenate([points[0] - points[1], points[0] + points[1]])
            left.append((score, np.concatenate([box, points[2:].reshape(-1)])))
    left.sort(key=lambda item: -item[0])
    answers = []
    while left:
        group, rest = [], []
        for item in left:
            a, b = item[1][:4], left[0][1][:4]
            common = np.prod(
                np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
            )
            union = np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - common
            (group if common / union > 0.3 else rest).append(item)
        weights = np.asarray([score for score, _ in group])
        mean = weights @ np.stack([values for _, values in group]) / weights.sum()
        places = (mean.reshape(-1, 2) - start) / ratio
        box = places[:2].clip(0, [width, height]).reshape(-1).tolist()
        answers.append((group[0][0], box, places[2:]))
        left = rest
    return answers


@pytest.mark.parametrize(
    ("name", "low", "pictures"),
    [
        ("mp_face_detection_short_range", -1.0, ["face.jpg", "grace_hopper.bmp"]),
        ("mp_palm_detection_lite", 0.0, ["squat.bmp", "cat_1080p.jpg"]),
    ],
)
def test_real_files_answer_as_an_independent_pipeline(
    name: str, low: float, pictures: list[str], shared: Path
) -> None:
    path = shared / f"tflite-foreign/{name}.tflite"
    total = 0
    with edgevision.load_model(path, trust=True) as model:
        for picture in pictures:
            image = cv2.imread(str(shared / "images" / picture))
            expected = independent(path, image, low, [8, 16, 16, 16])
            found = model(image)
            assert isinstance(found, Detections)
            assert len(found) == len(expected)
            for item, (score, box, points) in zip(found, expected, strict=True):
                assert item.score == pytest.approx(score, abs=1e-3)
                np.testing.assert_allclose(item.box, box, atol=0.1)
                np.testing.assert_allclose(item.keypoints, points, atol=0.1)
            total += len(expected)
    assert total >= 2


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("mp_face_detection_short_range", "face"),
        ("mp_palm_detection_lite", "palm"),
    ],
)
def test_real_files_are_recognised(name: str, label: str, shared: Path) -> None:
    known = recognise(ModelFile.open(shared / f"tflite-foreign/{name}.tflite"))
    assert isinstance(known, Recognition)
    assert known.labels == (label,)
