"""The report of a conversion as one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...html import Page
from ..progress import STEPS
from .count_words import NOTHING, accuracy_words, agreement_words

if TYPE_CHECKING:
    from .report import ConversionReport


def report_page(report: ConversionReport) -> Page:
    """Return the report as one self-contained page."""
    card = report.card.to_dict()
    quantization = card["quantization"]
    page = Page(report.path.name, f"Converted from {report.source.name}")
    sentence, kind = _verdict(report.verification)
    page.text(sentence, kind=f"lead {kind}")
    page.facts(
        {
            "size": f"{report.bytes:,} bytes",
            "recipe": quantization["recipe"],
            "input and output types": quantization["io"],
            "task": report.task_words,
            "labels": ", ".join(card["output"]["labels"][:20]) or "numbers",
            "minimum runtime": report.minimum_runtime or None,
            "SHA-256": report.sha256,
        }
    )
    for text in report.warnings:
        page.text(f"Warning: {text}", kind="bad")
    for text in report.notes:
        page.text(text, kind="note")
    if report.verification:
        _verification(page, report.verification)
    page.heading("Input and outputs")
    page.table(
        ["tensor", "shape", "type", "step", "zero point"],
        [
            [
                tensor.name,
                "x".join(map(str, tensor.shape)),
                tensor.dtype,
                tensor.scale,
                tensor.zero_point,
            ]
            for tensor in (*report.inputs, *report.outputs)
        ],
    )
    if card["input"]:
        page.facts({key: _text(value) for key, value in card["input"].items()})
    if quantization.get("normalize"):
        page.facts(
            {
                f"normalization: {key}": _text(value)
                for key, value in quantization["normalize"].items()
                if key != "evidence"
            }
        )
        _scales(page, quantization["normalize"].get("evidence"))
    page.heading("Operators")
    page.table(
        ["operator", "count", "version", "of these in float"],
        [
            [
                name,
                count,
                report.versions.get(name, 0),
                report.float_operators.get(name, 0),
            ]
            for name, count in report.operators.items()
        ],
    )
    page.heading("Time")
    page.table(
        ["step", "seconds"],
        [[STEPS.get(name, name), value] for name, value in report.seconds.items()],
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


def _scales(page: Page, evidence: Mapping[str, Any] | None) -> None:
    """Add a table of what the float model says under each scale, the best first."""
    if not evidence:
        return
    rows = evidence["candidates"]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    page.text(
        f"The scale was chosen by {evidence['pictures']} calibration pictures:",
        kind="note",
    )
    page.table(
        [name.replace("_", " ") for name in columns],
        [[row.get(name, "") for name in columns] for row in rows],
    )


def _verdict(verification: Mapping[str, Any]) -> tuple[str, str]:
    """Return whether the budgets are kept, as a sentence and the kind of its text."""
    if not verification:
        return "Not verified: the file was not compared with the float model.", "bad"
    budget = verification["budget"]
    if verification["details"].get("boxes") == 0:
        result = "Failed" if budget else "Not verified"
        return (
            f"{result}: neither model finds a box on {verification['n']} samples, so "
            "nothing is compared.",
            "bad",
        )
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
    words = f"{agreement:.2%} on {verification['n']} samples"
    if verification["n"] <= NOTHING:
        words = agreement_words(verification)
    measured = f"it agrees with float ({verification['metric']}) by {words}"
    if drop is not None and verification["n"] > NOTHING:
        measured += f", with a drop of {100 * drop:.1f} points"
    if misses:
        return f"Failed: the budget is {' and '.join(misses)}; {measured}.", "bad"
    if not budget:
        return f"Verified without a budget: {measured}.", ""
    return f"Passed: {measured}, within the budget.", "good"


def _verification(page: Page, verification: Mapping[str, Any]) -> None:
    page.heading("Verification")
    name = verification.get("accuracy_name", "accuracy")
    page.facts(
        {
            "compared": f"{verification['n']} samples of {verification['source']}",
            "of these trained on": _known(verification.get("trained_on")),
            verification["metric"]: agreement_words(verification, digits=2),
            f"float {name}": _accuracy(verification, "float"),
            f"{name} of the file": _accuracy(verification, "quantized"),
            "drop": _percent(verification["drop"]),
            **{
                name.replace("_", " "): _number(value)
                for name, value in verification["details"].items()
            },
            "budget": _text(verification["budget"]) or None,
        }
    )
    columns = sorted(
        {key for values in verification["kernels"].values() for key in values}
    )
    page.table(
        ["kernels", *(name.replace("_", " ") for name in columns)],
        [
            [_KERNELS.get(name, name), *(values.get(key, "") for key in columns)]
            for name, values in verification["kernels"].items()
        ],
    )
    _parts(page, verification.get("parts", ()))


def _parts(page: Page, parts: Sequence[Mapping[str, Any]]) -> None:
    """Add a table of the values or labels, the worst first."""
    if not parts:
        return
    columns = list(dict.fromkeys(key for part in parts for key in part))
    page.table(
        [name.replace("_", " ") for name in columns],
        [["" if part.get(c) is None else part[c] for c in columns] for part in parts],
    )


_KERNELS = {"xnnpack": "XNNPACK", "none": "built-in (no delegate)"}


def _known(count: int | None) -> str | None:
    return None if count is None else str(count)


def _accuracy(verification: Mapping[str, Any], key: str) -> str | None:
    value = verification[key]
    return None if value is None else accuracy_words(value, verification, digits=2)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.5f}"


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:.2%}"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(item) for item in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
