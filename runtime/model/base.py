"""What turns pictures into results: a model, tiles around one, or two in a row."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from ...card import ModelCard
from ..closing import Closing
from ..frame import Frame, Image, read_image
from ..image import three_channels
from ..results import Result

# Opening a model and asking it once needs none of these; on a small board an import
# costs more than a frame.
if TYPE_CHECKING:
    from ..decoders import Selection
    from ..pipeline import Pipeline
    from ..sources import Source
    from ..timing import Timing


class PictureModel(Closing):
    """Give a result for a picture: ``result = model(image)``.

    A subclass says how by :meth:`look`; being called, :meth:`run` and :meth:`stream`
    are the same for all. Use it as a context manager, or call :meth:`close`.

    Attributes:
        card: What the model takes and what its results mean.
        assumptions: A sentence for each choice that nothing proves.
    """

    card: ModelCard
    assumptions: tuple[str, ...]

    @property
    @abstractmethod
    def selection(self) -> Selection:
        """Return how detections are selected; only detectors have this."""

    @abstractmethod
    def look(self, picture: Image, color: str) -> tuple[Result, Timing]:
        """Return the result for one picture, and the milliseconds of each stage.

        Calls from several threads wait for each other.

        Args:
            picture: uint8 (H, W, 3).
            color: Order of its channels: bgr or rgb.
        """

    @abstractmethod
    def info(self) -> dict[str, Any]:
        """Return how the model is run and why, as plain JSON types."""

    def __call__(
        self, image: npt.ArrayLike | str | Path, *, color: str = "bgr"
    ) -> Result:
        """Return the result for one picture.

        Args:
            image: uint8 (H, W, 3), or gray, or with alpha; or the path of a file.
            color: Order of an array's channels: bgr (OpenCV) or rgb (Keras, PIL).

        Raises:
            SourceError: The file cannot be read.
            ValueError: The array is no image.
        """
        if isinstance(image, (str, Path)):
            image, color = read_image(image), "bgr"
        return self.look(*three_channels(image, color))[0]

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the result for one frame, and the milliseconds of each stage."""
        return self.look(frame.image, "bgr")

    def stream(self, source: str | Source = "auto", **options: Any) -> Pipeline:
        """Run over a source: ``for event in model.stream("clip.mp4"): ...``.

        Args:
            source: A source's string, or a source.
            **options: Those of :func:`~edgevision.runtime.pipeline.open_stream`: sinks,
                max_frames, max_fps, realtime, give_up_after, force.

        Raises:
            SourceError: The source cannot be opened.
            SinkError: A sink cannot be opened.
        """
        from ..pipeline import open_stream

        return open_stream(self, source, model=self.card.name, **options)
