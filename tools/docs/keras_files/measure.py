"""Measure the published Keras files anew and write their rows.

``python tools/docs/keras_files/measure.py FOLDER PICTURES [odd|even|all]`` reads the
files as ``FOLDER/OWNER+REPOSITORY/PATH`` for each row of ``rows.json``, converts each
as a user would and as a plain script would, and writes the row. One file at a time; a
file that does not answer within five minutes is written down so.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from attempts import SECONDS, Attempt, Truth, convert

ROWS = Path(__file__).with_name("rows.json")
PLAIN = Path(__file__).with_name("plain.py")
FAR = 0.8  # an agreement below this is far from the float model


def main() -> None:
    """Measure the rows that the command line names."""
    folder, pictures = Path(sys.argv[1]), Path(sys.argv[2])
    which = sys.argv[3] if len(sys.argv) > 3 else "all"
    rows: list[dict[str, Any]] = json.loads(ROWS.read_text("utf-8"))
    for row in rows:
        if which != "all" and row["seen"] is not (which == "odd"):
            continue
        model = folder / row["repository"].replace("/", "+") / row["path"]
        measure(row, model, pictures)
        ROWS.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
        print(row["repository"], row["path"], row["result"], flush=True)


def measure(row: dict[str, Any], model: Path, pictures: Path) -> None:
    """Write into ``row`` what both ways of converting a file give."""
    truth = Truth(
        model, row["rows"], row["normalize"], row["judged_task"], row["answers"]
    )
    with tempfile.TemporaryDirectory() as out:
        attempts = convert(truth, pictures, Path(out))
    describe(row, attempts)
    row["plain"] = plain(model, pictures, _plain_scale(row))


def describe(row: dict[str, Any], attempts: list[Attempt]) -> None:
    """Write into ``row`` how the attempts on a file ended."""
    last = attempts[-1]
    card = last.report.get("card", {})
    checked = card.get("verification", {})
    row["options"] = [word for one in attempts for word in one.added]
    row["questions"] = sum(word.startswith("--") for word in row["options"])
    row["task"] = card.get("task", "")
    row["sentence"] = "" if last.code == 0 else _words(last.sentence)
    row["task_by"] = _match(r"^task: [\w -]+ \((.*)\)$", last.sentence)
    row["loader"] = _match(r"read by ([\w-]+ [\d.]*\d)", last.sentence)
    row["against_float"] = _figure(checked)
    if last.code:
        row["result"] = "refused"
    elif row["task"] not in (row["judged_task"], *row["also_right"]):
        row["result"] = "wrong task"
    elif checked.get("agreement", 1.0) < FAR:
        row["result"] = "far"
    else:
        row["result"] = "right"


def plain(model: Path, pictures: Path, scale: str) -> dict[str, Any]:
    """Return what a plain script makes of a file."""
    command = [sys.executable, str(PLAIN), str(model), str(pictures), scale]
    try:
        run = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return {"done": False, "why": f"no end within {SECONDS} s"}
    line = re.search(r"^RESULT (.*)$", run.stdout, re.MULTILINE)
    if line is None:
        return {"done": False, "why": f"crashed ({run.returncode})"}
    outcome = json.loads(line.group(1))
    if outcome["step"] == "done":
        return {"done": True, "why": "", **outcome}
    return {"done": False, "why": plain_reason(outcome)}


def plain_reason(outcome: dict[str, Any]) -> str:
    """Return a plain script's error, short enough for a cell."""
    words = " ".join(str(outcome.get("error", "")).split())
    words = re.sub(r"(/[\w.+-]+){3,}", "FILE", words)
    return f"{outcome['step']}: {words[:90]}"


def _plain_scale(row: dict[str, Any]) -> str:
    if row["rows"]:
        return "rows"
    return row["normalize"] if row["normalize"] in ("raw", "unit", "signed") else "unit"


def _words(sentence: str) -> str:
    """Return a refusal without the table of figures behind it."""
    return " ".join(sentence.split("\nThe float model on")[0].split())[:600]


def _match(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match.group(1) if match else ""


def _figure(checked: dict[str, Any]) -> str:
    """Return the verification's figure in a few words."""
    agreement = checked.get("agreement")
    if agreement is None:
        return ""
    return f"{checked['metric']} {agreement:.1%} on {checked['n']}"


if __name__ == "__main__":
    main()
