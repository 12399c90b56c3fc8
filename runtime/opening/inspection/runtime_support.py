"""What can run a model: by the tables of operators, and by trying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...interpreter import BACKENDS, installed_backends
from ...tflite import RUNTIMES, ModelFile, Operator, missing_operators
from ..admission import Admission, try_in_child


@dataclass(frozen=True)
class RuntimeSupport:
    """What can run a model.

    Attributes:
        stamped: The lowest runtime that the converter names; empty without one.
        lacks: Runtime -> the operators that its table lacks.
        trials: Installed backend -> what happened when it ran the model once.
    """

    stamped: str
    lacks: Mapping[str, tuple[str, ...]]
    trials: Mapping[str, Admission]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "stamped": self.stamped,
            "tables": {name: {"lacks": list(ops)} for name, ops in self.lacks.items()},
            "seen": {
                name: {
                    "backend": trial.backend or name,
                    "ok": trial.ok,
                    "stage": trial.stage,
                    "words": trial.words,
                    "arena_bytes": trial.arena,
                }
                for name, trial in self.trials.items()
            },
            "known_backends": list(BACKENDS),
        }


def runtime_support(model: ModelFile, *, run: bool) -> RuntimeSupport:
    """Return what can run a model.

    Args:
        model: The file.
        run: Also try it in a child process per installed backend.
    """
    operators: list[Operator] = []
    for index in range(model.graph_count):
        operators.extend(model.graph(index).operators)
    return RuntimeSupport(
        stamped=model.min_runtime_version,
        lacks={name: missing_operators(operators, name) for name in RUNTIMES},
        trials={
            name: try_in_child(model, backend=name, measure=True)
            for name in (installed_backends() if run else ())
        },
    )
