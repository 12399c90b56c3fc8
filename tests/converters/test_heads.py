"""A network of two tasks: proven by its losses, or said; verified and run per head."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

import edgevision
from edgevision.cli.main import cli

pytestmark = pytest.mark.tf

SIDE = 16


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(4)
    plain = rng.integers(0, 256, (24, 1, 1, 3))
    noise = rng.integers(-15, 16, (24, SIDE, SIDE, 3))
    return np.clip(plain + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def network():
    """Return a net for the mean brightness in percent, and for the strongest color."""
    import keras

    layers = keras.layers
    inputs = keras.Input((SIDE, SIDE, 3))
    x = layers.Rescaling(1 / 255)(inputs)
    x = layers.GlobalAveragePooling2D()(x)
    bright = layers.Dense(1, name="brightness")(x)
    color = layers.Dense(3, activation="softmax", name="color")(x)
    net = keras.Model(inputs, [bright, color])
    net.get_layer("brightness").set_weights([np.full((3, 1), 100 / 3), np.zeros(1)])
    net.get_layer("color").set_weights([20 * np.eye(3), np.zeros(3)])
    return net


@pytest.fixture
def compiled(network):
    network.compile(
        loss={"brightness": "mse", "color": "sparse_categorical_crossentropy"}
    )
    return network


LABELS = ["red", "green", "blue"]


def test_losses_prove_each_heads_task_and_both_are_run(compiled, pictures, tmp_path):
    target = tmp_path / "two.tflite"
    report = edgevision.convert(
        compiled,
        target,
        calibration=pictures,
        heads={"color": {"task": "classification", "labels": LABELS}},
    )
    assert report.card.task == "multi-task"
    parts = {part["name"]: part for part in report.verification["parts"]}
    assert set(parts) == {"brightness", "color"}
    assert parts["brightness"]["agreement"] > 0.97
    with edgevision.load_model(target) as model:
        result = model(pictures[0], color="rgb")
    means = pictures[0].reshape(-1, 3).mean(axis=0)
    (brightness,) = result["brightness"]
    assert brightness.name == "brightness"
    assert abs(brightness.value - means.mean() / 2.55) < 2
    assert result["color"].top.label == LABELS[int(means.argmax())]


def test_the_command_line_names_each_head(network, pictures, tmp_path):
    import cv2

    network.compile()
    network.save(tmp_path / "net.keras")
    (tmp_path / "set").mkdir()
    for i, picture in enumerate(pictures):
        cv2.imwrite(str(tmp_path / "set" / f"{i}.png"), picture[..., ::-1])
    words = ["convert", str(tmp_path / "net.keras"), "--calibration"]
    words += [str(tmp_path / "set"), "--head", "brightness=values"]
    words += ["--head", "color=classification:red,green,blue"]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    assert "color: top-1 agreement" in done.output
    with edgevision.load_model(tmp_path / "net.tflite") as model:
        assert set(model(pictures[3], color="rgb")) == {"brightness", "color"}


def test_layers_may_have_names_that_no_graph_takes(pictures, tmp_path):
    """Keras with JAX or PyTorch takes any name; a graph refused it in a traceback."""
    import keras

    layers = keras.layers
    inputs = keras.Input((SIDE, SIDE, 3), name="my input=x")
    x = layers.Lambda(lambda value: value / 255, name="my scale, 1")(inputs)
    x = layers.GlobalAveragePooling2D(name="my-scale--1")(x)
    low = layers.Dense(1, name="a b=c")(x)
    color = layers.Dense(3, activation="softmax", name="d, e")(x)
    net = keras.Model(inputs, [low, color], name="_a net")
    net.get_layer("d, e").set_weights([20 * np.eye(3), np.zeros(3)])
    net.save(tmp_path / "net.keras")
    edgevision.convert(
        tmp_path / "net.keras",
        calibration=pictures,
        lambdas={"my scale, 1": "x / 255"},
        heads={"a b=c": {"task": "values"}, "d, e": {"task": "classification"}},
    )
    with edgevision.load_model(tmp_path / "net.tflite") as model:
        result = model(pictures[3], color="rgb")
    assert list(result) == ["a b=c", "d, e"]
    assert result["d, e"].top.class_id == pictures[3].mean((0, 1)).argmax()


def test_a_head_may_read_a_line_of_text(pictures, tmp_path):
    """Each column is its strongest color; CTC drops repeats and the last class."""
    import keras

    layers = keras.layers
    inputs = keras.Input((SIDE, SIDE, 3))
    x = layers.Rescaling(1 / 255)(inputs)
    columns = layers.AveragePooling2D((SIDE, 4))(x)
    steps = layers.Reshape((4, 3))(columns)
    line = layers.Dense(4, activation="softmax", name="line")(steps)
    bright = layers.Dense(1, name="brightness")(layers.GlobalAveragePooling2D()(x))
    net = keras.Model(inputs, [line, bright])
    net.get_layer("line").set_weights([20 * np.eye(3, 4), np.zeros(4)])
    heads = {
        "line": {"task": "text", "labels": list("rgb")},
        "brightness": {"task": "values"},
    }
    target = tmp_path / "line.tflite"
    edgevision.convert(net, target, calibration=pictures, heads=heads)
    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    for i, color in enumerate((0, 2, 2, 1)):
        picture[:, 4 * i : 4 * i + 4, color] = 255
    with edgevision.load_model(target) as model:
        result = model(picture, color="rgb")
    assert result["line"].text == "rbg"
