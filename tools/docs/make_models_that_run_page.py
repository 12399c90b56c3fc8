"""Write the page of published ``.tflite`` files from the rows that were measured.

Run it from the checkout: ``python tools/docs/make_models_that_run_page.py``. The rows
stand in ``tools/docs/tflite_files/rows.json``; ``tools/docs/tflite_files/measure.py``
measures them where the files are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "reference" / "models-that-run.md"

HEAD = """# Models that run: `.tflite` files that strangers published

Made by `python tools/docs/make_models_that_run_page.py` from
`tools/docs/tflite_files/rows.json`.

Each row is one file of a public repository, as its author left it: MediaPipe's models,
YOLO exports, Edge Impulse's FOMO, student projects for phones, files for Coral. None of
them is part of this project. Each was run as a user would: `edgevision run FILE -s
PICTURE`, and where that asked for something, again with the answer.
"""

CHECKED = """
## What was checked, and what was not

- The repositories come from a public index: lists of those that hold a common path
  (`app/src/main/assets/model.tflite`, `trained.tflite`, `best_int8.tflite` and about
  seventy more), and searches for names such as MediaPipe, MoveNet, Coral, Donkey Car.
  It is no random sample: kinds that no decoder read were looked for on purpose.
- The index holds no file of 4 MiB and more, so EfficientDet-Lite, full MiDaS, ESRGAN,
  FaceNet and large YOLOs are absent; stand-ins with their shapes are in the table of
  test files.
- What a file does, its scale and its flags were judged from the code of its
  repository by whoever made this page, before the run was looked at. *Right* means:
  the task is the repository's, and the answer is that of an independent pipeline of
  LiteRT, OpenCV and NumPy (column *checked*) where one exists for the kind. A cell
  that is empty there was judged by the task alone.
- Two boxes are alike with an IoU above 0.75 and scores within 0.08 (MediaPipe's
  detectors: 0.6 and 0.16, since they depend much on how a picture is made smaller);
  scores of classes agree within 0.06; areas of a mask within 3 %.
- The picture is a photograph of two people, a squatting man, or a cut-out face, eye or
  hand, not what each network was made for. So the comparison says that the numbers are
  read rightly, and nothing about how good a network is. Where both pipelines find
  nothing, little is shown.
- The repositories were divided at random (seed 14; 21 files that came later, seed 15)
  before anything ran: about 60 % of the files were looked at while the project was
  mended (*seen*), the rest only at the end (*unseen*). Shapes of tensors were seen of
  all.
