"""Operations that a compiler for other hardware put into a file, in sentences."""

from __future__ import annotations

from typing import Final, NamedTuple


class Hardware(NamedTuple):
    """The hardware that a file was compiled for.

    Attributes:
        name: The hardware.
        needs: What runs the file where the hardware is there.
        otherwise: Which file runs without the hardware.
    """

    name: str
    needs: str
    otherwise: str


_BEFORE: Final = "the file that it was compiled from"

HARDWARE: Final = {
    "edgetpu-custom-op": Hardware(
        "Coral's Edge TPU",
        "install Coral's runtime (libedgetpu) and pass --delegate libedgetpu.so.1",
        f"{_BEFORE}, without _edgetpu in its name",
    ),
    "ethos-u": Hardware(
        "an Arm Ethos-U NPU, by Arm's compiler Vela",
        "pass its delegate's library with --delegate (Linux boards such as the i.MX "
        "93), or use TensorFlow Lite Micro on a microcontroller",
        f"{_BEFORE}, without _vela in its name",
    ),
    "NeutronGraph": Hardware(
        "NXP's Neutron NPU",
        "pass the path of its delegate's library (libneutron_delegate.so) with "
        "--delegate",
        _BEFORE,
    ),
    "DISPATCH_OP": Hardware(
        "the NPU of one vendor, by LiteRT's compiler",
        "run it with that vendor's LiteRT, which EdgeVision does not use",
        _BEFORE,
    ),
}
"""Custom operation -> the hardware whose compiler writes it."""


def compiled_words(operation: str) -> str:
    """Return what a custom operation says of its file, and what helps; "" for others.

    Args:
        operation: The custom operation's name.
    """
    hardware = HARDWARE.get(operation)
    if hardware is None:
        return ""
    return (
        f"is compiled for {hardware.name}, and no CPU computes its operation "
        f"'{operation}'. With that hardware, {hardware.needs}; without it, use "
        f"{hardware.otherwise}."
    )
