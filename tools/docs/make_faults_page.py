"""Write the page of faults from the rows in ``tools/docs/faults``.

Run it from the checkout: ``python tools/docs/make_faults_page.py``. The rows come from
the tests that see each fault happen (``make faults``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "reference" / "faults.md"

HEAD = """# What goes wrong with a source, and what happens then

Made by `python tools/docs/make_faults_page.py` from `tools/docs/faults/*.json`. Tests
write these rows (`make faults`, and `make test-camera` for V4L2 cameras): each row is
something that a test saw happen to the thing in the column *against*.

*Reported after* is the time from the fault to the first sentence of the run, and *gap*
is how long no pictures came. Both were measured on one machine, or in a small virtual
machine; how long a real camera takes to come back depends on the camera.
"""

# The page's order, by the beginning of a row's name; others come behind.
ORDER = ("v4l2", "csi", "rtsp", "http", "gst", "stdin", "video", "images")


def rows() -> list[dict[str, Any]]:
    """Return the rows, those of one kind of source together."""
    parts = [
        {"id": path.stem, **json.loads(path.read_text("utf-8"))}
        for path in (HERE / "faults").glob("*.json")
    ]
    return sorted(parts, key=lambda row: (_rank(row["id"]), row["id"]))


def page() -> str:
    """Return the page's text."""
    lines = [
        HEAD,
        "| source | fault | against | reported after | gap | then |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_line(row) for row in rows()]
    lines += [
        "",
        "## What the run says",
        "",
        "| fault | first sentence | test |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{row['source']}` {_cell(row['fault'])} | `{_cell(row['told'])}` | "
        f"`{row['test']}` |"
        for row in rows()
        if row["told"]
    ]
    return "\n".join(lines) + "\n"


def _rank(row_id: str) -> int:
    kind = row_id.partition("-")[0]
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _line(row: dict[str, Any]) -> str:
    told = "at opening" if row["told_s"] is None else _seconds(row["told_s"])
    if not row["told"]:
        told = "–"
    gap = "–" if row["gap_s"] is None else f"{row['gap_s']:.1f} s"
    then = _cell(row["then"])
    return (
        f"| `{row['source']}` | {_cell(row['fault'])} | {_cell(row['against'])} | "
        f"{told} | {gap} | {then} |"
    )


def _seconds(value: float) -> str:
    return "at once" if value < 0.5 else f"{value:.1f} s"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
