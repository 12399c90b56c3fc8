"""What a training calls while it runs: four functions, each called with one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

OnLine = Callable[[str], None]


def ignore(line: str) -> None:
    """Do nothing with a line."""


@dataclass(frozen=True)
class TrainCallbacks:
    """The functions that a training or a search calls, each with one line of text.

    Attributes:
        on_note: Called with what is worth keeping, such as what kind of data they are.
        on_warning: Called with what needs attention.
        on_epoch: Called at the end of an epoch with its number and figures.
        on_progress: Called about twice a second with how far the epoch is; the line
            replaces the one before it.
    """

    on_note: OnLine = ignore
    on_warning: OnLine = ignore
    on_epoch: OnLine = ignore
    on_progress: OnLine = ignore

    @classmethod
    def without_progress(cls, on_line: OnLine | None) -> TrainCallbacks:
        """Return callbacks that call one function with every line but progress.

        Args:
            on_line: Called with notes, warnings and epochs; None ignores them.
        """
        if on_line is None:
            return cls()
        return cls(on_note=on_line, on_warning=on_line, on_epoch=on_line)

    @property
    def only_progress(self) -> TrainCallbacks:
        """Return the callbacks without those for notes, warnings and epochs."""
        return TrainCallbacks(on_progress=self.on_progress)


NO_CALLBACKS: Final = TrainCallbacks()
"""Ignores every line."""
