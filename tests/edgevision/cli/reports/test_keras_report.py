"""What inspect shows of a Keras file."""

from __future__ import annotations

from edgevision.cli.reports import keras_lines

FACTS = {
    "file": {"path": "net.keras", "bytes": 12_345, "format": ".keras"},
    "keras_version": "3.15.1",
    "kind": "Sequential",
    "name": "net",
    "inputs": [[None, 32, 32, 3]],
    "parameters": 4321,
    "layers": ["a", "b", "c"],
    "layer_kinds": {"Conv2D": 2, "Dense": 1},
    "training": [],
    "scale": {"own": "", "layers": [], "trained_on": "", "seen": []},
    "card": None,
    "lambdas": [{"words": "'scale': 32x32x3 -> 32x32x3, the first layer"}],
    "needs": ["Pictures to calibrate with."],
}


def test_the_lines_say_what_the_file_is_and_what_convert_needs():
    lines = keras_lines(FACTS)
    assert lines[0] == (
        "net.keras: 12.3 kB, Keras 3.15.1 Sequential model 'net' as .keras"
    )
    text = "\n".join(lines)
    for part in ("?x32x32x3", "4,321", "3: 2 Conv2D, 1 Dense", "'scale': 32x32x3"):
        assert part in text
    assert lines[-1] == "  Pictures to calibrate with."


def test_a_card_is_shown_in_two_lines():
    card = {
        "task": "classification",
        "input": {"width": 32, "height": 24, "color": "rgb", "resize": "stretch"},
        "output": {"decoder": "classifier", "labels": [f"c{i}" for i in range(9)]},
    }
    text = "\n".join(keras_lines({**FACTS, "card": card, "parameters": None}))
    assert "classification, read by 'classifier', pictures 32x24 rgb by stretch" in text
    assert "9: c0, c1, c2, c3, c4, c5, c6, c7, ..." in text
    assert "not counted: needs h5py" in text


def test_the_task_by_the_loss_of_each_output():
    age = {
        "output": "age",
        "loss": "mean_squared_error",
        "from_logits": None,
        "metrics": [],
        "task": "values",
    }
    text = "\n".join(keras_lines({**FACTS, "training": [age]}))
    assert "Task        values (by the loss mean_squared_error)" in text
    own = {
        **age,
        "output": "kind",
        "loss": "own_loss",
        "from_logits": True,
        "metrics": ["accuracy"],
        "task": "",
    }
    text = "\n".join(keras_lines({**FACTS, "training": [age, own]}))
    assert "Task        age: values (by the loss mean_squared_error)" in text
    assert "            kind: the loss own_loss from logits, metrics accuracy" in text


def test_the_scale_stands_where_the_file_says_it():
    own = {"own": "unit", "layers": ["rescaling"], "trained_on": "", "seen": []}
    text = "\n".join(keras_lines({**FACTS, "scale": own}))
    assert "Scale       unit, by its own layers (rescaling)" in text
    statistics = {"own": "", "layers": ["bn"], "trained_on": "raw", "seen": [121, 63.1]}
    text = "\n".join(keras_lines({**FACTS, "scale": statistics}))
    assert "Scale       raw: the first layer, bn, saw a mean of 121 and a" in text
