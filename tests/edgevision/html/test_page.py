"""Pages are whole, escaped and self-contained."""

from __future__ import annotations

import re

from edgevision.html.page import Page
from edgevision.html.plot import line_plot


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
    page.bars({"<x>": [1.0, 2.0]}, unit='"<y>', parts=["<u>", "<s>"])
    page.points(["<em>"])
    with page.details("<x>"):
        page.plot(line_plot({"<u>": [], "<i>": [(0, 1)]}, x_label="<x>", y_label="<y>"))
    body = page.render().split("<body>")[1]
    assert not re.search(r"<(i|u|s|em|script|x|y)>", body)
    assert "<h1>&lt;b&gt;</h1>" in body


def test_the_longest_bar_fills_the_track_and_its_parts_add_up():
    page = Page("t")
    page.bars({"a": [1.0, 2.0, 1.0], "b": 2.0}, unit="ms", parts=["x", "y", "z"])
    text = page.render()
    shares = [float(share) for share in re.findall(r"--share:([\d.]+)", text)]
    assert shares == [0.25, 0.5, 0.25, 0.5]
    assert re.findall(r"<b>(.*?)</b>", text) == ["4 ms", "2 ms"]
    assert [word in text for word in ("</i>x<", "</i>y<", "</i>z<")] == [True] * 3


def test_bars_of_nothing_are_drawn_without_a_share():
    page = Page("t")
    page.bars({"a": 0.0}, unit="ms")
    assert "--share:0.0000" in page.render()


def test_what_is_folded_is_between_the_summary_and_its_end():
    page = Page("t")
    with page.details("more"):
        page.text("inside")
    page.text("outside")
    folded = re.search(r"<details>(.*?)</details>", page.render(), re.DOTALL)[1]
    assert "inside" in folded
    assert "outside" not in folded


def test_numbers_stand_right_and_words_left():
    page = Page("t")
    page.table(["op", "count"], [["CONV_2D", 7], ["ADD", ""]])
    assert '<td>CONV_2D</td><td class="number">7</td>' in page.render()


def test_a_stacked_table_knows_how_many_cells_stand_below_the_name():
    page = Page("t")
    page.table(["name", "p50", "p90"], [["a", 1, 2]], stacked=True)
    assert '<table class="stacked" style="--columns:2">' in page.render()
