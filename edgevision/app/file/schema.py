"""The JSON schema of an app's file, for editors."""

from __future__ import annotations

from typing import Any

from ...runtime.tables import schema_of
from ..description import AppDescription


def app_schema() -> dict[str, Any]:
    """Return the schema of everything that an app's file can say."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "EdgeVision app",
        **schema_of(AppDescription),
    }
