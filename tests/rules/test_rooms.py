"""Rooms have walls: what a folder hands on, how large it is, and no import circle."""

from __future__ import annotations

import ast

import pytest
from rules.tree import (
    files,
    imports,
    is_package,
    package_of,
    table,
    target,
    whole_modules,
)

MOST_FILES = 14
MOST_LINES = 300
LAYERS = {f"edgevision.{n}" for n in ("training", "converters", "runtime", "devices")}
ROOMS = [
    module
    for module in files()
    if is_package(module) and module not in LAYERS | {"edgevision"}
]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_hands_on_to_type_checkers_what_it_hands_on_at_run_time(room):
    typed = {f.name: f.module for f in imports(room) if f.typing_only}
    assert typed == table(room)
    siblings = {m.rpartition(".")[2] for m in files() if m.rpartition(".")[0] == room}
    assert not siblings & set(typed), "a name hides the module of that name"
    assert set(whole_modules(room)) <= siblings


@pytest.mark.parametrize("module", files())
def test_nothing_imports_past_a_rooms_door(module):
    """A room's own files and those of rooms inside it know its files; others do not."""
    here = package_of(module)
    for found in imports(module):
        whole = f"{found.module}.{found.name}"
        inner = whole if whole in files() else found.module
        room = inner.rpartition(".")[0]
        if inner not in files() or room not in ROOMS or inner in ROOMS:
            continue
        if here == room or here.startswith(f"{room}."):
            continue
        name = inner.rpartition(".")[2]
        public = name in whole_modules(room) and inner == whole
        assert public, f"line {found.line}: {inner} is a private file of {room}"


def _circle(graph: dict[str, set[str]]) -> list[str]:
    """Return one circle of a graph, empty when there is none."""
    done: set[str] = set()
    for start in graph:
        trail: list[str] = []
        stack = [(start, iter(sorted(graph[start])))]
        if start in done:
            continue
        trail.append(start)
        while stack:
            node, rest = stack[-1]
            for following in rest:
                if following in trail:
                    return [*trail[trail.index(following) :], following]
                if following not in done:
                    stack.append((following, iter(sorted(graph[following]))))
                    trail.append(following)
                    break
            else:
                done.add(node)
                stack.pop()
                trail.pop()
    return []


def _graph() -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {module: set() for module in files()}
    for module in files():
        for found in imports(module):
            other = target(found)
            if other is None or other == module or found.typing_only:
                continue
            graph[module].add(other)
    return graph


def test_no_module_imports_itself_by_way_of_others():
    assert not _circle(_graph())


def test_no_room_imports_itself_by_way_of_others():
    graph: dict[str, set[str]] = {package_of(module): set() for module in files()}
    for module, others in _graph().items():
        here = package_of(module)
        for there in map(package_of, others):
            # A room and the rooms inside it are one: they know each other's files.
            if not f"{here}.".startswith(f"{there}.") and not f"{there}.".startswith(
                f"{here}."
            ):
                graph[here].add(there)
    assert not _circle(graph)


def test_the_search_for_circles_finds_one():
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert not _circle({"a": {"b", "c"}, "b": {"c"}, "c": set()})


@pytest.mark.parametrize("package", [m for m in files() if is_package(m)])
def test_a_folder_can_be_taken_in_at_a_glance(package):
    inside = [m for m in files() if m.rpartition(".")[0] == package]
    assert sum(not is_package(m) for m in inside) <= MOST_FILES


@pytest.mark.parametrize("module", files())
def test_no_file_is_too_long_to_be_read_at_once(module):
    lines = len(files()[module].read_text("utf-8").splitlines())
    assert lines <= MOST_LINES


def test_no_two_public_classes_share_a_name():
    places: dict[str, list[str]] = {}
    for module, path in files().items():
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module)
    assert not {name: where for name, where in places.items() if len(where) > 1}
