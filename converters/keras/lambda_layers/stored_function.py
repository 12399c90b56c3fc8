"""The function of a Lambda layer, as far as its file tells without running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..expressions import Call, Part, every_node, parse_expression
from ..stored_code import CodeParts, read_code, read_expression
from .graph import Config

_MOST_DEPTH: Final = 20


@dataclass(frozen=True)
class StoredFunction:
    """What a Lambda layer's configuration says about its function.

    Attributes:
        name: Of the function; empty where it has none.
        code: The parts of its code; None where the file names it, or where no known
            Python wrote it.
        words: Names that the code mentions, the function's own first.
        arguments: Other arguments of the function, by name.
    """

    name: str = ""
    code: CodeParts | None = None
    words: tuple[str, ...] = ()
    arguments: Mapping[str, Any] | None = None

    def expression(self, input_count: int) -> str | None:
        """Return the code as an expression of the grammar; None where that fails."""
        if self.code is None:
            return None
        arguments = self.arguments or {}
        return read_expression(self.code, arguments, input_count=input_count)

    def keeps_shape(self) -> bool:
        """Return whether the code computes each value by itself, of one input."""
        text = self.expression(1)
        if text is None:
            return False
        nodes = every_node(parse_expression(text).tree)
        return not any(isinstance(node, (Call, Part)) for node in nodes)


def read_function(config: Config) -> StoredFunction:
    """Return what a Lambda layer's configuration says about its function."""
    function = config.get("function")
    known = config.get("arguments")
    arguments = dict(known) if isinstance(known, dict) else {}
    text, defaults = _stored(function)
    if text is None:
        name = _named(function)
        return StoredFunction(name, None, (name,) if name else (), arguments)
    code = read_code(text)
    if code is None:
        return StoredFunction(arguments=arguments)
    name = "" if code.name == "<lambda>" else code.name
    # Defaults belong to the last arguments.
    names = code.variables[1 : 1 + len(defaults)] if defaults else ()
    arguments = {**dict(zip(names, defaults, strict=False)), **arguments}
    words = dict.fromkeys([*([name] if name else []), *_all_names(code)])
    return StoredFunction(name, code, tuple(words), arguments)


def _stored(function: Any) -> tuple[str | None, list[Any]]:
    """Return the text of stored code and the values of its last arguments."""
    if isinstance(function, dict) and isinstance(function.get("config"), dict):
        function = function["config"]
        code, defaults = function.get("code"), function.get("defaults")
    elif isinstance(function, list) and function:
        code, defaults = function[0], function[1] if len(function) > 1 else None
    else:
        return None, []
    if not isinstance(code, str):
        return None, []
    return code, defaults if isinstance(defaults, list) else []


def _named(function: Any) -> str:
    """Return the name of a function that the file only names."""
    if isinstance(function, str):
        return function
    if isinstance(function, dict):
        config = function.get("config")
        return config if isinstance(config, str) else ""
    return ""


def _all_names(code: CodeParts, depth: int = 0) -> Iterator[str]:
    yield from code.names
    for value in code.constants:
        if isinstance(value, CodeParts) and depth < _MOST_DEPTH:
            yield from _all_names(value, depth + 1)
