"""Read label files: what people have, with what editors and systems do to them.

A list with one label per line, lines of ``index  name``, TensorFlow's ``.pbtxt``, JSON,
or the ``names:`` of a YAML data set file. A byte order mark, CRLF line ends, Latin-1
and blank lines at the end are taken as what they were meant to be.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...errors import ModelError

logger = logging.getLogger(__name__)

MAX_LABELS: Final = 100_000
MAX_BYTES: Final = 16 * 2**20

_INDEXED: Final = re.compile(r"(\d+)(?:\s*[:,\t]\s*|\s+)(\S.*)")
# A comment, a quoted text, a brace, a word; anything else only separates them.
_PBTXT_TOKEN: Final = re.compile(
    # A text without its end goes to the end of the file, so that none is read twice.
    r"#[^\n]*|\"((?:[^\"\\]|(?s:\\.))*)(?:\"|\\?\Z)"
    r"|'((?:[^'\\]|(?s:\\.))*)(?:'|\\?\Z)|([{}])|([^\s{}:,;\"'#]+)"
)
_PBTXT_ESCAPE: Final = re.compile(
    rb"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})"
    rb"|(.))",
    re.DOTALL,
)
_PBTXT_LETTERS: Final = dict(zip(b"abfnrtv", b"\a\b\f\n\r\t\v", strict=True))

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
            f"{name} is larger than {MAX_BYTES // 2**20} MB, which no label file is. "
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
    labels = _split(_decode(data, name))
    if not any(labels):
        raise ModelError(f"{name} holds no labels.")
    return _checked_count(labels, name)


def _checked_count(labels: Sequence[str], name: str) -> tuple[str, ...]:
    if len(labels) > MAX_LABELS:
        raise ModelError(
            f"{name} holds {len(labels)} labels; more than {MAX_LABELS} are not read. "
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


def _split(text: str) -> list[str]:
    # Not splitlines(): a label may hold a vertical tab or a Unicode line separator.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _from_lines(text: str, name: str) -> list[str]:
    lines = [line.strip() for line in _split(text)]
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
            f"{name} numbers a class {low if low < 0 else high}; "
            f"0 to {MAX_LABELS - 1} was expected. Pass the label file of this model."
        )
    return [labels.get(index, "") for index in range(high + 1)]


def _from_pbtxt(text: str, name: str) -> list[str]:
    labels = {}
    for values in _pbtxt_items(text):
        label = values.get("display_name", values.get("name"))
        number = values.get("id", "")
        if label is None or not number.isdecimal():
            shown = " ".join(f"{key}: {value}" for key, value in values.items())
            raise ModelError(f"{name} has an item without id or name: {shown!r:.80}.")
        labels[int(number[:12])] = label
    return _spread(labels, name)


def _pbtxt_items(text: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each item, without those of messages inside it."""
    depth, key = 0, ""
    values: dict[str, str] = {}
    for match in _PBTXT_TOKEN.finditer(text):
        double, single, brace, word = match.groups()
        if brace:
            depth = depth + 1 if brace == "{" else max(0, depth - 1)
            if brace == "{" and depth == 1:
                values = {}
            elif brace == "}" and depth == 0:
                yield values
            key = ""
        elif depth != 1 or match[0].startswith("#"):
            continue
        elif word is not None and not key:
            key = word
        elif key:
            quoted = double if double is not None else single
            values[key] = word if quoted is None else _unescaped(quoted)
            key = ""


def _unescaped(text: str) -> str:
    """Return what a quoted text means: protobuf writes bytes above 127 as octals."""
    if "\\" not in text:
        return text

    def character(match: re.Match[bytes]) -> bytes:
        octal, hexadecimal, short, long, letter = match.groups()
        if letter is not None:
            return bytes([_PBTXT_LETTERS.get(letter[0], letter[0])])
        if octal is not None:
            return bytes([int(octal, 8) & 255])
        if hexadecimal is not None:
            return bytes([int(hexadecimal, 16)])
        number = int(short or long, 16)
        # Halves of pairs and what lies beyond Unicode become a question mark.
        known = number <= sys.maxunicode and not 0xD800 <= number < 0xE000
        return (chr(number) if known else "\ufffd").encode("utf-8")

    data = _PBTXT_ESCAPE.sub(character, text.encode("utf-8"))
    return data.decode("utf-8", "replace")


def _from_json(text: str, name: str) -> list[str]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
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
                f"The labels {name} map {next(iter(data))!r} where class numbers were "
                "expected. Write a list, or numbers to texts."
            ) from error
        return _spread(numbered, name)
    if isinstance(data, (list, tuple)):
        try:
            return [_one_text(value) for value in data]
        except TypeError as error:
            raise ModelError(f"The labels {name} hold {error}.") from error
    raise ModelError(
        f"The labels {name} hold {type(data).__name__} where a list of texts was "
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
    lines = [_without_comment(line) for line in _split(text)]
    start = next(
        (i for i, line in enumerate(lines) if re.match(r"names\s*:", line)), -1
    )
    rest = lines[start].partition(":")[2].strip() if start >= 0 else ""
    body = lines[start + 1 :]
    if rest:
        return _from_flow(" ".join([rest, *_indented(body)]), name)
    items = [line.strip() for line in _indented(body)]
    if items and all(item.startswith("-") for item in items):
        return [_unquote(item[1:]) for item in items]
    labels = {}
    for item in items:
        number, colon, label = item.partition(":")
        if not colon or not number.strip("'\" ").isdecimal():
            raise ModelError(
                f"{name} has {item!r:.80} under names: where '- label' or '0: label' "
                "was expected."
            )
        labels[int(number.strip("'\" ")[:12])] = _unquote(label)
    return _spread(labels, name)


def _indented(lines: Sequence[str]) -> list[str]:
    """Return the lines up to the next top-level key."""
    found = []
    for line in lines:
        if line.strip() and not line[0].isspace() and not line.startswith("-"):
            # A closing bracket may stand at the margin.
            if line.strip() in ("]", "}"):
                found.append(line)
            break
        if line.strip():
            found.append(line)
    return found


def _from_flow(text: str, name: str) -> list[str]:
    """Read ``[a, b]`` or ``{0: a, 1: b}``."""
    text = text.strip()
    if text[:1] + text[-1:] not in ("[]", "{}"):
        raise ModelError(
            f"{name} has {text!r:.80} after names: where a list was expected."
        )
    found = [(m[1], _unquote(m[2])) for m in _FLOW_ITEM.finditer(text[1:-1])]
    # The pattern also matches nothing, at the end and after a last comma.
    found = [(key, label) for key, label in found if label]
    if text[0] == "[":
        return [f"{key}: {label}" if key else label for key, label in found]
    return labels_from({key or "": label for key, label in found}, name)


def _without_comment(line: str) -> str:
    """Cut a comment, which starts with # after a space and outside quotes."""
    if "#" not in line:
        return line.rstrip()
    quote = ""
    for i, char in enumerate(line):
        before = line[i - 1] if i else " "
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and before in " \t[{,:-":
            quote = char
        elif char == "#" and before in " \t":
            return line[:i].rstrip()
    return line.rstrip()


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
