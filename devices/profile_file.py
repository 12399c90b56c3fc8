"""A profile's TOML, read and checked; every error names the file and the key."""

from __future__ import annotations

import difflib
import importlib
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from ..errors import DeviceProfileError, shown

Check = Callable[[Any], str]
"""Returns what was expected instead of a value; empty when the value is right."""


def _text(value: Any) -> str:
    fits = isinstance(value, str) and value.strip()
    return "" if fits else "a text that is not empty"


def _any_text(value: Any) -> str:
    return "" if isinstance(value, str) else "a text"


def _version(value: Any) -> str:
    fits = isinstance(value, str) and re.fullmatch(r"\d+\.\d+", value)
    return "" if fits else "a text such as '3.11'"


def _count(value: Any) -> str:
    fits = type(value) is int and value >= 0
    return "" if fits else "a whole number of at least 0"


def _positive(value: Any) -> str:
    fits = type(value) in (int, float) and 0 < value < float("inf")
    return "" if fits else "a number above 0"


def _one_of(*allowed: str) -> Check:
    def check(value: Any) -> str:
        return "" if value in allowed else f"one of {', '.join(allowed)}"

    return check


def _list_of(check: Check) -> Check:
    def check_all(value: Any) -> str:
        if not isinstance(value, list):
            return "a list"
        wrong = next((text for text in map(check, value) if text), "")
        return f"a list, each item {wrong}" if wrong else ""

    return check_all


_MOST_BYTES: Final = 10**6
_MACHINES: Final = ("aarch64", "x86_64", "armv7l")

# key -> (check, required)
_TOP: Final[dict[str, tuple[Check, bool]]] = {
    "id": (_text, True),
    "name": (_text, True),
    "status": (_one_of("supported", "published-only"), False),
    "boards": (_list_of(_text), False),
    "machine": (_one_of("aarch64", "x86_64"), True),
    "threads": (_count, False),
    "camera": (_text, False),
    "delegates": (_list_of(_text), False),
    "health": (_list_of(_text), False),
    "notes": (_list_of(_text), False),
    "memory_gb": (_list_of(_positive), False),
}
_PROCESSOR: Final[dict[str, tuple[Check, bool]]] = {
    "model": (_text, True),
    "cores": (_count, True),
    "clock_mhz": (_count, False),
    "instructions": (_list_of(_text), False),
    "int8": (_any_text, False),
}
_SYSTEM: Final[dict[str, tuple[Check, bool]]] = {
    "name": (_text, True),
    "python": (_version, True),
    "glibc": (_version, True),
    "machine": (_one_of(*_MACHINES), True),
    "note": (_any_text, False),
}
_LATENCY: Final[dict[str, tuple[Check, bool]]] = {
    "model": (_text, True),
    "width": (_count, True),
    "precision": (_text, True),
    "ms": (_positive, True),
    "runtime": (_text, True),
    "source": (_text, True),
    "threads": (_count, False),
    "note": (_any_text, False),
}
_DEFAULTS: Final[dict[str, Any]] = {
    "status": "supported",
    "boards": (),
    "threads": 0,
    "camera": "auto",
    "delegates": (),
    "health": (),
    "notes": (),
    "memory_gb": (),
}
_PROCESSOR_DEFAULTS: Final[dict[str, Any]] = {
    "clock_mhz": 0,
    "instructions": (),
    "int8": "",
}


def read(path: Path) -> dict[str, Any]:
    """Return a profile's checked values, lists as tuples, defaults filled in.

    Raises:
        DeviceProfileError: The file cannot be read, is not TOML, or a key is unknown,
            missing or holds a wrong value.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise DeviceProfileError(
                f"{path} has more than {_MOST_BYTES // 1000} kB, which no profile has."
            )
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DeviceProfileError(
            f"Reading the device profile {path} failed: {error}."
        ) from error
    # tomllib came with Python 3.11; tomli is the same module for 3.10.
    toml = importlib.import_module(
        "tomllib" if sys.version_info >= (3, 11) else "tomli"
    )
    try:
        data = toml.loads(text)
    except ValueError as error:
        raise DeviceProfileError(f"{path} is not TOML: {error}.") from error

    processor = data.pop("processor", None)
    systems = data.pop("systems", [])
    latencies = data.pop("latencies", [])
    values = _table(path, "", data, _TOP, extra=("processor", "systems", "latencies"))
    if processor is None:
        raise DeviceProfileError(f"{path} lacks the table [processor].")
    return {
        **_DEFAULTS,
        **values,
        "processor": {
            **_PROCESSOR_DEFAULTS,
            **_table(path, "processor.", processor, _PROCESSOR),
        },
        "systems": _tables(path, "systems", systems, _SYSTEM),
        "latencies": _tables(path, "latencies", latencies, _LATENCY),
    }


def _tables(
    path: Path, name: str, items: Any, rules: Mapping[str, tuple[Check, bool]]
) -> list[dict[str, Any]]:
    if not isinstance(items, list):
        raise DeviceProfileError(
            f"{path}: '{name}' must be a list of tables, written [[{name}]]."
        )
    return [
        _table(path, f"{name}[{index}].", item, rules)
        for index, item in enumerate(items)
    ]


def _table(
    path: Path,
    prefix: str,
    data: Any,
    rules: Mapping[str, tuple[Check, bool]],
    extra: tuple[str, ...] = (),
) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise DeviceProfileError(
            f"{path}: '{prefix.rstrip('.')}' must be a table, got {shown(data)}."
        )
    names = sorted([*rules, *extra])
    for key in data:
        if key not in rules:
            close = difflib.get_close_matches(key, names, n=1)
            hint = f" Did you mean '{prefix}{close[0]}'?" if close else ""
            raise DeviceProfileError(
                f"{path}: unknown key '{prefix}{key}'.{hint} Known: {', '.join(names)}."
            )
    for key, (check, is_required) in rules.items():
        if key not in data:
            if is_required:
                raise DeviceProfileError(f"{path} lacks the key '{prefix}{key}'.")
            continue
        expected = check(data[key])
        if expected:
            raise DeviceProfileError(
                f"{path}: '{prefix}{key}' must be {expected}, got {shown(data[key])}."
            )
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in data.items()
    }
