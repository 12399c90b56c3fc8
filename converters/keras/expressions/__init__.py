"""Arithmetic in x that replaces a Lambda layer: ``x / 127.5 - 1``.

What lives here: the grammar, its parser, and what an expression computes. What may
not: layers, model files, and the evaluation of text by Python. Start reading at
``parser.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .affine import factor_and_shift
    from .evaluation import evaluate
    from .functions import FUNCTIONS, REQUIRED
    from .parser import GRAMMAR, Expression, parse_expression
    from .tree import Call, Part, every_node
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "affine": "factor_and_shift",
            "evaluation": "evaluate",
            "functions": "FUNCTIONS REQUIRED",
            "parser": "Expression GRAMMAR parse_expression",
            "tree": "Call Part every_node",
        },
    )
