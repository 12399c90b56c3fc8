"""Results keep places and classes, and lose what shows or names what is covered."""

import numpy as np
import pytest
from edgevision.runtime.redaction import Cover, CoveredAreas, hidden, nothing_of
from edgevision.runtime.results import (
    Classifications,
    Detections,
    Embedding,
    Generation,
    Heads,
    InstanceMasks,
    OutputImage,
    RawOutputs,
    RefinedDetections,
    Segmentation,
    Text,
    Value,
    Values,
)
from support.results_of_people import boxes, person

from edgevision.errors import RedactionError

SIZE = (80, 60)
AREAS = CoveredAreas.of_boxes([[20, 10, 40, 30]], SIZE)
PLATE = Text("AB 12", np.ones(5, np.float32))
AGE = Values(np.asarray([33], np.float32), ("age",), ("years",))


def _hidden(result, areas=AREAS):
    return hidden(result, areas, Cover("pixelate"))


@pytest.mark.parametrize(
    "result",
    [
        boxes([(1, 2, 3, 4)], ("car",)),
        person(30, 10, 20),
        Classifications(np.zeros(1, np.int64), np.ones(1, np.float32), ("cat",)),
        AGE,
        Heads({"age": AGE}),
    ],
)
def test_places_classes_and_numbers_stay(result):
    assert _hidden(result) is result


def test_texts_and_names_of_the_whole_picture_go():
    assert _hidden(PLATE).text == ""
    assert not len(_hidden(PLATE).scores)
    name = _hidden(Embedding(np.ones(4, np.float32), "Ada", 0.9))
    assert (name.label, name.score, name.embedding.any()) == ("unknown", 0.0, False)
    vector = _hidden(Embedding(np.ones(4, np.float32)))
    assert (vector.label, vector.embedding.any()) == (None, False)
    both = _hidden(Heads({"age": AGE, "plate": PLATE}))
    assert both["plate"].text == ""
    assert both["age"] is AGE


def test_what_was_read_in_a_covered_area_goes():
    near, far = (35.5, 20, 50, 50), (60, 40, 79, 59)
    seen = RefinedDetections(
        np.asarray([near, far, (41, 31, 50, 50), near], np.float32),
        np.ones(4, np.float32),
        np.zeros(4, np.int64),
        ("AB 12", "AB 12", "AB 12", "33 years"),
        answers=(PLATE, PLATE, PLATE, AGE),
    )
    left = _hidden(seen)
    assert left.labels == ("redacted", "AB 12", "AB 12", "33 years")
    assert [len(answer) for answer in left.answers] == [0, 5, 5, 1]
    assert "AB" not in str(left[:1].to_dict())


def test_masks_have_no_outline_in_a_covered_area():
    part = np.eye(20, dtype=bool)
    masks = InstanceMasks(SIZE, np.asarray([[30, 20], [50, 30]]), (part, part))
    left = _hidden(boxes([(30, 20, 50, 40), (50, 30, 70, 50)], ("a", "b"), masks))
    assert left.masks.parts[0][:10, :10].all()
    assert np.array_equal(left.masks.parts[0][10:], part[10:])
    assert np.array_equal(left.masks.parts[1], part)
    assert np.array_equal(part, np.eye(20, dtype=bool)), "the result's own stays"


def test_a_map_of_classes_has_no_outline_in_a_covered_area():
    mask = np.random.default_rng(0).integers(0, 3, (60, 80)).astype(np.uint8)
    before = mask.copy()
    seen = Segmentation(
        mask, np.arange(3), np.full(3, 1 / 3, np.float32), ("a", "b", "c")
    )
    left = _hidden(seen)
    assert len(np.unique(left.mask[10:30, 20:40])) == 1
    outside = ~AREAS.mask()
    assert np.array_equal(left.mask[outside], before[outside])
    assert np.array_equal(mask, before)


@pytest.mark.parametrize("size", [(40, 30), (160, 120), (80, 60), (7, 50)])
@pytest.mark.parametrize("is_map", [False, True])
def test_a_picture_made_of_the_frame_is_covered_as_well(size, is_map):
    bits = np.random.default_rng(0).integers(0, 2, (size[1], size[0]), np.uint8) * 255
    values = bits.astype(np.float32) if is_map else None
    seen = OutputImage(bits.astype(np.uint8), SIZE, (0, 0, *SIZE), values)
    left = _hidden(seen)
    x, y = size[0] / 80, size[1] / 60
    part = np.s_[int(10 * y) : int(np.ceil(30 * y)), int(20 * x) : int(np.ceil(40 * x))]
    assert not np.isin(left.image[part], (0, 255)).any()
    if is_map:
        assert len(np.unique(left.values[part])) == 1
        assert np.isin(left.values, (0, 255)).any(), "the rest stays"
    assert np.isin(left.image, (0, 255)).any(), "the rest stays"
    assert np.isin(bits, (0, 255)).all()


def test_a_picture_of_a_part_of_the_frame_is_covered_where_it_shows_the_area():
    bits = np.random.default_rng(0).integers(0, 2, (30, 40, 3), np.uint8) * np.uint8(
        255
    )
    seen = OutputImage(bits, SIZE, (30, 20, 40, 30))
    left = _hidden(seen)
    assert not np.isin(left.image[:10, :10], (0, 255)).any()
    assert np.array_equal(left.image[13:], bits[13:])
    beside = OutputImage(bits, SIZE, (45, 35, 30, 20))
    assert np.array_equal(_hidden(beside).image, bits)


class OwnDetections(Detections):
    """Somebody's own kind, which may hold a crop."""


UNKNOWN = (
    OwnDetections.empty(),
    RawOutputs({"picture": np.ones((4, 4), np.float32)}),
    Generation(np.ones((1, 4, 4, 3), np.uint8)),
    Value("age", 33.0),
    None,
)


@pytest.mark.parametrize("result", UNKNOWN)
def test_a_kind_that_may_hold_anything_is_an_error(result):
    with pytest.raises(RedactionError, match="may hold pixels"):
        _hidden(result)
    assert nothing_of(result, SIZE).to_dict() == RawOutputs({}).to_dict()


def test_of_a_withheld_frame_only_places_stay():
    seen = boxes([(1, 2, 3, 4)], ("car",))
    assert nothing_of(seen, SIZE) is seen
    assert nothing_of(PLATE, SIZE).text == ""
    picture = OutputImage(np.full((6, 8, 3), 200, np.uint8), SIZE, (0, 0, *SIZE))
    assert not nothing_of(picture, SIZE).image.any()


def test_no_area_changes_nothing_but_texts():
    none = CoveredAreas.none(SIZE)
    mask = Segmentation(
        np.zeros((60, 80), np.uint8),
        np.zeros(1, np.int64),
        np.ones(1, np.float32),
        ("a",),
    )
    assert _hidden(mask, none) is mask
    assert _hidden(PLATE, none).text == ""
