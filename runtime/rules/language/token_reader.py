"""Takes the tokens of a rule one after the other, and says what was expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

from ....errors import shown
from ...durations import seconds
from .conditions import FRAME, Name
from .rule_error import RuleError
from .tokens import KEYWORDS, Token, quoted_name, tokens

T = TypeVar("T")


class TokenReader:
    """The tokens of one rule, and the place that was reached.

    Args:
        text: The rule.

    Attributes:
        text: As above.
        place: Index of the next token.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self._tokens = list(tokens(text))

    @property
    def next(self) -> Token:
        """Return the next token without taking it."""
        return self._tokens[self.place]

    @property
    def is_at_call(self) -> bool:
        """Return whether a bare word and an opening bracket come next."""
        if self.next.kind != "word":
            return False
        second = self._tokens[self.place + 1]
        return second.kind == "sign" and second.text == "("

    def take(self) -> Token:
        """Return the next token and go on; the end is never passed."""
        token = self.next
        if token.kind != "end":
            self.place += 1
        return token

    def is_at(self, *words: str) -> bool:
        """Return whether one of some bare words or signs comes next."""
        return self.next.kind in ("word", "sign") and self.next.text in words

    def skip(self, *words: str) -> Token | None:
        """Take the next token where it is one of some bare words or signs."""
        return self.take() if self.is_at(*words) else None

    def expect(self, sign: str, example: str) -> Token:
        """Take one bare word or sign.

        Raises:
            RuleError: Something else comes next.
        """
        return self.skip(sign) or self.refuse(f"expected '{sign}', as in {example}")

    def name(self, what: str, example: str) -> Name:
        """Take a name: a word that has no other meaning, or anything in quotes.

        Raises:
            RuleError: Something else comes next.
        """
        token = self.next
        if token.kind == "word" and token.text in KEYWORDS - {FRAME}:
            cure = f"expected {what}, as in {example}"
            if token.text not in ("and", "or", "not", "in", "for", "until"):
                quoted = quoted_name(token.text)
                cure += f"; {what} of that name stands in quotes: {quoted}"
            self.refuse(cure)
        if token.kind not in ("word", "quoted"):
            self.refuse(f"expected {what}, as in {example}")
        self.take()
        is_frame = token.kind == "word" and token.text == FRAME
        return Name(token.text, token.position, token.width, is_frame)

    def duration(self, example: str) -> float:
        """Take a duration, and return its seconds.

        Raises:
            RuleError: Something else comes next, or a number without a unit.
        """
        token = self.next
        if token.kind not in ("duration", "number"):
            self.refuse(f"expected a duration, as in {example}")
        try:
            value = seconds(token.text)
        except ValueError as error:
            self.fail(str(error), token)
        self.take()
        return value

    def listed(self, read: Callable[[], T]) -> tuple[T, ...]:
        """Return what stands between commas."""
        items = [read()]
        while self.skip(","):
            items.append(read())
        return tuple(items)

    def refuse(self, expected: str) -> NoReturn:
        """Raise an error at the next token.

        Args:
            expected: What the sentence ends with.
        """
        token = self.next
        what = "the rule ends here" if token.kind == "end" else shown(token.text)
        self.fail(f"{what}: {expected}.", token)

    def fail(self, sentence: str, at: Token | Name) -> NoReturn:
        """Raise an error at a token or a name."""
        raise RuleError(sentence, self.text, at.position, at.width)
