"""The source tree as the rules see it: modules, rooms, and who imports whom."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
LAYERS = ("edgevision", "training", "converters", "runtime", "devices")


@dataclass(frozen=True)
class Import:
    """One imported name.

    Attributes:
        module: The module that it comes from, absolute.
        name: The name, or empty for ``import module``.
        line: Where it is written.
        in_function: It runs when a function is called, not when the file is imported.
        typing_only: It stands under ``if TYPE_CHECKING``.
    """

    module: str
    name: str
    line: int
    in_function: bool
    typing_only: bool


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    """Return every module of the product by its dotted name; packages by theirs."""
    return {
        _dotted(path): path
        for layer in LAYERS
        for path in sorted((REPOSITORY / layer).rglob("*.py"))
    }


def _dotted(path: Path) -> str:
    parts = list(path.relative_to(REPOSITORY).with_suffix("").parts)
    if parts[0] != "edgevision":
        parts.insert(0, "edgevision")
    return ".".join(parts).removesuffix(".__init__")


def is_package(module: str) -> bool:
    """Return whether a module is a folder's ``__init__``."""
    return files()[module].name == "__init__.py"


def package_of(module: str) -> str:
    """Return the package whose relative imports a module makes."""
    return module if is_package(module) else module.rpartition(".")[0]


@cache
def imports(module: str) -> tuple[Import, ...]:
    """Return what a module imports, wherever in the file that stands."""
    return tuple(_imports(ast.parse(files()[module].read_text("utf-8")), module))


def _imports(
    tree: ast.AST, module: str, in_function: bool = False, typing_only: bool = False
) -> Iterator[Import]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(name.name, "", node.lineno, in_function, typing_only)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                head = package_of(module).split(".")
                head = head[: len(head) - node.level + 1]
                base = ".".join([*head, *([node.module] if node.module else [])])
            for name in node.names:
                yield Import(base, name.name, node.lineno, in_function, typing_only)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            inside = ast.Module(body=node.body, type_ignores=[])
            yield from _imports(inside, module, in_function, True)
            rest = ast.Module(body=node.orelse, type_ignores=[])
            yield from _imports(rest, module, in_function, typing_only)
        else:
            deeper = in_function or isinstance(
                node, (ast.FunctionDef, ast.AsyncFunctionDef)
            )
            yield from _imports(node, module, deeper, typing_only)


@cache
def table(package: str) -> dict[str, str]:
    """Return the names that a room hands on, each with the module that has it."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(files()[package].read_text("utf-8"))):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if is_call and node.func.id == "lazy_names":
            for inner, names in ast.literal_eval(node.args[1]).items():
                found.update((name, f"{package}.{inner}") for name in names.split())
    return found


def whole_modules(package: str) -> tuple[str, ...]:
    """Return the modules of a room that others may use whole."""
    return tuple(getattr(importlib.import_module(package), "MODULES", ()))


def target(found: Import) -> str | None:
    """Return the module of ours in which an imported thing is defined, if it is one."""
    whole = f"{found.module}.{found.name}"
    if whole in files():
        return whole
    if found.module not in files():
        return None
    return table(found.module).get(found.name, found.module)
