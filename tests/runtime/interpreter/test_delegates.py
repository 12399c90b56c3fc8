"""Delegate libraries that cannot be loaded are a sentence."""

from __future__ import annotations

import pytest
from edgevision.runtime.interpreter import backends
from edgevision.runtime.interpreter.interpreter import Interpreter
from support.color_model import color_model

from edgevision.errors import MissingDependencyError

pytestmark = pytest.mark.skipif(
    not backends.installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def model_file(tmp_path):
    path = tmp_path / "colors.tflite"
    path.write_bytes(color_model())
    return path


def test_a_delegate_library_that_is_absent_is_named(model_file, tmp_path):
    path = tmp_path / "libdelegate.so"
    with pytest.raises(
        MissingDependencyError, match=r"Cannot load the delegate .*\.so"
    ):
        Interpreter(model_file, delegate=path)


def test_a_library_that_is_no_delegate_is_named(model_file):
    import _ctypes

    with pytest.raises(MissingDependencyError, match="tflite_plugin_create_delegate"):
        Interpreter(model_file, delegate=_ctypes.__file__)
