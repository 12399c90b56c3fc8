"""A text of others is text in HTML, and reorders nothing around it."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from edgevision.escapes import printable
from edgevision.html import Page
from edgevision.html.escaping import escaped


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words += data


@given(text=st.text(st.characters() | st.sampled_from("<>&\"'\x1b\u202e\ud800\n")))
def test_a_browser_reads_the_text_and_no_tag(text):
    reader = _Reader()
    reader.feed(f"<p>{escaped(text)}</p>")
    reader.close()
    assert reader.tags == ["p"]
    assert reader.words == "\n".join(map(printable, text.split("\n")))


def test_every_part_of_a_page_escapes():
    evil = "<script>alert(1)</script>\u202e\x1b]0;t\x07"
    page = Page(evil, evil)
    page.heading(evil)
    page.text(evil)
    page.points([evil])
    with page.details(evil):
        page.code(evil)
    page.table([evil, evil], [[evil, 1]])
    page.facts({evil: evil})
    page.bars({evil: [1.0, 2.0]}, unit=evil, parts=[evil, evil])
    text = page.render()
    assert "<script" not in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert text.count("\\u202e") == text.count("alert(1)") == 17
