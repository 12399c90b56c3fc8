"""Lines of YAML, as far as data set files need them: comments, quotes, indentation."""

from __future__ import annotations

from collections.abc import Sequence


def indented(lines: Sequence[str]) -> list[str]:
    """Return the lines up to the next top-level key."""
    block = []
    for line in lines:
        if line.strip() and not line[0].isspace() and not line.startswith("-"):
            # A closing bracket may stand at the margin.
            if line.strip() in ("]", "}"):
                block.append(line)
            break
        if line.strip():
            block.append(line)
    return block


def without_comment(line: str) -> str:
    """Cut a comment, which starts with # after a space and outside quotes."""
    if "#" not in line:
        return line.rstrip()
    quote = ""
    for i, char in enumerate(line):
        before = line[i - 1] if i else " "
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and before in " \t[{,:-":
            quote = char
        elif char == "#" and before in " \t":
            return line[:i].rstrip()
    return line.rstrip()


def unquoted(text: str) -> str:
    """Return a text without the quotes around it."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
