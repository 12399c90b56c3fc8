"""The state of a training comes back equal, and its folder is its own."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.training.loop.state import State, Workspace

from edgevision.errors import TrainingError

STATE = State(
    stage=1,
    epoch=3,
    stage_epoch=1,
    seconds=2.5,
    stage_seconds=1.0,
    waited=0,
    best_epoch=2,
    best_score=0.5,
    best_loss=float("nan"),
    history=({"epoch": 1, "loss": 0.1},),
    variables=[np.arange(3.0), np.array(7)],
    optimizer=[],
)


def test_a_state_comes_back_equal(tmp_path):
    workspace = Workspace(tmp_path / "net.training", {"seed": 1})
    assert not workspace.exists()
    workspace.begin()
    workspace.write(STATE)
    workspace.write_best([np.ones(2)])
    assert workspace.exists()
    found = Workspace(tmp_path / "net.training", {"seed": 1})
    found.check()
    read = found.read()
    assert (read.epoch, read.best_score, read.history) == (3, 0.5, STATE.history)
    assert np.isnan(read.best_loss)
    for a, b in zip(read.variables, STATE.variables, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(found.read_best()[0], np.ones(2))
    assert not list((tmp_path / "net.training").glob(".*"))
    found.remove()
    assert not (tmp_path / "net.training").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    folder = tmp_path / "net.training"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(TrainingError, match="other files than a training's"):
        Workspace(folder, {}).begin()
    Workspace(folder, {}).remove()
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match="Cannot write .*net.training: Not a dir"):
        Workspace(tmp_path / "file" / "net.training", {}).begin()
