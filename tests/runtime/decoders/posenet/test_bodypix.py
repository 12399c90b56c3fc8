"""BodyPix: people, and the part of a body that each pixel shows."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.decoders.posenet import BodyPixDecoder, BodyPixOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.results import Poses, Segmentation
from edgevision.runtime.tensors.spec import TensorSpec
from support.people_maps import maps_of, standing

from edgevision.errors import UnsupportedModelError

STRIDE, ROWS, COLUMNS = 16, 9, 17
SIZE = (257, 129)
FRAME = Letterbox.fit((514, 258), SIZE)


def dense(grid: np.ndarray) -> np.ndarray:
    """Return every channel at the middle of every pixel of the input, by hand."""
    ys = np.minimum((np.arange(SIZE[1]) + 0.5) / STRIDE, ROWS - 1)
    xs = np.minimum((np.arange(SIZE[0]) + 0.5) / STRIDE, COLUMNS - 1)
    top, left = np.int64(ys), np.int64(xs)
    bottom, right = np.minimum(top + 1, ROWS - 1), np.minimum(left + 1, COLUMNS - 1)
    down, along = (ys - top)[:, None, None], (xs - left)[None, :, None]
    upper = grid[top][:, left] * (1 - along) + grid[top][:, right] * along
    lower = grid[bottom][:, left] * (1 - along) + grid[bottom][:, right] * along
    return upper * (1 - down) + lower * down


def tensors(maps: dict[str, np.ndarray]) -> list[TensorSpec]:
    names = {"forward": "fwd", "backward": "bwd"}
    return [
        TensorSpec(names.get(name, name), i, values.shape, values.dtype)
        for i, (name, values) in enumerate(maps.items())
    ]


@pytest.fixture
def maps(rng: np.random.Generator) -> dict[str, np.ndarray]:
    person = standing(60, 10, 100)
    maps = maps_of([person], stride=STRIDE, rows=ROWS, columns=COLUMNS)
    far = np.linalg.norm(np.mgrid[:ROWS, :COLUMNS] - np.float32([4, 4])[:, None, None],
                         axis=0)  # fmt: skip
    maps["segments"] = (3 - 2 * far).astype(np.float32)[None, :, :, None]
    parts = rng.normal(size=(1, ROWS, COLUMNS, 24)).astype(np.float32)
    maps["parts"] = cv2.GaussianBlur(parts[0], (5, 5), 0)[np.newaxis]
    return maps


def decoded(maps: dict[str, np.ndarray], **options):
    decoder = BodyPixDecoder(
        tensors(maps), model_size=SIZE, options=BodyPixOptions(**options)
    )
    return decoder.decode(list(maps.values()), FRAME)


def test_each_pixel_has_the_best_part_where_a_person_is(maps) -> None:
    heads = decoded(maps)
    body, people = heads["body"], heads["people"]
    assert isinstance(body, Segmentation)
    assert isinstance(people, Poses)
    np.testing.assert_allclose(people.keypoints[0], 2 * standing(60, 10, 100), atol=0.1)
    is_person = dense(maps["segments"][0])[:, :, 0] >= np.log(0.7 / 0.3)
    expected = (dense(maps["parts"][0]).argmax(axis=2) + 1) * is_person
    # Every pixel of the input is two by two of the frame.
    answer = body.mask[::2, ::2]
    assert body.mask.shape == (258, 514)
    assert is_person.any()
    # OpenCV interpolates in steps of 1/32 pixel: a few pixels on an edge differ.
    assert (answer == expected).mean() > 0.998
    assert ((answer > 0) == is_person).mean() > 0.999
    assert body.labels[0] == "background"
    assert "torso front" in BodyPixDecoder(tensors(maps), model_size=SIZE)._labels


def test_without_parts_a_pixel_shows_a_person_or_nobody(maps) -> None:
    without = {name: values for name, values in maps.items() if name != "parts"}
    for heads in (decoded(maps, parts=False), decoded(without)):
        assert heads["body"].labels == ("background", "person")
    area = {t: decoded(without, mask_threshold=t)["body"] for t in (0.3, 0.9, 1.0)}
    assert area[0.3].areas[1] > area[0.9].areas[1]
    assert area[1.0].labels == ("background",)
    assert decoded(without, mask_threshold=0.0)["body"].labels == ("person",)


def test_nobody_and_nothing(maps) -> None:
    maps["segments"][:] = -5
    maps["heatmaps"][:] = -8
    heads = decoded(maps)
    assert heads["body"].labels == ("background",)
    assert len(heads["people"]) == 0
    maps["segments"][:] = np.nan
    assert decoded(maps)["body"].labels == ("background",)
    record = heads.to_dict()["heads"]
    assert record["body"] == {
        "regions": [{"class_id": 0, "label": "background", "area": 1.0}]
    }


def test_wrong_outputs_are_refused(maps) -> None:
    less = {name: values for name, values in maps.items() if name != "segments"}
    with pytest.raises(UnsupportedModelError, match="Pass --decoder posenet"):
        BodyPixDecoder(tensors(less), model_size=SIZE)
    with pytest.raises(UnsupportedModelError, match="24 parts, but there are 1"):
        BodyPixDecoder(tensors(maps), model_size=SIZE, labels=("a",))
    with pytest.raises(ValueError, match=r"mask_threshold must be in 0\.\.1"):
        BodyPixOptions(mask_threshold=2)
