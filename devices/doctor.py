"""Judge whether EdgeVision will work here, and name the cure where it will not."""

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
    """Hold what all checks found.

    Attributes:
        environment: What was judged.
        findings: Finding by the check's name; checks without anything to say are left
            out.
    """

    environment: Environment
    findings: Mapping[str, Finding]

    @property
    def is_broken(self) -> bool:
        """Tell whether something that is needed does not work."""
        return any(finding.level == "broken" for finding in self.findings.values())

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
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
        environment: What :func:`~edgevision.devices.environment.gather` found.
    """
    findings: dict[str, Finding] = {}
    for name in CHECKS:
        finding = resolve("check", name, CHECKS)(environment)
        if finding is not None:
            findings[name] = finding
    return Diagnosis(environment, findings)
