"""What a conversion came to: one record, as JSON or as a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...card import ModelCard
from ...errors import ConversionError
from ...files import write_text
from ...html import Page
from ...runtime.tensors import TensorSpec
from ...runtime.tflite import ModelFile
from ..build import Compatibility
from ..progress import STEPS, Journal


@dataclass(frozen=True)
class ConversionReport:
    """Hold what a conversion came to.

    Attributes:
        path: The finished file.
        data: Everything, as plain JSON types.
    """

    path: Path
    data: Mapping[str, Any] = field(repr=False)

    @property
    def verification(self) -> Mapping[str, Any]:
        """Return metric, n, agreement, interval, float, quantized, drop ..."""
        found: Mapping[str, Any] = self.data.get("verification") or {}
        return found

    @property
    def card(self) -> ModelCard:
        """Return the card that the file carries."""
        return ModelCard.from_dict(self.data["card"])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON types."""
        return {**self.data, "path": str(self.path)}

    def write(self, path: str | Path, *, force: bool = False) -> None:
        """Write a ``.json`` or ``.html`` file.

        Raises:
            ValueError: The name ends in neither.
            OutputExistsError: The file exists and ``force`` is not given.
        """
        check_report_name(path)
        if Path(path).suffix.lower() == ".html":
            write_text(path, as_page(self).render(), force=force)
        else:
            text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False)
            write_text(path, text + "\n", force=force)


def check_report_name(path: str | Path) -> None:
    """Refuse a report that cannot be written; meant to be asked before long work.

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


def describe(
    model: ModelFile,
    card: ModelCard,
    found: Compatibility,
    journal: Journal,
    source: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the report as plain JSON types.

    Args:
        model: The finished file.
        card: What it carries.
        found: Its operators.
        journal: Steps and remarks.
        source: Name and size of the trained model.
    """
    return {
        "source": dict(source),
        "bytes": model.size,
        "sha256": model.sha256,
        "inputs": [_tensor(tensor) for tensor in model.inputs],
        "outputs": [_tensor(tensor) for tensor in model.outputs],
        "operators": dict(found.operators),
        "versions": dict(found.versions),
        "float_operators": dict(found.float_operators),
        "minimum_runtime": found.minimum_runtime,
        "card": card.to_dict(),
        "verification": dict(card.verification),
        "seconds": {name: round(value, 3) for name, value in journal.seconds.items()},
        "notes": list(journal.notes),
        "warnings": list(journal.warnings),
    }


def _tensor(tensor: TensorSpec) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "dtype": tensor.dtype.name,
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
    }


def as_page(report: ConversionReport) -> Page:
    """Return the report as one self-contained page."""
    data = report.data
    card = data["card"]
    quantization = card["quantization"]
    page = Page(report.path.name, f"Converted from {data['source']['name']}")
    sentence, kind = _verdict(data["verification"])
    page.text(sentence, kind=f"lead {kind}")
    page.facts(
        {
            "size": f"{data['bytes']:,} bytes",
            "recipe": f"{quantization['recipe']}, {quantization['io']} ends",
            "task": card["task"],
            "labels": ", ".join(card["output"]["labels"][:20]) or "numbers",
            "minimum runtime": data["minimum_runtime"] or None,
            "SHA-256": data["sha256"],
        }
    )
    for text in data["warnings"]:
        page.text(f"Warning: {text}", kind="bad")
    for text in data["notes"]:
        page.text(text, kind="note")
    if data["verification"]:
        _verification(page, data["verification"])
    page.heading("Input and outputs")
    page.table(
        ["tensor", "shape", "type", "step", "zero point"],
        [
            [
                item["name"],
                "x".join(map(str, item["shape"])),
                item["dtype"],
                item["scale"],
                item["zero_point"],
            ]
            for item in (*data["inputs"], *data["outputs"])
        ],
    )
    if card["input"]:
        page.facts({key: _text(value) for key, value in card["input"].items()})
    if quantization.get("normalize"):
        page.facts(
            {
                f"normalization: {key}": _text(value)
                for key, value in quantization["normalize"].items()
            }
        )
    page.heading("Operators")
    page.table(
        ["operator", "count", "version", "of these in float"],
        [
            [
                name,
                count,
                data["versions"].get(name, 0),
                data["float_operators"].get(name, 0),
            ]
            for name, count in data["operators"].items()
        ],
    )
    page.heading("Time")
    page.table(
        ["step", "seconds"],
        [[STEPS.get(name, name), value] for name, value in data["seconds"].items()],
    )
    page.heading("Origin")
    page.facts({key: _text(value) for key, value in card["provenance"].items()})
    page.facts(
        {
            f"calibration {key}": _text(value)
            for key, value in quantization.get("calibration", {}).items()
        }
    )
    return page


def _verdict(verification: Mapping[str, Any]) -> tuple[str, str]:
    """Return whether the budgets are kept, as a sentence and the kind of its text."""
    if not verification:
        return "Not verified: the file was not compared with the float model.", "bad"
    budget = verification["budget"]
    agreement, drop = verification["agreement"], verification["drop"]
    accuracy = verification["quantized"]
    misses = []
    if agreement < budget.get("min_agreement", 0.0):
        misses.append(f"an agreement of {budget['min_agreement']:.1%}")
    if drop is not None and drop > budget.get("max_drop", drop) + 1e-9:
        misses.append(f"a drop of at most {100 * budget['max_drop']:g} points")
    if accuracy is not None and accuracy < budget.get("min_accuracy", 0.0):
        name = verification.get("accuracy_name", "accuracy")
        misses.append(f"{name} of {budget['min_accuracy']:.1%}")
    measured = (
        f"it agrees with float ({verification['metric']}) by {agreement:.2%} on "
        f"{verification['n']} samples"
    )
    if drop is not None:
        measured += f", with a drop of {100 * drop:.1f} points"
    if misses:
        return f"Failed: the budget is {' and '.join(misses)}; {measured}.", "bad"
    if not budget:
        return f"Verified without a budget: {measured}.", ""
    return f"Passed: {measured}, within the budget.", "good"


def _verification(page: Page, found: Mapping[str, Any]) -> None:
    page.heading("Verification")
    name = found.get("accuracy_name", "accuracy")
    page.facts(
        {
            "compared": f"{found['n']} samples of {found['source']}",
            found["metric"]: f"{found['agreement']:.2%} "
            f"({percent_interval(found['interval'])})",
            f"float {name}": _percent(found["float"]),
            f"{name} of the file": _percent(found["quantized"]),
            "drop": _percent(found["drop"]),
            **{
                name.replace("_", " "): f"{value:.5f}"
                for name, value in found["details"].items()
            },
            "budget": _text(found["budget"]) or None,
        }
    )
    columns = sorted({key for values in found["kernels"].values() for key in values})
    page.table(
        ["kernels", *(name.replace("_", " ") for name in columns)],
        [
            [_KERNELS.get(name, name), *(values.get(key, "") for key in columns)]
            for name, values in found["kernels"].items()
        ],
    )


_KERNELS = {"xnnpack": "XNNPACK", "none": "built-in (no delegate)"}


def percent_interval(interval: Sequence[float]) -> str:
    """Return a 95 % interval of a share as text."""
    low, high = interval
    return f"95 % interval {100 * low:.1f} to {100 * high:.1f} %"


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:.2%}"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(item) for item in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
