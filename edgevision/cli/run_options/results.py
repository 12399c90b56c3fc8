"""Options that say which results are reported."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, Final

import click

from ..decoder_defaults import shown
from ..parameter_types import Share
from ..paths import InputPath
from ..usage import section

_results = section("Results")
_OPTIONS: Final = (
    _results(
        "--score-threshold",
        type=Share(),
        metavar="SCORE",
        help="The lowest score that is reported.",
        shown_default=shown("score_threshold"),
    ),
    _results(
        "--top-k",
        type=click.IntRange(1),
        metavar="N",
        help="Classifiers: classes per picture.",
        shown_default=shown("top_k"),
    ),
    _results(
        "--allow",
        multiple=True,
        metavar="LABEL",
        help="Report only this label; repeat for more.",
    ),
    _results(
        "--deny",
        multiple=True,
        metavar="LABEL",
        help="Never report this label; repeat for more.",
    ),
    _results(
        "--level",
        metavar="N|LABEL",
        help="For labels with ancestors: report those on level N (1 is the roots), or "
        "on the level of this label. With --then it is the last model's.",
    ),
    _results(
        "--gallery",
        type=InputPath(),
        metavar="FILE.npz",
        help="For embeddings: the known pictures that 'edgevision enroll' wrote.",
    ),
)


def result_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options, in the order of this module."""
    return reduce(lambda command, option: option(command), reversed(_OPTIONS), function)
