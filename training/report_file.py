"""The report of a training or a search as a ``.json`` or ``.html`` file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..converters.write import check_report_name
from ..files import refuse_existing, write_text
from ..html import Page, line_plot

_NO_CURVES = ("epoch", "stage", "seconds", "learning_rate")


def check_report(path: Path, *, force: bool) -> None:
    """Refuse a report that cannot be written; meant to be asked before long work.

    Raises:
        ValueError: The name ends neither in ``.json`` nor in ``.html``.
        ConversionError: Its folder does not exist.
        OutputExistsError: It exists and ``force`` is not given.
    """
    check_report_name(path)
    refuse_existing(path, force=force)


def write_report(data: Mapping[str, Any], path: Path) -> None:
    """Write a report; what exists is replaced.

    Args:
        data: ``to_dict()`` of a training's or a search's report.
        path: Its ending chooses the format.
    """
    if path.suffix.lower() == ".html":
        text = as_page(data).render()
    else:
        text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    write_text(path, text, force=True)


def as_page(data: Mapping[str, Any]) -> Page:
    """Return the report as one self-contained page."""
    trained = data.get("trained", data)
    page = Page(Path(trained["path"]).name, f"Trained: {trained['evidence']}")
    page.facts(
        {
            "task": trained["task"],
            "network": trained["arch"],
            "parameters": f"{trained['parameters']:,}",
            "labels": ", ".join(trained["labels"][:20]) or None,
            "epochs": trained["epochs"],
            "kept": f"epoch {trained['best_epoch']}" if trained["best_epoch"] else None,
            "seconds": trained["seconds"],
            "ended": trained["ended"],
        }
    )
    for text in trained["warnings"]:
        page.text(f"Warning: {text}", kind="bad")
    if trained["metrics"]:
        page.heading("Held-out data")
        page.facts({k: f"{value:.2%}" for k, value in trained["metrics"].items()})
    if "candidates" in data:
        _candidates(page, data)
    _history(page, trained["history"])
    page.heading("Data")
    page.facts({key.replace("_", " "): _text(v) for key, v in trained["facts"].items()})
    page.heading("Next")
    page.code("\n".join(trained["next_commands"]))
    return page


def _candidates(page: Page, data: Mapping[str, Any]) -> None:
    page.heading(f"Search within {data['max_ms']:g} ms")
    page.facts({k: _text(value) for k, value in data["measured_on"].items()})
    rows = [
        [
            row["network"],
            f"{row['input_width']}x{row['input_height']}",
            *("" if row[name] is None else row[name] for name in _numbers(data)),
            "chosen" if row["chosen"] else "",
        ]
        for row in data["candidates"]
    ]
    names = (name.replace("_", " ") for name in _numbers(data))
    page.table(["network", "input", *names, ""], rows)
    for row in data["candidates"]:
        if row["note"]:
            name = f"{row['network']} {row['input_width']}x{row['input_height']}"
            page.text(f"{name} width {row['width']:g}: {row['note']}", kind="note")


def _numbers(data: Mapping[str, Any]) -> tuple[str, ...]:
    cost = ("width", "latency_ms", "parameters", "int8_bytes")
    return (*cost, data["metric"], "trained_s")


def _history(page: Page, history: Sequence[Mapping[str, float]]) -> None:
    if not history:
        return
    page.heading("Epochs")
    names = list(dict.fromkeys(name for row in history for name in row))
    for is_loss, label in ((True, "loss"), (False, "held-out figures and others")):
        lines = {
            name.replace("_", " "): [
                (row["epoch"], row[name]) for row in history if name in row
            ]
            for name in names
            if name not in _NO_CURVES and name.endswith("loss") is is_loss
        }
        if lines:
            page.plot(line_plot(lines, x_label="epoch", y_label=label))
    page.table(
        [name.replace("_", " ") for name in names],
        [
            [round(row[name], 5) if name in row else "" for name in names]
            for row in history
        ],
    )


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)
