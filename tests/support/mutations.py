"""Damage model files in all the ways that files get damaged, and by malice.

The same seed gives the same damage.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

from edgevision.runtime.tflite.model_file import ModelFile


def flip_bits(data: bytearray, draw: random.Random, _size: int) -> bytearray:
    """Flip one to eight bits anywhere: a bad disk, a bad cable."""
    for _ in range(draw.randint(1, 8)):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return data


def flip_structure(data: bytearray, draw: random.Random, size: int) -> bytearray:
    """Flip bits of the flatbuffer's tables, at its front or back."""
    for _ in range(draw.randint(1, 4)):
        span = min(4000, size)
        start = draw.choice([0, max(0, size - span)])
        data[start + draw.randrange(span)] ^= 1 << draw.randrange(8)
    return data


def truncate(data: bytearray, draw: random.Random, _size: int) -> bytearray:
    """Cut the end off: an interrupted download."""
    return data[: draw.randrange(len(data))]


def splice(data: bytearray, draw: random.Random, _size: int) -> bytearray:
    """Copy a piece over another place, or take one out, or add one."""
    length = draw.randint(1, min(5000, len(data) // 2))
    start, to = (draw.randrange(len(data) - length) for _ in range(2))
    piece = data[start : start + length]
    kind = draw.randrange(3)
    if kind == 0:
        data[to : to + length] = piece
    elif kind == 1:
        del data[to : to + length]
    else:
        data[to:to] = piece
    return data


def wrong_scalars(data: bytearray, draw: random.Random, size: int) -> bytearray:
    """Keep every offset and change one or two numbers: what only sense finds."""
    model = ModelFile.from_bytes(bytes(data))
    places: list[tuple[int, int]] = []
    graph = model.root.tables(2)[0]
    for table in draw.sample(graph.tables(0), min(8, graph.count(0))):
        for slot, width in ((1, 1), (2, 4)):
            places.append((table.at(slot, width), width))
        for slot in (0, 7):
            start, count = table.vector(slot, 4)
            places += [(start + 4 * i, 4) for i in range(count)]
        quantization = table.table(4)
        if quantization is not None:
            for slot, width in ((2, 4), (3, 8)):
                start, count = quantization.vector(slot, width)
                places += [(start, width)] * (count > 0)
            places.append((quantization.at(6, 4), 4))
    for table in draw.sample(graph.tables(3), min(8, graph.count(3))):
        places += [(table.at(0, 4), 4), (table.at(3, 1), 1)]
        for slot in (1, 2):
            start, count = table.vector(slot, 4)
            places += [(start + 4 * i, 4) for i in range(count)]
        options = table.table(4)
        if options is not None:
            places += [(options.at(slot, 4), 4) for slot in (1, 2)]
    places = [place for place in places if 0 < place[0] <= size - place[1]]
    for at, width in draw.sample(places, min(len(places), draw.randint(1, 2))):
        value = draw.choice([0, 1, 2, 255, 2**31 - 1, 2**32 - 1, draw.getrandbits(32)])
        data[at : at + width] = struct.pack("<Q", value)[:width]
    return data


def corrupt_metadata(data: bytearray, draw: random.Random, size: int) -> bytearray:
    """Damage what lies beside the graph: TFLite Metadata or the ZIP at the end."""
    if draw.random() < 0.5 and size < len(data):
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(size, len(data))
            data[at] = draw.randrange(256)
        return data
    at = data.find(b"M001")
    for _ in range(draw.randint(1, 6)):
        if at > 0:
            data[min(len(data) - 1, at + draw.randrange(800))] = draw.randrange(256)
    return data


KINDS: tuple[tuple[str, int, Callable[..., bytearray]], ...] = (
    ("bit flips", 20, flip_bits),
    ("structure flips", 15, flip_structure),
    ("truncations", 20, truncate),
    ("splices", 15, splice),
    ("wrong scalars", 15, wrong_scalars),
    ("metadata and ZIP", 15, corrupt_metadata),
)


def mutate(data: bytes, seed: int) -> tuple[str, bytes]:
    """Return the kind of damage and the damaged file.

    Args:
        data: An intact model.
        seed: Same seed, same damage.
    """
    draw = random.Random(seed)
    name, _, damage = draw.choices(KINDS, [weight for _, weight, _ in KINDS])[0]
    size = ModelFile.from_bytes(data).flatbuffer_size
    return name, bytes(damage(bytearray(data), draw, size))
