"""The state of a search on disk, from which a killed search goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from ...errors import OutputExistsError, TrainingError
from ...files import write_text
from ..loop import Workspace
from .halving import Progress, Standing
from .latency import MeasuredLatency

_FILE: Final = "search.json"


@dataclass
class SearchState:
    """The state of a search.

    Attributes:
        seconds: Time that it has taken, in all runs.
        costs: The measured costs, by the candidate's name.
        notes: Why others were not measured, by the candidate's name.
        progress: The state of the contest; None means that it has not begun.
    """

    seconds: float = 0.0
    costs: dict[str, MeasuredLatency] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    progress: Progress | None = None


class SearchFolder:
    """The folder of a search: its state, and its candidates.

    Args:
        folder: The folder's path.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self, *, resume: bool, force: bool) -> None:
        """Refuse to replace an interrupted search, or to go on without one.

        Raises:
            TrainingError: There is nothing to go on with.
            OutputExistsError: There is, and neither was asked for.
        """
        begun = (self._folder / _FILE).is_file()
        if resume and not begun:
            raise TrainingError(
                f"There is nothing to go on with: {self._folder} holds no state of an "
                "interrupted search. Leave --resume out."
            )
        if begun and not resume and not force:
            raise OutputExistsError(
                f"{self._folder} holds an interrupted search. Pass --resume to go on "
                "with it, or --force to begin anew."
            )

    def make(self) -> None:
        """Make the folder, empty.

        Raises:
            TrainingError: It cannot be written.
        """
        try:
            if self._folder.exists():
                shutil.rmtree(self._folder)
            self._folder.mkdir()
        except OSError as error:
            raise TrainingError(
                f"Cannot write {self._folder}: {error.strerror}. Choose another output."
            ) from error

    def begin(self, plan: Mapping[str, Any]) -> None:
        """Write down what the search is."""
        Workspace(self._folder, plan).begin()

    def take_up(self, plan: Mapping[str, Any]) -> SearchState:
        """Return how far the search on disk has come.

        Args:
            plan: What decides the course of this search.

        Raises:
            TrainingError: The state is of another search, or it is damaged.
        """
        Workspace(self._folder, plan).check()
        try:
            data = json.loads((self._folder / _FILE).read_text("utf-8"))
            progress = data["progress"]
            return SearchState(
                seconds=float(data["seconds"]),
                costs={
                    name: MeasuredLatency(**{**cost, "reasons": tuple(cost["reasons"])})
                    for name, cost in data["costs"].items()
                },
                notes=dict(data["notes"]),
                progress=None
                if progress is None
                else Progress(
                    progress["number"],
                    tuple(progress["alive"]),
                    {k: Standing(**v) for k, v in progress["standings"].items()},
                ),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise TrainingError(
                f"{self._folder / _FILE} is damaged ({error}). Pass --force to begin "
                "anew."
            ) from error

    def write(self, state: SearchState) -> None:
        """Write the state whole or not at all.

        Raises:
            TrainingError: It cannot be written.
        """
        text = json.dumps(asdict(state), indent=1, ensure_ascii=False)
        try:
            write_text(self._folder / _FILE, text + "\n", force=True)
        except OSError as error:
            raise TrainingError(
                f"Cannot keep the search's state in {self._folder}: {error.strerror}."
            ) from error

    def remove(self) -> None:
        """Remove the folder with all that lies in it."""
        shutil.rmtree(self._folder, ignore_errors=True)
