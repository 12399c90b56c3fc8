"""One row about a model file among others in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....errors import EdgeVisionError
from ...tflite import ModelFile, Tensor, check_model, cost
from .run_plan import plan_of
from .tensor_facts import TensorFacts


@dataclass(frozen=True)
class ModelRow:
    """What a list of models says of one file.

    Attributes:
        name: The file's name.
        bytes: Its size; None where it cannot be opened.
        error: What is wrong with a damaged file; all that follows is then empty.
        inputs: Shape and type of each input.
        outputs: Shape and type of each output.
        task: The task that it would be run for.
        decoder: The decoder that would read its outputs.
        macs: Multiplications with addition, for one picture.
        minimum_runtime: The lowest runtime that the converter names.
        problem: The sentence that ``run`` would stop with; empty when it would not.
    """

    name: str
    bytes: int | None = None
    error: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    task: str = ""
    decoder: str = ""
    macs: int = 0
    minimum_runtime: str = ""
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; what is not known of a damaged file is absent."""
        row: dict[str, Any] = {"name": self.name}
        if self.bytes is not None:
            row["bytes"] = self.bytes
        if self.error:
            return {**row, "error": self.error}
        return {
            **row,
            "inputs": list(self.inputs),
            "outputs": list(self.outputs),
            "task": self.task,
            "decoder": self.decoder,
            "macs": self.macs,
            "minimum_runtime": self.minimum_runtime,
            "problem": self.problem,
        }


def summarise(path: str | Path) -> ModelRow:
    """Return one row about a file in a folder; a damaged one has an ``error``."""
    name, size = Path(path).name, None
    try:
        model = ModelFile.open(path)
        size = model.size
        check_model(model)
        plan = plan_of(model)
        macs = cost(model).macs
    except EdgeVisionError as error:
        return ModelRow(name, size, str(error))
    return ModelRow(
        name,
        size,
        inputs=_words(model.input_tensors),
        outputs=_words(model.output_tensors),
        task=plan.card.task if plan.card is not None else "",
        decoder=plan.card.output.decoder if plan.card is not None else "",
        macs=macs,
        minimum_runtime=model.min_runtime_version,
        problem=plan.problem,
    )


def _words(tensors: tuple[Tensor, ...]) -> tuple[str, ...]:
    return tuple(TensorFacts.of(tensor).size_and_type for tensor in tensors)
