"""Texts of others in HTML."""

from __future__ import annotations

import html

from ..escapes import printable


def escaped(text: str) -> str:
    """Return a text for HTML, in which control characters are shown as escapes.

    Marks that turn the direction of writing round would reorder what stands around a
    label on a page, too. Line breaks stay.
    """
    return html.escape("\n".join(map(printable, text.split("\n"))))
