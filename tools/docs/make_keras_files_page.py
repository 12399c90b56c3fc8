"""Write the page of published Keras files from the rows that were measured.

Run it from the checkout: ``python tools/docs/make_keras_files_page.py``. The rows stand
in ``tools/docs/keras_files/rows.json``; ``tools/docs/keras_files/measure.py`` measures
them where the files are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "reference" / "keras-files.md"

HEAD = """# Keras files that strangers published

Made by `python tools/docs/make_keras_files_page.py` from
`tools/docs/keras_files/rows.json`.

Each row is one file of a public repository, as its author left it: the result of a
tutorial, a student's project, an export of Teachable Machine. None of the files is
part of this project, and none of their code ran. Each was converted as a user would:
`edgevision convert FILE --calibration PICTURES`, and where that asked for something,
again with the answer.
"""

CHECKED = """
## What was checked, and what was not

- The repositories come from a public index: lists of the repositories that hold a file
  of a common path (`keras_model.h5`, `model.h5`, `autoencoder.h5`, `unet.h5` and about
  forty more), of which some were taken by hand over the whole alphabet. Teachable
  Machine's exports are the commonest files by far and were held to a dozen. It is no
  random sample.
- The index holds no file of 4 MiB and more. So the large networks (VGG, ResNet,
  EfficientNet, MobileNet at full width) are absent here.
- 176 files were collected and numbered in a random order; time sufficed for those in
  the tables, and the largest inputs came last. Three series are left out, for which
  the script could not write the rows that the refusal asks for.
- *Right task* is judged by whoever made this page, from the repository's README, its
  notebooks and its loss function; the scale that answers `--normalize` comes from
  there, too. Where nobody says it, the scale that the refusal proposes, else 0..1.
- The pictures are 60 photographs (ImageNet), not what the networks were made for: a
  digit reader saw dogs. So the agreement compares int8 with float on those pictures
  and says nothing about whether a network is any good. Networks without a picture got
  random numbers.
- Half of the files were looked at while the project was mended, the other half only
  afterwards (column *set*: *seen* and *unseen*).
- *Plain Keras 3* is `keras.models.load_model(FILE, compile=False)` and
  `TFLiteConverter` with the same pictures, int8 inputs and outputs, the scale known
  beforehand; for a folder `TFLiteConverter.from_saved_model`. It is *done* when the
  file converts and runs; of the task it knows nothing.
- The rows were measured within an hour and a half on several commits of this project
  (field `measured_at`). Rows that failed were measured again later; most that were
  right were not. To save time the later rows ran in forked processes of one
  interpreter in place of a new interpreter each.

## How to repeat it

Bring the files of `tools/docs/keras_files/rows.json` (repository, commit, path) into a
folder as `OWNER+REPOSITORY/PATH` and run `python tools/docs/keras_files/measure.py
FOLDER PICTURES`, which writes the rows anew; then
`python tools/docs/make_keras_files_page.py`.
"""


def rows() -> list[dict[str, Any]]:
    """Return the measured files, sorted by kind and repository."""
    text = (HERE / "keras_files" / "rows.json").read_text("utf-8")
    parts: list[dict[str, Any]] = json.loads(text)
    return sorted(parts, key=lambda row: (row["kind"], row["repository"], row["path"]))


def page() -> str:
    """Return the page's text."""
    parts = rows()
    models = [row for row in parts if row["kind"] != NOT_A_MODEL]
    others = [row for row in parts if row["kind"] == NOT_A_MODEL]
    lines = [HEAD, *_summary(models, others)]
    for kind in dict.fromkeys(row["kind"] for row in models):
        lines += _table(kind, [row for row in models if row["kind"] == kind])
    lines += _refusals([row for row in models if row["result"] == "refused"])
    lines += _not_models(others)
    return "\n".join(lines) + CHECKED


NOT_A_MODEL = "not a model"
RESULTS = {
    "right": "converted, the right task, near float",
    "far": "converted, the right task, less than 80 % like float",
    "wrong task": "converted, another task than the repository's",
    "refused": "refused, with a sentence",
}


