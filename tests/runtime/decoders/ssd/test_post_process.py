"""The four outputs of the post-processing operation, in any order."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.ssd.output_roles import ROLES
from edgevision.runtime.decoders.ssd.post_process import SsdOpDecoder, SsdOpOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.labels.label_files import parse_labels
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

FRAME = Letterbox.fit((200, 100), (300, 300))
ORDERS = list(itertools.permutations(range(4)))


def outputs(
    order: Any = (0, 1, 2, 3),
    *,
    name: str = "TFLite_Detection_PostProcess",
    **over: Any,
) -> tuple[list[TensorSpec], list[np.ndarray]]:
    """Return two detections and a row that is left over, in an order."""
    values = {
        "boxes": [[[0.1, 0.2, 0.5, 0.6], [0.5, 0.5, 1.2, 1.1], [0, 0, 1, 1]]],
        "classes": [[2, 0, 1]],
        "scores": [[0.9, 0.6, 0.99]],
        "count": [2],
        **over,
    }
    arrays = [np.asarray(values[role], np.float32) for role in ROLES]
    names = [name, f"{name}:1", f"{name}:2", f"{name}:3"]
    specs = [
        TensorSpec(names[i], 167 + i, array.shape, array.dtype)
        for i, array in enumerate(arrays)
    ]
    return [specs[i] for i in order], [arrays[i] for i in order]


@pytest.mark.parametrize("order", ORDERS)
def test_any_order_gives_the_same_boxes(order: tuple[int, ...]) -> None:
    specs, arrays = outputs(order)
    decoder = SsdOpDecoder(specs, labels=("a", "b", "c"), model_size=(300, 300))
    found = decoder.decode(arrays, FRAME)
    assert found.labels == ("c", "a")
    np.testing.assert_allclose(found.scores, [0.9, 0.6])
    # x from columns 1 and 3, cut at the frame of 200 x 100.
    np.testing.assert_allclose(
        found.boxes, [[40, 10, 120, 50], [100, 50, 200, 100]], atol=1e-4
    )


@pytest.mark.parametrize("order", ORDERS)
def test_a_caller_says_the_order_when_names_do_not(order: tuple[int, ...]) -> None:
    specs, arrays = outputs(order, name="StatefulPartitionedCall")
    with pytest.raises(UnsupportedModelError, match="--option roles=boxes,classes"):
        SsdOpDecoder(specs, model_size=(300, 300))
    roles = tuple(ROLES[i] for i in order)
    decoder = SsdOpDecoder(
        specs,
        model_size=(300, 300),
        options=SsdOpOptions(roles=",".join(roles)),
    )
    assert decoder.roles == roles
    assert decoder.decode(arrays, FRAME).class_ids.tolist() == [2, 0]


def test_outputs_beside_the_four_are_not_read_and_the_count_may_be_absent() -> None:
    specs, arrays = outputs(scores=[[0.9, 0.6, 0.01]])
    extra = np.zeros((1, 1917, 4), np.float32)
    more = [TensorSpec("raw", 9, extra.shape, extra.dtype), *specs[:3]]
    decoder = SsdOpDecoder(
        more,
        model_size=(300, 300),
        options=SsdOpOptions(roles=["other", "boxes", "classes", "scores"]),
    )
    detections = decoder.decode([extra, *arrays[:3]], FRAME)
    assert detections.class_ids.tolist() == [2, 0]
    with pytest.raises(UnsupportedModelError, match="name 3 outputs, but the"):
        SsdOpDecoder(
            more,
            model_size=(300, 300),
            options=SsdOpOptions(roles="boxes,classes,scores"),
        )


def test_boxes_in_another_order_unit_and_count_of_classes() -> None:
    corners = [[60.0, 30, 180, 150], [150, 150, 330, 360], [0, 0, 1, 1]]
    specs, arrays = outputs(boxes=[corners], classes=[[3, 1, 0]], count=[3])
    decoder = SsdOpDecoder(
        specs,
        labels=("a", "b", "c"),
        model_size=(300, 300),
        options=SsdOpOptions(box_order="xyxy", units="pixel", first_class=1),
    )
    detections = decoder.decode(arrays, FRAME)
    # The third row's class lies before the first, so it is padding.
    assert detections.labels == ("c", "a")
    np.testing.assert_allclose(
        detections.boxes, [[40, 10, 120, 50], [100, 50, 200, 100]], atol=1e-4
    )
    for option, sentence in (
        ({"box_order": "yxhw"}, "No box order 'yxhw'"),
        ({"units": "percent"}, "No unit of boxes 'percent'"),
    ):
        with pytest.raises(ValueError, match=sentence):
            SsdOpOptions(**option)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 99, -1, np.nan])
def test_count_is_honoured(count: float) -> None:
    specs, arrays = outputs(count=[count])
    decoder = SsdOpDecoder(specs, model_size=(300, 300))
    expected = 0 if np.isnan(count) else int(min(max(count, 0), 3))
    assert len(decoder.decode(arrays, FRAME)) == expected


def test_threshold_and_limit() -> None:
    specs, arrays = outputs()
    strict = SsdOpDecoder(
        specs,
        model_size=(300, 300),
        options=SsdOpOptions(score_threshold=0.7),
    )
    assert strict.decode(arrays, FRAME).class_ids.tolist() == [2]
    one = SsdOpDecoder(
        specs,
        model_size=(300, 300),
        options=SsdOpOptions(max_detections=1),
    )
    assert one.decode(arrays, FRAME).class_ids.tolist() == [2]
    denied = SsdOpDecoder(
        specs,
        model_size=(300, 300),
        options=SsdOpOptions(deny=[2]),
    )
    assert denied.decode(arrays, FRAME).class_ids.tolist() == [0]


def test_labels_with_a_background_first_are_shifted() -> None:
    specs, arrays = outputs()
    for word in ("???", "background"):
        decoder = SsdOpDecoder(
            specs, labels=(word, "a", "b", "c"), model_size=(300, 300)
        )
        assert decoder.decode(arrays, FRAME).labels == ("c", "a")
    kept = SsdOpDecoder(
        specs,
        labels=("???", "a", "b"),
        model_size=(300, 300),
        options=SsdOpOptions(label_offset=0),
    )
    assert kept.decode(arrays, FRAME).labels == ("b", "???")


def test_a_class_without_a_label_shows_its_number() -> None:
    specs, arrays = outputs(classes=[[89, 1, 0]])
    decoder = SsdOpDecoder(specs, labels=("a", "", "c"), model_size=(300, 300))
    assert decoder.decode(arrays, FRAME).labels == ("89", "1")


def test_quantized_ends() -> None:
    specs, arrays = outputs()
    scales = {"boxes": 1 / 100, "classes": 1.0, "scores": 1 / 250, "count": 1.0}
    quantized = [
        TensorSpec(s.name, s.index, s.shape, np.dtype(np.uint8), scales[role], 0)
        for s, role in zip(specs, ROLES, strict=True)
    ]
    raw = [
        np.rint(array / scales[role]).astype(np.uint8)
        for array, role in zip(arrays, ROLES, strict=True)
    ]
    found = SsdOpDecoder(quantized, model_size=(300, 300)).decode(raw, FRAME)
    assert found.class_ids.tolist() == [2, 0]
    np.testing.assert_allclose(found.scores, [0.9, 0.6], atol=0.002)


def test_wrong_outputs_are_refused_when_opened() -> None:
    specs, _ = outputs()
    with pytest.raises(UnsupportedModelError, match="Nothing shows which of the"):
        SsdOpDecoder(specs[:2], model_size=(300, 300))
    wrong = [*specs[:3], TensorSpec(specs[3].name, 1, (1, 3), specs[3].dtype)]
    with pytest.raises(UnsupportedModelError, match="expected boxes 1xNx4"):
        SsdOpDecoder(wrong, model_size=(300, 300))
    with pytest.raises(ValueError, match="roles must name boxes, classes"):
        SsdOpDecoder(
            specs,
            model_size=(300, 300),
            options=SsdOpOptions(roles="boxes,scores"),
        )


def test_real_model_gives_cat_cat_cat_dog(shared: Path) -> None:
    from support.bare import BareModel

    model = BareModel(shared / "models/coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite")
    labels = (shared / "models/coco_labels_paper.txt").read_text().split("\n")
    decoder = SsdOpDecoder(
        model.outputs,
        labels=tuple(labels),
        model_size=model.size,
        options=SsdOpOptions(score_threshold=0.45),
    )
    outputs_now, letterbox = model.run(shared / "images/cats_and_dogs.jpg")
    found = decoder.decode(outputs_now, letterbox)
    assert found.labels == ("cat", "cat", "cat", "dog")
    # The Task Library's own test, its boxes as x, y, width, height.
    expected = np.asarray(
        [[54, 396, 393, 199], [602, 157, 394, 447], [261, 394, 179, 209]]
    )
    expected[:, 2:] += expected[:, :2]
    np.testing.assert_allclose(found.boxes[:3], expected, atol=8)


def test_a_label_map_that_counts_from_one_is_shifted() -> None:
    text = 'item { id: 1 display_name: "person" }\nitem { id: 3 name: "car" }'
    labels = parse_labels(text.encode(), name="mscoco_label_map.pbtxt")
    specs, arrays = outputs()
    decoder = SsdOpDecoder(specs, labels=labels, model_size=(300, 300))
    assert decoder.decode(arrays, FRAME).labels == ("car", "person")


@pytest.mark.parametrize("role", ["classes", "scores"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_row_that_is_not_finite_vanishes(role: str, value: float) -> None:
    specs, arrays = outputs(**{role: [[value, 0, 0.5]]}, count=[3])
    found = SsdOpDecoder(
        specs,
        model_size=(300, 300),
        options=SsdOpOptions(score_threshold=0.0),
    ).decode(arrays, FRAME)
    assert len(found) == 2
