"""Keras is absent: the sentence names a next step that this machine can take."""

from __future__ import annotations

import dataclasses
import sys

import pytest
from edgevision.devices import detect, wheels
from edgevision.training.keras_import import load_keras

from edgevision.errors import MissingDependencyError

PI = "Raspberry Pi 5 Model B Rev 1.0"


@pytest.fixture
def told(monkeypatch):
    """Return a function that loads Keras on a machine without it: its sentence."""
    facts = wheels.python_facts()

    def load(machine, board, version=(3, 11)):
        monkeypatch.setitem(sys.modules, "tensorflow", None)
        here = dataclasses.replace(facts, machine=machine, version=version)
        monkeypatch.setattr(wheels, "python_facts", lambda: here)
        monkeypatch.setattr(detect, "board", lambda: board)
        with pytest.raises(MissingDependencyError) as caught:
            load_keras()
        return str(caught.value)

    return load


@pytest.mark.parametrize("machine", ["aarch64", "armv7l"])
def test_a_board_is_told_to_train_on_a_pc(told, machine):
    sentence = told(machine, PI)
    assert f"is work for a PC; this is a {PI}. On the PC run: pip" in sentence
    assert "copy the .tflite file to this board" in sentence


@pytest.mark.parametrize(
    ("machine", "board"), [("x86_64", ""), ("aarch64", ""), ("x86_64", "a small PC")]
)
def test_other_machines_are_told_to_install_it(told, machine, board):
    sentence = told(machine, board)
    assert sentence.endswith("which is not installed. Run: pip install tensorflow")


def test_a_python_without_a_release_is_told_which_has_one(told):
    assert "TensorFlow has no release for Python 3.14" in told("x86_64", "", (3, 14))
