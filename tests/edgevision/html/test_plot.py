"""Plots are well-formed for any values, and no value is lost."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from edgevision.html.plot import histogram, line_plot, ticks

NUMBERS = st.floats(-1e6, 1e6)


def test_a_legend_names_the_lines_of_several_series():
    several = line_plot({"a": [(0, 1)], "b": [(1, 2)]}, x_label="x", y_label="y")
    assert several.legend == ("a", "b")
    assert line_plot({"a": [(0, 1)]}, x_label="x", y_label="y").legend == ()


@given(st.lists(NUMBERS, max_size=50), st.dictionaries(st.text(max_size=9), NUMBERS))
def test_a_histogram_is_well_formed_for_any_values(values, marks):
    svg = histogram(values, x_label="latency, ms", marks=marks and {"p50": 1.0})
    ET.fromstring(svg.text)  # noqa: S314 - our own text


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=20))
def test_a_line_plot_is_well_formed_for_any_points(points):
    svg = line_plot({"one": points, "two": [(math.nan, 1)]}, x_label="x", y_label="y")
    assert "nan" not in svg.text
    ET.fromstring(svg.text)  # noqa: S314 - our own text


def test_every_value_of_a_histogram_is_in_a_bar():
    svg = histogram([1.0] * 99 + [50.0], x_label="ms", bins=10)
    assert svg.text.count('fill="var(--s0)"') == 2


@given(NUMBERS, st.floats(1e-3, 1e6))
def test_ticks_lie_inside_and_rise(low, span):
    values = ticks(low, low + span)
    assert values == sorted(values)
    slack = span * 1e-6 + 1e-9
    assert all(low - slack <= value <= low + span + slack for value in values)
    assert len(values) <= 12
