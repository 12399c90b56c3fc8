"""Files whose parts do not fit are refused in Python, with a sentence."""

from __future__ import annotations

import struct

import pytest
from edgevision.runtime.opening.gate import verdicts
from edgevision.runtime.tflite.model_file import ModelFile
from edgevision.runtime.tflite.validation import check_model
from support.tiny_models import tiny_classifier

from edgevision.errors import ModelError


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(verdicts, "_admitted", set())


@pytest.mark.parametrize(
    "name",
    [
        "yolov8n_416_full_integer_quant",
        "movenet_single_pose_lightning_ptq",
        "coco_ssd_mobilenet_v1_1.0_quant_metadata",
        "deeplabv3_mnv2_dm05_pascal_quant",
        "mobilenet_v1_0.25_224_float_metadata",
        "tf2_mobilenet_v2_1.0_224_ptq",
    ],
)
def test_real_models_pass_the_check(shared, name):
    check_model(ModelFile.open(shared / "models" / f"{name}.tflite"))


# What is changed in the tiny model, from which bytes to which, and what is said of it.
BROKEN = [
    ("shape", struct.pack("<4i", 1, 4, 4, 3), struct.pack("<4i", 1, -4, 4, 3), "shape"),
    (
        "huge",
        struct.pack("<4i", 1, 4, 4, 3),
        struct.pack("<4i", 1, 2**30, 4096, 3),
        "claims",
    ),
    (
        "inputs",
        struct.pack("<3i", 2, 0, 1),
        struct.pack("<3i", 2, 0, 9),
        "reads tensor 9 of 3",
    ),
    (
        "unmade",
        struct.pack("<3i", 2, 0, 1),
        struct.pack("<3i", 2, 2, 1),
        "nothing has made",
    ),
    ("bytes", struct.pack("<2i", 1, 2), struct.pack("<2i", 1, 3), "holds 8 bytes, 12"),
    (
        "zero point",
        struct.pack("<Iq", 1, 7),
        struct.pack("<Iq", 1, 700),
        "zero point 700",
    ),
    (
        "scale",
        struct.pack("<If", 1, 0.5),
        struct.pack("<If", 1, -0.5),
        "the scale -0.5",
    ),
    (
        "nan",
        struct.pack("<If", 1, 0.5),
        struct.pack("<If", 1, float("nan")),
        "scale nan",
    ),
]


@pytest.mark.parametrize(("what", "old", "new", "sentence"), BROKEN)
def test_parts_that_do_not_fit_are_a_sentence(what, old, new, sentence):
    data = tiny_classifier(scale=0.5, zero_point=7)
    assert old in data, what
    with pytest.raises(ModelError, match=sentence):
        check_model(ModelFile.from_bytes(data.replace(old, new)))


def test_cut_files_never_raise_anything_else(shared):
    data = (shared / "models/cifar10_resnet8_int8_reference.tflite").read_bytes()
    refused = 0
    for size in [*range(8, 600, 7), *range(600, len(data), 997)]:
        try:
            check_model(ModelFile.from_bytes(data[:size]))
        except ModelError:
            refused += 1
    assert refused == len([*range(8, 600, 7), *range(600, len(data), 997)])
