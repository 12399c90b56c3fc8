"""How a model is run, what proves each choice, and what nothing proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ...card import ModelCard

if TYPE_CHECKING:
    from ..decoders import OwnDecoder

CALLER: Final = "the caller"
OPTION: Final = "options."
"""What stands before the name of a decoder's option when it is a choice."""
ASSUMED: Final = "assumed"
"""The source of a choice that nothing proves."""


@dataclass(frozen=True)
class Settings:
    """How a model is run, and how each choice is known.

    Attributes:
        card: Everything that running needs.
        evidence: Choice -> what proves it: task, decoder, size, color, resize,
            normalization, labels, and ``options.<name>``.
        assumptions: Sentences for what nothing proves.
        own_decoder: The decoder that the caller passed, where it is not one of
            EdgeVision's.
    """

    card: ModelCard
    evidence: Mapping[str, str]
    assumptions: tuple[str, ...]
    own_decoder: OwnDecoder | None = None

    def with_notes(self, notes: tuple[str, ...]) -> Settings:
        """Return the same with more sentences for what nothing proves."""
        return replace(self, assumptions=(*self.assumptions, *notes))

    def with_decoder_options(self, options: Mapping[str, Any]) -> Settings:
        """Return the same with some options of the decoder, as the caller says them."""
        if not options:
            return self
        stated = {f"{OPTION}{name}": CALLER for name in options}
        return Settings(
            self.card.with_output(options={**self.card.output.options, **options}),
            {**self.evidence, **stated},
            self.assumptions,
        )


class Evidence:
    """The source of each choice, and a sentence for each choice that is assumed.

    The choices are task, decoder, size, color, resize, normalization, labels and
    ``options.<name>``. A choice is either proven or assumed: the later word counts.
    """

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}
        # In the order in which they were written: users read them so.
        self._sentences: list[tuple[str, str]] = []

    def set(self, choice: str, source: str) -> None:
        """Write down what proves a choice; its assumption, if any, is dropped."""
        self._drop(choice)
        self._sources[choice] = source

    def assume(self, choice: str, sentence: str) -> None:
        """Write down that nothing proves a choice, and what is assumed instead."""
        self._drop(choice)
        self._sources[choice] = ASSUMED
        self._sentences.append((choice, sentence))

    def note(self, sentence: str) -> None:
        """Write down what a user should know beside the choices."""
        self._sentences.append(("", sentence))

    def forget_options(self) -> None:
        """Drop what is known of the options: they belong to another decoder."""
        for choice in [c for c in self._sources if c.startswith(OPTION)]:
            self._drop(choice)
            del self._sources[choice]

    @property
    def sources(self) -> Mapping[str, str]:
        """Return what proves each choice, ``assumed`` where nothing does."""
        return dict(self._sources)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Return the sentences of what is assumed, and the notes."""
        return tuple(sentence for _, sentence in self._sentences)

    def _drop(self, choice: str) -> None:
        self._sentences = [pair for pair in self._sentences if pair[0] != choice]
