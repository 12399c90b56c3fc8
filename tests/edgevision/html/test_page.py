"""Pages are whole, escaped, self-contained and well-formed."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from edgevision.html.page import Page
from edgevision.html.plot import bar_plot, histogram, line_plot, ticks

NUMBERS = st.floats(-1e6, 1e6)


def test_a_page_holds_no_reference_to_anything_outside():
    page = Page("Title", "sub")
    page.heading("Plots")
    page.plot(line_plot({"a": [(0, 1), (1, 2)]}, x_label="s", y_label="ms"))
    page.facts({"size": 12_345, "left out": None, "share": 0.123456})
    text = page.render()
    assert not re.search(r"(src|href)=|url\(|@import|<script", text)
    assert "12,345" in text
    assert "0.1235" in text
    assert "left out" not in text


def test_text_is_escaped_everywhere():
    page = Page("<b>", "<i>")
    page.heading("<u>")
    page.code("<s>")
    page.table(["<em>"], [["<script>alert(1)</script>"]])
    page.plot(bar_plot({"<x>": 1.0}, x_label='"<y>'))
    body = page.render().split("<body>")[1]
    assert not re.search(r"<(b|i|u|s|em|script|x|y)>", body)


def test_numbers_stand_right_and_words_left():
    page = Page("t")
    page.table(["op", "count"], [["CONV_2D", 7], ["ADD", ""]])
    assert '<td>CONV_2D</td><td class="number">7</td>' in page.render()


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
