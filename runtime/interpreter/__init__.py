"""One wrapper over the packages that interpret a ``.tflite``.

What lives here: backends, threads, native messages turned into sentences, and a fake
for tests. What may not: pictures and decoders. Start reading at ``interpreter.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .backends import BACKENDS, find_backend, installed_backends
    from .delegates import DELEGATES
    from .interpreter import Interpreter
    from .invoker import Invoker
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "backends": "BACKENDS find_backend installed_backends",
            "delegates": "DELEGATES",
            "interpreter": "Interpreter",
            "invoker": "Invoker",
        },
    )
