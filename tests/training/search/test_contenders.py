"""The candidates of a search as trainings: what is tried, and by what it is judged."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from edgevision.training.callbacks import TrainCallbacks
from edgevision.training.data import DataKind
from edgevision.training.request import TrainRequest
from edgevision.training.search.contenders import Contenders
from edgevision.training.search.plan import SearchPlan

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import TrainingError

pytestmark = pytest.mark.tf


class Task:
    """A task whose jobs are their requests."""

    architectures = {"small": "", "large": ""}  # noqa: RUF012

    def __init__(self, monitor="val_loss", mode="min"):
        self.monitor, self.mode = monitor, mode

    def prepare(self, request, data, callbacks):
        callbacks.on_note("a note of each candidate")
        callbacks.on_progress("reading pictures")
        card = InputCard(64, 48)
        return SimpleNamespace(
            arch=request.arch or "small",
            card=ModelCard("", "classification", card, OutputCard("classifier")),
            monitor=self.monitor,
            mode=self.mode,
            metrics={"val_accuracy": "accuracy"},
            facts={"digest": "d1"},
            warnings=("few pictures",),
        )


def contenders(task, lines, **choices):
    plan = SearchPlan(TrainRequest(Path("x"), Path("net.keras")), 5.0, **choices)
    data = DataKind("classification", "class-folders", Path("x"), "two folders")
    callbacks = TrainCallbacks(
        on_note=lambda line: lines.append(("note", line)),
        on_warning=lambda line: lines.append(("warning", line)),
        on_progress=lambda line: lines.append(("progress", line)),
    )
    return Contenders(plan, data, task, callbacks, {})


def test_every_width_and_size_is_tried_small_ones_first():
    lines = []
    made = contenders(Task(), lines, archs=("small", "large"), widths=(1.0, 0.5))
    candidates = made.read()
    # Half, three quarters and the whole of 64x48, rounded to 16 pixels.
    assert {c.input_size for c in candidates} == {(32, 32), (48, 32), (64, 48)}
    assert len(candidates) == 2 * 2 * 3
    work = [c.work for c in candidates]
    assert work == sorted(work)
    assert made.digest == "d1"
    # A warning about the data is given once, notes of the candidates not at all.
    assert lines.count(("warning", "few pictures")) == 1
    assert not any(kind == "note" for kind, _ in lines)


@pytest.mark.parametrize(
    ("monitor", "mode", "expected"),
    [
        ("val_accuracy", "max", ("accuracy", 1.0)),
        ("val_loss", "min", ("loss", -1.0)),
    ],
)
def test_the_deciding_number_has_words_and_a_sign(monitor, mode, expected):
    made = contenders(Task(monitor, mode), [])
    made.read()
    assert (made.metric, made.sign) == expected


def test_a_task_without_a_deciding_number_cannot_be_searched():
    with pytest.raises(TrainingError, match="classification has none. Train without"):
        contenders(Task(None), []).read()
