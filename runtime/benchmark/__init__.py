"""The latency of models on this machine, and whether the figures can be trusted.

What lives here: measurement in turns, statistics, records, comparison, and their
reports. What may not: options of the command line. Start reading at ``session.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .comparison import BenchmarkComparison, compare_models, compare_records
    from .measurement import Plan
    from .opened_model import read_pictures
    from .record import BenchmarkRecord
    from .record_json import is_model_file, is_record_file, read_record, record_to_json
    from .session import run
    from .statistics import quieter_half
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "comparison": "BenchmarkComparison compare_models compare_records",
            "measurement": "Plan",
            "opened_model": "read_pictures",
            "record": "BenchmarkRecord",
            "record_json": "is_model_file is_record_file read_record record_to_json",
            "session": "run",
            "statistics": "quieter_half",
        },
    )
