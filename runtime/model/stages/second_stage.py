"""The second model's answers for several parts of a frame, a few parts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from ...frame import Image
from ...geometry import Letterbox
from ...results import Result
from ..decoding import decoded

if TYPE_CHECKING:
    from ..model import Model

BATCH: Final = 4
"""Parts at once, for a second model whose file leaves the number of rows open."""


class SecondStage:
    """Run a model on parts of a frame.

    Args:
        model: Takes a picture.

    Attributes:
        model: The argument of that name.
        batch: How many parts it takes at once; its file decides.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.batch = self._open_rows()

    def answers(
        self, image: Image, parts: Sequence[Letterbox], color: str
    ) -> list[Result]:
        """Return the model's answer for each part.

        Others may call the model meanwhile: they wait.

        Args:
            image: uint8 (H, W, 3).
            parts: Which parts, and where each lies in the model's input.
            color: Order of the picture's channels: bgr or rgb.
        """
        model = self.model
        answers: list[Result] = []
        with model.lock:
            for begin in range(0, len(parts), self.batch):
                some = parts[begin : begin + self.batch]
                for row, part in enumerate(some):
                    model.prepare(
                        image, color=color, part=part, row=slice(row, row + 1)
                    )
                model.invoke()
                outputs = model.interpreter.outputs_now()
                for row, part in enumerate(some):
                    own = [
                        output[row : row + 1] if self.batch > 1 else output
                        for output in outputs
                    ]
                    answers.append(decoded(model.decoder, own, part))
                    del own
                del outputs
        return answers

    def _open_rows(self) -> int:
        used = self.model.interpreter
        signatures: tuple[Any, ...] = getattr(used, "input_signatures", ())
        resize = getattr(used, "resize", None)
        if resize is None or len(signatures) != 1 or signatures[0][:1] != (-1,):
            return 1
        shape = used.inputs[0].shape[1:]
        resize([(BATCH, *shape)])
        if all(output.shape[:1] == (BATCH,) for output in used.outputs):
            self.model.row = slice(0, 1)  # whoever asks the model alone uses the first
            return BATCH
        resize([(1, *shape)])
        return 1
