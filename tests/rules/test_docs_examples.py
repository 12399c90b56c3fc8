"""What a reader copies from the docs works: imports, commands, strings and links."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from edgevision.runtime.sinks.open import parse_sink
from rules.tree import REPOSITORY, files, is_package, whole_modules

from edgevision.cli.main import COMMANDS, cli

DOCS = REPOSITORY / "docs"
PAGES = [*sorted(REPOSITORY.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
# A changelog also has the names of earlier days.
NOW = [page for page in PAGES if page.name != "CHANGELOG.md"]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]*)\)")


def page_id(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


def python_blocks(text: str) -> list[str]:
    """Return the Python blocks of a page."""
    return [block for kind, block in FENCE.findall(text) if kind == "python"]


def commands(text: str) -> Iterator[str]:
    """Yield every ``edgevision ...`` that stands in a block of a page."""
    blocks = [block for kind, block in FENCE.findall(text) if kind != "python"]
    rest = FENCE.sub("", text)
    blocks += re.findall(r"(?:^ {4}.*\n)+", rest, re.MULTILINE)
    for block in blocks:
        for line in textwrap.dedent(block).replace("\\\n", " ").splitlines():
            line = line.removeprefix("$ ")
            for part in re.split(r" ; +", line):
                match = re.match(r"(?:ExecStart=)?(?:\S*/)?(edgevision [a-z].*)", part)
                if match:
                    yield match[1]


def anchors(page: Path) -> set[str]:
    """Return what a link may name behind ``#``, as GitHub makes it of headings."""
    text = page.read_text("utf-8")
    names = set(re.findall(r'<a id="([^"]+)">', text))
    for heading in re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.MULTILINE):
        heading = re.sub(r"[^\w\- ]", "", heading.lower())
        names.add(heading.replace(" ", "-"))
    return names


def named(dotted: str) -> Any:
    """Return the module or the attribute that a dotted name means."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in files():
            value: Any = importlib.import_module(name)
            for part in parts[length:]:
                value = getattr(value, part)
            return value
    raise AttributeError(dotted)


def private(module: str, name: str) -> bool:
    """Return whether an import reaches past a room's door into one of its files."""
    whole = f"{module}.{name}"
    inner = whole if whole in files() else module
    room = inner.rpartition(".")[0]
    if is_package(inner) or room.count(".") < 2:
        return False
    return not (inner == whole and name in whole_modules(room))


@pytest.mark.parametrize("page", NOW, ids=page_id)
def test_every_import_on_a_page_works(page):
    for block in python_blocks(page.read_text("utf-8")):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Import):
                for name in node.names:
                    assert name.name.split(".")[0] != "edgevision" or named(name.name)
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                if module.split(".")[0] != "edgevision":
                    continue
                for name in node.names:
                    assert named(f"{module}.{name.name}") is not None
                    assert not private(module, name.name), f"{module}: {name.name}"


@pytest.mark.parametrize("page", NOW, ids=page_id)
def test_every_dotted_name_in_a_sentence_exists(page):
    text = FENCE.sub("", page.read_text("utf-8"))
    text = re.sub(r"(?:^ {4}.*\n)+", "", text, flags=re.MULTILINE)
    for name in re.findall(r"`(edgevision(?:\.\w+)+)", text):
        if not re.search(r"\.(json|service|decoders|sources|sinks)$", name):
            assert named(name) is not None


@pytest.mark.parametrize("page", NOW, ids=page_id)
def test_every_command_on_a_page_is_understood(page):
    """Options are known and their values are of the right kind; files need not be."""
    for line in commands(page.read_text("utf-8")):
        # A shell makes a name of "<(program)".
        plain = re.sub(r"<\([^)]*\)", "/dev/fd/63", line)
        _, name, *words = shlex.split(plain, comments=True)
        assert name in COMMANDS, line
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        context = click.Context(command, info_name=name)
        if "|" in words:
            words = words[: words.index("|")]
        values, _, _ = command.make_parser(context).parse_args(list(words))
        for param in command.params:
            value = values.get(param.name)
            if isinstance(param, click.Argument) or value is None or value is True:
                continue
            if type(param.type) is click.Path or "UNSET" in str(value):
                continue
            param.type_cast_value(context, value)
        for sink in values.get("sinks") or values.get("sink") or ():
            if not re.match(r"[\w./]+:[A-Z]", sink):  # somebody's own class
                parse_sink(sink)


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_link_leads_to_a_page_and_a_heading(page):
    # In backticks it is no link: a published file is named "..De(10)](1818)_94.tflite".
    text = re.sub(r"`[^`\n]*`", "", page.read_text("utf-8"))
    for target in LINK.findall(text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path) if path else page
        assert place.exists(), target
        if anchor:
            assert anchor in anchors(place), target


def test_every_page_is_on_the_overview():
    linked = LINK.findall((DOCS / "index.md").read_text("utf-8"))
    listed = {(DOCS / target.partition("#")[0]).resolve() for target in linked}
    pages = {page.resolve() for page in DOCS.rglob("*.md")} - {DOCS / "index.md"}
    assert not {page_id(page) for page in pages - listed}


def test_the_reader_of_commands_finds_them():
    text = """
    edgevision run a.tflite \\
        --quiet  # in the night

```
$ edgevision demo
ExecStart=/home/pi/bin/edgevision run b.tflite
```
"""
    assert list(commands(text)) == [
        "edgevision demo",
        "edgevision run b.tflite",
        "edgevision run a.tflite      --quiet  # in the night",
    ]


def test_anchors_are_those_of_headings(tmp_path):
    page = tmp_path / "page.md"
    page.write_text('# Suppression (NMS)\n\n<a id="own"></a>\n\n```\n# no\n```\n')
    assert anchors(page) == {"suppression-nms", "own"}
