"""Reports of conversions that never happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edgevision.converters.write.report import ConversionReport, SourceFile

from edgevision.card import ModelCard, OutputCard


def report_of(
    path: Path,
    *,
    source_bytes: int = 1,
    file_bytes: int = 1,
    verification: dict[str, Any] | None = None,
    quantization: dict[str, Any] | None = None,
) -> ConversionReport:
    """Return the report of a classifier."""
    return ConversionReport(
        path=path,
        source=SourceFile("net.keras", source_bytes),
        bytes=file_bytes,
        sha256="00",
        inputs=(),
        outputs=(),
        operators={},
        versions={},
        float_operators={},
        minimum_runtime="",
        card=ModelCard(
            "net",
            "classification",
            None,
            OutputCard("classifier"),
            quantization=quantization or {"recipe": "int8", "io": "int8"},
            verification=verification or {},
        ),
        seconds={},
        notes=(),
        warnings=(),
    )
