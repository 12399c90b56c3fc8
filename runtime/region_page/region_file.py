"""The file in which regions are kept: their own one, or an app's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ...errors import EdgeVisionError
from ...files import write_pieces
from ..regions import Line, Zone
from .region_text import DrawnRegion, changed_text, region_of
from .toml_pieces import toml_tables

_LARGEST: Final = 1_000_000


class RegionFile:
    """A TOML file with regions: tables ``[region.NAME]``, or an app's.

    In an app's file they stand with their camera, as ``[camera.yard.region.NAME]``.
    What else the file holds, comments among it, stays as it is.

    Args:
        path: The file; it need not exist.
        camera: Of which camera the regions are; empty where an app has one only, or
            where the file is not an app's.

    Raises:
        EdgeVisionError: The file cannot be read, or has no such camera.

    Attributes:
        path: As above.
        camera: As above, and filled in where an app has one camera.
    """

    def __init__(self, path: str | Path, camera: str = "") -> None:
        self.path = Path(path)
        self.camera = camera
        cameras = self._tables().get("camera")
        names = list(cameras) if isinstance(cameras, dict) else []
        if not names and camera:
            raise EdgeVisionError(
                f"{self.path} describes no camera, so --camera {camera} means nothing "
                "there. Leave it out, or name an app's file."
            )
        if names and not camera:
            if len(names) > 1:
                raise EdgeVisionError(
                    f"{self.path} has {len(names)} cameras: {', '.join(names)}. Say "
                    f"which one: --camera {names[0]}"
                )
            self.camera = names[0]
        elif camera and camera not in names:
            raise EdgeVisionError(
                f"{self.path} has no camera {camera!r}. It has: {', '.join(names)}."
            )

    @property
    def prefix(self) -> tuple[str, ...]:
        """Return the path of the table that has the regions."""
        return ("camera", self.camera) if self.camera else ()

    def read(self) -> list[Zone | Line]:
        """Return the regions of the file; none where there is no file.

        Raises:
            EdgeVisionError: The file cannot be read, or a region cannot be used.
        """
        tables: Any = self._tables()
        for key in (*self.prefix, "region"):
            tables = tables.get(key, {}) if isinstance(tables, dict) else {}
        try:
            return [region_of(name, table) for name, table in tables.items()]
        except (ValueError, TypeError, AttributeError) as error:
            raise EdgeVisionError(
                f"{self.path} has a region that cannot be used: {error}"
            ) from error

    def source(self) -> str:
        """Return what the app's file says about the camera's source; may be empty."""
        source = self._camera_table().get("source")
        return source if isinstance(source, str) else ""

    def redaction(self) -> tuple[str, Any]:
        """Return where the app's file says what is covered, and the table there.

        The table is None where nothing is covered in this camera's pictures.
        """
        own = self._camera_table().get("redact")
        if own is not None:
            return f"camera.{self.camera}.redact", own
        return "redact", self._tables().get("redact")

    def _camera_table(self) -> dict[str, Any]:
        cameras: Any = self._tables().get("camera")
        table = cameras.get(self.camera) if isinstance(cameras, dict) else None
        return table if isinstance(table, dict) else {}

    def write(self, regions: Sequence[DrawnRegion]) -> None:
        """Write regions; the file is replaced as a whole, or not at all.

        Raises:
            EdgeVisionError: The regions cannot be written into this file.
            OSError: The disk does not take it.
        """
        text = self._text()
        try:
            changed = changed_text(text, self.prefix, regions)
            _check(text, changed, self.prefix, regions)
        except ValueError as error:
            raise EdgeVisionError(f"Cannot write {self.path}: {error}") from error
        if changed != text:
            write_pieces(self.path, [changed.encode()])

    def notes(self, names: Sequence[str]) -> list[str]:
        """Return sentences about rules of the file that use names which are gone."""
        rules = self._tables().get("rule")
        if not isinstance(rules, dict):
            return []
        return [
            f"The rule {rule!r} still says {name!r}: change it as well."
            for rule, table in rules.items()
            for name in names
            if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", _words(table))
        ]

    def _text(self) -> str:
        try:
            if not self.path.exists():
                return ""
            if self.path.stat().st_size > _LARGEST:
                raise ValueError("it is larger than 1 MB")
            return self.path.read_bytes().decode("utf-8")
        except (OSError, ValueError) as error:
            raise EdgeVisionError(f"Cannot read {self.path}: {error}.") from error

    def _tables(self) -> dict[str, Any]:
        try:
            return toml_tables(self._text())
        except ValueError as error:
            raise EdgeVisionError(f"{self.path} is no TOML: {error}.") from error


def _words(rule: Any) -> str:
    """Return the conditions of a rule as one text."""
    return " ".join(map(str, rule.values())) if isinstance(rule, dict) else ""


def _check(
    before: str, after: str, prefix: Sequence[str], regions: Sequence[DrawnRegion]
) -> None:
    """Compare what the texts say: only the regions may differ, and as wanted."""
    old, new = toml_tables(before), toml_tables(after)
    for tables in (old, new):
        table: Any = tables
        for key in prefix:
            table = table.setdefault(key, {})
        names = list(table.pop("region", {}))
        if prefix and not table:
            tables.pop(prefix[0], None)
    if old != new or sorted(names) != sorted(each.region.name for each in regions):
        raise ValueError(
            "its tables are written in a way that this page cannot change."
        )
