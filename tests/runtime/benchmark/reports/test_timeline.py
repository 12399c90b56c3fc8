"""The curve of a long run: single wild blocks do not hide it."""

from __future__ import annotations

import re

from edgevision.runtime.benchmark.latency_record import BlockMedians
from edgevision.runtime.benchmark.reports.timeline import draw_timeline
from support.latency import result

from edgevision.html.page import Page


def plots(values: list[float]) -> list[str]:
    page = Page("x")
    starts = tuple(float(number) for number in range(len(values)))
    sizes = (1,) * len(values)
    blocks = BlockMedians("bare", starts, sizes, {"bare": tuple(values)})
    draw_timeline(page, result(stage="bare", blocks=(blocks,)))
    return re.findall(r"<svg.*?</svg>", page.render(), re.DOTALL)


def test_even_run_is_one_plot():
    assert len(plots([3.0] * 600)) == 1


def test_wild_block_gets_a_plot_of_medians_beside_all_blocks():
    wild = [3.0] * 300 + [4.0] * 300
    wild[77] = 900.0
    curve, every = plots(wild)
    assert "median of 10 s" in curve
    assert ">800<" not in re.sub(r'points="[^"]*"', "", curve)
    assert ">800<" in re.sub(r'points="[^"]*"', "", every)


def test_peak_is_not_thinned_away():
    values = [3.0] * 5000
    values[1234] = 9.0
    (every,) = plots(values)
    heights = [
        float(point.split(",")[1])
        for point in re.search(r'<polyline points="([^"]*)"', every)[1].split()
    ]
    assert len(heights) < 500
    assert heights.count(min(heights)) == 1


def test_short_run_and_single_block_are_drawn():
    assert len(plots([3.0, 90.0])) == 1
    assert len(plots([3.0])) == 1
