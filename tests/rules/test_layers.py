"""Imports only point down, and heavy packages stay where they are allowed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("edgevision", "training", "converters", "runtime", "devices")
BOTTOM = (
    "errors",
    "escapes",
    "registry",
    "redaction",
    "card",
    "child",
    "files",
    "foreign_json",
    "html",
)
MAY_IMPORT = {
    "edgevision": {"edgevision", "bottom", "training", "converters", "runtime"}
    | {"devices"},
    "training": {"training", "converters", "runtime", "devices", "bottom"},
    "converters": {"converters", "runtime", "devices", "bottom"},
    "runtime": {"runtime", "devices", "bottom"},
    "devices": {"devices", "bottom"},
    "bottom": {"bottom"},
}
HEAVY = ("tensorflow", "keras", "tf_keras", "torch", "matplotlib", "jax")


def _files() -> list[Path]:
    return [p for f in FOLDERS for p in sorted((REPOSITORY / f).rglob("*.py"))]


def _module(path: Path) -> str:
    parts = list(path.relative_to(REPOSITORY).with_suffix("").parts)
    if parts[0] != "edgevision":
        parts.insert(0, "edgevision")
    return ".".join(parts)


def _layer(module: str) -> str:
    parts = module.split(".")
    second = parts[1] if len(parts) > 1 else ""
    if second in BOTTOM:
        return "bottom"
    return second if second in MAY_IMPORT and second != "edgevision" else "edgevision"


def _imports(path: Path) -> Iterator[tuple[str, bool, int]]:
    """Yield (absolute module, at module level, line) for every import of a file."""
    module = _module(path)
    is_package = path.name == "__init__.py"
    package = module.removesuffix(".__init__").split(".")
    if not is_package:
        package = package[:-1]
    tree = ast.parse(path.read_text("utf-8"))
    inside = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        top = id(node) not in inside
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, top, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            head = [*base, *([node.module] if node.module else [])]
            for name in node.names:
                # `from .. import card` names a module, `from ..card import X` a name.
                yield ".".join([*head, name.name]), top, node.lineno


@pytest.mark.parametrize("path", _files(), ids=_module)
def test_imports_only_point_down(path: Path):
    allowed = MAY_IMPORT[_layer(_module(path))]
    if path == REPOSITORY / "edgevision" / "__init__.py":
        allowed = allowed | {"bottom"}
    for name, _, line in _imports(path):
        if name.split(".")[0] == "edgevision" and name != "edgevision.__version__":
            assert _layer(name) in allowed, f"{path}:{line} imports {name}"


@pytest.mark.parametrize("path", _files(), ids=_module)
def test_heavy_packages_are_imported_inside_functions_of_the_host_folders(path: Path):
    is_host = _layer(_module(path)) in ("converters", "training")
    for name, at_top, line in _imports(path):
        if name.split(".")[0] in HEAVY:
            assert is_host, f"{path}:{line} imports {name}"
            typing_only = "TYPE_CHECKING" in path.read_text("utf-8")
            assert not at_top or typing_only, f"{path}:{line} imports {name} at the top"


@pytest.mark.parametrize("path", _files(), ids=_module)
def test_the_bottom_and_devices_use_the_standard_library_only(path: Path):
    import sys

    if _layer(_module(path)) not in ("bottom", "devices"):
        return
    known = set(sys.stdlib_module_names) | {"edgevision", "tomli", "__future__"}
    for name, at_top, line in _imports(path):
        if at_top:
            assert name.split(".")[0] in known, f"{path}:{line} imports {name}"


@pytest.mark.parametrize("path", _files(), ids=_module)
def test_click_is_imported_by_the_command_line_only(path: Path):
    if "edgevision.cli" in _module(path):
        return
    for name, _, line in _imports(path):
        assert name.split(".")[0] != "click", f"{path}:{line} imports click"


@pytest.mark.parametrize("path", _files(), ids=_module)
def test_library_code_does_not_print_assert_or_exit(path: Path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        where = f"{path}:{getattr(node, 'lineno', 0)}"
        assert not isinstance(node, ast.Assert), f"{where} asserts"
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{where} has a bare except"
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and "edgevision.cli" not in _module(path)
        ):
            assert node.func.id not in ("print", "exit"), f"{where} {node.func.id}s"


def test_there_is_no_drawer_for_everything():
    names = {p.stem for p in _files()}
    assert not names & {"utils", "helpers", "common", "core", "misc", "util"}
