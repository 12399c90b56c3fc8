"""What ``edgevision inspect`` shows of a ``.tflite`` file, as text and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..decoder_defaults import defaults_of
from .embedded_report import embedded_rows
from .table import byte_text, columns, shape_text

if TYPE_CHECKING:
    from ...html import Page

Facts = Mapping[str, Any]
Section = tuple[str, Sequence[str], list[list[Any]]]

_CHOICES: Final = (
    ("task", "task"),
    ("decoder", "decoder"),
    ("size", "input size"),
    ("color", "color"),
    ("resize", "resize"),
    ("normalization", "normalization"),
    ("labels", "labels"),
)

_MOST_ENTRIES: Final = 8
_THRESHOLDS: Final = ("score_threshold", "iou_threshold", "max_detections", "top_k")


def model_lines(facts: Facts) -> list[str]:
    """Return the text for one model."""
    file = facts["file"]
    lines = [f"{file['path']}: {byte_text(file['bytes'])}, sha256 {file['sha256']}"]
    if file["checksum_file"]:
        lines.append(f"  {file['checksum_file']} vouches for it")
    for title, headers, rows in model_sections(facts):
        if rows:
            lines += ["", title, *columns(headers, rows)]
    return lines


def fill_model_page(page: Page, facts: Facts) -> None:
    """Fill an HTML page with the same."""
    file = facts["file"]
    page.facts(
        {"File": file["path"], "Bytes": file["bytes"], "SHA-256": file["sha256"]}
    )
    for title, headers, rows in model_sections(facts):
        if rows:
            page.heading(title)
            page.table(headers, rows)


def model_sections(facts: Facts) -> list[Section]:
    """Return title, headers and rows of every section, in the order of reading."""
    return [
        ("How it would be run, and why", ("choice", "value", "evidence"), _run(facts)),
        ("Assumed, because nothing says it", ("",), _single(facts, "assumptions")),
        ("Problem", ("",), [[facts["run"]["problem"]]] * bool(facts["run"]["problem"])),
        ("Notes", ("",), [[note] for note in facts["notes"]]),
        (
            "Inputs and outputs",
            ("", "name", "shape", "type", "scale", "zero point"),
            _ends(facts),
        ),
        ("Size and cost", ("what", "value"), _cost(facts)),
        ("Runtimes", ("runtime", "loads it", "because"), _runtimes(facts)),
        (
            "Operations",
            ("operation", "version", "count", "million MAC", "in float"),
            [
                [
                    item["name"] + (" (custom)" if item["custom"] else ""),
                    item["version"],
                    item["count"],
                    round(item["macs"] / 1e6, 2),
                    item["float"],
                ]
                for item in facts["graph"]["operators"]
            ],
        ),
        ("Signatures", ("key", "inputs", "outputs"), _signatures(facts)),
        ("What it says about itself", ("from", "what"), embedded_rows(facts)),
        (
            "Golden check",
            ("passed", "because"),
            [[_yes(facts["check"]["passed"]), facts["check"]["words"]]]
            if facts.get("check")
            else [],
        ),
        (
            "Tensors",
            ("index", "name", "shape", "type", "scale", "zero point", "constant bytes"),
            [
                [
                    item["index"],
                    item["name"],
                    shape_text(item["shape"]),
                    item["type"],
                    _scales(item),
                    "" if item["zero_point"] is None else item["zero_point"],
                    item["constant_bytes"],
                ]
                for item in facts.get("tensors", ())
            ],
        ),
    ]


def folder_table(rows: Iterable[Facts]) -> tuple[Sequence[str], list[list[Any]]]:
    """Return headers and one row per file of a folder."""
    headers = (
        "file",
        "size",
        "task",
        "decoder",
        "inputs",
        "outputs",
        "million MAC",
        "runtime",
        "problem",
    )
    return headers, [
        [
            row["name"],
            byte_text(row["bytes"]) if "bytes" in row else "",
            row.get("task", ""),
            row.get("decoder", ""),
            ", ".join(row.get("inputs", ())),
            ", ".join(row.get("outputs", ())),
            round(row["macs"] / 1e6, 1) if "macs" in row else "",
            row.get("minimum_runtime", ""),
            row.get("error", "") or row.get("problem", ""),
        ]
        for row in rows
    ]


def _run(facts: Facts) -> list[list[Any]]:
    run = facts["run"]
    if "task" not in run:
        return []
    values = {
        "task": run["task"],
        "decoder": run["decoder"],
        "labels": _labels(run["labels"]),
        **_input_values(run["input"]),
    }
    rows = [
        [title, values[name], run["evidence"].get(name, "")]
        for name, title in _CHOICES
        if name in values
    ]
    for name, value in run["options"].items():
        text = _option_text(value)
        if text:
            words = run["evidence"].get(f"options.{name}", "")
            rows.append([name.replace("_", " "), text, words])
    for name in _THRESHOLDS:
        default = defaults_of(name).get(run["decoder"])
        if default is not None and name not in run["options"]:
            rows.append([name.replace("_", " "), f"{default:g}", "default"])
    return rows


def _option_text(value: Any) -> str:
    """Return an option as the command line takes it; "" for one that is too long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (list, tuple, dict)):
        return str(value)
    if isinstance(value, dict) or len(value) > _MOST_ENTRIES:
        return ""
    if any(isinstance(entry, dict) for entry in value):
        return ""
    # Lists inside are pairs, such as ranges.
    return ",".join(
        ":".join(f"{number:g}" for number in entry)
        if isinstance(entry, (list, tuple)) and len(entry) == 2
        else ""
        if entry is None or isinstance(entry, (list, tuple))
        else str(entry)
        for entry in value
    )


