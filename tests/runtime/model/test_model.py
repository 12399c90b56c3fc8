"""The model: stages joined by a card, over a fake interpreter."""

from __future__ import annotations

import json
import logging
import threading
import time

import cv2
import numpy as np
import pytest
from edgevision.runtime.decoders.factory import decoder_options, make_decoder
from edgevision.runtime.frame import Frame
from edgevision.runtime.interpreter.fake import FakeInterpreter
from edgevision.runtime.model.model import Model
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import (
    ModelCardError,
    ModelError,
    SourceError,
    UnsupportedModelError,
)

LABELS = ("red", "green", "blue")


def spec(name, shape, dtype="uint8", scale=1.0, zero_point=0):
    return TensorSpec(name, 0, shape, np.dtype(dtype), scale, zero_point)


def card(**changes):
    values = {
        "name": "colors",
        "task": "classification",
        "input": InputCard(4, 4),
        "output": OutputCard("classifier", {"activation": "none"}, LABELS),
    }
    return ModelCard(**{**values, **changes})


def how_colored(picture):
    means = picture.reshape(-1, 3).mean(axis=0)
    return [(means / max(means.sum(), 1) * 255).astype(np.uint8)[None]]


def fake(compute=how_colored):
    return FakeInterpreter(
        [spec("image", (1, 4, 4, 3))], [spec("s", (1, 3), scale=1 / 256)], compute
    )


@pytest.fixture
def model():
    with Model(card(), fake()) as made:
        yield made


RED = np.full((9, 5, 3), (10, 20, 200), np.uint8)  # BGR


def test_a_bgr_array_an_rgb_array_and_a_file_give_the_same(model, tmp_path):
    path = tmp_path / "red.png"
    cv2.imwrite(str(path), RED)
    by_array = model(RED)
    assert by_array.top.label == "red"
    for other in (
        model(np.ascontiguousarray(RED[..., ::-1]), color="rgb"),
        model(path),
        model(str(path)),
        model(str(path), color="rgb"),  # says nothing about a file
    ):
        assert other.class_ids.tolist() == by_array.class_ids.tolist()
        assert other.scores.tolist() == by_array.scores.tolist()


def test_a_list_of_pictures_gives_a_list_of_results(model, tmp_path):
    path = tmp_path / "red.png"
    cv2.imwrite(str(path), RED)
    blue = np.ascontiguousarray(RED[..., ::-1])
    results = model([RED, path, blue])
    assert [one.top.label for one in results] == ["red", "red", "blue"]
    assert [one.top.label for one in model((blue, RED), color="rgb")] == ["red", "blue"]
    assert model([]) == []


def test_labels_are_the_cards(model):
    assert model.labels == model.card.output.labels == ("red", "green", "blue")


def test_run_times_every_step(model):
    result, timing = model.run(Frame(RED, 0))
    assert result.top.label == "red"
    assert min(timing.prepare_ms, timing.invoke_ms, timing.decode_ms) > 0
    assert timing.capture_ms == timing.emit_ms == 0


def test_the_steps_can_be_taken_one_by_one(model):
    letterbox = model.prepare(RED)
    assert letterbox.source_size == (5, 9)
    model.invoke()
    assert model.decode(letterbox).top.label == "red"


def test_results_survive_the_next_picture(model):
    first = model(RED)
    before = first.to_dict()
    model(np.zeros((3, 3, 3), np.uint8))
    assert first.to_dict() == before


def test_a_bad_picture_does_not_block_the_next_one(model):
    kept = []
    for bad in (RED.astype(np.float32), np.zeros((3, 3, 2), np.uint8), "absent.png"):
        try:
            model(bad)
        except (ValueError, SourceError) as error:
            kept.append(error)  # with its traceback, and so with every frame
    assert len(kept) == 3
    assert model(RED).top.label == "red"


def test_color_must_be_known(model):
    with pytest.raises(ValueError, match="color must be bgr or rgb"):
        model(RED, color="hsv")


def test_threads_take_turns():
    inside = []

    def slow(picture):
        inside.append(1)
        assert len(inside) == 1
        time.sleep(0.005)
        inside.pop()
        return how_colored(picture)

    results = []
    with Model(card(), fake(slow)) as model:
        workers = [
            threading.Thread(target=lambda: results.append(model(RED).top.label))
            for _ in range(4)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert results == ["red"] * 4


def test_a_stream_yields_an_event_per_picture(model, tmp_path):
    for i in range(3):
        cv2.imwrite(str(tmp_path / f"{i}.png"), RED)
    events = list(model.stream(str(tmp_path)))
    assert [event.result.top.label for event in events] == ["red"] * 3
    assert [event.frame.index for event in events] == [0, 1, 2]


def test_info_is_plain_json_and_says_why():
    with Model(
        card(), fake(), evidence={"color": "it says so"}, assumptions=["x"]
    ) as m:
        info = json.loads(json.dumps(m.info()))
    assert info["decoder"] == "classifier"
    assert info["evidence"] == {"color": "it says so"}
    assert info["assumptions"] == ["x"]
    assert info["pixels"] == "copy"
    assert info["backend"] == "fake"


def test_a_model_without_an_image_input_takes_no_picture():
    with (
        Model(card(input=None), fake()) as model,
        pytest.raises(UnsupportedModelError, match="takes no picture"),
    ):
        model(RED)


def test_several_inputs_are_refused():
    interpreter = FakeInterpreter(
        [spec("a", (1, 4, 4, 3)), spec("b", (1, 2))], [spec("s", (1, 3))], how_colored
    )
    with pytest.raises(UnsupportedModelError, match="colors has 2 inputs; a model for"):
        Model(card(), interpreter)


def test_a_normalization_that_does_not_belong_is_said(caplog):
    wrong = card(input=InputCard(4, 4, std=(255.0,)))
    with caplog.at_level(logging.WARNING):
        Model(wrong, fake()).close()
    assert "the 256 pixel values become 2" in caplog.text


@pytest.mark.parametrize(
    ("output", "error", "words"),
    [
        (OutputCard("clasifier"), ModelCardError, "Did you mean 'classifier'"),
        (
            OutputCard("classifier", {"topk": 3}),
            ValueError,
            "No option of decoder 'classifier' 'topk'. Did you mean 'top_k'",
        ),
        (
            OutputCard("classifier", {"top_k": 0}),
            ValueError,
            "top_k must be an integer above 0",
        ),
    ],
)
def test_a_decoder_that_cannot_be_made_is_a_sentence(output, error, words):
    with pytest.raises(error, match=words):
        make_decoder(card(output=output), [spec("s", (1, 3), scale=1 / 256)])


def test_options_of_a_decoder_are_listed():
    assert decoder_options("classifier") == (
        "activation",
        "top_k",
        "score_threshold",
        "multi_label",
        "thresholds",
        "allow",
        "deny",
        "level",
    )


def test_a_kernel_that_fails_reaches_the_caller():
    def fail(picture):
        raise ModelError("a kernel failed.")

    with (
        Model(card(), fake(fail)) as model,
        pytest.raises(ModelError, match="a kernel"),
    ):
        model(RED)


def test_close_may_be_called_twice(model):
    model.close()
    model.close()
    with pytest.raises(ValueError, match="is closed"):
        model(RED)
