"""Files that leave the size of pictures open, or take several at once."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.runtime.opening import gate
from edgevision.runtime.opening import run_shapes as run_shapes_module
from edgevision.runtime.opening.gate import trial
from edgevision.runtime.opening.inspection import inspect_model
from edgevision.runtime.opening.options import OpenOptions, parse_size
from edgevision.runtime.opening.run_shapes import file_as_run, run_shapes
from edgevision.runtime.tflite.model_file import ModelFile
from support.color_model import color_model

import edgevision
from edgevision.cli.main import cli
from edgevision.errors import ModelError, UnsupportedModelError

PICTURE = np.full((60, 80, 3), 127, np.uint8)


@pytest.mark.parametrize(
    ("text", "size"),
    [("320x240", (320, 240)), (" 224 ", (224, 224)), ((5, 7), (5, 7)), (None, None)],
)
def test_a_size_is_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "0x5", "20000", "5x", "x5", (1,), (0, 2), 7])
def test_what_is_no_size_is_a_sentence(text):
    with pytest.raises(ValueError, match="such as 320x240"):
        parse_size(text)


def model(*signature):
    shape = tuple(1 if side == -1 else side for side in signature)
    tensor = SimpleNamespace(
        shape=shape, shape_signature=signature if -1 in signature else ()
    )
    return SimpleNamespace(
        name="net.tflite", input_tensors=(tensor,), output_tensors=(tensor,)
    )


@pytest.mark.parametrize(
    ("signature", "size", "expected"),
    [
        ((1, 8, 6, 3), None, None),
        ((-1, 8, 6, 3), None, None),
        ((1, 8, 6, 3), (6, 8), None),
        ((1, -1, -1, 3), (6, 8), (1, 8, 6, 3)),
        ((-1, -1, -1, 3), (6, 8), (1, 8, 6, 3)),
        ((1, 3, -1, -1), (6, 8), (1, 3, 8, 6)),
        ((1, 32, -1, 1), (100, 32), (1, 32, 100, 1)),
        ((4, 8, 6, 3), None, (1, 8, 6, 3)),
        ((1, 784), (28, 28), None),
    ],
)
def test_the_shape_that_is_run(signature, size, expected):
    shapes = run_shapes(model(*signature), size)
    assert (None if shapes is None else shapes.inputs[0]) == expected


def test_several_pictures_at_once_are_said():
    shapes = run_shapes(model(4, 8, 6, 3), None)
    assert shapes is not None
    assert "takes 4 pictures at once (4x8x6x3); it is run with one" in shapes.notes[0]


def test_an_open_size_is_asked_for():
    with pytest.raises(UnsupportedModelError, match=r"any size \(1x\?x\?x3\)\. Pass"):
        run_shapes(model(1, -1, -1, 3), None)


@pytest.mark.parametrize(
    ("signature", "words"),
    [((1, 32, -1, 1), "height 32"), ((1, 8, 6, 3), "6x8 and no others")],
)
def test_a_size_that_is_not_open_is_refused(signature, words):
    with pytest.raises(ValueError, match=words):
        run_shapes(model(*signature), (9, 9))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture
def foreign(shared: Path) -> Path:
    return shared / "tflite-foreign"


@pytest.mark.usefixtures("cache")
def test_a_file_of_any_size_runs_at_the_size_that_is_stated(foreign):
    file = foreign / "kind_multipose_dynamic.tflite"
    with pytest.raises(UnsupportedModelError, match="--input-size"):
        edgevision.load_model(file, task="raw")
    for size in ("64x96", (96, 64)):
        with edgevision.load_model(file, task="raw", input_size=size) as net:
            assert net.card.input is not None
            sides = (net.card.input.width, net.card.input.height)
            assert sides == parse_size(size)
            assert net.interpreter.inputs[0].shape == (1, *sides[::-1], 3)
            # The file's mean of all pixels, which reaches every output.
            (values,) = net(PICTURE).tensors.values()
            np.testing.assert_allclose(values, 127, atol=1)


@pytest.mark.usefixtures("cache")
def test_a_file_of_several_pictures_runs_with_one_and_says_so(foreign):
    file = foreign / "kind_batch4.tflite"
    for _ in range(2):  # the second time its verdict is known
        with edgevision.load_model(file, normalize="unit") as net:
            assert len(net(PICTURE)) == 5
            assert any("4 pictures at once" in text for text in net.assumptions)


@pytest.mark.usefixtures("cache")
def test_inspect_takes_the_size_and_says_what_run_does(foreign):
    file = foreign / "kind_multipose_dynamic.tflite"
    asks = inspect_model(file)
    assert "--input-size" in asks.run.problem
    assert all(not trial.ok for trial in asks.runtimes.trials.values())
    says = inspect_model(file, options=OpenOptions(input_size="64x96", task="raw"))
    assert says.run.problem == ""
    assert all(trial.ok for trial in says.runtimes.trials.values())


@pytest.mark.usefixtures("cache")
def test_a_card_keeps_the_size(foreign, tmp_path):
    file, out = foreign / "kind_multipose_dynamic.tflite", tmp_path / "own.tflite"
    words = ["card", str(file), "-o", str(out), "--input-size", "96x64"]
    done = CliRunner().invoke(cli, [*words, "--task", "raw"])
    assert done.exit_code == 0, done.output
    with edgevision.load_model(out) as net:
        assert net.interpreter.inputs[0].shape == (1, 64, 96, 3)


@pytest.mark.usefixtures("cache")
def test_a_benchmark_takes_the_size(foreign):
    file = foreign / "kind_multipose_dynamic.tflite"
    words = ["benchmark", str(file), "--bare", "--max-seconds", "0.2", "--json"]
    done = CliRunner().invoke(cli, [*words, "--input-size", "64x64"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)


@pytest.mark.usefixtures("cache")
def test_pictures_without_an_axis_of_channels(foreign):
    file = foreign / "kind_mnist_28x28.tflite"
    with pytest.raises(UnsupportedModelError, match="pass --color gray"):
        edgevision.load_model(file)
    by_color = edgevision.load_model(file, color="gray", normalize="unit")
    by_size = edgevision.load_model(file, input_size="28x28", normalize="unit")
    with by_color, by_size:
        first, second = by_color(PICTURE), by_size(PICTURE)
        assert first.to_dict() == second.to_dict()
        assert by_color.card.input is not None
        assert by_color.card.input.color == "gray"


def hidden(operation, shape=(), signature=()):
    tensor = SimpleNamespace(shape=(1, 8, 6, 3), shape_signature=())
    output = SimpleNamespace(shape=shape, shape_signature=signature)
    return SimpleNamespace(
        name="net.tflite",
        input_tensors=(tensor,),
        output_tensors=(output,),
        operators=(SimpleNamespace(name=operation),),
        card=None,
    )


def test_an_output_without_a_shape_is_run_to_see_it():
    shapes = run_shapes(hidden("RESHAPE"), None)
    assert shapes is not None
    assert shapes.inputs == ((1, 8, 6, 3),)
    assert run_shapes(hidden("TFLite_Detection_PostProcess"), None) is None
    assert run_shapes(hidden("RESHAPE", (1, 5, 4), (1, 5, 4)), None) is None
    assert run_shapes(hidden("RESHAPE", (1, 5, 4), (-1, 5, 4)), None) is None
    # A number of rows that the file leaves open says as little as no shape at all,
    # and one that the picture decides is not seen in one run.
    assert run_shapes(hidden("RESHAPE", (1, 1, 4), (-1, -1, 4)), None) is not None
    assert run_shapes(hidden("WHERE", (1, 1, 4), (-1, -1, 4)), None) is None


@pytest.mark.usefixtures("cache")
def test_inspect_runs_nothing_in_its_own_process(foreign, monkeypatch):
    file = foreign / "kind_multipose_dynamic.tflite"
    monkeypatch.setattr(
        "edgevision.runtime.opening.run_shapes.at_run_shapes", pytest.fail
    )
    says = inspect_model(file, options=OpenOptions(input_size="64x96"))
    assert says.run.problem == ""
    unseen = inspect_model(file, options=OpenOptions(input_size="64x96"), run=False)
    assert "known only by running it" in unseen.run.problem


def test_a_file_is_run_in_a_child_to_know_its_shapes_for_a_card(monkeypatch):
    """'edgevision card' writes words into files that nobody has tried."""
    monkeypatch.setattr(run_shapes_module, "at_run_shapes", None)
    data = color_model(size=(1, 1), signature=(1, -1, -1, 3))
    options = OpenOptions(input_size=(8, 6))
    as_run, shapes = file_as_run(ModelFile.from_bytes(data), options)
    assert shapes.inputs == ((1, 6, 8, 3),)
    assert as_run.inputs[0].shape == (1, 6, 8, 3)
    refused = trial.Admission(False, "crash", "It crashes the interpreter.", "")
    monkeypatch.setattr(gate, "try_in_child", lambda *_, **__: refused)
    with pytest.raises(ModelError, match="It crashes the interpreter"):
        file_as_run(ModelFile.from_bytes(data), options)
