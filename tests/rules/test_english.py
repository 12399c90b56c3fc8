"""Sentences and names that a stranger understands at the first reading."""

from __future__ import annotations

import ast
import re

import pytest
from rules.tree import files

# Verbs of whom nobody knows who speaks: "Told how many", "Hold a set", "Say where".
NOT_FIRST = ("Told", "Hold", "Holds", "Say", "Says", "Given", "Made", "Tells", "Tell")
# A participle says how a value came about, not what it is.
NOT_A_NAME = ("found", "given", "made", "told")


def _documented(tree: ast.AST) -> list[tuple[int, str]]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (getattr(node, "lineno", 1), text)
        for node in ast.walk(tree)
        if isinstance(node, kinds) and (text := ast.get_docstring(node))
    ]


@pytest.mark.parametrize("module", files())
def test_a_docstring_begins_with_what_the_thing_does_or_is(module):
    for line, text in _documented(ast.parse(files()[module].read_text("utf-8"))):
        first = re.split(r"\W", text, maxsplit=1)[0]
        assert first not in NOT_FIRST, f"line {line}: {text.splitlines()[0]}"


@pytest.mark.parametrize("module", files())
def test_what_is_handed_over_is_described_by_what_it_is(module):
    """Arguments and attributes are not "Told ..." but "Called with ..."."""
    text = files()[module].read_text("utf-8")
    wrong = re.search(r"^ +\w+: (Told|Hold|Say)\b.*", text, re.MULTILINE)
    assert wrong is None, wrong[0]


@pytest.mark.parametrize("module", files())
def test_a_name_says_what_it_holds(module):
    tree = ast.parse(files()[module].read_text("utf-8"))
    for node in ast.walk(tree):
        name = getattr(node, "id", None) or getattr(node, "arg", None)
        assert name not in NOT_A_NAME, f"line {node.lineno}: {name}"
