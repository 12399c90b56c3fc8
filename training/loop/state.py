"""The state of an unfinished training on disk: written whole after every epoch."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import TrainingError
from ...runtime.memory import read_arrays

_STATE: Final = "state.npz"
_BEST: Final = "best.npz"
_PLAN: Final = "plan.json"

Arrays = Sequence[npt.NDArray[Any]]


@dataclass(frozen=True)
class State:
    """The state of a training at the end of an epoch.

    Attributes:
        stage: Index of the stage that runs.
        epoch: Finished epochs of all stages.
        stage_epoch: Finished epochs of this stage.
        seconds: Training time so far.
        stage_seconds: Training time of this stage.
        waited: Epochs since the best one.
        best_epoch: The best epoch, from 1; 0 means that there is none.
        best_score: Its score: the monitored number, greater is better.
        best_loss: Its loss.
        history: One row per epoch.
        variables: Variables of the network: weights, statistics, random states.
        optimizer: Variables of its optimizers.
    """

    stage: int
    epoch: int
    stage_epoch: int
    seconds: float
    stage_seconds: float
    waited: int
    best_epoch: int
    best_score: float
    best_loss: float
    history: tuple[Mapping[str, float], ...]
    variables: Arrays
    optimizer: Arrays


class Workspace:
    """The folder that keeps the state of one training.

    Args:
        folder: Path of the folder; made on the first write.
        plan: What decides the course of the training, as plain JSON types. Only a
            training of the same plan goes on from the state.
    """

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        self.folder = folder
        self._plan = json.loads(json.dumps(plan, sort_keys=True))

    def exists(self) -> bool:
        """Return whether there is a state to go on from."""
        return (self.folder / _STATE).is_file()

    def begin(self) -> None:
        """Make the folder empty and write down the plan.

        Raises:
            TrainingError: The folder cannot be written.
        """
        try:
            self.remove()
            self.folder.mkdir(parents=True, exist_ok=True)
            if any(self.folder.iterdir()):
                raise TrainingError(
                    f"{self.folder} holds other files than a training's. Move them "
                    "away, or choose another output."
                )
            (self.folder / _PLAN).write_text(json.dumps(self._plan, indent=1), "utf-8")
        except OSError as error:
            raise TrainingError(
                f"Cannot write {self.folder}: {error.strerror}. Choose another output."
            ) from error

    def check(self) -> None:
        """Refuse to go on from the state of another training.

        Raises:
            TrainingError: The plans differ; the sentence names the first difference.
        """
        try:
            old = json.loads((self.folder / _PLAN).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise TrainingError(
                f"{self.folder} does not say which training it belongs to ({error}). "
                "Pass --force to begin anew."
            ) from error
        for name, value in self._plan.items():
            if old.get(name) != value:
                raise TrainingError(
                    f"The training in {self.folder} cannot go on: its "
                    f"{name.replace('_', ' ')} was {_short(old.get(name))} and is now "
                    f"{_short(value)}. Pass the same choices and data, or --force to "
                    "begin anew."
                )

    def write(self, state: State) -> None:
        """Write the state whole or not at all."""
        numbers = {
            name: value
            for name, value in vars(state).items()
            if name not in ("variables", "optimizer")
        }
        arrays = {f"variable_{i}": a for i, a in enumerate(state.variables)}
        arrays.update({f"optimizer_{i}": a for i, a in enumerate(state.optimizer)})
        arrays["numbers"] = np.array(json.dumps(numbers))
        self._save(_STATE, arrays)

    def read(self) -> State:
        """Return the state that was written last.

        Raises:
            TrainingError: It is damaged.
        """
        arrays = self._load(_STATE)
        numbers = json.loads(str(arrays.pop("numbers")))
        numbers["history"] = tuple(numbers["history"])
        return State(
            **numbers,
            variables=_listed(arrays, "variable"),
            optimizer=_listed(arrays, "optimizer"),
        )

    def write_best(self, weights: Arrays) -> None:
        """Keep the best weights."""
        self._save(_BEST, {f"weight_{i}": a for i, a in enumerate(weights)})

    def read_best(self) -> list[npt.NDArray[Any]]:
        """Return the best weights."""
        return _listed(self._load(_BEST), "weight")

    def remove(self) -> None:
        """Remove what was written here, and the folder when nothing else is in it."""
        for name in (_STATE, _BEST, _PLAN):
            (self.folder / name).unlink(missing_ok=True)
        for part in self.folder.glob(".*.part"):
            part.unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    def _save(self, name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        part = self.folder / f".{name}.part"
        try:
            with part.open("wb") as stream:
                np.savez(stream, **dict(arrays))  # type: ignore[arg-type]
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(self.folder / name)
        except OSError as error:
            raise TrainingError(
                f"Cannot keep the training's state in {self.folder}: {error.strerror}."
            ) from error

    def _load(self, name: str) -> dict[str, npt.NDArray[Any]]:
        try:
            return read_arrays(self.folder / name)
        except (OSError, ValueError) as error:
            raise TrainingError(
                f"{self.folder / name} is damaged: {error}. Pass --force to begin anew."
            ) from error


def _listed(
    arrays: Mapping[str, npt.NDArray[Any]], prefix: str
) -> list[npt.NDArray[Any]]:
    count = sum(key.startswith(f"{prefix}_") for key in arrays)
    return [arrays[f"{prefix}_{i}"] for i in range(count)]


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) < 60 else text[:57] + "..."
