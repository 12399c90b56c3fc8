"""Importing a backend: tflite-runtime's import must not reach the caller's thread."""

from __future__ import annotations

import sys
import threading

import pytest
from edgevision.runtime.interpreter import backends

from edgevision.errors import MissingDependencyError


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a function that puts a tflite_runtime of given text on the path."""
    for name in [name for name in sys.modules if name.startswith("tflite_runtime")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)

    def make(text: str) -> None:
        folder = tmp_path / "tflite_runtime"
        folder.mkdir()
        (folder / "__init__.py").write_text("__version__ = '2.99.0'\n")
        (folder / "interpreter.py").write_text(text)

    yield make
    for name in [name for name in sys.modules if name.startswith("tflite_runtime")]:
        sys.modules.pop(name)


def test_tflite_runtime_is_imported_in_a_thread_that_ends(package):
    package(
        "import threading\n"
        "thread = threading.current_thread()\n"
        "class Interpreter: pass\n"
    )
    found = backends.find_backend("tflite-runtime")
    assert (found.name, found.version) == ("tflite-runtime", "2.99.0")
    assert found.module.thread is not threading.current_thread()
    assert not found.module.thread.is_alive()
    # What is imported already is not imported again.
    assert backends.find_backend("tflite-runtime").module is found.module


@pytest.mark.parametrize(
    "text", ["import no_such_module_at_all", "raise OSError('libfoo.so: too old')"]
)
def test_why_it_cannot_be_imported_is_told(package, text):
    package(text)
    with pytest.raises(MissingDependencyError, match="but cannot be imported: "):
        backends.find_backend("tflite-runtime")


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ((3, 11), "Run: pip install tflite-runtime==2.14.0 'numpy<2', or leave out"),
        ((3, 12), "It has no wheel for Python 3.12: leave out --backend to use"),
        ((3, 14), "It has no wheel for Python 3.14: leave out --backend to use"),
    ],
)
def test_a_backend_that_was_asked_for_is_the_one_that_is_named(
    monkeypatch, python, sentence
):
    monkeypatch.setattr(backends, "installed_backends", lambda: ("ai-edge-litert",))
    monkeypatch.setattr(sys, "version_info", (*python, 1))
    with pytest.raises(MissingDependencyError) as told:
        backends.find_backend("tflite-runtime")
    assert sentence in str(told.value)
    assert "pip install ai-edge-litert" not in str(told.value)
