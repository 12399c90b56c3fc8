"""What a bad editor, another program or malice leaves in a JSON file, by seed."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

VALUES: Final = (
    *("null", "true", "false", "0", "-1", "1", "2147483648", "-2147483649", "0.5"),
    *("1e308", "-1e308", "1e-320", "1e999", "NaN", "Infinity", "-Infinity", "-0.0"),
    *("1" + "0" * 40, "1" + "0" * 400, "9" * 4000, "9" * 5000, "9007199254740993"),
    *(
        '""',
        '"x"',
        '"%s {0}"',
        '" "',
        '"0"',
        '"nan"',
        '"../../etc/passwd"',
        '"/dev/zero"',
    ),
    *('"\\ud800"', '"\\u0000"', '"a\\u001b]0;title\\u0007"', '"\\u202egnp.exe"'),
    *('"one\\ntwo\\r"', '"=1+1"', '"<script>alert(1)</script>"', '"\\u0416\\u6c49"'),
    *(
        '"' + "A" * 5000 + '"',
        '"' + "A" * 200_000 + '"',
        '"%s %n {0} {}"',
        '"./a.py:B"',
    ),
    *("[]", "{}", "[[]]", "[null]", "[0]", "[-1, -1, -1]", "[NaN]", "[1e999, 1e308]"),
    *('["\\ud800"]', '["\\u0000", ""]', '["x", "x"]', "[[1, 2], [3]]", "[true, false]"),
    *('{"a": "a"}', '{"": null}', '{"\\ud800": 1}', '{"a": "b", "b": "a"}', "[1, [2]]"),
    *("[" * 900 + "]" * 900, '{"a":' * 400 + "1" + "}" * 400, "[" + "0," * 9999 + "0]"),
)
"""JSON texts, also such as Python's reader takes and the standard does not have."""

_MARK: Final = "\x00here\x00"

Path = tuple[str | int, ...]


def paths(data: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the place of every value; of a list's items only the first."""
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from paths(value, (*path, key))
    elif isinstance(data, list) and data:
        yield from paths(data[0], (*path, 0))


def mutate(data: Any, at: Sequence[Path], draw: random.Random) -> tuple[str, bytes]:
    """Change a JSON value at one place or more.

    Args:
        data: The value.
        at: The places to change.
        draw: Chooses how.

    Returns:
        What was done, in words, and the new text.
    """
    data = copy.deepcopy(data)
    words, texts = [], []
    for path in at:
        how = draw.choice(("value", "value", "value", "gone", "twice", "type", "near"))
        place = ".".join(map(str, path)) or "all"
        text = draw.choice(VALUES)
        old = _value(data, path)
        if how == "gone" and path:
            _remove(data, path)
            words.append(f"{place} is gone")
            continue
        if how == "twice":
            text = f"[{_text(old)}, {_text(old)}]"
        elif how == "type":
            text = _text(str(old)) if not isinstance(old, str) else f"[{_text(old)}]"
        elif how == "near" and isinstance(old, (int, float)):
            text = draw.choice((f"{old}.5", f"{old}e9", f"-{old}", f"{old}1"))
        mark = f"{_MARK}{len(texts)}"
        data = _put(data, path, mark)
        words.append(f"{place} is {text[:40]}")
        texts.append((json.dumps(mark), text))
    whole = json.dumps(data, ensure_ascii=False)
    for mark, text in texts:
        whole = whole.replace(mark, text)
    return "; ".join(words), whole.encode("utf-8", "surrogatepass")


def damage(text: bytes, draw: random.Random) -> tuple[str, bytes]:
    """Change the bytes of a text file: cut, flipped, doubled, of another encoding."""
    data = bytearray(text)
    how = draw.choice(("cut", "flip", "bom", "utf16", "deep", "tail", "empty", "nul"))
    if how == "cut":
        data = data[: draw.randrange(len(data))]
    elif how == "flip":
        for _ in range(draw.randint(1, 8)):
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    elif how == "bom":
        data[:0] = b"\xef\xbb\xbf"
    elif how == "utf16":
        data = bytearray(bytes(data).decode("utf-8", "replace").encode("utf-16"))
    elif how == "deep":
        data = bytearray(b"[" * 200_000 + b"]" * 200_000)
    elif how == "tail":
        data += draw.choice((b"}", b"{}", b"\x1a", b"\x00", b"x"))
    elif how == "empty":
        data = bytearray(draw.choice((b"", b" ", b"\n", b"null", b'""', b"[]", b"{}")))
    else:
        data[draw.randrange(len(data))] = 0
    return how, bytes(data)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)


def _value(data: Any, path: Path) -> Any:
    for key in path:
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def _put(data: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    inner = _value(data, path[:-1])
    if isinstance(inner, dict):
        inner[path[-1]] = value
    elif isinstance(inner, list) and isinstance(path[-1], int):
        inner[path[-1] : path[-1] + 1] = [value]
    return data


def _remove(data: Any, path: Path) -> None:
    inner = _value(data, path[:-1])
    if isinstance(inner, dict):
        inner.pop(path[-1], None)
    elif isinstance(inner, list) and isinstance(path[-1], int):
        del inner[path[-1] : path[-1] + 1]
