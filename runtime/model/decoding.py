"""What a model asks of its decoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from ..decoders import Decoder
from ..geometry import Letterbox
from ..results import Result

# A classifier selects no boxes, and on a small board an import costs more than a frame.
if TYPE_CHECKING:
    from ..decoders import Selection


@runtime_checkable
class SelectingDecoder(Protocol):
    """A decoder of boxes that compete.

    Attributes:
        selection: How boxes become detections.
    """

    selection: Selection


def selection_of(decoder: Decoder, task: str) -> Selection:
    """Return how a decoder selects; by the defaults where its results do not compete.

    Args:
        decoder: The model's.
        task: What the model does. Poses and landmarks have places in a frame, as
            detections have, and mostly no rule by which they compete.

    Raises:
        UnsupportedModelError: It is the user's own and states none.
    """
    if task == "detection" or isinstance(decoder, SelectingDecoder):
        chosen: Selection = decoder.selection  # type: ignore[attr-defined]
        return chosen
    from ..decoders import Selection, SelectionOptions

    return Selection(SelectionOptions())


@np.errstate(over="ignore", invalid="ignore")
def decoded(
    decoder: Decoder, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
) -> Result:
    """Return what outputs mean, without NumPy's warnings.

    A broken network may answer with any number. What comes of it is the decoder's, and
    the warnings tell a user nothing.

    Args:
        decoder: The model's.
        outputs: The raw output tensors.
        letterbox: How the frame was laid into the model's input.
    """
    return decoder.decode(outputs, letterbox)
