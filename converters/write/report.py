"""The report of a conversion: what was made and measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...card import ModelCard
from ...errors import ConversionError
from ...files import write_text
from ...runtime.tensors import TensorSpec
from ...runtime.tflite import ModelFile
from ..build import Compatibility
from ..progress import Journal
from .report_page import report_page


@dataclass(frozen=True)
class SourceFile:
    """The trained model that was converted.

    Attributes:
        name: Name of its file, or of the model in memory.
        bytes: Size of the file or folder.
    """

    name: str
    bytes: int


@dataclass(frozen=True)
class ReportedTensor:
    """An input or output of the finished file.

    Attributes:
        name: Its name in the file.
        shape: With the batch axis.
        dtype: NumPy name of the elements.
        scale: Size of a quantization step; 0 where it is not quantized.
        zero_point: The integer that means 0.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    scale: float
    zero_point: int

    @classmethod
    def of(cls, tensor: TensorSpec) -> ReportedTensor:
        """Return what the report says of a tensor."""
        return cls(
            tensor.name,
            tensor.shape,
            tensor.dtype.name,
            tensor.scale,
            tensor.zero_point,
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ReportedTensor:
        """Read what :meth:`to_dict` wrote."""
        return cls(**{**data, "shape": tuple(data["shape"])})

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**vars(self), "shape": list(self.shape)}


@dataclass(frozen=True)
class ConversionReport:
    """What a conversion made and measured.

    Attributes:
        path: The finished file.
        source: The trained model.
        bytes: Size of the file.
        sha256: Digest of the file.
        inputs: Its inputs.
        outputs: Its outputs.
        operators: How often each operator occurs, by name.
        versions: The highest version of each builtin operator.
        float_operators: How often each operator computes in float.
        minimum_runtime: The oldest TensorFlow Lite that has all operators, or "".
        card: The card that the file carries.
        seconds: Duration per step.
        notes: What was decided on the way.
        warnings: What needs attention.
    """

    path: Path
    source: SourceFile
    bytes: int
    sha256: str
    inputs: tuple[ReportedTensor, ...]
    outputs: tuple[ReportedTensor, ...]
    operators: Mapping[str, int]
    versions: Mapping[str, int]
    float_operators: Mapping[str, int]
    minimum_runtime: str
    card: ModelCard
    seconds: Mapping[str, float]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def verification(self) -> Mapping[str, Any]:
        """Return metric, n, agreement, interval, float, quantized, drop ...

        Empty where the file was not verified.
        """
        return self.card.verification

    @property
    def task_words(self) -> str:
        """Return the task with what proves it: ``values (by the loss ...)``."""
        evidence = self.card.provenance.get("evidence")
        source = evidence.get("task") if isinstance(evidence, Mapping) else None
        if not source:
            return self.card.task
        by = "" if str(source).startswith("assumed") else "by "
        return f"{self.card.task} ({by}{source})"

    def at(self, path: Path) -> ConversionReport:
        """Return the report of the same file in another place."""
        return replace(self, path=path)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ConversionReport:
        """Read what :meth:`to_dict` wrote."""
        values = {
            key: value
            for key, value in data.items()
            if key not in ("verification", "task")
        }
        for name in ("inputs", "outputs"):
            values[name] = tuple(map(ReportedTensor.from_dict, data[name]))
        for name in ("notes", "warnings"):
            values[name] = tuple(data[name])
        values["path"] = Path(data["path"])
        values["source"] = SourceFile(**data["source"])
        values["card"] = ModelCard.from_dict(data["card"])
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, the verification beside the card too."""
        return {
            "source": dict(vars(self.source)),
            "bytes": self.bytes,
            "sha256": self.sha256,
            "inputs": [tensor.to_dict() for tensor in self.inputs],
            "outputs": [tensor.to_dict() for tensor in self.outputs],
            "operators": dict(self.operators),
            "versions": dict(self.versions),
            "float_operators": dict(self.float_operators),
            "minimum_runtime": self.minimum_runtime,
            "task": self.task_words,
            "card": self.card.to_dict(),
            "verification": dict(self.verification),
            "seconds": dict(self.seconds),
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "path": str(self.path),
        }

    def write(self, path: str | Path, *, force: bool = False) -> None:
        """Write a ``.json`` or ``.html`` file.

        Raises:
            ValueError: The name ends in neither.
            OutputExistsError: The file exists and ``force`` is not given.
        """
        check_report_name(path)
        if Path(path).suffix.lower() == ".html":
            write_text(path, report_page(self).render(), force=force)
        else:
            text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False)
            write_text(path, text + "\n", force=force)


def check_report_name(path: str | Path) -> None:
    """Refuse a report that cannot be written; call it before long work.

    Raises:
        ValueError: The name ends neither in ``.json`` nor in ``.html``.
        ConversionError: Its folder does not exist.
    """
    if Path(path).suffix.lower() not in (".json", ".html"):
        raise ValueError(f"A report's name ends in .json or .html, got {str(path)!r}.")
    folder = Path(path).parent
    if not folder.is_dir():
        raise ConversionError(
            f"Cannot write {path}: the folder {folder} does not exist. Make it first."
        )


def make_report(
    file: ModelFile,
    card: ModelCard,
    compatibility: Compatibility,
    journal: Journal,
    source: SourceFile,
) -> ConversionReport:
    """Return the report of a finished file.

    Args:
        file: The finished file.
        card: The card that it carries.
        compatibility: Its operators.
        journal: Durations, notes and warnings.
        source: The trained model.
    """
    return ConversionReport(
        path=Path(file.path),
        source=source,
        bytes=file.size,
        sha256=file.sha256,
        inputs=tuple(map(ReportedTensor.of, file.inputs)),
        outputs=tuple(map(ReportedTensor.of, file.outputs)),
        operators=compatibility.operators,
        versions=compatibility.versions,
        float_operators=compatibility.float_operators,
        minimum_runtime=compatibility.minimum_runtime,
        card=card,
        seconds={name: round(value, 3) for name, value in journal.seconds.items()},
        notes=tuple(journal.notes),
        warnings=tuple(journal.warnings),
    )
