"""What results have in common that can be drawn on their picture."""

from __future__ import annotations

import os
from typing import Any, Final

from ...registry import resolve
from ..frame import Image, Picture

# By name: what draws knows all results, so no result can import it.
PAINTERS: Final = {"overlay": "edgevision.runtime.drawing.overlay:draw"}


class Drawable:
    """A result that can be drawn on its picture."""

    def draw(self, image: Picture, *, color: str = "bgr", **options: Any) -> Image:
        """Return a copy of the picture with the result drawn on it.

        Args:
            image: The picture that the model got: an array, the path of a file, or an
                image of PIL.
            color: Order of an array's channels: bgr or rgb.
            **options: Those of :func:`edgevision.runtime.drawing.draw`: mask_alpha.

        Returns:
            uint8 (H, W, 3), BGR as OpenCV writes and shows it; RGB for a picture that
            was RGB.

        Raises:
            SourceError: The file cannot be read.
            ValueError: The array is no image.
        """
        from ..image import open_picture

        picture, order = open_picture(image, color)
        is_rgb = order == "rgb"
        # Colours are BGR, so an RGB picture is turned around before and after.
        canvas = picture[..., ::-1] if is_rgb else picture
        drawn: Image = resolve("painter", "overlay", PAINTERS)(
            canvas.copy(), self, in_place=True, **options
        )
        return drawn[..., ::-1].copy() if is_rgb else drawn

    def save(
        self,
        path: str | os.PathLike[str],
        image: Picture,
        *,
        color: str = "bgr",
        force: bool = False,
        **options: Any,
    ) -> None:
        """Write the picture with the result drawn on it to a file.

        Args:
            path: The file; its ending chooses the format, such as ``.jpg``.
            image: The picture that the model got.
            color: Order of an array's channels: bgr or rgb.
            force: Replace a file that exists.
            **options: As for :meth:`draw`.

        Raises:
            OutputExistsError: The file exists, and ``force`` is not set.
            SinkError: The picture cannot be written.
            SourceError: The picture cannot be read.
        """
        from ..image import open_picture, write_image

        picture, order = open_picture(image, color)
        bgr = picture[..., ::-1] if order == "rgb" else picture
        write_image(os.fspath(path), self.draw(bgr, **options), force=force)