- Eleven judgements on unseen files were corrected after that run, because they were
  wrong about the file (compiled for NXP's or Coral's chip, operations or quantization
  that the runtime refuses, YOLOX's boxes already decoded) or because the project had
  learned the kind in the meantime (a mask as fourth channel or as one row, BodyPix,
  AIZOO's masks). No answer of the project was mended on an unseen file.
- One file (YOLO11-seg with weights of 8 bits, of vivekGitLearn) answers differently
  from run to run in LiteRT itself, so its comparison *differs* now and then.
- Rows carry the commit that they were measured on (`measured_at`); about half were run
  again on the last one, the others within the hour before.
- The second halves of repositories' own programs (NMS thresholds of their own, drawing,
  joining several models) were not compared.

## How to repeat it

Bring the files of `tools/docs/tflite_files/rows.json` (repository, commit, path) into a
folder under the name in `file` and run `python tools/docs/tflite_files/measure.py
FOLDER DATA [PATTERN]`, which writes the rows anew; then
`python tools/docs/make_models_that_run_page.py`.
"""

RESULTS = {
    "right": "right without a flag",
    "right with flags": "right with the flags that the question names",
    "asks rightly": "asks, and no decoder is meant for it: `--task raw`",
    "asks": "asks, and the answer does not suffice yet",
    "refused rightly": "refused, with the reason (compiled for a chip, no pictures)",
    "poor sentence": "refused, but the sentence misleads",
    "wrong": "another answer than the repository's",
    "crash": "crash",
}


GOOD = ("right", "right with flags", "asks rightly", "refused rightly")


def rows() -> list[dict[str, Any]]:
    """Return the measured files, sorted by kind and repository."""
    text = (HERE / "tflite_files" / "rows.json").read_text("utf-8")
    parts: list[dict[str, Any]] = json.loads(text)
    return sorted(parts, key=lambda row: (row["kind"], row["repository"], row["path"]))


def page() -> str:
    """Return the page's text."""
    measured = [row for row in rows() if row["result"]]
    published = [row for row in measured if row["repository"]]
    others = [row for row in measured if not row["repository"]]
    runnable = [row for row in published if not row["wanted"].startswith("refuse")]
    refusals = [row for row in published if row["wanted"].startswith("refuse")]
    lines = [HEAD, *_summary(published)]
    for kind in dict.fromkeys(row["kind"] for row in runnable):
        lines += _table(kind, [row for row in runnable if row["kind"] == kind])
    lines += _refusals(refusals)
    lines += _table("files of this project's tests", others)
    lines += _questions([row for row in runnable if row["result"] != "right"])
    return "\n".join(lines) + CHECKED


def _summary(parts: list[dict[str, Any]]) -> list[str]:
    groups = [
        parts,
        [row for row in parts if row["seen"]],
        [row for row in parts if not row["seen"]],
    ]
    lines = [
        f"{len(parts)} files of {len({row['repository'] for row in parts})} "
        "repositories:",
        "",
        "| | all | seen | unseen |",
        "|---|---|---|---|",
        "| files | " + " | ".join(str(len(one)) for one in groups) + " |",
    ]
    for result, words in RESULTS.items():
        counts = [sum(row["result"] == result for row in one) for one in groups]
        if any(counts):
            lines.append(f"| {words} | " + " | ".join(map(str, counts)) + " |")
    ran = [row for row in parts if row["result"] in ("right", "right with flags")]
    compared = [row for row in ran if _is_compared(row)]
    differs = [row for row in compared if row["checked"].startswith("differs")]
    return [
        *lines,
        "",
        f"Of the {len(ran)} that ran, {len(compared)} were compared with a pipeline of "
        f"NumPy alone; {len(compared) - len(differs)} agree, {len(differs)} differ.",
    ]


def _is_compared(row: dict[str, Any]) -> bool:
    return bool(row["checked"]) and not row["checked"].startswith("no comparison")


def _table(kind: str, parts: list[dict[str, Any]]) -> list[str]:
    lines = [
        "",
        f"## {kind[0].upper()}{kind[1:]}",
        "",
        "| file | set | flags | result | recognised by | checked |",
        "|---|---|---|---|---|---|",
    ]
    return lines + [
        f"| {_file(row)} | {'seen' if row['seen'] else 'unseen'} | {_flags(row)} | "
        f"{_result(row)} | {_recognised(row)} | {_cell(row['checked'])} |"
        for row in parts
    ]


def _refusals(parts: list[dict[str, Any]]) -> list[str]:
    lines = [
        "",
        "## Files that cannot run here",
        "",
        "| file | set | what it is | result | sentence |",
        "|---|---|---|---|---|",
    ]
    return lines + [
        f"| {_file(row)} | {'seen' if row['seen'] else 'unseen'} | {_cell(_what(row))} "
        f"| {_result(row)} | {_cell(row['sentence'])} |"
        for row in parts
    ]


def _questions(parts: list[dict[str, Any]]) -> list[str]:
    lines = [
        "",
        "## The questions' own words",
        "",
        "Files that needed the same question, but for names and numbers, stand once.",
        "",
        "| file | question |",
        "|---|---|",
    ]
    known: set[str] = set()
    for row in parts:
        words = _cell(row["sentence"].replace(row["file"], "FILE"))
        if words and words not in known:
            known.add(words)
            lines.append(f"| {_file(row)} | {words} |")
    return lines


def _what(row: dict[str, Any]) -> str:
    said = f" ({row['judged_by']})" if row["judged_by"] else ""
    return row["kind"] + said


def _file(row: dict[str, Any]) -> str:
    """Return a file's repository, commit and path, and its size."""
    size = f"{row['bytes'] / 1e6:.1f} MB" if row["bytes"] > 9e4 else f"{row['bytes']} B"
    if not row["repository"]:
        return f"`{_cell(row['path'])}`, {size}; {_cell(row['judged_by'])}"
    where = f"{row['repository']}@{row['commit'][:7]}"
    return f"{where} `{_cell(row['path'])}`, {size}"


def _flags(row: dict[str, Any]) -> str:
    if row["result"] == "right":
        return "none"
    if not row["needs_flags"]:
        return ""
    return f"`{_cell(' '.join(row['flags']))}`"


def _result(row: dict[str, Any]) -> str:
    is_good = row["result"] in GOOD
    return row["result"] if is_good else f"**{row['result']}**"


def _recognised(row: dict[str, Any]) -> str:
    if not row["decoder"]:
        return ""
    return f"`{row['decoder']}`: {_cell(row['evidence'])}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
