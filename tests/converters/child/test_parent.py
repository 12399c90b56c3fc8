"""The child of a conversion: isolated, and its end is a sentence."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from edgevision.converters.child.parent import run_child

from edgevision.errors import ConversionError


def request_of(folder, **facts):
    return SimpleNamespace(workspace=folder, to_json=lambda: json.dumps(facts))


def test_nothing_of_the_current_folder_runs(tmp_path, monkeypatch):
    """A folder as somebody downloads it: a model, and a module of its makers."""
    for name in ("json.py", "shutil.py", "sitecustomize.py"):
        (tmp_path / name).write_text("import os\nos._exit(77)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    # The child gets so far as to miss what a request holds.
    with pytest.raises(ConversionError, match="exit code 1 .*") as end:
        run_child(request_of(tmp_path), lambda event: None)
    assert "KeyError: 'model'" in str(end.value)
