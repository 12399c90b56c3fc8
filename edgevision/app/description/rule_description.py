"""One rule of an app."""

from __future__ import annotations

from dataclasses import dataclass

from ...runtime.rules import Rule, RuleTable


@dataclass(frozen=True)
class RuleDescription(RuleTable):
    """What is to be reported.

    Attributes:
        cameras: Only for these cameras; without it for all that have the zones and
            lines that the rule names.
    """

    cameras: tuple[str, ...] = ()

    def rule(self, name: str) -> Rule:
        """Return the rule.

        Args:
            name: What events call it.

        Raises:
            RuleError: ``when`` is no rule.
            ValueError: It cannot be called so.
        """
        return Rule(name, self.when, self.cool_down)
