"""A conversion written down: what crosses into the child process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..options import ConvertOptions


@dataclass(frozen=True)
class Request:
    """One conversion: files and options.

    Attributes:
        model: A ``.keras`` or ``.h5`` file, or a SavedModel folder.
        model_name: What messages call the model.
        output: The final path of the ``.tflite``; the child never writes there.
        workspace: A folder for everything that is written on the way.
        calibration: A folder, list or array file; None means that there is none.
        verification: The same, for verification; None splits the calibration set.
        options: Every choice.
        notes: What to say before all else.
    """

    model: Path
    model_name: str
    output: Path
    workspace: Path
    calibration: Path | None
    verification: Path | None
    options: ConvertOptions
    notes: tuple[str, ...] = ()

    @property
    def result(self) -> Path:
        """Return where the child leaves the finished file."""
        return self.workspace / "model.tflite"

    @property
    def float_twin(self) -> Path:
        """Return where the child leaves the float twin."""
        return self.workspace / "float.tflite"

    def to_json(self) -> str:
        """Return text that :meth:`from_json` reads back equal."""
        return json.dumps(
            {
                "model": str(self.model),
                "model_name": self.model_name,
                "output": str(self.output),
                "workspace": str(self.workspace),
                "calibration": _text(self.calibration),
                "verification": _text(self.verification),
                "options": self.options.to_dict(),
                "notes": self.notes,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Request:
        """Read what :meth:`to_json` wrote."""
        data: Mapping[str, Any] = json.loads(text)
        return cls(
            model=Path(data["model"]),
            model_name=data["model_name"],
            output=Path(data["output"]),
            workspace=Path(data["workspace"]),
            calibration=_path(data["calibration"]),
            verification=_path(data["verification"]),
            options=ConvertOptions.from_dict(data["options"]),
            notes=tuple(data["notes"]),
        )


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
