"""The files of ``--report``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...files import write_text
from ..terminal import say


def write_reports(
    paths: tuple[Path, ...],
    makers: Mapping[str, Callable[[], Any]],
    *,
    force: bool,
) -> None:
    """Write every report, and print its name on stderr.

    Args:
        paths: Files whose suffixes are in ``REPORT_KINDS``.
        makers: Suffix -> what makes the report: a text, or an object for ``.json``.
        force: Replace files that exist.
    """
    for path in paths:
        data = makers[path.suffix]()
        if not isinstance(data, str):
            data = json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n"
        write_text(path, data, force=force)
        say(f"Wrote {path}", err=True)
