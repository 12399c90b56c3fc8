"""The scale is shown before it is wrong: whole conversions of tiny trained models."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from edgevision.converters.convert import convert

from edgevision.errors import ConversionError

pytestmark = pytest.mark.tf


@pytest.fixture(scope="module")
def folder(tmp_path_factory, repository):
    folder = tmp_path_factory.mktemp("scaled")
    script = repository / "tests" / "support" / "scaled_models.py"
    subprocess.run(
        [sys.executable, str(script), str(folder)],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(repository)},
        check=True,
        capture_output=True,
        timeout=300,
    )
    return folder


def carried(folder, name, tmp_path, **options):
    return convert(
        folder / f"{name}.keras",
        tmp_path / "net.tflite",
        calibration=folder / "photos",
        **options,
    )


def test_what_is_not_said_is_shown(folder, tmp_path):
    with pytest.raises(ConversionError, match="does not say how its input") as caught:
        carried(folder, "plain", tmp_path)
    assert "Pass --normalize signed, or --normalize auto" in caught.value.sentence
    table = caught.value.table
    assert table[1].split()[:3] == ["option", "statistics", "accuracy"]
    assert table[2].split()[:2] == ["--normalize", "signed"]
    assert "100 %" in table[2]
    assert str(caught.value) == "\n".join([caught.value.sentence, *table])


def test_auto_takes_the_scale_of_the_training_and_records_it(folder, tmp_path):
    report = carried(folder, "plain", tmp_path, normalize="auto", min_accuracy=0.9)
    kept = report.card.quantization["normalize"]
    assert kept["name"] == "signed"
    assert kept["source"].startswith("auto: layer 'batch_normalization'")
    assert kept["evidence"]["candidates"][0]["normalize"] == "signed"
    assert report.card.input.std == (127.5,)
    assert any("takes --normalize signed" in text for text in report.notes)


def test_two_normalizations_are_a_question_and_stacked_is_as_trained(folder, tmp_path):
    with pytest.raises(ConversionError, match="got other values in training") as caught:
        carried(folder, "double", tmp_path)
    assert "--normalize unit --stacked" in caught.value.sentence
    with pytest.raises(ConversionError, match="--normalize unit --stacked"):
        carried(folder, "double", tmp_path, normalize="unit")
    report = carried(
        folder, "double", tmp_path, normalize="unit", stacked=True, min_accuracy=0.9
    )
    assert report.card.input.std == (255.0,)
    assert report.verification["float"] >= 0.9
    assert "--stacked" in report.card.quantization["normalize"]["source"]
