"""Detectors are recognised from their tensors when no metadata names them."""

from __future__ import annotations

import dataclasses
import random
import zipfile
from pathlib import Path
from typing import Any, cast

import pytest
from edgevision.runtime.decoders import DECODERS
from edgevision.runtime.opening.recognition import (
    Recognition,
    boxes_question,
    maps,
    numbers_question,
    proven_options,
    recognise,
    search,
)
from edgevision.runtime.opening.resolve_settings import resolve
from edgevision.runtime.tflite.model_file import ModelFile
from support.graphs import SSD, Graph, Operation, post_process

import edgevision
from edgevision.errors import UnsupportedModelError


def test_the_operation_says_which_output_is_which() -> None:
    graph: Any = Graph(SSD, post_process(behind=True))
    found = recognise(graph)
    assert found is not None
    assert found.decoder == "ssd-op"
    assert found.options["roles"] == ["scores", "boxes", "count", "classes"]
    assert "makes its outputs" in found.option_evidence["roles"]


def test_an_operation_that_does_not_make_them_all_proves_no_order() -> None:
    graph: Any = Graph(SSD, post_process(behind=False))
    assert proven_options(graph, "ssd-op") == ({}, {})
    assert proven_options(graph, "classifier") == ({}, {})


@pytest.mark.parametrize(
    ("shape", "head"),
    [
        ((1, 84, 2100), "yolov8"),
        ((1, 2100, 84), "yolov8"),
        ((1, 6300, 85), "yolov5"),
        ((1, 300, 6), "end-to-end"),
    ],
)
def test_yolo_heads_are_known_by_their_cells(shape: tuple[int, ...], head: str) -> None:
    joined = Operation("CONCATENATION", (1, 2), (9,))
    graph: Any = Graph([(9, shape)], [Operation("TOPK_V2", (3,), (1,)), joined])
    found = recognise(graph)
    assert found is not None
    assert (found.decoder, found.task) == ("yolo", "detection")
    assert found.options == {"head": head}
    # Rows that no operation has chosen may be anything.
    unchosen: Any = Graph([(9, shape)], [joined])
    assert (recognise(unchosen) is None) == (head == "end-to-end")


def test_scores_for_every_pixel_are_a_segmentation() -> None:
    conv = Operation("CONV_2D", (1,), (9,))
    graph: Any = Graph([(9, (1, 320, 320, 21))], [conv])
    found = recognise(graph)
    assert found is not None
    assert found.decoder == "segmentation"
    with pytest.raises(UnsupportedModelError, match="heatmaps of points"):
        recognise(cast("Any", Graph([(9, (1, 80, 80, 16))], [conv])))
    with pytest.raises(UnsupportedModelError, match="each of 17 keypoints of one"):
        recognise(cast("Any", Graph([(9, (1, 80, 80, 17))], [conv])))
    picture: Any = Graph([(9, (1, 320, 320, 3))], [Operation("CONV_2D", (1,), (9,))])
    with pytest.raises(UnsupportedModelError, match="three numbers per pixel"):
        recognise(picture)


def test_a_real_head_without_its_metadata(shared: Path, tmp_path: Path) -> None:
    path = shared / "models/yolov8n_416_full_integer_quant.tflite"
    with zipfile.ZipFile(path) as archive:
        start = min(item.header_offset for item in archive.infolist())
    bare = tmp_path / "bare.tflite"
    bare.write_bytes(path.read_bytes()[:start])
    settings = resolve(ModelFile.open(bare))
    assert settings.card.output.decoder == "yolo"
    assert settings.card.input is not None
    assert settings.card.input.resize == "letterbox"
    assert "3549 anchors" in settings.evidence["options.head"]
    assert settings.card.output.options["units"] == "normalized"
    assert (
        settings.evidence["options.units"]
        == "boxes reach 1.2 at most, and the input has 416 pixels"
    )
    with edgevision.load_model(bare) as model:
        found = model(shared / "images/cats_and_dogs.jpg")
    assert sorted(found.labels[:4]) == ["15", "15", "15", "16"]


def test_masks_and_keypoints_of_yolo_are_recognised() -> None:
    graph: Any = Graph([(5, (1, 80, 80, 32)), (6, (1, 116, 2100))], [])
    found = recognise(graph)
    assert found is not None
    assert (found.decoder, found.task) == ("yolo-segment", "detection")
    assert "4 + 80 + 32 channels" in found.evidence
    graph = Graph([(5, (1, 300, 57))], [Operation("TOPK_V2", (3,), (1,))])
    found = recognise(graph)
    assert found is not None
    assert (found.decoder, found.task) == ("yolo-pose", "pose")


def test_52_classes_and_17_keypoints_look_alike() -> None:
    graph: Any = Graph([(5, (1, 56, 2100))], [])
    with pytest.raises(UnsupportedModelError, match="--decoder yolo or --decoder yolo"):
        recognise(graph)


def test_raw_levels_are_recognised_or_named() -> None:
    grids = ((40, 40), (20, 20), (10, 10))
    parts = [(1, *grid, count) for grid in grids for count in (64, 80)]
    graph: Any = Graph(list(enumerate(parts, 5)), [])
    found = recognise(graph)
    assert found is not None
    assert (found.decoder, found.options) == ("yolo-levels", {"kind": "dfl"})
    graph = Graph([(i, (1, *grid, 255)) for i, grid in enumerate(grids, 5)], [])
    found = recognise(graph)
    assert found is not None
    assert (found.decoder, found.options) == ("yolo-levels", {})
    graph = Graph([(i, (1, *grid, 3)) for i, grid in enumerate(grids, 5)], [])
    assert recognise(graph) is None
    graph = Graph([(5, (1, 2100, 85))], [])
    with pytest.raises(UnsupportedModelError, match="YOLOX's objectness with 80"):
        recognise(graph)


