"""People as keypoints are known by shapes that nothing else has."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.opening.recognition import recognise
from support.graphs import Graph, Operation

import edgevision
from edgevision.errors import UnsupportedModelError


@pytest.mark.parametrize("shape", [(1, 1, 17, 3), (1, 6, 56)])
def test_movenet_takes_raw_pixels_in_a_letterbox(shape: tuple[int, ...]) -> None:
    graph: Any = Graph([(5, shape)], [])
    kind = recognise(graph)
    assert kind is not None
    assert (kind.decoder, kind.normalize, kind.resize) == ("pose", "raw", "letterbox")
    assert "TensorFlow Hub" in kind.input_evidence


@pytest.mark.parametrize("shape", [(1, 300, 6), (1, 6, 300), (1, 56, 6), (1, 6, 84)])
def test_other_rows_are_no_people(shape: tuple[int, ...]) -> None:
    graph: Any = Graph([(5, shape)], [])
    kind = recognise(graph)
    assert kind is None or kind.decoder == "yolo"


@pytest.mark.parametrize(
    ("name", "people"),
    [("multipose_256", 6), ("multipose_int32", 6), ("singlepose_int32", 1)],
)
def test_foreign_movenets_need_no_option(shared: Path, name: str, people: int) -> None:
    path = shared / f"tflite-foreign/kind_{name}.tflite"
    picture = np.full((100, 200, 3), 51, np.uint8)
    with edgevision.load_model(path, score_threshold=0.0) as model:
        poses = model(picture)
        width, height = model.card.input.width, model.card.input.height
        assert model.card.input.resize == "letterbox"
        inside = np.asarray(model.prepare(picture).content)
    # The net answers the mean of all pixels / 255, for every number; MoveNet's page
    # pads with tf.image.resize_with_pad, which is black.
    share = inside[2] * inside[3] / (width * height)
    mean = 51 * share / 255
    assert len(poses) == people
    np.testing.assert_allclose(poses.scores, mean, atol=1e-3)
    middle = (mean * np.asarray([width, height]) - inside[:2]) / inside[2] * 200
    np.testing.assert_allclose(poses.keypoints[0, 0], middle, atol=0.2)
    assert (poses.boxes is None) == (people == 1)


def test_multipose_of_any_size_takes_a_size(shared: Path) -> None:
    path = shared / "tflite-foreign/kind_multipose_dynamic.tflite"
    with edgevision.load_model(
        path, input_size="256x192", score_threshold=0.0
    ) as model:
        poses = model(np.full((96, 128, 3), 1, np.uint8))
    assert len(poses) == 6
    with pytest.raises(UnsupportedModelError, match="Pass --input-size 256x192"):
        edgevision.load_model(path, input_size="250x200")


@pytest.mark.parametrize(
    ("more", "evidence"),
    [((), "heatmaps, offsets on"), ((64,), "heatmaps, offsets, middle on")],
)
def test_posenet_is_known_by_its_grid(more: tuple[int, ...], evidence: str) -> None:
    channels = (17, 34, *more)
    shapes = [(i, (1, 17, 23, c)) for i, c in enumerate(channels, 5)]
    graph: Any = Graph(shapes, [Operation("CONV_2D", (1,), (5,))])
    graph.with_input(257, 353)
    kind = recognise(graph)
    assert kind is not None
    assert (kind.decoder, kind.options) == ("posenet", {"activation": "sigmoid"})
    assert evidence in kind.evidence
    assert kind.normalize == ""
    graph.operators = [Operation("LOGISTIC", (1,), (5,))]
    assert recognise(graph).options == {"activation": "none"}
    # An addition behind the last weights proves neither: it is said.
    graph.operators = [Operation("ADD", (1,), (5,))]
    kind = recognise(graph)
    assert kind is not None
    assert kind.options == {}
    assert "activation=none" in kind.option_evidence["activation"].sentence
    # The grid of no stride is no PoseNet.
    graph.with_input(320, 320)
    assert recognise(graph) is None


def test_bodypix_is_posenet_with_a_mask() -> None:
    channels = (17, 34, 64, 1, 24)
    shapes = [(i, (1, 33, 33, c)) for i, c in enumerate(channels, 5)]
    graph: Any = Graph(shapes, [Operation("CONV_2D", (1,), (5,))])
    kind = recognise(graph.with_input(512, 512))
    assert kind is not None
    assert (kind.decoder, kind.task) == ("bodypix", "multi-task")


def test_corals_operation_says_what_its_outputs_are() -> None:
    shapes: Any = [(8, (1,)), (7, (1, 20)), (3, (1, 23, 31, 1)), (5, ()), (6, ())]
    operation = Operation("PosenetDecoderOp", (1, 2, 4), (5, 6, 7, 8, 9))
    kind = recognise(Graph(shapes, [operation]))  # type: ignore[arg-type]
    assert kind is not None
    assert kind.decoder == "posenet-op"
    roles = ["count", "scores", "other", "keypoints", "keypoint-scores"]
    assert kind.options == {"roles": roles}


def test_heatmaps_of_17_keypoints_are_known_by_name_or_asked_for() -> None:
    graph: Any = Graph([(5, (1, 64, 48, 17))], [Operation("CONV_2D", (1,), (5,))])
    graph.with_input(256, 192)
    with pytest.raises(UnsupportedModelError, match="Pass --decoder pose or --dec"):
        recognise(graph)
    graph.outputs = (dataclasses.replace(graph.outputs[0], name="heatmaps"),)
    kind = recognise(graph)
    assert kind is not None
    assert kind.decoder == "pose"
    graph.operators = [Operation("SOFTMAX", (1,), (5,))]
    with pytest.raises(UnsupportedModelError, match="Pass --decoder fomo"):
        recognise(graph)
    # A grid that does not divide the input is no heatmap.
    graph.operators, _ = [Operation("CONV_2D", (1,), (5,))], graph.with_input(250, 190)
    with pytest.raises(UnsupportedModelError, match="--decoder pose for heatmaps"):
        recognise(graph)
