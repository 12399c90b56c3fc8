"""The extra PyAV: used where it is whole, named with its cure where it is not."""

from __future__ import annotations

import importlib.util
import sys
import types

import pytest
from edgevision.runtime.pyav import has_pyav, import_pyav
from support.clips import needs_pyav

from edgevision.errors import MissingDependencyError


def test_without_pyav_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not has_pyav()
    with pytest.raises(
        MissingDependencyError,
        match=r"Reading srt:// needs PyAV, which is not installed. Run: pip install ",
    ):
        import_pyav("Reading srt://")


@pytest.mark.parametrize(
    ("name", "module", "match"),
    [
        ("av", None, "cannot be imported"),
        ("av", types.SimpleNamespace(__version__="9.2.0"), "15 or newer, and 9.2.0"),
    ],
)
def test_a_broken_or_old_pyav_is_not_used(monkeypatch, caplog, name, module, match):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    for other in [key for key in sys.modules if key.partition(".")[0] == "av"]:
        monkeypatch.delitem(sys.modules, other)
    monkeypatch.setitem(sys.modules, name, module)
    if module is not None:
        reformatter = types.ModuleType("av.video.reformatter")
        for key in ("av.video", "av.video.reformatter"):
            monkeypatch.setitem(sys.modules, key, reformatter)
    assert not has_pyav()
    assert "Until then OpenCV reads and writes videos" in caplog.text
    with pytest.raises(MissingDependencyError, match=match):
        import_pyav("Reading this video")


@needs_pyav
def test_pyav_is_there_where_it_is_installed():
    assert has_pyav()
    assert import_pyav("Reading").library_versions
