"""A model made by hand for one scale: that scale is found, and nothing is invented."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.source_model import ModelInput, SourceModel
from edgevision.converters.scale.candidate import candidates
from edgevision.converters.scale.weighing import weigh_scales

LEVELS = np.arange(20.0, 240.0, 30.0)
MODEL = SourceModel(
    inputs=(ModelInput("picture", (6, 6, 3), "float32"),),
    output_names=("scores",),
    call=lambda tensors: tensors,
)


@pytest.fixture(scope="module")
def pictures():
    """Return 32 pictures of eight brightnesses, and which one each has."""
    generator = np.random.default_rng(5)
    classes = np.arange(32) % 8
    noise = generator.integers(-9, 10, (32, 6, 6, 3))
    return (LEVELS[classes][:, None, None, None] + noise).astype(np.uint8), classes


def brightness_model(candidate):
    """Return a model that names the brightness of pictures of one scale alone."""

    def predict(arrays):
        pixels = arrays[0] * np.asarray(candidate.std) + np.asarray(candidate.mean)
        level = pixels.mean(axis=(1, 2, 3))[:, None]
        distances = -(((level - LEVELS) / 20) ** 2)
        scores = np.exp(distances - distances.max(axis=1, keepdims=True))
        return [scores / scores.sum(axis=1, keepdims=True)]

    return predict


@pytest.mark.parametrize("trained", candidates(3), ids=lambda item: item.normalize)
def test_labels_prove_the_scale_of_the_training(trained, pictures):
    pixels, classes = pictures
    evidence = weigh_scales(
        MODEL, brightness_model(trained), pixels, truth=lambda count: classes
    )
    best = evidence.proven
    assert best is not None
    assert best.candidate == trained
    assert best == evidence.rows[0]
    assert best.figures["accuracy"] == 1
    assert "right on 100% of 32 pictures" in evidence.reason(best)
    assert f"--normalize {trained.normalize}" in evidence.lines()[2]


def test_without_labels_and_statistics_nothing_is_proven(pictures):
    evidence = weigh_scales(MODEL, brightness_model(candidates(3)[1]), pictures[0])
    assert evidence.proven is None
    # Sure answers that tell pictures apart are nevertheless shown first.
    assert evidence.rows[0].candidate.normalize == "unit"
    heads = ["option", "top score", "entropy", "largest class"]
    assert evidence.lines()[1].split() == " ".join(heads).split()


def test_three_pictures_prove_nothing(pictures):
    pixels, classes = pictures
    evidence = weigh_scales(
        MODEL, brightness_model(candidates(3)[1]), pixels[:3], truth=lambda n: classes
    )
    assert evidence.proven is None


def test_a_model_that_is_right_by_chance_under_two_scales_is_not_decided(pictures):
    pixels, classes = pictures
    evidence = weigh_scales(
        MODEL,
        lambda arrays: [np.eye(8, dtype=np.float32)[classes]],
        pixels,
        truth=lambda n: classes,
    )
    assert evidence.rows[0].figures["accuracy"] == 1
    assert evidence.proven is None


@pytest.mark.parametrize("task", ["values", "embedding"])
def test_other_tasks_have_a_figure_too(task, pictures):
    evidence = weigh_scales(
        MODEL, lambda arrays: [arrays[0].mean(axis=(1, 2))], pictures[0], task=task
    )
    assert all("spread" in row.figures for row in evidence.rows)
    assert evidence.proven is None


def test_an_image_to_image_model_is_ranked_by_how_the_picture_comes_back(pictures):
    """A denoiser of 0..1 cuts what lies outside."""
    evidence = weigh_scales(
        MODEL,
        lambda arrays: [np.clip(arrays[0], 0, 1)],
        pictures[0],
        task="image",
    )
    assert evidence.rows[0].candidate.normalize == "unit"
    assert "PSNR" in "\n".join(evidence.lines())


def test_the_table_is_aligned_and_crosses_as_json(pictures):
    pixels, classes = pictures
    evidence = weigh_scales(
        MODEL, brightness_model(candidates(3)[2]), pixels, truth=lambda n: classes
    )
    rows = evidence.lines()[1 : 2 + len(evidence.rows)]
    assert len({len(row) for row in rows}) == 1
    data = evidence.to_dict()
    assert data["pictures"] == 32
    assert data["candidates"][0]["normalize"] == "signed"
    assert data["candidates"][0]["accuracy"] == 1