@pytest.mark.parametrize("rows", [9 * 2100, 8732])
def test_raw_heads_of_ssd_and_retinanet_are_asked_for(rows: int) -> None:
    graph: Any = Graph([(8, (1, rows, 4)), (9, (1, rows, 3))], [])
    assert recognise(graph) is None
    question = boxes_question(graph)
    for choice in ("--decoder ssd", "--option head=yolov8", "--task raw"):
        assert choice in question


def test_other_outputs_are_no_question_of_boxes() -> None:
    cells: Any = Graph([(8, (1, 2100, 4)), (9, (1, 2100, 3))], [])
    assert recognise(cells).decoder == "yolo"
    for graph in (
        cells,
        Graph([(9, (1, 10))], []),
        Graph([(8, (1, 9)), (9, (1,))], []),
    ):
        assert boxes_question(graph) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("age_lite_q", "(1x1) is a single number"),
        ("kind_donkey", "--option names=angle,throttle, with names"),
        ("kind_regress_angle", "or --task classification for the score"),
    ],
)
def test_single_numbers_are_asked_for_and_read(shared, name, words):
    path = shared / f"tflite-foreign/{name}.tflite"
    question = numbers_question(ModelFile.open(path))
    assert words in question
    with pytest.raises(UnsupportedModelError, match="single number"):
        edgevision.load_model(path)
    # What the sentence says, done.
    names = ("angle", "throttle") if name == "kind_donkey" else ("age",)
    options = {"names": ",".join(names)}
    with edgevision.load_model(
        path, task="values", normalize="unit", options=options
    ) as model:
        result = model(shared / "images/face.jpg")
    assert result.names == names
    assert not numbers_question(
        ModelFile.open(shared / "tflite-foreign/kind_age_gender.tflite")
    )


def test_an_age_net_of_somebody_else_reads_a_face(shared):
    """It was trained on age / 116, which ``scale`` undoes."""
    with edgevision.load_model(
        shared / "tflite-foreign/age_lite_q.tflite",
        task="values",
        normalize="unit",
        options={"names": "age", "units": "years", "scale": 116},
    ) as model:
        age = model(shared / "images/face.jpg")["age"]
    assert 15 < age.value < 70
    assert age.unit == "years"


def test_landmarks_are_a_vector_of_values(shared):
    with edgevision.load_model(
        shared / "tflite-foreign/kind_landmarks_fc.tflite",
        task="values",
        normalize="unit",
    ) as model:
        assert len(model(shared / "images/face.jpg")) == 136


def test_two_answers_are_one_question_that_names_both(monkeypatch) -> None:
    graph: Any = Graph([(9, (1, 65, 65, 21))], [Operation("SOFTMAX", (1,), (9,))])

    def also(model: Any) -> Recognition:
        return Recognition("image", "of that size")

    monkeypatch.setattr(maps, "find_depth", also, raising=False)
    where = maps.__name__ + ":find_depth"
    entry = dataclasses.replace(DECODERS["image"], recognise=where)
    monkeypatch.setitem(DECODERS, "image", entry)
    with pytest.raises(UnsupportedModelError, match="fit 2 decoders") as caught:
        recognise(graph)
    for part in ("--decoder image (of that size)", "--decoder segmentation (one"):
        assert part in str(caught.value)
    # A task that only one of them has settles it.
    assert recognise(graph, "image") == also(graph)
    # What merely fits is no second answer.
    vague = dataclasses.replace(also(graph), is_proven=False)
    monkeypatch.setattr(maps, "find_depth", lambda model: vague)
    found = recognise(graph)
    assert found is not None
    assert found.decoder == "segmentation"


def test_a_question_also_names_a_decoder_that_is_certain(monkeypatch) -> None:
    graph: Any = Graph([(9, (1, 65, 65, 21))], [Operation("SOFTMAX", (1,), (9,))])

    def ask(model: Any) -> None:
        raise UnsupportedModelError("It may be a flow. Pass --decoder image.")

    monkeypatch.setattr(maps, "find_flow", ask, raising=False)
    where = maps.__name__ + ":find_flow"
    entry = dataclasses.replace(DECODERS["image"], recognise=where)
    monkeypatch.setitem(DECODERS, "image", entry)
    with pytest.raises(UnsupportedModelError) as caught:
        recognise(graph)
    assert "--decoder image. It also fits --decoder segmentation" in str(caught.value)


def test_the_order_of_the_table_decides_nothing(shared: Path, monkeypatch) -> None:
    """Each file has the same answer, or question, whoever is asked first."""
    paths = sorted(shared.glob("tflite-foreign/*.tflite"))
    models = [
        ModelFile.open(path) for path in [*paths, *shared.glob("models/*.tflite")]
    ]

    def answers() -> list[str]:
        return [_answer(model) for model in models]

    first = answers()
    for seed in range(3):
        names = list(DECODERS)
        random.Random(seed).shuffle(names)
        shuffled = {name: DECODERS[name] for name in names}
        monkeypatch.setattr(search, "DECODERS", shuffled)
        assert answers() == first


def _answer(model: ModelFile) -> str:
    try:
        return str(recognise(model))
    except UnsupportedModelError as error:
        return str(error)
