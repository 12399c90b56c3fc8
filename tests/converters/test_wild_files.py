"""Keras files that strangers published: one per cause for which such files failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from edgevision.converters.convert import convert

pytestmark = [pytest.mark.tf, pytest.mark.shared, pytest.mark.slow]

PICTURES = 24


@dataclass(frozen=True)
class Case:
    """A file, what a user passes for it, and what must come out."""

    file: str
    task: str
    least: float
    options: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, tuple[int, ...]] | None = None


CASES = [
    Case(
        "teachable_machine_keras2.4.h5",
        "classification",
        0.8,
        {"normalize": "signed"},
    ),
    Case(
        "steering_lambda_keras2.2.h5",
        "values",
        0.8,
        {"lambdas": {"lambda_1": "x / 255 - 0.5"}},
    ),
    # Its loss would fit a mask as well, so that the task must be said.
    Case(
        "denoiser_keras2.2tf.h5",
        "image",
        0.8,
        {"normalize": "unit", "task": "image"},
    ),
    Case(
        "hdf5_named_keras_keras2.10_sigmoid.keras",
        "classification",
        0.8,
        rows={"dense_input": (7,)},
    ),
    Case(
        "zip_keras2.13_sigmoid.keras",
        "classification",
        0.8,
        rows={"dense_input": (30,)},
    ),
    Case("digits_logits_keras3.keras", "classification", 0.8, {"normalize": "unit"}),
    Case(
        "gender_mini_xception_keras2.0.hdf5",
        "classification",
        0.8,
        {"normalize": "signed"},
    ),
    Case(
        "letters_784_keras3.6.h5",
        "classification",
        0.8,
        {"normalize": "unit", "input_size": (28, 28)},
    ),
]


@pytest.fixture(scope="module")
def photographs(shared, tmp_path_factory):
    """Return a few photographs; what the networks see in them does not matter here."""
    folder = tmp_path_factory.mktemp("photographs")
    for path in sorted((shared / "imagenet").glob("*.JPEG"))[:PICTURES]:
        (folder / path.name).symlink_to(path)
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_published_file_converts_with_its_task(case, shared, photographs, tmp_path):
    calibration = photographs
    if case.rows is not None:
        calibration = tmp_path / "rows.npz"
        draw = np.random.default_rng(0).normal
        arrays: dict[str, Any] = {
            name: draw(size=[40, *shape]).astype(np.float32)
            for name, shape in case.rows.items()
        }
        np.savez(calibration, **arrays)
    made = convert(
        shared / "keras-wild" / case.file,
        tmp_path / "out.tflite",
        calibration=calibration,
        **case.options,
    )
    assert made.card.task == case.task
    assert made.verification["agreement"] >= case.least
