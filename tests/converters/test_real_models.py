"""Trained models and photographs: the promises that random weights cannot show."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.converters.convert import convert
from edgevision.converters.datasets.open_set import open_images
from edgevision.runtime.image.preprocess import Preprocessor
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.tflite.model_file import ModelFile

from edgevision.errors import ConversionError, VerificationError

pytestmark = [pytest.mark.tf, pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def resnet8(shared, tmp_path_factory):
    out = tmp_path_factory.mktemp("resnet8") / "resnet8.tflite"
    return convert(
        shared / "models" / "cifar10_resnet8.h5",
        out,
        normalize="raw",
        calibration=shared / "cifar10" / "calibration",
        verify=shared / "cifar10" / "test",
        max_drop=0.01,
    )


@pytest.fixture(scope="module")
def people(shared, tmp_path_factory):
    """Return class folders of the COCO images: a person box above 0.5 %, or none."""
    root = tmp_path_factory.mktemp("people")
    for name in ("non_person", "person"):
        (root / name).mkdir()
    for image in sorted((shared / "coco/images/train2017").glob("*.jpg")):
        text = shared / "coco/labels/train2017" / f"{image.stem}.txt"
        rows = text.read_text().splitlines() if text.exists() else []
        boxes = [[float(value) for value in row.split()] for row in rows]
        person = any(box[0] == 0 and box[3] * box[4] > 0.005 for box in boxes)
        (root / ("person" if person else "non_person") / image.name).symlink_to(image)
    return root


def test_resnet8_keeps_its_answers(resnet8):
    found = resnet8.verification
    assert found["n"] == 1000
    assert found["float"] == pytest.approx(0.751, abs=0.003)
    # TensorFlow's own files: 96.1 +- 0.5 with one set of kernels, not the worse of two.
    assert found["agreement"] >= 0.955
    assert found["drop"] <= 0.01
    assert resnet8.card.output.labels[:2] == ("airplane", "automobile")


def test_the_devices_own_pipeline_gives_the_verified_accuracy(resnet8, shared):
    """The numbers in the card are what a device sees: its card, its Preprocessor."""
    model = ModelFile.open(resnet8.path)
    card = model.card
    images = open_images(shared / "cifar10" / "test")
    with Interpreter(resnet8.path, threads=1) as interpreter:
        prepare = Preprocessor(card.input, interpreter.inputs[0])
        right = 0
        for i, truth in enumerate(images.classes):
            prepare.prepare(images.image(i), out=interpreter.input(0))
            interpreter.invoke()
            right += int(interpreter.outputs_now()[0].argmax()) == truth
    expected = card.verification["kernels"]["xnnpack"]["accuracy"]
    assert right / len(images) == pytest.approx(expected, abs=1e-9)


def test_vww_is_checked_on_photographs_of_another_kind(shared, people, tmp_path):
    made = convert(
        shared / "models" / "vww_mobilenetv1_96.h5",
        tmp_path / "vww.tflite",
        normalize="unit",
        calibration=shared / "imagenet",
        verify=people,
        min_agreement=0.97,
    )
    assert made.verification["n"] == 128
    assert made.verification["agreement"] >= 0.97
    assert made.card.output.labels == ("non_person", "person")
    assert made.inputs[0].scale == pytest.approx(1 / 255)
    assert made.card.quantization["pixel_error"] == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"normalize": "signed"}, "float model itself.*--normalize .now signed."),
        ({"color": "bgr", "min_accuracy": 0.7}, "budget is 70.0%.*--color"),
    ],
)
def test_a_wrong_input_is_refused_with_exit_3(shared, tmp_path, changes, sentence):
    with pytest.raises(VerificationError, match=sentence) as caught:
        convert(
            shared / "models" / "cifar10_resnet8.h5",
            tmp_path / "out.tflite",
            **{
                "normalize": "raw",
                "calibration": shared / "cifar10" / "calibration",
                "verify": shared / "cifar10" / "test",
                **changes,
            },
        )
    assert caught.value.exit_code == 3
    assert list(tmp_path.iterdir()) == []


def test_a_scale_that_makes_all_pictures_alike_is_refused(shared, tmp_path):
    words = r"the same answer.*[(]now unit[)]"
    with pytest.raises(ConversionError, match=words) as caught:
        convert(
            shared / "models" / "cifar10_resnet8.h5",
            tmp_path / "out.tflite",
            normalize="unit",
            calibration=shared / "cifar10" / "calibration",
        )
    best = next(line.split()[:2] for line in caught.value.table if "--" in line)
    assert best == ["--normalize", "raw"]
    assert list(tmp_path.iterdir()) == []


def test_pictures_that_were_scaled_already_are_refused_with_exit_3(shared, tmp_path):
    images = open_images(shared / "cifar10" / "calibration")
    drawn = images.subset(images.draw(100, seed=0))
    scaled = np.stack([cv2.imread(str(p))[:, :, ::-1] for p in drawn.items]) / 255
    np.savez(tmp_path / "unit.npz", images=scaled.astype(np.float32))
    with pytest.raises(VerificationError, match="drop of 1 points"):
        convert(
            shared / "models" / "cifar10_resnet8.h5",
            tmp_path / "out.tflite",
            normalize="raw",
            calibration=tmp_path / "unit.npz",
            verify=shared / "cifar10" / "test",
            max_drop=0.01,
        )
    assert [p.name for p in tmp_path.iterdir()] == ["unit.npz"]
