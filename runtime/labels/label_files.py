"""Read label files of all usual formats, as editors and systems write them.

A list with one label per line, lines of ``index  name``, TensorFlow's ``.pbtxt``, JSON,
or the ``names:`` of a YAML data set file. A byte order mark, CRLF line ends, Latin-1
and blank lines at the end are taken as what they were meant to be.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...errors import ModelError, shown
from ...foreign_json import read_json
from .pbtxt import pbtxt_items
from .yaml_lines import indented, unquoted, without_comment

logger = logging.getLogger(__name__)

MAX_LABELS: Final = 100_000
MAX_BYTES: Final = 16 * 2**20
_MOST_LINES: Final = 20 * MAX_LABELS  # blank ones, and those of a YAML, count

_INDEXED: Final = re.compile(r"(\d+)(?:\s*[:,\t]\s*|\s+)(\S.*)")
_FLOW_ITEM: Final = re.compile(
    r"\s*(?:(\d+)\s*:)?\s*(\"[^\"]*\"|'[^']*'|[^,]*)[^,]*(?:,|$)"
)


def read_labels(path: str | Path) -> tuple[str, ...]:
    """Read a label file; its position in the result is the class_id.

    Args:
        path: ``.txt``, ``.pbtxt``, ``.json``, ``.yaml``/``.yml``; anything else is read
            as text lines.

    Returns:
        One text per class; an empty one where a class_id has no label.

    Raises:
        ModelError: The file cannot be read, is too large or holds no labels.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ModelError(
            f"Cannot read the labels {path}: {error.strerror}. "
            "Pass a text file with one label per line."
        ) from error
    return parse_labels(data, name=str(path))


def parse_labels(data: bytes, *, name: str) -> tuple[str, ...]:
    """Read labels from the bytes of a label file.

    Args:
        data: The file's bytes.
        name: The file's name; its ending chooses the format.

    Raises:
        ModelError: As for :func:`read_labels`.
    """
    if len(data) > MAX_BYTES:
        raise ModelError(
            f"{name} is larger than {MAX_BYTES // 2**20} MB, too large for labels. "
            "Pass a text file with one label per line."
        )
    text = _decode(data, name)
    ending = name.rpartition(".")[2].lower()
    if ending == "json":
        labels = _from_json(text, name)
    elif ending in ("yaml", "yml"):
        labels = _from_yaml(text, name)
    elif ending == "pbtxt":
        labels = _from_pbtxt(text, name)
    else:
        labels = _from_lines(text, name)
    if not any(labels):
        raise ModelError(
            f"{name} holds no labels. Write one label per line, the first for class 0."
        )
    return _checked_count(labels, name)


def parse_label_lines(data: bytes, *, name: str) -> tuple[str, ...]:
    """Read a label file of TFLite Metadata: one label per line, blank ones count.

    Args:
        data: The file's bytes.
        name: What errors call it.

    Raises:
        ModelError: The file is too large or holds no labels.
    """
    labels = _split(_decode(data, name), name)
    if not any(labels):
        raise ModelError(f"{name} holds no labels.")
    return _checked_count(labels, name)


def _checked_count(labels: Sequence[str], name: str) -> tuple[str, ...]:
    if len(labels) > MAX_LABELS:
        raise ModelError(
            f"{name} holds {len(labels)} labels; at most {MAX_LABELS} are allowed. "
            "Pass the label file of this model."
        )
    return tuple(labels)


