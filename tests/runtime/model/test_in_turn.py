"""A model that several streams share answers each as if it were alone."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.frame import Frame
from edgevision.runtime.late_frame import LateFrame, LatePicture
from edgevision.runtime.model.in_turn import InTurn, PreparedInTurn
from edgevision.runtime.turns.turns import Turns
from support.color_model import color_model

import edgevision

RANDOM = np.random.default_rng(5)


def _frame(index: int, size: tuple[int, int] = (64, 48)) -> Frame:
    image = RANDOM.integers(0, 256, (size[1], size[0], 3), np.uint8)
    image[..., index % 3] = 250
    return Frame(image, 0, index)


@pytest.fixture(params=["uint8", "int8", "float32"])
def model(request, tmp_path):
    path = tmp_path / "colors.tflite"
    path.write_bytes(color_model(request.param))
    with edgevision.load_model(path, normalize="raw", task="embedding") as made:
        yield made


def _ask(runner, turn, frame):
    assert turn.take()
    try:
        return runner.run(frame)
    finally:
        turn.end()


def _same(one, other):
    assert one.embedding.tolist() == other.embedding.tolist()


def test_each_stream_gets_what_the_model_alone_would_answer(model):
    turns = Turns()
    members = [turns.member() for _ in range(3)]
    runners = [model.in_turn(turn) for turn in members]
    assert all(isinstance(runner, PreparedInTurn) for runner in runners)
    for index in range(12):
        # Of other sizes, so that one's letterbox must not be another one's.
        frame = _frame(index, (64 + 8 * (index % 3), 48))
        result, timing = _ask(runners[index % 3], members[index % 3], frame)
        _same(result, model.run(frame)[0])
        assert min(timing.prepare_ms, timing.invoke_ms, timing.decode_ms) > 0
        assert timing.age_ms >= 0


def test_a_frame_that_is_decoded_in_part_is_used_as_the_model_alone_would(model):
    turns = Turns()
    turn = turns.member()
    runner = model.in_turn(turn)
    whole = _frame(1, (128, 96)).image
    for scale in (2, 32):  # one small enough for the model, one too small
        small = whole[::scale, ::scale]
        picture = LatePicture(small, scale, lambda: whole)
        result, _ = _ask(runner, turn, LateFrame(picture, 0))
        _same(result, model.run(LateFrame(picture, 0))[0])


def test_a_picture_is_prepared_while_another_stream_has_the_model(model):
    """The input of the model stays as it was until the turn comes."""
    turns = Turns()
    turn = turns.member()
    runner = model.in_turn(turn)
    model.run(_frame(0))
    before = model.interpreter.input().copy()
    seen = []
    inner = turn.model

    def block():
        seen.append(model.interpreter.input().copy())
        return inner()

    turn.model = block
    _ask(runner, turn, _frame(1))
    assert np.array_equal(seen[0], before)
    assert not np.array_equal(model.interpreter.input(), before)


def test_models_that_keep_a_memory_are_asked_whole_and_one_for_each_stream(model):
    turns = Turns()
    asked = []

    class Remembering:
        def for_stream(self):
            asked.append(self)
            return model

    made = edgevision.runtime.model.PictureModel.in_turn(Remembering(), turns.member())
    assert isinstance(made, InTurn)
    assert len(asked) == 1
    turn = turns.member()
    frame = _frame(2)
    result, _ = _ask(InTurn(model, turn), turn, frame)
    _same(result, model.run(frame)[0])


def test_stream_cameras_of_a_model(model):
    cameras = {"a": "synthetic:?fps=0&frames=6&size=64x48", "b": "synthetic:?frames=3"}
    with model.stream_cameras(cameras) as group:
        seen = [(name, event.result.embedding.size) for name, event in group]
    assert [name for name, _ in seen].count("a") == 6
    assert {size for _, size in seen} == {3}
    assert set(group.summary().to_dict()) == {"a", "b"}
