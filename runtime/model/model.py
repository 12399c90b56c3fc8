"""A model that takes pictures: preprocessor, interpreter and decoder joined by a card.

Start at :class:`Model`; ``opening/open_file.py`` makes one of a file.
"""

from __future__ import annotations

import time
from _thread import allocate_lock
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from ...card import InputCard, ModelCard
from ...errors import UnsupportedModelError
from ..decoders import Decoder, make_decoder
from ..frame import Frame, Image, three_channels
from ..geometry import Letterbox
from ..image import Preprocessor
from ..interpreter import Invoker
from ..results import Result
from .base import PictureModel, Stages, timed
from .decoding import decoded, selection_of
from .description import description
from .picture_input import make_preprocessor, picture_position

# Opening a model and asking it once needs none of these; on a small board an import
# costs more than a frame.
if TYPE_CHECKING:
    from ..decoders import OwnDecoder, Selection
    from ..golden import GoldenVerdict
    from ..pipeline import Runner
    from ..results import Generation
    from ..timing import Timing
    from ..turns import Turn
    from .extra_inputs import ExtraInputs
    from .residual import ResidualDecoder

_ALL: Any = ...


class Model(PictureModel):
    """Run a model on pictures: ``result = model(image)``.

    The three steps can also be taken one by one (:meth:`prepare`, :meth:`invoke`,
    :meth:`decode`), which is what :meth:`look` times. Use it as a context manager, or
    call :meth:`close`.

    Args:
        card: What the model takes and what its outputs mean.
        interpreter: Runs the tensors; closed with the model.
        evidence: Choice -> what proves it, for :meth:`info`.
        assumptions: Sentences for what nothing proves.
        golden_input: The image input that the card's golden check was made with, where
            the caller changed it; None means the card's own.
        own_decoder: The decoder that the caller passed; None means the one that the
            card names.

    Attributes:
        card: What the model takes and what its outputs mean.
        interpreter: Runs the tensors.
        preprocessor: Fills the input; None for a model without an image input.
        decoder: Reads the outputs.
        evidence: Choice -> what proves it.
        assumptions: Sentences for what nothing proves.
        lock: Held while a picture is worked on, so that threads take turns. Whoever
            calls :meth:`prepare`, :meth:`invoke` and :meth:`decode` beside other
            threads holds it meanwhile.
        row: Where a picture lies in the input, of which a pair may open several rows.
        check: The result of the golden check at opening; None means it was not run.

    Raises:
        UnsupportedModelError: Card and tensors disagree.
        ModelCardError: No decoder has the card's name for it.
        ValueError: An option of the decoder is unknown or out of range.
    """

    def __init__(
        self,
        card: ModelCard,
        interpreter: Invoker,
        *,
        evidence: Mapping[str, str] | None = None,
        assumptions: Sequence[str] = (),
        golden_input: InputCard | None = None,
        own_decoder: OwnDecoder | None = None,
    ) -> None:
        self.card = card
        self.interpreter = interpreter
        self.evidence = dict(evidence or {})
        self.assumptions = tuple(assumptions)
        self.check: str | None = None
        self._golden_input = golden_input or card.input
        self.lock = allocate_lock()
        self._picture, self.row = 0, _ALL
        self._extras: ExtraInputs | None = None
        self.preprocessor = self._preprocessor()
        self.decoder: Decoder = make_decoder(card, interpreter.outputs, own_decoder)
        self._residual: ResidualDecoder | None = None
        if self.preprocessor is not None and card.output.options.get("residual"):
            from .residual import ResidualDecoder

            self._residual = ResidualDecoder(self.decoder, self.preprocessor)
            self.decoder = self._residual

    def _preprocessor(self) -> Preprocessor | None:
        if self.card.input is None:
            return None
        tensors = self.interpreter.inputs
        extras = self.card.extra_inputs
        self._picture = picture_position(self.card, tensors)
        if extras:
            from .extra_inputs import ExtraInputs

            self._extras = ExtraInputs(extras, tensors, self.card.name)
        return make_preprocessor(
            self.card.name, self.card.input, tensors[self._picture]
        )

    def prepare(
        self,
        image: npt.ArrayLike,
        *,
        color: str = "bgr",
        part: Letterbox | None = None,
        row: slice | None = None,
    ) -> Letterbox:
        """Write a picture into the model's input.

        Args:
            image: uint8 (H, W, 3), or gray, or with alpha.
            color: Order of its channels: bgr (OpenCV) or rgb (Keras, PIL).
            part: Which part of it; None means the whole, as the card says.
            row: Which row of an input of several; None means :attr:`row`.

        Returns:
            How the picture was laid into the input; :meth:`decode` needs it.

        Raises:
            UnsupportedModelError: The model takes no picture.
            ValueError: The array is no image.
        """
        if self.preprocessor is None:
            cure = "Fill its tensors through model.interpreter."
            if self.card.task == "generation":
                cure = "It makes some: use 'edgevision generate' or model.generate()."
            raise UnsupportedModelError(
                f"{self.card.name} takes no picture: its card has no image input. "
                f"{cure}"
            )
        # Before the input is touched: an error object that somebody keeps must not
        # keep a view of it alive.
        picture, order = three_channels(image, color)
        if self._extras is not None:
            self._extras.write(self.interpreter)
        out = self.interpreter.input(self._picture)[row or self.row]
        letterbox = self.preprocessor.prepare(picture, out=out, color=order, part=part)
        if self._residual is not None:
            self._residual.keep(out)
        return letterbox

    def set_inputs(self, values: Mapping[str, npt.ArrayLike]) -> None:
        """Set the inputs beside the picture, for all pictures that follow.

        Args:
            values: By input name a number, or one number per element.

        Raises:
            ValueError: No input has the name, or a value has another size.
        """
        if self._extras is None:
            raise ValueError(
                f"{self.card.name} takes a picture and nothing else, got values for "
                f"{', '.join(map(repr, values))}."
            )
        with self.lock:
            self._extras.set(values)

    def invoke(self) -> None:
        """Compute the outputs from the input."""
        self.interpreter.invoke()

    def decode(self, letterbox: Letterbox) -> Result:
        """Return what the outputs mean for the picture that was prepared."""
        outputs = [output[self.row] for output in self.interpreter.outputs_now()]
        return decoded(self.decoder, outputs, letterbox)

    def look(
        self, picture: Image, color: str, *, scale: int = 1
    ) -> tuple[Result, Stages]:
        """Return the result for one picture, and the milliseconds of each stage.

        Args:
            picture: uint8 (H, W, 3).
            color: Order of its channels: bgr or rgb.
            scale: Pixels of the result's frame for one of the picture, each way.
        """
        with self.lock:
            start = time.perf_counter_ns()
            letterbox = self.prepare(picture, color=color)
            letterbox = letterbox if scale == 1 else letterbox.enlarged(scale)
            prepared = time.perf_counter_ns()
            self.invoke()
            invoked = time.perf_counter_ns()
            result = self.decode(letterbox)
            decoded = time.perf_counter_ns()
        return result, (
            (prepared - start) / 1e6,
            (invoked - prepared) / 1e6,
            (decoded - invoked) / 1e6,
            0.0,
        )

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the result for one frame, and the milliseconds of each stage."""
        picture, scale = frame.view
        if scale == 1 or scale > self.reduction(*frame.size):
            return super().run(frame)
        return timed(self.look(picture, "bgr", scale=scale))

    def in_turn(self, turn: Turn) -> Runner:
        """Return what runs over the frames of one camera of several."""
        is_plain = self._extras is None and self._residual is None and self.row is _ALL
        if self.preprocessor is None or not is_plain:
            return super().in_turn(turn)
        from .in_turn import PreparedInTurn

        return PreparedInTurn(self, self.preprocessor, turn)

    def reduction(self, width: int, height: int) -> int:
        """Return how small a frame may be decoded: one pixel for so many, each way."""
        if self.preprocessor is None or self._residual is not None:
            return 1
        return self.preprocessor.reduction(width, height)

    @property
    def selection(self) -> Selection:
        """Return how the decoder selects detections; poses have the defaults."""
        return selection_of(self.decoder, self.card.task)

    def generate(
        self, count: int = 1, *, seed: int = 0, latents: npt.ArrayLike | None = None
    ) -> Generation:
        """Make pictures from random numbers, with a generator.

        Args:
            count: How many.
            seed: Random seed; gives the same pictures on every machine.
            latents: (N, L) numbers to use instead.

        Raises:
            UnsupportedModelError: The model makes no pictures.
            ModelError: Its output holds NaN or infinity.
            ValueError: A number is out of range, or the latents have another shape.
        """
        from .generator import generate

        if self.card.task != "generation":
            raise UnsupportedModelError(
                f"{self.card.name} is a model for {self.card.task}, which makes no "
                "pictures of random numbers. Use 'edgevision run'."
            )
        with self.lock:
            return generate(self, count, seed=seed, latents=latents)

    def golden_check(self, *, quick: bool = False) -> GoldenVerdict | None:
        """Compare what the model computes here with what its card says it computed.

        Args:
            quick: Ask one input instead of eight.

        Returns:
            The verdict; None when the card has no golden check.

        Raises:
            ModelCardError: The stored check is damaged.
        """
        if not self.card.check:
            return None
        from ..golden import check

        with self.lock:
            return check(
                self.card.check, self.interpreter, self._golden_input, quick=quick
            )

    def info(self) -> dict[str, Any]:
        """Return how the model is run and why, as plain JSON types."""
        return description(self)

    def close(self) -> None:
        """Free the interpreter; may be called twice."""
        self.interpreter.close()
