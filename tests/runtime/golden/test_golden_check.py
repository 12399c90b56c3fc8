"""The golden check: healthy kernels pass, wrong runtimes do not, weak ones say so."""

from __future__ import annotations

import dataclasses
import json
import logging

import numpy as np
import pytest
from edgevision.runtime.golden import golden_check as golden
from edgevision.runtime.golden.origin_of_check import made_elsewhere
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.interpreter.fake import FakeInterpreter
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.opening.open_file import open_model
from edgevision.runtime.opening.options import OpenOptions
from edgevision.runtime.tensors.spec import TensorSpec

import edgevision
from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import ModelCardError, ModelError

CARD = InputCard(16, 12)
CLASSES = 20


def spec(name, shape, dtype="uint8", scale=1 / 256, zero_point=0):
    return TensorSpec(name, 0, shape, np.dtype(dtype), scale, zero_point)


IMAGE = spec("image", (1, 12, 16, 3), scale=1.0)
SCORES = spec("scores", (1, CLASSES))


def healthy(picture):
    """Return scores that depend on the picture: a random linear map and a softmax."""
    weights = np.random.default_rng(5).normal(0, 1, (picture.size, CLASSES))
    logits = (picture.reshape(-1) / 255.0 - 0.5) @ weights / 4
    powers = np.exp(logits - logits.max())
    return [np.round(powers / powers.sum() * 255).astype(np.uint8)[None]]


def jittery(picture):
    """Return what other healthy kernels would: mostly equal, now and then far off."""
    answer = healthy(picture)[0].astype(int)
    rng = np.random.default_rng(int(picture.sum()))
    noise = np.where(
        rng.random(answer.shape) < 0.2, rng.integers(-4, 5, answer.shape), 0
    )
    return [np.clip(answer + noise, 0, 255).astype(np.uint8)]


def fake(compute, outputs=(SCORES,)):
    return FakeInterpreter([IMAGE], outputs, compute)


def make(first=healthy, second=jittery, outputs=(SCORES,)):
    return golden.make(
        lambda delegate: fake(first if delegate == "xnnpack" else second, outputs), CARD
    )


@pytest.fixture(scope="module")
def stored():
    return json.loads(json.dumps(make()))  # as it comes out of a file


DIGEST = "04fb36e111bda52a2bafed233e8481357c8d1ee2cb4be9975f79b74638a7e112"


def test_the_same_kernels_are_off_by_nothing(stored):
    verdict = golden.check(stored, fake(healthy), CARD)
    assert verdict.passed
    assert not verdict.weak
    assert verdict.errors == (0.0,)
    assert verdict.inputs == 8
    assert "8 golden inputs on fake 0" in verdict.words


@pytest.mark.parametrize("quick", [False, True])
def test_other_healthy_kernels_pass(stored, quick):
    verdict = golden.check(stored, fake(jittery), CARD, quick=quick)
    assert verdict.passed
    assert verdict.inputs == (1 if quick else 8)


def scrambled(picture):
    return [np.roll(healthy(picture)[0], 7, axis=1)]


def blind(picture):
    return healthy(np.full_like(picture, 90))


def swapped(picture):
    return healthy(picture[..., ::-1])


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: [np.zeros((1, CLASSES))],
        lambda x: [np.full((1, CLASSES), 255)],
        lambda x: [np.full((1, CLASSES), 12)],
        lambda x: [np.random.default_rng(1).integers(0, 256, (1, CLASSES))],
        scrambled,
        blind,
        swapped,
    ],
)
def test_a_runtime_that_computes_something_else_fails(stored, wrong, quick):
    verdict = golden.check(stored, fake(wrong), CARD, quick=quick)
    assert not verdict.passed
    assert "are allowed" in verdict.words


def test_nan_fails():
    output = spec("real", (1, CLASSES), "float32", 0.0)

    def real(picture):
        return [healthy(picture)[0] / np.float32(255)]

    stored = make(real, real, [output])
    assert golden.check(stored, fake(real, [output]), CARD).passed
    nan = fake(lambda x: [np.full((1, CLASSES), np.nan)], [output])
    assert not golden.check(stored, nan, CARD).passed


def test_an_answer_that_never_changes_is_weak_and_refuses_nothing():
    stored = make(
        lambda x: [np.full((1, CLASSES), 12)], lambda x: [np.full((1, CLASSES), 12)]
    )
    assert stored["weak"]
    verdict = golden.check(stored, fake(scrambled), CARD)
    assert verdict.passed
    assert verdict.weak
    assert "the golden check is weak" in verdict.words
    assert golden.check(stored, fake(scrambled), CARD, quick=True).weak


def test_kernels_that_disagree_make_it_weak():
    assert make(healthy, scrambled)["weak"]


