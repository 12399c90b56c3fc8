"""Delegate libraries that cannot be loaded are a sentence."""

from __future__ import annotations

import pytest
from edgevision.runtime.interpreter import backends
from edgevision.runtime.interpreter.interpreter import Interpreter
from support.color_model import color_model

from edgevision.errors import MissingDependencyError, ModelError

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


def _refused_by_xnnpack():
    """Return an interpreter class whose default delegate prepares no file."""
    real = backends.find_backend().interpreter

    class Refusing(real):
        def __init__(self, **options):
            self._is_plain = "experimental_op_resolver_type" in options
            super().__init__(**options)

        def allocate_tensors(self):
            if not self._is_plain:
                raise RuntimeError("failed to create XNNPACK runtime")
            super().allocate_tensors()

    return Refusing


def test_built_in_kernels_run_what_xnnpack_cannot_prepare(model_file):
    with Interpreter(model_file, backend=_refused_by_xnnpack()) as interpreter:
        assert interpreter.delegate == "none"
        interpreter.invoke()


def test_xnnpack_by_name_is_not_replaced(model_file):
    with pytest.raises(ModelError, match="failed to create XNNPACK runtime"):
        Interpreter(model_file, backend=_refused_by_xnnpack(), delegate="xnnpack")
