"""Every command, option and registry entry can be found in the docs."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import sys
from pathlib import Path

import click
import pytest

from edgevision.cli.main import COMMANDS, cli

REPOSITORY = Path(__file__).resolve().parents[2]
REGISTRIES = {
    "edgevision.runtime.decoders.registry:DECODERS",
    "edgevision.runtime.sources.registry:SOURCES",
    "edgevision.runtime.sinks.registry:SINKS",
    "edgevision.runtime.interpreter.backends:BACKENDS",
    "edgevision.converters.build.recipes:RECIPES",
    "edgevision.converters.datasets.annotations.registry:READERS",
    "edgevision.training.networks.architectures:ARCHITECTURES",
    "edgevision.training.detection.task:DETECTORS",
    "edgevision.training.tasks:TASKS",
}


def _docs() -> str:
    pages = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
    return "\n".join(page.read_text("utf-8") for page in pages)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_docs(name):
    assert f"edgevision {name}" in _docs()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_in_the_docs(name):
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    docs = _docs()
    for param in command.params:
        if isinstance(param, click.Option):
            longest = max(param.opts, key=len)
            assert longest in docs, f"edgevision {name} {longest} is not in the docs"
            assert param.help, f"edgevision {name} {longest} has no help"


@pytest.mark.parametrize("where", sorted(REGISTRIES))
def test_every_registry_entry_is_documented_and_importable(where):
    module_name, _, attribute = where.partition(":")
    registry = getattr(importlib.import_module(module_name), attribute)
    docs = _docs()
    for name, entry in registry.items():
        assert f"`{name}`" in docs or f"`{name}:" in docs, f"{name} of {where}"
        target = entry if isinstance(entry, str) else entry.target
        module, _, item = target.partition(":")
        source = REPOSITORY / (
            module.removeprefix("edgevision.").replace(".", "/") + ".py"
        )
        if source.is_file():
            assert re.search(rf"\b{item}\b", source.read_text("utf-8")), target


def test_no_path_of_a_machine_and_no_registry_host_is_written_down():
    pattern = re.compile(r"(?<![\w./~-])/(work|farm|root)/|pypi\.org|pythonhosted")
    folders = ("edgevision", "training", "converters", "runtime", "devices")
    others = ("tests", "docs", "benchmarks", "examples", "tools")
    paths = [p for p in REPOSITORY.glob("*") if p.is_file()]
    for folder in (*folders, *others):
        paths += (REPOSITORY / folder).rglob("*")
    kinds = {".py", ".md", ".cfg", ".toml", ".sh", ".json"}
    for path in paths:
        if path.is_file() and path.suffix in kinds and path != Path(__file__):
            assert not pattern.search(path.read_text("utf-8", "replace")), path


@pytest.mark.parametrize(
    ("maker", "made"),
    [
        ("make_app_page", "app.md"),
        ("make_cli_page", "cli.md"),
        ("make_faults_page", "faults.md"),
        ("make_decoders_page", "decoders.md"),
        ("make_keras_files_page", "keras-files.md"),
        ("make_models_that_run_page", "models-that-run.md"),
    ],
)
def test_a_page_that_is_made_is_up_to_date(maker, made):
    spec = importlib.util.spec_from_file_location(
        maker, REPOSITORY / "tools" / "docs" / f"{maker}.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = (REPOSITORY / "docs" / "reference" / made).read_text("utf-8")
    assert text == module.page(), f"run python tools/docs/{maker}.py"


def test_every_row_of_faults_names_a_test_that_exists():
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from support.fault_rows import FIELDS

    root = REPOSITORY / "tests"
    for path in (REPOSITORY / "tools" / "docs" / "faults").glob("*.json"):
        row = json.loads(path.read_text("utf-8"))
        assert set(row) == set(FIELDS), path.name
        file, _, test = row["test"].partition("::")
        found = [p for p in root.rglob(file) if test in p.read_text("utf-8")]
        assert found, path.name


def test_the_tests_that_rigs_and_make_run_exist():
    scripts = [REPOSITORY / "Makefile", *(REPOSITORY / "tests" / "rigs").rglob("*.sh")]
    for script in scripts:
        text = script.read_text("utf-8")
        for name in re.findall(r"(?<![\w/])tests/[\w/.]+", text):
            assert (REPOSITORY / name.rstrip(".")).exists(), f"{script.name}: {name}"
        for name, test in re.findall(r"(tests/[\w/]+\.py)::(\w+)", text):
            file = (REPOSITORY / name).read_text("utf-8")
            assert f"def {test}(" in file, f"{script.name}: {name}::{test}"
