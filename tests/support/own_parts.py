"""An installed package of somebody else that offers a part by an entry point."""

from __future__ import annotations

from pathlib import Path


def offer(folder: Path, group: str, name: str, target: str) -> None:
    """Write the metadata of an installed package with one entry point."""
    info = folder / "somebody_else-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: somebody-else\nVersion: 1.0\n"
    )
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {target}\n")
