"""Labels that stand for no object: what detectors' label lists begin with."""

from __future__ import annotations

from typing import Final

# The empty one is position 0 of a map that counts from 1, as TensorFlow's .pbtxt do.
BACKGROUND: Final = frozenset(
    {"", "background", "__background__", "unlabeled", "???", "n/a"}
)