def test_class_maps_are_compared_for_equality():
    output = spec("map", (1, 12, 16), "int64", 0.0)

    def argmax(picture):
        return [picture.argmax(axis=-1)]

    stored = make(argmax, argmax, [output])
    assert not stored["weak"]
    assert len(stored["outputs"][0]["positions"]) <= 64
    assert golden.check(stored, fake(argmax, [output]), CARD).passed
    renamed = fake(lambda x: [(argmax(x)[0] + 1) % 3], [output])
    assert not golden.check(stored, renamed, CARD).passed


def test_large_outputs_are_sampled_where_they_tell_something():
    output = spec("scores", (1, 5000))

    def sparse(picture):
        answer = np.zeros((1, 5000), np.uint8)
        answer[0, int(picture.sum()) % 4000 :][:5] = 200
        return [answer]

    stored = make(sparse, sparse, [output])
    assert not stored["weak"]
    assert len(stored["outputs"][0]["positions"]) <= 64
    zeros = fake(lambda x: [np.zeros((1, 5000))], [output])
    assert not golden.check(stored, zeros, CARD).passed
    assert len(json.dumps(stored)) < 6000


def test_another_models_check_is_refused(stored):
    other = fake(lambda x: [np.zeros((1, 7))], [spec("scores", (1, 7))])
    with pytest.raises(ModelCardError, match="belongs to another model"):
        golden.check(stored, other, CARD)


@pytest.mark.parametrize(
    "damage",
    [
        {"outputs": [{}]},
        {"outputs": 3},
        {"quick": "x"},
        {"quick": 99},
        {"quick": []},
        {"quick": float("inf")},
    ],
)
def test_a_damaged_check_is_a_sentence(stored, damage):
    with pytest.raises(ModelCardError, match="golden check is damaged"):
        golden.check({**stored, **damage}, fake(healthy), CARD, quick=True)
    with pytest.raises(ModelCardError, match="has formula 99; this EdgeVision knows 1"):
        golden.check({**stored, "formula": 99}, fake(healthy), CARD)
    positions = {**stored["outputs"][0], "positions": [10**6] * CLASSES}
    with pytest.raises(ModelCardError, match="damaged.*outside of the output"):
        golden.check({**stored, "outputs": [positions]}, fake(healthy), CARD)


def test_where_it_was_made_is_known(stored):
    assert not made_elsewhere(stored, fake(healthy))
    for key in ("backend", "backend_version", "delegate", "processor"):
        assert made_elsewhere({**stored, key: "another"}, fake(healthy))


needs_backend = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def card_with_check(shared):
    path = shared / "models" / "cifar10_resnet8_int8_reference.tflite"
    image = InputCard(32, 32)
    check = golden.make(lambda delegate: Interpreter(path, delegate=delegate), image)
    card = ModelCard(
        "resnet8",
        "classification",
        image,
        OutputCard("classifier", {"activation": "none"}),
        check=json.loads(json.dumps(check)),
    )
    return path, card


@needs_backend
def test_a_real_model_is_judged_with_each_kernel(card_with_check):
    path, card = card_with_check
    assert not card.check["weak"]
    for delegate in ("xnnpack", "none"):
        with edgevision.load_model(path, card=card, delegate=delegate) as model:
            verdict = model.golden_check()
            assert verdict is not None
            assert verdict.passed
            assert not verdict.weak
            # It is asked when the model is opened only where something differs.
            asked = delegate != card.check["delegate"]
            assert (model.check is not None) == asked


@needs_backend
def test_a_runtime_that_computes_wrongly_is_refused_when_opened(
    card_with_check, caplog
):
    path, card = card_with_check
    outputs = json.loads(json.dumps(card.check["outputs"]))
    outputs[0]["expected"] = [row[::-1] for row in outputs[0]["expected"]]
    elsewhere = {**card.check, "backend_version": "0.1", "outputs": outputs}
    wrong = dataclasses.replace(card, check=elsewhere)
    with pytest.raises(ModelError, match="does not compute here what it computed"):
        open_model(path, OpenOptions(card=wrong))
    open_model(path, OpenOptions(card=wrong, check=False)).close()
    same = dataclasses.replace(card, check={**card.check, "outputs": outputs})
    open_model(
        path, OpenOptions(card=same)
    ).close()  # the machine that made it is not asked
    newer = dataclasses.replace(card, check={**elsewhere, "formula": 2})
    with caplog.at_level(logging.WARNING):
        open_model(path, OpenOptions(card=newer)).close()
    assert "Upgrade edgevision on this device" in caplog.text


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("name", ["tolerance", "inputs"])
def test_a_check_that_allows_nothing_is_judged(name, quick):
    stored = make()
    stored["outputs"][0][name] = [0] * 8 if name == "inputs" else 0
    verdict = golden.check(stored, fake(jittery), CARD, quick=quick)
    assert "are allowed" in verdict.words


def test_a_step_below_0_is_damage():
    stored = make()
    stored["outputs"][0]["step"] = -1.0
    with pytest.raises(ModelCardError, match="damaged: ValueError: a step of -1"):
        golden.check(stored, fake(healthy), CARD)
