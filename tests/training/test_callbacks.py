"""Which lines reach which of a training's callbacks."""

from __future__ import annotations

from edgevision.training.callbacks import NO_CALLBACKS, TrainCallbacks


def called(callbacks):
    """Call all four functions, each with its own name."""
    callbacks.on_note("note")
    callbacks.on_warning("warning")
    callbacks.on_epoch("epoch")
    callbacks.on_progress("progress")


def test_one_function_gets_every_line_but_progress():
    lines = []
    called(TrainCallbacks.without_progress(lines.append))
    assert lines == ["note", "warning", "epoch"]
    assert TrainCallbacks.without_progress(None) == NO_CALLBACKS


def test_only_progress_is_handed_on():
    lines = []
    append = lines.append
    called(TrainCallbacks(append, append, append, append).only_progress)
    assert lines == ["progress"]