def _summary(models: list[dict[str, Any]], others: list[dict[str, Any]]) -> list[str]:
    count = len(models)
    plain = sum(row["plain"]["done"] for row in models)
    lines = [
        f"{count} models of {len({row['repository'] for row in models})} repositories:",
        "",
        "| | all | seen | unseen |",
        "|---|---|---|---|",
    ]
    groups = [
        models,
        [row for row in models if row["seen"]],
        [row for row in models if not row["seen"]],
    ]
    lines.append("| models | " + " | ".join(str(len(one)) for one in groups) + " |")
    for result, words in RESULTS.items():
        cells = [f"{sum(row['result'] == result for row in one)}" for one in groups]
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    cells = [f"{sum(row['plain']['done'] for row in one)}" for one in groups]
    lines.append("| plain Keras 3 converts and runs it | " + " | ".join(cells) + " |")
    right = [row for row in models if row["result"] == "right"]
    added = [row["questions"] for row in right]
    lines += [
        "",
        f"Of the {len(right)} that came out right, "
        f"{sum(one == 0 for one in added)} needed no option beside `--calibration`, "
        f"{sum(one == 1 for one in added)} needed one and "
        f"{sum(one > 1 for one in added)} needed more; most often the one is "
        "`--normalize`, which Keras files seldom state. "
        f"Plain Keras 3 makes {plain} of {count}.",
        f"{len(others)} further files are no models at all (weights alone, Git LFS "
        "pointers, a picture, a web page) and stand at the end.",
    ]
    return lines


def _table(kind: str, parts: list[dict[str, Any]]) -> list[str]:
    lines = [
        "",
        f"## {kind[0].upper()}{kind[1:]}",
        "",
        "| file | written by | set | options added | task, and by what it was proven | "
        "against float | plain Keras 3 |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {_file(row)} | {_writer(row)} | "
        f"{'seen' if row['seen'] else 'unseen'} | {_added(row)} | {_result(row)} | "
        f"{_cell(row['against_float'] or '–')} | {_plain(row)} |"
        for row in parts
    ]
    return lines


def _refusals(parts: list[dict[str, Any]]) -> list[str]:
    if not parts:
        return []
    lines = [
        "",
        "## The refusals' own words",
        "",
        "| file | sentence |",
        "|---|---|",
    ]
    return lines + [f"| {_file(row)} | {_cell(row['sentence'])} |" for row in parts]


def _not_models(parts: list[dict[str, Any]]) -> list[str]:
    lines = [
        "",
        "## Files that are no models",
        "",
        "| file | what it is | sentence |",
        "|---|---|---|",
    ]
    return lines + [
        f"| {_file(row)} | {_cell(row['judged_by'])} | {_cell(row['sentence'])} |"
        for row in parts
    ]


def _file(row: dict[str, Any]) -> str:
    """Return a file's repository, commit and path, and its size."""
    size = f"{row['bytes'] / 1e6:.1f} MB" if row["bytes"] > 9e4 else f"{row['bytes']} B"
    return f"{row['repository']}@{row['commit'][:7]} `{_cell(row['path'])}`, {size}"


def _writer(row: dict[str, Any]) -> str:
    read = f"; read by {row['loader']}" if row["loader"] else ""
    return _cell(row["writer"] + read)


def _added(row: dict[str, Any]) -> str:
    return f"`{_cell(' '.join(row['options']))}`" if row["options"] else "nothing"


def _result(row: dict[str, Any]) -> str:
    task = row["task"]
    if row["result"] in ("right", "far"):
        return f"{task}{_by(row)}"
    if row["result"] == "wrong task":
        return f"**{task}**{_by(row)}; the repository's: {row['judged_task']}"
    return f"refused (below); the repository's: {row['judged_task']}"


def _by(row: dict[str, Any]) -> str:
    return f" ({_cell(row['task_by'])})" if row["task_by"] else ""


def _plain(row: dict[str, Any]) -> str:
    plain = row["plain"]
    return "done" if plain["done"] else _cell(plain["why"])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
