"""A grid of classes becomes boxes in the frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from edgevision.runtime.decoders.fomo import FomoDecoder, FomoOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

import edgevision
from edgevision.errors import UnsupportedModelError

SIZE = (96, 96)
FRAME = Letterbox.fit((192, 96), SIZE)


def spec(shape: tuple[int, ...], dtype: str = "float32") -> TensorSpec:
    whole = dtype == "int8"
    return TensorSpec(
        "cells", 0, shape, np.dtype(dtype), 1 / 256 if whole else 0.0, -128 * whole
    )


def cells(*hits: tuple[int, int, int, float], classes: int = 3) -> np.ndarray:
    raw = np.zeros((1, 12, 12, classes), np.float32)
    raw[..., 0] = 1.0
    for row, column, kind, score in hits:
        raw[0, row, column, kind] = score
    return raw


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_neighbours_are_one_object_with_the_best_score(dtype: str) -> None:
    raw = cells((2, 3, 1, 0.75), (3, 4, 1, 0.5), (9, 9, 2, 0.875), (5, 5, 1, 0.25))
    if dtype == "int8":
        raw = np.minimum(raw * 256 - 128, 127).astype(np.int8)
    decoder = FomoDecoder(
        [spec(raw.shape, dtype)], labels=("cup", "lamp"), model_size=SIZE
    )
    result = decoder.decode([raw], FRAME)
    assert result.labels == ("lamp", "cup")
    assert result.class_ids.tolist() == [1, 0]
    np.testing.assert_allclose(result.scores, [0.875, 0.75])
    # A cell is 8 pixels of the input; the frame is twice as wide.
    np.testing.assert_allclose(result.boxes, [[144, 72, 160, 80], [48, 16, 80, 32]])
    assert not np.shares_memory(result.scores, raw)


def test_no_cell_reaches_the_threshold() -> None:
    raw = cells((2, 3, 1, 0.49), (4, 4, 1, np.nan))
    assert (
        len(FomoDecoder([spec(raw.shape)], model_size=SIZE).decode([raw], FRAME)) == 0
    )


def test_logits_become_scores() -> None:
    raw = np.zeros((1, 4, 6, 2), np.float32)
    raw[0, 1, 2] = [0.0, np.log(3.0)]  # 3 to 1
    options = FomoOptions(activation="softmax", score_threshold=0.6)
    decoder = FomoDecoder([spec(raw.shape)], model_size=(96, 64), options=options)
    result = decoder.decode([raw], Letterbox.fit((96, 64), (96, 64)))
    np.testing.assert_allclose(result.scores, [0.75])
    np.testing.assert_allclose(result.boxes, [[32, 16, 48, 32]])
    assert result.labels == ("0",)


def test_options_of_detectors_hold() -> None:
    raw = cells((2, 3, 1, 0.75), (9, 9, 2, 0.875), (0, 0, 2, 0.6))
    tensors, labels = [spec(raw.shape)], ("background", "cup", "lamp")
    only = FomoOptions(allow=["cup"])
    decoder = FomoDecoder(tensors, labels=labels, model_size=SIZE, options=only)
    assert decoder.decode([raw], FRAME).labels == ("cup",)
    few = FomoOptions(max_detections=1)
    decoder = FomoDecoder(tensors, labels=labels, model_size=SIZE, options=few)
    np.testing.assert_allclose(decoder.decode([raw], FRAME).scores, [0.875])


def test_ancestors_are_reported_on_their_level() -> None:
    raw = cells((2, 3, 1, 0.75), (9, 9, 2, 0.875))
    decoder = FomoDecoder(
        [spec(raw.shape)],
        labels=("cup", "lamp"),
        hierarchy={"cup": "kitchen", "lamp": "light"},
        model_size=SIZE,
        options=FomoOptions(level=1),
    )
    assert decoder.decode([raw], FRAME).labels == ("light", "kitchen")


def test_wrong_outputs_and_labels_are_refused() -> None:
    with pytest.raises(UnsupportedModelError, match="expected a score per class"):
        FomoDecoder([spec((1, 12, 12, 1))], model_size=SIZE)
    with pytest.raises(UnsupportedModelError, match="this one has 2"):
        FomoDecoder([spec((1, 12, 12, 2))] * 2, model_size=SIZE)
    with pytest.raises(UnsupportedModelError, match="Pass --labels with 1 texts"):
        FomoDecoder([spec((1, 12, 12, 2))], labels=("a", "b"), model_size=SIZE)
    with pytest.raises(ValueError, match="No activation 'sigmoid'"):
        FomoOptions(activation="sigmoid")


def test_a_foreign_file_is_read_as_by_hand(shared: Path) -> None:
    from support.bare import BareModel

    path = shared / "tflite-foreign/fomo.tflite"
    bare = BareModel(path)
    outputs, letterbox = bare.run(shared / "images/face.jpg")
    scores = (outputs[0][0, :, :, 1].astype(np.float32) + 128) / 256
    rows, columns = np.nonzero(scores >= 0.5)
    with edgevision.load_model(path) as model:
        assert model.card.output.decoder == "fomo"
        result = model(shared / "images/face.jpg")
    assert result.scores[0] == pytest.approx(scores.max())
    # Each cell above the threshold lies in a box, and each box's score is of its cells.
    width, height = letterbox.source_size
    middles = np.stack([(columns + 0.5) / 12 * width, (rows + 0.5) / 12 * height], 1)
    inside = (middles[:, None] > result.boxes[None, :, :2]).all(axis=2)
    inside &= (middles[:, None] < result.boxes[None, :, 2:]).all(axis=2)
    assert (inside.sum(axis=1) == 1).all()
    best = np.where(inside, scores[rows, columns][:, None], 0).max(axis=0)
    np.testing.assert_allclose(result.scores, best)
