"""Random TOML files whose writer knows the line and column of each key."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

Path = tuple[Any, ...]

KEYS = st.one_of(
    st.sampled_from(["a", "b", "zone", "to", "x-1", "_", "7"]),
    st.text("ab .#=[]'é", min_size=1, max_size=4),
)
TEXTS = st.text("ab\"'\\ #[]{},=\n\té", max_size=8)
PLAIN = st.one_of(st.integers(-9, 99), st.booleans(), st.floats(0, 9, width=16), TEXTS)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=8,
)
TABLES = st.recursive(
    st.dictionaries(KEYS, VALUES, max_size=3),
    lambda inner: st.dictionaries(
        KEYS,
        st.one_of(VALUES, inner, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        max_size=4,
    ),
    max_leaves=6,
)
"""Tables; a tuple in them is written as an array of tables."""


class TomlWriter:
    """Writes tables in a style that is drawn for each, and notes each place.

    Args:
        draw: Hypothesis's, for the style.

    Attributes:
        text: What was written so far.
        places: Path -> line and column, from 1.
    """

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self.text = ""
        self.places: dict[Path, tuple[int, int]] = {}

    def write(self, table: dict[str, Any], path: Path = (), names: Path = ()) -> None:
        """Write a table: first its own keys, then the tables below it."""
        later = []
        for key, value in table.items():
            is_below = isinstance(value, tuple) or (
                isinstance(value, dict) and self._choose("inline", "below") == "below"
            )
            if is_below:
                later.append((key, value))
            else:
                self._noise()
                self._pair(path, key, value, end=self._choose("\n", " # note\n"))
        for key, value in later:
            for index, item in enumerate(
                value if isinstance(value, tuple) else [value]
            ):
                self._noise()
                here = (*path, key)
                self._note(here)
                header = ".".join(map(self._key, (*names, key)))
                if isinstance(value, tuple):
                    self._note((*here, index))
                    self.text += f"[[{header}]]\n"
                    self.write(item, (*here, index), (*names, key))
                else:
                    self.text += f"[{header}]\n"
                    self.write(item, here, (*names, key))

    def _pair(self, path: Path, key: str, value: Any, *, end: str) -> None:
        self._note((*path, key))
        self.text += self._key(key)
        here = (*path, key)
        while isinstance(value, dict) and len(value) == 1 and self._choose(0, 1):
            inner, value = next(iter(value.items()))
            here = (*here, inner)
            self.places.setdefault(here, self.places[here[:-1]])
            self.text += f"{self._choose('.', ' . ')}{self._key(inner)}"
        self.text += self._choose("=", " = ", "\t=\t")
        self._value(value, here)
        self.text += end

    def _value(self, value: Any, path: Path) -> None:
        if isinstance(value, (list, tuple)):
            self.text += "["
            for index, item in enumerate(value):
                self.text += self._choose("", " ", "\n", "\n  # ]\n", "\r\n")
                self._note((*path, index))
                self._value(item, (*path, index))
                last = index == len(value) - 1
                self.text += self._choose(",", " ,", "\n,") if not last else ""
            self.text += self._choose("", "\n", ",\n" if value else "") + "]"
        elif isinstance(value, dict):
            self.text += "{ "
            for index, (key, item) in enumerate(value.items()):
                self._pair(path, key, item, end="")
                self.text += ", " if index < len(value) - 1 else " "
            self.text += "}"
        elif isinstance(value, str):
            self._text(value)
        else:
            self.text += json.dumps(value)

    def _text(self, value: str) -> None:
        styles = ["basic", "long"]
        if "'" not in value and "\n" not in value:
            styles.append("literal")
        if "'''" not in value and not value.endswith("'"):
            styles.append("long literal")
        style = self._choose(*styles)
        if style == "literal":
            self.text += f"'{value}'"
        elif style == "long literal":
            self.text += f"'''\n{value}'''"
        elif style == "long":
            inner = value.replace("\\", "\\\\").replace('"""', '""\\"')
            # Two quotes of its own may stand before the three.
            tail = len(inner) - len(inner.rstrip('"'))
            inner = inner if tail < 3 else inner.replace('"', '\\"')
            self.text += f'"""\n{inner}"""'
        else:
            self.text += json.dumps(value, ensure_ascii=False)

    def _key(self, key: str) -> str:
        is_bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
        is_bare = is_bare or set(key) <= {"-", "_"}
        if is_bare and self._choose(0, 1):
            return key
        if "'" not in key and self._choose(0, 1):
            return f"'{key}'"
        return json.dumps(key, ensure_ascii=False)

    def _noise(self) -> None:
        self.text += self._choose("", "\n", "# [a]\n", "  ", "\r\n", "\t# k = 1\n\n")

    def _note(self, path: Path) -> None:
        if path not in self.places:
            line = self.text.count("\n") + 1
            column = len(self.text) - self.text.rfind("\n")
            self.places[path] = line, column

    def _choose(self, *choices: Any) -> Any:
        return self._draw(st.sampled_from(choices))


def as_read(value: Any) -> Any:
    """Return tables as a reader of TOML returns them."""
    if isinstance(value, dict):
        return {key: as_read(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_read(item) for item in value]
    return value
