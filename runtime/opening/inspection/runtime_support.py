"""What can run a model: by the tables of operators, and by trying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ....errors import EdgeVisionError
from ...interpreter import BACKENDS, installed_backends
from ...tflite import RUNTIMES, ModelFile, Operator, missing_operators
from ..gate import Admission, try_in_child
from ..options import OpenOptions
from ..run_shapes import run_shapes
from ..stated_card import stated_size


@dataclass(frozen=True)
class RuntimeSupport:
    """What can run a model.

    Attributes:
        stamped: The lowest runtime that the converter names; empty without one.
        lacks: Runtime -> the operators that its table lacks.
        trials: Installed backend -> what happened when it ran the model once; stage
            ``size`` where nobody states the size of the pictures.
    """

    stamped: str
    lacks: Mapping[str, tuple[str, ...]]
    trials: Mapping[str, Admission]

    @property
    def outputs(self) -> tuple[tuple[int, ...], ...] | None:
        """Return the shapes of the outputs when it ran; None when it did not."""
        return next((x.outputs for x in self.trials.values() if x.ok), None)

    @property
    def problem(self) -> str:
        """Return why no installed backend ran the model; "" when one did."""
        if any(trial.ok for trial in self.trials.values()):
            return ""
        return next((trial.words for trial in self.trials.values()), "")

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


def runtime_support(
    model: ModelFile, options: OpenOptions | None = None, *, run: bool
) -> RuntimeSupport:
    """Return what can run a model.

    Args:
        model: The file.
        options: What a user says: the size of pictures, a backend, a delegate.
        run: Also try it in a child process per installed backend.
    """
    operators: list[Operator] = []
    for index in range(model.graph_count):
        operators.extend(model.graph(index).operators)
    return RuntimeSupport(
        stamped=model.min_runtime_version,
        lacks={name: missing_operators(operators, name) for name in RUNTIMES},
        trials=_trials(model, options or OpenOptions()) if run else {},
    )


def _trials(model: ModelFile, options: OpenOptions) -> dict[str, Admission]:
    backends = installed_backends()
    if isinstance(options.backend, str):
        backends = tuple(name for name in backends if name == options.backend)
    try:
        shapes = run_shapes(model, stated_size(model, options))
    except EdgeVisionError as error:
        return {name: Admission(False, "size", str(error), name) for name in backends}
    return {
        name: try_in_child(
            model,
            backend=name,
            delegate=options.delegate,
            shapes=shapes,
            measure=True,
        )
        for name in backends
    }
