"""Maps of numbers are classes, a mask, a depth or a picture, or are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders import named_decoder
from edgevision.runtime.opening.recognition import recognise
from edgevision.runtime.opening.recognition.maps import find_segmentation, output_map
from edgevision.runtime.opening.resolve_settings import resolve
from edgevision.runtime.tflite import ModelFile
from support.expressions import model_of
from support.graphs import Graph, Operation
from support.runtimes import skip_where_lacking

import edgevision
from edgevision.errors import UnsupportedModelError


def net(
    shape: tuple[int, ...],
    *names: str,
    picture: tuple[int, ...] = (1, 64, 64, 3),
    kind: str = "float32",
) -> Any:
    """Return a graph whose operations follow each other."""
    operators = [Operation(name, (9 + i,), (10 + i,)) for i, name in enumerate(names)]
    return Graph([(9 + len(names), shape)], operators, picture=picture, kind=kind)


@pytest.mark.parametrize(
    ("shape", "names", "is_proven"),
    [
        ((1, 64, 64, 2), ("SOFTMAX",), True),
        ((1, 64, 64, 3), ("SOFTMAX",), True),
        ((1, 64, 64, 4), ("SOFTMAX", "DEQUANTIZE"), True),
        ((1, 64, 64, 6), ("CONV_2D",), False),
        ((1, 64, 64, 2), ("RESIZE_BILINEAR",), False),
        ((1, 16, 16, 21), ("CONV_2D",), False),
    ],
)
def test_scores_of_classes(
    shape: tuple[int, ...], names: tuple[str, ...], is_proven: bool
) -> None:
    answer = find_segmentation(net(shape, *names))
    assert answer is not None
    assert (answer.decoder, answer.is_proven) == ("segmentation", is_proven)
    assert bool(answer.assumed) != is_proven


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ((1, 8, 8, 12), ("SOFTMAX",)),  # FOMO's cells, an eighth of the input
        ((1, 64, 64, 3), ("CONV_2D",)),  # a picture as well
        ((1, 32, 32, 2), ("CONV_2D",)),
        ((1, 16, 16, 256), ("RELU",)),  # an encoder's features
        ((1, 10), ("SOFTMAX",)),
        ((1, 4096), ("CONV_2D",)),
    ],
)
def test_what_is_no_map_of_classes(
    shape: tuple[int, ...], names: tuple[str, ...]
) -> None:
    assert find_segmentation(net(shape, *names)) is None


def test_a_grid_of_a_detector_is_no_map() -> None:
    grid = net((1, 10, 10, 125), "CONV_2D", picture=(1, 320, 320, 3))
    assert find_segmentation(grid) is None


@pytest.mark.parametrize("names", [("LOGISTIC",), ("SOFTMAX", "STRIDED_SLICE")])
@pytest.mark.parametrize("shape", [(1, 64, 64, 1), (1, 64, 64), (1, 4096)])
def test_scores_of_one_class_are_a_mask(
    shape: tuple[int, ...], names: tuple[str, ...]
) -> None:
    answer = find_segmentation(net(shape, *names, "RESHAPE"))
    assert answer is not None
    assert answer.decoder == "segmentation"
    assert "--task image --option kind=map" in answer.assumed["task"]


@pytest.mark.parametrize("name", ["RELU", "CONV_2D", "RESIZE_BILINEAR"])
def test_one_number_per_pixel_is_asked_for(name: str) -> None:
    with pytest.raises(UnsupportedModelError) as error:
        recognise(net((1, 64, 64, 1), name))
    for cure in ("--task image --option kind=map", "--task segmentation for a mask"):
        assert cure in str(error.value)


def test_a_gray_picture_of_a_gray_picture_is_asked_for() -> None:
    gray = net((1, 64, 64, 1), "LOGISTIC", picture=(1, 64, 64, 1))
    with pytest.raises(UnsupportedModelError, match="pixels=unit for a gray picture"):
        recognise(gray)


def test_class_numbers_need_an_argmax() -> None:
    assert find_segmentation(net((1, 64, 64), "ARG_MAX", kind="int64")) is not None
    assert find_segmentation(net((1, 64, 64), "CAST", kind="int32")) is None


def test_a_softmax_written_out_counts_as_one() -> None:
    operators = [
        Operation("EXP", (1,), (2,)),
        Operation("SUM", (2,), (3,)),
        Operation("DIV", (2, 3), (4,)),
    ]
    graph: Any = Graph([(4, (1, 64, 64, 3))], operators, picture=(1, 64, 64, 3))
    cells = output_map(graph)
    assert cells is not None
    assert cells.maker == "SOFTMAX"


def test_mediapipes_selfie_model_needs_no_flag(shared: Path) -> None:
    path = shared / "tflite-foreign/mp_selfie_segmentation.tflite"
    settings = resolve(ModelFile.open(path))
    assert settings.card.output.labels == ("selfie",)  # the file's own word
    assert settings.evidence["normalization"] == "TFLite Metadata (unit)"
    assert settings.evidence["resize"] == "MediaPipe's graph selfie_segmentation"
    assert settings.card.input is not None
    assert settings.card.input.std == (255.0,)
    skip_where_lacking(path)
    with edgevision.load_model(path) as model:
        mask = model(shared / "images/face.jpg").mask
    # The face fills the middle of the picture; its corners are behind it.
    height, width = mask.shape
    assert mask[height // 2, width // 2] == 1
    assert 0.1 < np.mean(mask) < 0.9


@pytest.mark.parametrize(
    ("taken", "tensor", "first"),
    [
        ("1x224x398x3", "1x2x224x398", True),  # PP-HumanSeg by onnx2tf
        ("1x3x224x398", "1x21x224x398", True),
        ("1x224x398x3", "1x224x398x2", False),
        ("1x512x512x3", "1x19x512x512", True),
        ("1x512x512x3", "1x512x512x19", False),
        ("1x513x513x3", "1x21x65x65", True),
    ],
)
def test_the_ratio_of_the_input_shows_where_the_channels_are(taken, tensor, first):
    model = model_of([f"{taken} uint8 0..255"], [("map", tensor, "SOFTMAX(image)")])
    found = recognise(model)
    assert found is not None
    assert found.decoder == "segmentation"
    assert found.options == ({"channel_first": True} if first else {})
    assert bool(found.option_evidence) == first
    size = tuple(int(side) for side in taken.split("x")[1:] if side != "3")
    decoder: Any = named_decoder(
        "segmentation",
        model.outputs,
        model_size=(size[1], size[0]),
        options=dict(found.options),
    )
    assert decoder.class_count == min(map(int, tensor.split("x")[1:]))


def test_axes_that_may_be_either_are_no_map():
    model = model_of(
        ["1x64x64x3 uint8 0..255"], [("map", "1x64x64x64", "SOFTMAX(image)")]
    )
    assert output_map(model) is None


def test_a_map_of_classes_needs_no_batch():
    """BiSeNetV2 by PINTO: 448x448 int64."""
    model = model_of(
        ["1x448x448x3 uint8 0..255"], [("map", "448x448 int64", "ARG_MAX(image)")]
    )
    found = recognise(model)
    assert found is not None
    assert found.decoder == "segmentation"
