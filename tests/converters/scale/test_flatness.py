"""Flat answers are found, and answers that only look so are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.scale.flatness import flat_sentence

COUNT = 16


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(0).uniform(0, 1, (COUNT, 8, 8, 3)).astype(np.float32)


def softmax(logits):
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponents / exponents.sum(axis=-1, keepdims=True)


def noise(*shape, size):
    return np.random.default_rng(1).normal(0, size, (COUNT, *shape))


@pytest.mark.parametrize(
    ("answers", "task", "words"),
    [
        # 46 letters, each picture 0.028: FIELD's Devanagari net on the wrong scale
        (softmax(noise(46, size=0.02)), "classification", "of 46 classes"),
        (noise(10, size=0.05) + 3, "classification", "of 10 classes"),  # logits
        (0.4 + noise(1, size=0.002), "classification", "scores 0.39"),
        (noise(1, size=0.01), "classification", "scores 0.4"),  # one logit
        (softmax(noise(8, 8, 4, size=0.03)), "segmentation", "of 4 classes"),
        (34 + noise(1, size=0.01), "values", "all values lie in 3"),
        (np.ones((COUNT, 64)) + noise(64, size=0.001), "embedding", "cosine"),
        (0.5 + noise(8, 8, 3, size=0.0005) * 0, "image", "all values lie in 0.5"),
    ],
)
def test_the_same_answer_to_all_pictures_is_said(answers, task, words, pictures):
    sentence = flat_sentence([answers], pictures, (255.0,), task)
    assert sentence is not None
    assert sentence.startswith("The float model gives 16 different pictures the same")
    assert words in sentence


@pytest.mark.parametrize(
    ("answers", "task"),
    [
        # trained: some class changes by a factor of thousands
        (softmax(noise(10, size=4)), "classification"),
        # a hundred unsure classes that nevertheless differ
        (softmax(noise(100, size=0.3)), "classification"),
        # all pictures show one class, and the model is sure of it
        (softmax(np.eye(3)[[1] * COUNT] * 9), "classification"),
        (0.999 + noise(1, size=1e-5), "classification"),
        # an anomaly detector on good parts
        (0.002 + abs(noise(1, size=1e-4)), "classification"),
        (noise(1, size=0.2), "classification"),
        # steering around straight ahead
        (noise(1, size=0.01), "values"),
        (34 + noise(1, size=4), "values"),
        (noise(64, size=1), "embedding"),
        (np.zeros((COUNT, 64)), "embedding"),
        (np.zeros((COUNT, 8, 8, 3)), "image"),
        (noise(8, 8, 3, size=0.1), "image"),
        # detectors find nothing in most pictures
        (np.zeros((COUNT, 84, 100)), "detection"),
        (np.zeros((COUNT, 17, 3)), "pose"),
        (np.full((COUNT, 46), 1 / 46), ""),
    ],
)
def test_other_answers_are_left_alone(answers, task, pictures):
    assert flat_sentence([answers], pictures, (255.0,), task) is None


def test_pictures_that_hardly_differ_may_have_one_answer(pictures):
    answers = [np.full((COUNT, 10), 0.1)]
    assert flat_sentence(answers, pictures, (255.0,), "classification")
    same = np.repeat(pictures[:1], COUNT, axis=0) + noise(8, 8, 3, size=0.005)
    assert flat_sentence(answers, same, (255.0,), "classification") is None


def test_few_pictures_and_several_outputs_say_nothing(pictures):
    flat = np.full((COUNT, 10), 0.1)
    assert flat_sentence([flat[:7]], pictures[:7], (255.0,), "classification") is None
    assert flat_sentence([flat, flat], pictures, (255.0,), "classification") is None


def test_answers_that_are_no_numbers_are_said(pictures):
    broken = [np.full((COUNT, 10), np.nan)]
    sentence = flat_sentence(broken, pictures, (255.0,), "classification")
    assert sentence is not None
    assert "not all finite" in sentence