def _input_values(card: Facts | None) -> dict[str, str]:
    if card is None:
        return {}
    rule = card["resize"]
    if rule == "center-crop" and card["crop_fraction"] != 1:
        rule += f":{card['crop_fraction']:g}"
    return {
        "size": f"{card['width']}x{card['height']}",
        "color": card["color"],
        "resize": rule,
        "normalization": _normalization(card),
    }


def _normalization(card: Facts) -> str:
    from ...runtime.image import format_normalize

    if card["mean"] is None:
        return "?"
    return format_normalize(card["mean"], card["std"])


def _labels(labels: Facts) -> str:
    if not labels["count"]:
        return "numbers"
    # Long labels would push the evidence off the screen.
    width, count = (16, 3) if labels["levels"] == 1 else (40, 2)
    first = ", ".join(text.split(",")[0][:width] for text in labels["first"][:count])
    levels = "" if labels["levels"] == 1 else f" in {labels['levels']} levels"
    return f"{labels['count']}{levels}: {first} ..."


def _single(facts: Facts, name: str) -> list[list[Any]]:
    return [[sentence] for sentence in facts["run"].get(name, ())]


def _ends(facts: Facts) -> list[list[Any]]:
    return [
        [
            kind,
            item["name"],
            shape_text(item["shape"]),
            item["type"],
            "" if item["scale"] is None else f"{item['scale']:.6g}",
            "" if item["zero_point"] is None else item["zero_point"],
        ]
        for kind, key in (("input", "inputs"), ("output", "outputs"))
        for item in facts[key]
    ]


def _cost(facts: Facts) -> list[list[Any]]:
    graph = facts["graph"]
    least = "at least " if graph["macs_are_a_lower_bound"] else ""
    rows = [
        ["parameters", f"{graph['parameters']:,}"],
        ["multiplications (MAC)", f"{least}{graph['macs'] / 1e6:,.1f} million"],
        ["weights", byte_text(graph["weight_bytes"])],
        ["rest of the file", byte_text(graph["other_bytes"])],
        [
            "operations in float",
            f"{graph['float_operators']} of {graph['operator_count']}",
        ],
    ]
    arenas = {
        item["arena_bytes"]
        for item in facts["runtimes"]["seen"].values()
        if item["arena_bytes"] is not None
    }
    if arenas:
        rows.append(["peak arena, built-in kernels", byte_text(max(arenas))])
    if facts["file"]["graphs"] > 1:
        rows.append(["graphs", str(facts["file"]["graphs"])])
    return rows


def _runtimes(facts: Facts) -> list[list[Any]]:
    runtimes = facts["runtimes"]
    rows: list[list[Any]] = [
        [
            name,
            _yes(not item["lacks"]),
            "its table of operator versions"
            + (f" lacks {', '.join(item['lacks'])}" if item["lacks"] else " has all"),
        ]
        for name, item in runtimes["tables"].items()
    ]
    for item in runtimes["seen"].values():
        words = "it was loaded and run here" if item["ok"] else item["words"]
        rows.append([item["backend"], _yes(item["ok"]), words])
    if runtimes["stamped"]:
        rows.append(
            ["TensorFlow Lite", f">= {runtimes['stamped']}", "the converter stamped it"]
        )
    return rows


def _signatures(facts: Facts) -> list[list[Any]]:
    return [
        [item["key"], ", ".join(item["inputs"]), ", ".join(item["outputs"])]
        for item in facts["signatures"]
    ]


def _scales(item: Facts) -> str:
    if item["scale"] is None:
        return ""
    return f"{item['scale']:.6g}" if item["scales"] == 1 else f"{item['scales']} scales"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
