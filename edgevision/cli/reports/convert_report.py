"""What ``edgevision convert`` prints at its end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .next_step import next_step
from .part_lines import part_lines

if TYPE_CHECKING:
    from ...converters.write import ConversionReport

_SHOWN: Final = 5


def convert_lines(report: ConversionReport, pictures: Path | None = None) -> list[str]:
    """Return the closing lines: the file, how good it is, and what to run next.

    Args:
        report: What was made and measured.
        pictures: Where the pictures of the conversion came from; None without.
    """
    from ...converters.write import accuracy_words, agreement_words

    quantization = report.card.quantization
    lines = [
        f"{report.path}: {report.bytes:,} bytes (the model: "
        f"{report.source.bytes:,}), {quantization['recipe']} with "
        f"{quantization['io']} inputs and outputs"
    ]
    lines.append(f"task: {report.task_words}")
    checked = report.verification
    if checked and checked.get("details", {}).get("boxes") == 0:
        lines.append(
            f"{checked['metric']}: not measured, because neither model finds a box on "
            f"{checked['n']} samples"
        )
    elif checked:
        lines.append(
            f"{checked['metric']} with the float model: {agreement_words(checked)}, "
            "the lower of XNNPACK and built-in kernels"
        )
        if checked["float"] is not None:
            name = checked.get("accuracy_name", "accuracy")
            lines.append(
                f"{name}: float {accuracy_words(checked['float'], checked)}, converted "
                f"{accuracy_words(checked['quantized'], checked)}"
            )
        if "macro_f1" in checked.get("details", {}):
            details = checked["details"]
            lines.append(
                f"macro F1: float {details['float_macro_f1']:.1%}, converted "
                f"{details['macro_f1']:.1%}"
            )
        lines += part_lines(checked.get("parts", ()))
    if checked and "psnr_db" in checked.get("details", {}):
        lines.append(
            f"pictures: {checked['details']['mean_level_error']:.2f} levels of 255 off "
            f"in the mean, PSNR {checked['details']['psnr_db']:.1f} dB"
        )
    if checked and "share_of_other_pixels" in checked.get("details", {}):
        lines.append(_mask_line(checked["details"]))
    lines.append(f"next: {next_step(report.path, report.card, pictures)}")
    return lines


def _mask_line(details: Mapping[str, float]) -> str:
    """Return how many pixels have another class, and the IoU of the first classes."""
    same = 1 - details["share_of_other_pixels"]
    classes = [
        f"{name.removeprefix('iou_')} {value:.3f}"
        for name, value in details.items()
        if name.startswith("iou_")
    ]
    more = f" and {len(classes) - _SHOWN} more" if len(classes) > _SHOWN else ""
    shown = ", ".join(classes[:_SHOWN])
    return f"masks: {same:.1%} of the pixels have the same class; IoU {shown}{more}"
