"""What is written into and beside a ``.tflite``.

What lives here: card, TFLite Metadata, the archive behind the graph, and the report.
What may not: decisions about what to write. Start reading at ``metadata.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .metadata import attach, attach_file, detach_file, is_attached
    from .origin import model_size, provenance
    from .report import ConversionReport, check_report_name, describe
    from .tflite_metadata import peer_notes
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "metadata": "attach attach_file detach_file is_attached",
            "origin": "model_size provenance",
            "report": "ConversionReport check_report_name describe",
            "tflite_metadata": "peer_notes",
        },
    )
