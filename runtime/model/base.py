"""What turns pictures into results: a model, tiles around one, or two in a row."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, overload

from ...card import ModelCard
from ...registry import load
from ..closing import Closing
from ..frame import Frame, Image, Picture
from ..results import Result

# Opening a model and asking it once needs none of these; on a small board an import
# costs more than a frame.
if TYPE_CHECKING:
    import os

    import numpy.typing as npt

    from ..cameras import Camera, CameraGroup
    from ..decoders import Selection
    from ..pipeline import Pipeline, Runner
    from ..sources import Source
    from ..timing import Timing
    from ..turns import Turn
    from .model import Model
    from .stages import TwoStage

# By name: two stages are a model like any other, so this one cannot import them.
_JOIN: Final = "edgevision.runtime.model.stages.two_stage:join"

Stages = tuple[float, float, float, float]
"""Milliseconds of prepare, invoke and decode, and of what a second model does."""


class PictureModel(Closing):
    """What returns a result for a picture: ``result = model(image)``.

    A subclass has :meth:`look`; calling it, :meth:`run` and :meth:`stream` are the same
    for all. Use it as a context manager, or call :meth:`close`.

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
    def look(self, picture: Image, color: str) -> tuple[Result, Stages]:
        """Return the result for one picture, and the milliseconds of each stage.

        Calls from several threads wait for each other.

        Args:
            picture: uint8 (H, W, 3).
            color: Order of its channels: bgr or rgb.
        """

    @abstractmethod
    def info(self) -> dict[str, Any]:
        """Return how the model is run and why, as plain JSON types."""

    def then(self, second: Model, **options: Any) -> TwoStage:
        """Join a model behind this one that looks at each thing that is found.

        ``detector.then(classifier)``, ``faces.then(mesh)``, ``faces.then(mesh).then(
        iris)``.

        Args:
            second: Looks at the region of each thing.
            **options: Those of :class:`.ThenOptions`: margin, merge, iou_threshold,
                rotation, target, shift, follow.

        Returns:
            A model of both, which closes them.

        Raises:
            UnsupportedModelError: This one finds nothing that has a place in a picture,
                or the other one's answer cannot be laid into it.
            ValueError: An option is out of range.
        """
        joined: TwoStage = load(_JOIN)(self, second, options)
        return joined

    def for_stream(self) -> PictureModel:
        """Return what runs over the frames of one stream.

        It is this model itself, unless a frame's result helps with the next frame.
        """
        return self

    def in_turn(self, turn: Turn) -> Runner:
        """Return what runs over the frames of one camera of several.

        Args:
            turn: When this camera may use the model.
        """
        from .in_turn import InTurn

        return InTurn(self.for_stream(), turn)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return one text per class_id; empty when labels are numbers."""
        return self.card.output.labels

    def set_inputs(self, values: Mapping[str, npt.ArrayLike]) -> None:
        """Set the inputs beside the picture, for all pictures that follow.

        Args:
            values: By input name a number, or one number per element.

        Raises:
            ValueError: The model takes nothing beside the picture.
        """
        raise ValueError(f"{self.card.name} takes a picture and nothing else.")

    @overload
    def __call__(
        self,
        image: Picture,
        *,
        color: str = "bgr",
        inputs: Mapping[str, npt.ArrayLike] | None = None,
    ) -> Result: ...

    @overload
    def __call__(
        self,
        image: list[Picture] | tuple[Picture, ...],
        *,
        color: str = "bgr",
        inputs: Mapping[str, npt.ArrayLike] | None = None,
    ) -> list[Result]: ...

    def __call__(
        self,
        image: Picture | list[Picture] | tuple[Picture, ...],
        *,
        color: str = "bgr",
        inputs: Mapping[str, npt.ArrayLike] | None = None,
    ) -> Result | list[Result]:
        """Return the result for one picture, or a list of results for a list of them.

        Args:
            image: uint8 (H, W, 3), or gray, or with alpha; the path of a file; an image
                of PIL; or a list of such.
            color: Order of an array's channels: bgr (OpenCV) or rgb (Keras). Files and
                PIL say it themselves.
            inputs: Numbers for the inputs beside the picture, by name, for a model that
                has such; they stay until others are passed.

        Raises:
            SourceError: The file cannot be read.
            ValueError: The array is no image, or an input has no such name or size.
        """
        if inputs:
            self.set_inputs(inputs)
        if isinstance(image, (list, tuple)):
            return [self(one, color=color) for one in image]
        from ..image import open_picture

        return self.look(*open_picture(image, color))[0]

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the result for one frame, and the milliseconds of each stage."""
        return timed(self.look(frame.image, "bgr"))

    def reduction(self, width: int, height: int) -> int:
        """Return how small a frame may be decoded: one pixel for so many, each way.

        The default is 1, the full frame: whoever cuts parts out of it needs all pixels.
        """
        del width, height
        return 1

    def stream(
        self, source: str | os.PathLike[str] | Source = "auto", **options: Any
    ) -> Pipeline:
        """Run over a source: ``for event in model.stream("clip.mp4"): ...``.

        Args:
            source: A source's string, the path of a file or folder, or a source.
            **options: Those of :func:`~edgevision.runtime.pipeline.open_stream`: sinks,
                stages, max_frames, max_fps, max_invoke, realtime, give_up_after,
                when_motion, max_answer_age, full_decode, force.

        Raises:
            SourceError: The source cannot be opened.
            SinkError: A sink cannot be opened.
        """
        from ..pipeline import open_stream

        runner = self.for_stream()
        return open_stream(
            runner,
            source,
            model=self.card.name,
            reduction=runner.reduction,
            **options,
        )

    def stream_cameras(
        self,
        cameras: Mapping[str, str | Source | Camera],
        *,
        max_invoke: float | None = None,
    ) -> CameraGroup:
        """Run over several cameras: ``for name, event in model.stream_cameras(...)``.

        Each camera has its own drops, ages, stages and sinks, and the model is asked
        for one after the other: nobody waits for more than a turn of each other one.

        Args:
            cameras: By name, a source's string, a source, or a
                :class:`~edgevision.runtime.cameras.Camera` with its own settings.
            max_invoke: As for :meth:`stream`; when the model hangs, all cameras end.

        Raises:
            SourceError: A file cannot be opened; a camera that is not there is tried
                again and again.
            SinkError: A sink cannot be opened.
            ValueError: There is no camera.
        """
        from ..cameras import open_cameras

        return open_cameras(
            self.in_turn,
            cameras,
            model=self.card.name,
            reduction=self.for_stream().reduction,
            max_invoke=max_invoke,
        )


def timed(answer: tuple[Result, Stages]) -> tuple[Result, Timing]:
    """Return what :meth:`PictureModel.look` returned, its times as a record."""
    from ..timing import Timing

    result, (prepare, invoke, decode, refine) = answer
    return result, Timing(
        prepare_ms=prepare, invoke_ms=invoke, decode_ms=decode, refine_ms=refine
    )
