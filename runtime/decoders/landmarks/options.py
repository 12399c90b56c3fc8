"""The options of the decoder ``landmarks``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ....errors import unknown_name
from ..options import Texts, check_share, texts_of
from ..tensor_values import ACTIVATIONS

KINDS: Final = ("face", "hand", "iris", "pose", "points")
UNITS: Final = ("pixel", "normalized", "signed")
ORDERS: Final = ("xy", "yx", "planar")


@dataclass(frozen=True, kw_only=True)
class LandmarksOptions:
    """Options of the decoder ``landmarks``.

    Attributes:
        score_threshold: A thing whose presence is lower is left out, 0..1.
        kind: face, hand, iris or pose, as MediaPipe publishes them, or points for any
            other vector; empty means what the sizes of the outputs show.
        roles: One text per output, in the model's order: points, presence, handedness,
            world, heatmap, mask, lips, left_eye, right_eye, left_iris, right_iris,
            iris, other. None means what sizes, names and order show.
        units: pixel (of the model's input), normalized (0..1 across it) or signed
            (-1..1 across it); empty means what the kind's publisher says.
        values: Numbers per point, 2 (x, y) or 3 (x, y, z); 0 means what the shape says.
        order: xy: the numbers of a point stand together, x first; yx: y first; planar:
            all x, then all y.
        activation: none or sigmoid: what turns the presence into a score; empty means
            what the kind's publisher says.
        mirrored: For hands: the picture is mirrored, as a selfie is, which is what the
            net was trained on. false exchanges left and right for other cameras.
        masks: For bodies: return which pixels of the frame are the body, too.
    """

    score_threshold: float = 0.5
    kind: str = ""
    roles: Texts | None = None
    units: str = ""
    values: int = 0
    order: str = "xy"
    activation: str = ""
    mirrored: bool = True
    masks: bool = False

    def __post_init__(self) -> None:
        check_share("score_threshold", self.score_threshold)
        # Frozen: a text with commas becomes a tuple past the guard of the dataclass.
        object.__setattr__(self, "roles", texts_of("roles", self.roles))
        for name, value, known in (
            ("kind", self.kind, (*KINDS, "")),
            ("units", self.units, (*UNITS, "")),
            ("order", self.order, ORDERS),
            ("activation", self.activation, (*ACTIVATIONS, "")),
        ):
            if value not in known:
                raise ValueError(unknown_name(name, value, [k for k in known if k]))
        if self.values not in (0, 2, 3):
            raise ValueError(f"values must be 2 or 3, got {self.values}.")


def alone_note(kind: str) -> str:
    """Return what a user should know who runs such a net on whole pictures.

    Args:
        kind: A name from ``KINDS``.
    """
    thing = {"iris": "eye", "pose": "body"}.get(kind, kind)
    return (
        f"This net looks at one {thing} that fills its region: alone, it takes the "
        "whole picture for that region. With a detector first, edgevision run DETECTOR "
        "--then FILE gives it the regions."
    )