def _decode(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        logger.warning("%s is not UTF-8; read as Latin-1", name)
        text = data.decode("latin-1")
    if "\0" in text:
        raise ModelError(
            f"{name} holds binary data where text was expected. "
            "Pass a text file with one label per line."
        )
    return text


def _split(text: str, name: str) -> list[str]:
    if text.count("\n") + text.count("\r") > _MOST_LINES:
        raise ModelError(
            f"{name} has more than {_MOST_LINES} lines, too many for labels. Pass the "
            "label file of this model."
        )
    # Not splitlines(): a label may hold a vertical tab or a Unicode line separator.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _from_lines(text: str, name: str) -> list[str]:
    lines = [line.strip() for line in _split(text, name)]
    while lines and not lines[-1]:
        lines.pop()
    matches = [_INDEXED.fullmatch(line) for line in lines if line]
    pairs = [(int(m[1][:12]), m[2]) for m in matches if m]
    indices = [index for index, _ in pairs]
    # A class called "3 wheeler" is a label; only a whole file that counts up from 0 or
    # 1 is numbered.
    if (
        len(pairs) == len(matches) > 0
        and indices[0] <= 1
        and all(a < b for a, b in itertools.pairwise(indices))
    ):
        return _spread(dict(pairs), name)
    return lines


def _spread(labels: Mapping[int, str], name: str) -> list[str]:
    """Return a list in which every label has its index as position."""
    if not labels:
        return []
    low, high = min(labels), max(labels)
    if low < 0 or high >= MAX_LABELS:
        raise ModelError(
            f"{name} has the class number {low if low < 0 else high}; 0 to "
            f"{MAX_LABELS - 1} was expected. Pass the label file of this model."
        )
    return [labels.get(index, "") for index in range(high + 1)]


def _from_pbtxt(text: str, name: str) -> list[str]:
    labels = {}
    for values in pbtxt_items(text):
        label = values.get("display_name", values.get("name"))
        number = values.get("id", "")
        if label is None or not number.isdecimal():
            item = " ".join(f"{key}: {value}" for key, value in values.items())
            raise ModelError(f"{name} has an item without id or name: {shown(item)}.")
        labels[int(number[:12])] = label
    return _spread(labels, name)


def _from_json(text: str, name: str) -> list[str]:
    try:
        data = read_json(text)
    except ValueError as error:
        raise ModelError(f"The labels {name} are not JSON: {error}.") from error
    if isinstance(data, dict):
        for key in ("labels", "names", "classes"):
            if isinstance(data.get(key), (list, dict)):
                data = data[key]
                break
    return labels_from(data, name)


def labels_from(data: Any, name: str) -> list[str]:
    """Return labels from a list of texts or a mapping of numbers to texts.

    Args:
        data: As parsed from JSON, YAML or Ultralytics' metadata. Keras's
            ``{"0": ["n01440764", "tench"]}`` gives the last text of each.
        name: What errors call it.

    Raises:
        ModelError: The data is neither.
    """
    if isinstance(data, dict):
        try:
            numbered = {int(key): _one_text(value) for key, value in data.items()}
        except (TypeError, ValueError) as error:
            raise ModelError(
                f"The labels {name} have the key {shown(next(iter(data)))} where a "
                "class number was expected. Write a list of texts, or class numbers "
                "as keys."
            ) from error
        return _spread(numbered, name)
    if isinstance(data, (list, tuple)):
        try:
            return [_one_text(value) for value in data]
        except TypeError as error:
            raise ModelError(f"The labels {name} hold {error}.") from error
    raise ModelError(
        f"The labels {name} hold a {type(data).__name__} where a list of texts was "
        "expected."
    )


def _one_text(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[-1], str):
        return value[-1]
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return str(value["name"])
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value)
    raise TypeError(f"{value!r:.80} where a text was expected")


def _from_yaml(text: str, name: str) -> list[str]:
    """Read the part of YAML that data set files use: ``names`` as list or mapping."""
    lines = [without_comment(line) for line in _split(text, name)]
    start = next(
        (i for i, line in enumerate(lines) if re.match(r"names\s*:", line)), -1
    )
    rest = lines[start].partition(":")[2].strip() if start >= 0 else ""
    body = lines[start + 1 :]
    if rest:
        return _from_flow(" ".join([rest, *indented(body)]), name)
    items = [line.strip() for line in indented(body)]
    if items and all(item.startswith("-") for item in items):
        return [unquoted(item[1:]) for item in items]
    labels = {}
    for item in items:
        number, colon, label = item.partition(":")
        if not colon or not number.strip("'\" ").isdecimal():
            raise ModelError(
                f"{name} has {item!r:.80} under 'names:'; '- label' or '0: label' was "
                "expected."
            )
        labels[int(number.strip("'\" ")[:12])] = unquoted(label)
    return _spread(labels, name)


def _from_flow(text: str, name: str) -> list[str]:
    """Read ``[a, b]`` or ``{0: a, 1: b}``."""
    text = text.strip()
    if text[:1] + text[-1:] not in ("[]", "{}"):
        raise ModelError(
            f"{name} has {text!r:.80} after 'names:'; a list was expected."
        )
    pairs = ((m[1], unquoted(m[2])) for m in _FLOW_ITEM.finditer(text[1:-1]))
    # The pattern also matches nothing, at the end and after a last comma.
    named = (pair for pair in pairs if pair[1])
    items = list(itertools.islice(named, MAX_LABELS + 1))
    if len(items) > MAX_LABELS:
        raise ModelError(
            f"{name} holds more than {MAX_LABELS} labels. Pass the label file of this "
            "model."
        )
    if text[0] == "[":
        return [f"{key}: {label}" if key else label for key, label in items]
    return labels_from({key or "": label for key, label in items}, name)
