"""The error for a rule that cannot be read, or that can never be meant."""

from __future__ import annotations


class RuleError(ValueError):
    """A rule's text that is wrong at one place.

    As a text it is the sentence, and under it the rule with a mark at the place.

    Attributes:
        sentence: What is wrong and what to write instead.
        text: The whole rule.
        position: Index of the first wrong character in ``text``; its length where
            something is missing at the end.
        width: How many characters are marked, at least 1.
    """

    def __init__(self, sentence: str, text: str, position: int, width: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.text = text
        self.position = position
        self.width = max(width, 1)

    def __str__(self) -> str:
        """Return the sentence, the part of the rule around the place, and the mark."""
        line = "".join(c if c.isprintable() else " " for c in self.text)
        cut = max(self.position - 60, 0)
        part = line[cut : self.position + 60]
        mark = " " * (self.position - cut) + "^" * min(self.width, 60)
        return f"{self.sentence}\n  {part}\n  {mark}"
