"""What is written into and beside a ``.tflite``.

What lives here: card, TFLite Metadata, the archive behind the graph, and the report.
What may not: decisions about what to write. Start reading at ``metadata.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .count_words import accuracy_words, agreement_words
    from .metadata import attach, attach_file, detach_file
    from .origin import model_size, provenance
    from .original_file import is_attached
    from .report import ConversionReport, SourceFile, check_report_name, make_report
    from .tflite_metadata import peer_notes
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "count_words": "accuracy_words agreement_words",
            "metadata": "attach attach_file detach_file",
            "origin": "model_size provenance",
            "original_file": "is_attached",
            "report": "ConversionReport SourceFile check_report_name make_report",
            "tflite_metadata": "peer_notes",
        },
    )
