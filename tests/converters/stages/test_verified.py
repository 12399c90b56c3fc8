"""Answers that are no single class, whole from conversion to a run."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest
from edgevision.converters.convert import convert
from edgevision.runtime.results.values import Values

import edgevision
from edgevision.errors import CalibrationError, UnsupportedModelError

pytestmark = pytest.mark.tf

COLORS = np.asarray([[1.0, 0.0, -1.0], [0.2, 0.6, 0.2]])
"""What makes the two numbers of the mean of a picture's channels, 0..1."""


@pytest.fixture(scope="module")
def nets(tmp_path_factory):
    """Return the folder of nets whose answers are known, written in one process."""
    folder = tmp_path_factory.mktemp("nets")
    code = f"""
import sys, numpy as np, keras
weights = np.asarray({COLORS.tolist()}, "float32")
def net(heads, name, loss=None):
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.GlobalAveragePooling2D()(inputs)
    outputs = [keras.layers.Dense(len(w), name=n)(x) for n, w in heads]
    model = keras.Model(inputs, outputs)
    for n, w in heads:
        model.get_layer(n).set_weights([w.T, np.zeros(len(w), "float32")])
    if loss:
        model.compile("sgd", loss)
    model.save(sys.argv[1] + "/" + name)
net([("angle", weights[:1]), ("throttle", weights[1:])], "trained.keras", "mse")
net([("angle", weights[:1]), ("throttle", weights[1:])], "drive.keras")
net([("both", weights)], "vector.keras")
net([("still", weights[:1] * 0)], "still.keras")
net([("tags", 8 * weights)], "tags.keras")
"""
    subprocess.run(
        [sys.executable, "-c", code, str(folder)], check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="module")
def pictures():
    """Return pictures of noise around many colours, RGB."""
    generator = np.random.default_rng(3)
    colors = generator.integers(30, 226, (80, 1, 1, 3))
    noise = generator.integers(-30, 30, (80, 8, 8, 3))
    return (colors + noise).astype(np.uint8)


def _float_answers(pictures):
    return pictures.mean(axis=(1, 2)) / 255 @ COLORS.T


@pytest.fixture
def held(pictures, tmp_path):
    """Return a folder of pictures with a table of what is true, and that truth."""
    truth = _float_answers(pictures[40:]) + np.random.default_rng(4).normal(
        0, 0.05, (40, 2)
    )
    folder = tmp_path / "held"
    folder.mkdir()
    lines = ["file,throttle,angle"]
    for i, picture in enumerate(pictures[40:]):
        cv2.imwrite(str(folder / f"{i:02d}.png"), picture[..., ::-1])
        lines.append(f"{i:02d}.png,{truth[i, 1]!r},{truth[i, 0]!r}")
    text = "\n".join(lines).replace("np.float64(", "").replace(")", "")
    (folder / "values.csv").write_text(text)
    return folder, truth


def _file_answers(path, pictures, delegate):
    with edgevision.load_model(path, delegate=delegate) as model:
        results = [model(picture, color="rgb") for picture in pictures]
    assert all(isinstance(result, Values) for result in results)
    return np.asarray([result.values for result in results], np.float64), results[0]


def test_figures_of_values_equal_numpys_own(nets, pictures, held, tmp_path):
    folder, truth = held
    out = tmp_path / "drive.tflite"
    made = convert(
        nets / "drive.keras",
        out,
        calibration=pictures[:40],
        verify=folder,
        normalize="unit",
        task="values",
        decoder_options={"units": "deg,", "ranges": "-1:1,0:1"},
        report=tmp_path / "drive.html",
    )
    floats = _float_answers(pictures[40:])
    options = []
    for delegate in ("xnnpack", "none"):
        answers, first = _file_answers(out, pictures[40:], delegate)
        gaps = np.abs(answers - floats)
        options.append(
            {
                "agreement": 1 - gaps.mean(axis=0) / np.ptp(floats, axis=0),
                "mean_error": gaps.mean(axis=0),
                "largest_error": gaps.max(axis=0),
                "true_error": np.abs(answers - truth).mean(axis=0),
                "true_r2": 1
                - ((answers - truth) ** 2).sum(axis=0)
                / ((truth - truth.mean(axis=0)) ** 2).sum(axis=0),
            }
        )
    assert [(v.name, v.unit, v.range) for v in first] == [
        ("angle", "deg", (-1.0, 1.0)),
        ("throttle", "", (0.0, 1.0)),
    ]
    checked = made.verification
    parts = {part["name"]: part for part in checked["parts"]}
    wanted = min(options, key=lambda figures: figures["agreement"].min())
    for i, name in enumerate(("angle", "throttle")):
        for figure, values in wanted.items():
            assert parts[name][figure] == pytest.approx(values[i], rel=1e-3, abs=1e-6)
        assert parts[name]["float_true_error"] == pytest.approx(
            np.abs(floats - truth).mean(axis=0)[i], rel=1e-4
        )
        assert parts[name]["true_n"] == 40
    assert parts["angle"]["unit"] == "deg"
    assert checked["agreement"] == pytest.approx(wanted["agreement"].min(), abs=1e-5)
    assert checked["accuracy_name"] == "R²"
    assert 0 < checked["quantized"] <= checked["float"] + 0.01 < 1.01
    assert checked["drop"] == pytest.approx(
        checked["float"] - checked["quantized"], abs=1e-6
    )
    # The card has lists, whatever the command line passed.
    assert made.card.output.options["units"] == ["deg", ""]
    assert made.card.output.options["names"] == ["angle", "throttle"]
    assert "largest error" in (tmp_path / "drive.html").read_text()


