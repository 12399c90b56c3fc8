"""Labels with ancestors from a file into the card, through inspect and run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.runtime.demo.watch_classifier import CLASSIFIER
from edgevision.runtime.demo.watch_detector import DETECTOR
from edgevision.runtime.image.image_file import write_image
from edgevision.runtime.scenes import SHAPES, render_crop, render_scene

import edgevision
from edgevision.cli.main import cli

TEXTS = (
    "round > circle",
    "pointed > cross",
    "round > heart",
    "pointed > even > square",
    "pointed > star",
    "pointed > even > triangle",
)


def run(*arguments):
    return CliRunner().invoke(cli, list(map(str, arguments)))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shipped classifier with ancestors in its card."""
    folder = tmp_path_factory.mktemp("level")
    (folder / "labels.txt").write_text("\n".join(TEXTS) + "\n")
    out = folder / "shapes.tflite"
    done = run("card", CLASSIFIER, "-o", out, "--labels", folder / "labels.txt")
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="module")
def picture(model: Path) -> Path:
    """Return the path of a picture of a heart."""
    path = model.parent / "heart.png"
    write_image(path, render_crop(np.random.default_rng(5), 2, 64))
    return path


@pytest.mark.parametrize("level", [1, 2, 3, "round", "even"])
def test_scores_below_a_node_are_added(model: Path, picture: Path, level):
    with edgevision.load_model(model, top_k=6) as leaf:
        scores = {item.label: item.score for item in leaf(picture)}
    number = {"round": 1, "even": 2}.get(str(level), level)
    expected: dict[str, float] = {}
    for text in TEXTS:
        path = text.split(" > ")
        name = path[min(number, len(path)) - 1]
        expected[name] = expected.get(name, 0) + scores[path[-1]]
    with edgevision.load_model(model, level=level, top_k=6) as rolled:
        found = {item.label: item.score for item in rolled(picture)}
        assert rolled.info()["levels"] == 3
    assert found == pytest.approx(
        {name: min(1.0, score) for name, score in expected.items()}, abs=1e-6
    )


def test_run_reports_a_level(model: Path, picture: Path):
    done = run("run", model, "--source", picture, "--level", "1", "--json")
    assert done.exit_code == 0, done.output
    labels = [c["label"] for c in json.loads(done.stdout.splitlines()[0])["classes"]]
    assert sorted(labels) == ["pointed", "round"]
    done = run("run", model, "--source", picture, "--level", "rond")
    assert done.exit_code == 2
    assert "Did you mean 'round'" in done.output
    done = run("run", CLASSIFIER, "--source", picture, "--level", "1")
    assert done.exit_code == 2
    assert "needs labels with ancestors" in " ".join(done.output.split())


def test_labels_for_a_run_alone_may_have_ancestors(model: Path, picture: Path):
    labels = model.parent / "labels.txt"
    done = run(
        "run", CLASSIFIER, "--source", picture, "--labels", labels,
        "--level", "even", "--deny", "round", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout.splitlines()[0])["classes"]
    assert {c["label"] for c in found} == {"cross", "even", "star"}


def test_inspect_shows_ancestors(model: Path):
    done = run("inspect", model, "--no-run")
    assert "6 in 3 levels: round > circle, pointed > cross ..." in done.stdout
    facts = json.loads(run("inspect", model, "--no-run", "--json").stdout)
    assert facts["run"]["labels"]["levels"] == 3
    assert facts["card"]["output"]["hierarchy"]["circle"] == "round"
    assert facts["card"]["output"]["labels"][0] == "circle"


def test_a_card_may_hold_a_level_of_its_own(model: Path, picture: Path):
    out = model.parent / "rolled.tflite"
    done = run("card", model, "-o", out, "--option", "level=1", "--force")
    assert done.exit_code == 0, done.output
    with edgevision.load_model(out) as rolled:
        assert rolled(picture).labels[0] in ("round", "pointed")


def test_with_two_stages_the_level_is_the_classifiers(model: Path, tmp_path: Path):
    scene, _, _ = render_scene(np.random.default_rng(2), (320, 240), radius=(0.12, 0.2))
    write_image(tmp_path / "scene.png", scene)
    texts = tmp_path / "kinds.txt"
    # Ancestors of the detector's own labels are not what is reported.
    texts.write_text("\n".join(f"thing > {name}" for name in SHAPES) + "\n")

    def labels(*more):
        done = run(
            "run", DETECTOR, "--then", *more, "-s", tmp_path / "scene.png",
            "--labels", texts, "--json",
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        records = [json.loads(line) for line in done.stdout.splitlines()]
        return {item["label"] for record in records for item in record["detections"]}

    assert labels(model) <= set(SHAPES)
    assert labels(model, "--level", "1") <= {"round", "pointed"}
    assert labels(model, "--level", "1")
    pairs = {
        text.split(": ")[1] for text in labels(model, "--level", "1", "--merge", "both")
    }
    assert pairs <= {"round", "pointed"}
    done = run(
        "run", DETECTOR, "--then", CLASSIFIER, "--level", "1", "-s",
        tmp_path / "scene.png", "--labels", texts,
    )  # fmt: skip
    assert done.exit_code == 2
    words = " ".join(done.output.split())
    assert "--level is the classifier's, whose labels are reported" in words
    assert "edgevision card --labels FILE" in words
