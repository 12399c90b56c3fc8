"""Check whether EdgeVision works here, and name the cure where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..registry import resolve
from .checks import CHECKS
from .environment import Environment
from .finding import Finding

SCHEMA: Final = 1


@dataclass(frozen=True)
class Diagnosis:
    """The findings of all checks.

    Attributes:
        environment: The environment that was checked.
        findings: Finding by the check's name; a check that has nothing to say is
            absent.
    """

    environment: Environment
    findings: Mapping[str, Finding]

    @property
    def is_broken(self) -> bool:
        """Return whether something that is needed does not work."""
        return any(finding.level == "broken" for finding in self.findings.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as plain JSON types."""
        return {
            "schema": SCHEMA,
            "broken": self.is_broken,
            "wants": sorted(self.environment.wants),
            "findings": [
                {"check": name, **finding.to_dict()}
                for name, finding in self.findings.items()
            ],
            "machine": self.environment.machine.to_dict(),
            "health": self.environment.health.to_dict(),
        }


def diagnose(environment: Environment) -> Diagnosis:
    """Run every check on an environment.

    Args:
        environment: From :func:`~edgevision.devices.environment.gather`.
    """
    findings: dict[str, Finding] = {}
    for name in CHECKS:
        finding = resolve("check", name, CHECKS)(environment)
        if finding is not None:
            findings[name] = finding
    return Diagnosis(environment, findings)
