"""Figures of answers, on outputs whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.scale.answers import (
    classes_of,
    figures_of,
    kind_of_answers,
    spread,
    text_of,
)
from edgevision.converters.scale.candidate import candidates

RAW = candidates(3)[0]


@pytest.mark.parametrize(
    ("shapes", "task", "kind"),
    [
        ([(2, 5)], None, "classes"),
        ([(2, 1, 1, 5)], None, "classes"),
        ([(2, 1)], None, "score"),
        ([(2, 1)], "classification", "score"),
        ([(2, 1)], "values", "numbers"),
        ([(2, 128)], "embedding", "numbers"),
        ([(2, 8, 8, 3)], None, "picture"),
        ([(2, 8, 8, 1)], "image", "picture"),
        ([(2, 8, 8, 3)], "segmentation", "maps"),
        ([(2, 8, 8, 1)], "segmentation", "numbers"),
        ([(2, 8, 8, 21)], None, "maps"),
        ([(2, 84, 21)], None, "numbers"),
        ([(2, 5), (2, 3)], None, "numbers"),
    ],
)
def test_the_kind_follows_task_and_shape(shapes, task, kind):
    outputs = [np.zeros(shape, np.float32) for shape in shapes]
    assert kind_of_answers(outputs, task) == kind


def test_one_hot_scores_are_sure_and_even_ones_are_not():
    pictures = np.zeros((4, 2, 2, 3))
    sure = figures_of([np.eye(4, dtype=np.float32)], pictures, RAW, "classes")
    assert sure["top_score"] == 1
    assert sure["entropy"] == pytest.approx(0, abs=1e-6)
    assert sure["largest_class"] == 0.25
    even = np.full((4, 4), 0.25, np.float32)
    flat = figures_of([even], pictures, RAW, "classes")
    assert flat["entropy"] == pytest.approx(1)
    assert flat["largest_class"] == 1


def test_logits_are_read_through_a_softmax():
    logits = np.log(np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]])) + 3
    figures = figures_of([logits], np.zeros((2, 2, 2, 3)), RAW, "classes")
    assert figures["top_score"] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.2, 0.7], [0, 1]), ([-2.0, 3.0], [0, 1]), ([0.6, 5.0], [1, 1])],
)
def test_one_score_names_the_second_of_two_classes(values, expected):
    outputs = [np.array(values, np.float32)[:, None]]
    assert classes_of(outputs, "score").tolist() == expected


def test_a_picture_that_comes_back_has_correlation_1_and_the_psnr_of_its_noise(rng):
    inputs = rng.uniform(0, 255, (3, 8, 8, 3)).astype(np.float32)
    noise = rng.normal(0, 10, inputs.shape).astype(np.float32)
    figures = figures_of([inputs + noise], inputs, RAW, "picture")
    assert figures["correlation"] > 0.95
    expected = 10 * np.log10(255**2 / np.mean(noise.astype(float) ** 2))
    assert figures["psnr_db"] == pytest.approx(expected, abs=0.01)
    # Another size has no PSNR; a constant picture correlates with nothing.
    small = figures_of([np.zeros((3, 4, 4, 1))], inputs, RAW, "picture")
    assert small == {"correlation": 0.0, "spread": 0.0}


def test_spread_is_0_for_one_answer_and_1_for_numbers_of_a_picture_alone(rng):
    same = np.repeat(rng.normal(size=(1, 7)), 5, axis=0)
    assert spread([same]) == pytest.approx(0, abs=1e-7)
    own = rng.normal(size=(400, 7))
    assert spread([own]) == pytest.approx(1, abs=0.05)
    assert spread([same, own]) == pytest.approx(0.5, abs=0.05)
    assert spread([np.zeros((3, 2))]) == 0


def test_answers_that_are_not_finite_have_no_figures():
    broken = np.full((2, 3), np.nan)
    assert figures_of([broken], np.zeros((2, 2, 2, 3)), RAW, "classes") == {}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("accuracy", 0.375, "38 %"),
        ("psnr_db", 21.26, "21.3 dB"),
        ("top_score", 0.123, "0.12"),
        ("statistics", 12345.6, "1.23e+04"),
        ("spread", None, "-"),
    ],
)
def test_figures_are_short(name, value, text):
    assert text_of(name, value) == text