def test_a_budget_of_values_needs_the_truth(nets, pictures, held, tmp_path):
    folder, truth = held
    common = {
        "calibration": pictures[:40],
        "normalize": "unit",
        "task": "values",
        "labels": ["angle", "throttle"],
    }
    out = tmp_path / "vector.tflite"
    made = convert(
        nets / "vector.keras",
        out,
        # In the model's order, as there are no names in an array.
        verify=(pictures[40:], truth),
        min_agreement=0.9,
        max_drop=0.05,
        **common,
    )
    assert made.verification["accuracy_name"] == "R²"
    assert _file_answers(out, pictures[:1], "none")[1].names == ("angle", "throttle")
    (folder / "values.csv").unlink()
    with pytest.raises(CalibrationError, match=r"folder that has values\.csv"):
        convert(
            nets / "vector.keras",
            out,
            verify=folder,
            max_drop=0.01,
            force=True,
            **common,
        )


def test_a_model_whose_values_do_not_vary_is_said(nets, pictures, tmp_path):
    made = convert(
        nets / "still.keras",
        tmp_path / "still.tflite",
        calibration=pictures,
        normalize="unit",
        task="values",
    )
    assert any("it hardly varies" in text for text in made.warnings)


def test_labels_of_which_several_may_be_true(nets, pictures, tmp_path):
    logits = 8 * _float_answers(pictures)
    scores = 1 / (1 + np.exp(-logits))
    each = np.asarray([0.4, 0.97])
    truth = scores + np.random.default_rng(5).normal(0, 0.1, scores.shape) >= each
    out = tmp_path / "tags.tflite"
    made = convert(
        nets / "tags.keras",
        out,
        calibration=pictures[:40],
        verify=(pictures[40:], truth[40:]),
        normalize="unit",
        task="classification",
        labels=["warm", "bright"],
        decoder_options={"multi_label": True, "thresholds": "0.4,0.97"},
        min_agreement=0.8,
        max_drop=0.1,
    )
    # Logits: nothing shares them out among the labels.
    assert made.card.output.options["activation"] == "sigmoid"
    assert made.card.output.options["thresholds"] == [0.4, 0.97]
    with edgevision.load_model(out) as model:
        answers = [set(model(p, color="rgb").labels) for p in pictures[40:]]
    wanted = [
        {name for name, true in zip(("warm", "bright"), row, strict=True) if true}
        for row in scores[40:] >= each
    ]
    assert set() in answers
    assert {"warm", "bright"} in answers
    same = np.mean([len(a ^ w) == 0 for a, w in zip(answers, wanted, strict=True)])
    assert same >= 0.8
    checked = made.verification
    assert checked["metric"] == "agreement of labels at their thresholds"
    assert checked["accuracy_name"] == "mAP"
    parts = {part["name"]: part for part in checked["parts"]}
    for i, name in enumerate(("warm", "bright")):
        assert parts[name]["float_reported"] == int((scores[40:, i] >= each[i]).sum())
        assert parts[name]["true_n"] == int(truth[40:, i].sum())


@pytest.mark.parametrize("task", ["embedding", "classification"])
def test_a_task_that_the_outputs_cannot_have_names_the_one_of_the_evidence(
    nets, pictures, tmp_path, task
):
    with pytest.raises(UnsupportedModelError) as caught:
        convert(
            nets / "trained.keras",
            tmp_path / "out.tflite",
            calibration=pictures[:40],
            normalize="unit",
            task=task,
        )
    text = str(caught.value)
    assert "one output" in text
    assert "2. Pass --task values (by the loss" in text
    assert "--decoder" not in text
