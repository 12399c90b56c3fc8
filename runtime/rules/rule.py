"""A rule: its name, when it holds, and how soon it may hold again."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ..tables import Seconds, TableError, TableFault, as_path, read_table
from .language import RuleCondition, RuleError, Scope, object_labels, parse

RESERVED: Final = "camera"
"""The name of the camera watch's own events; no rule may have it."""


@dataclass(frozen=True)
class RuleTable:
    """A rule as it stands in an app's file, under ``[rule.NAME]``.

    Attributes:
        when: The condition, such as ``person in yard for 3s``.
        cool_down: So long after an event of the rule no other one begins, such as
            ``5m``.
    """

    when: str = field(metadata={"example": '"person in yard for 3s"'})
    cool_down: Seconds = 0.0


@dataclass(frozen=True)
class Rule:
    """A condition with a name.

    Attributes:
        name: What events call it.
        when: The condition, in the language of rules.
        cool_down_s: For so many seconds after an event of this rule has ended, no
            other one begins; while one goes on, neither. 0 means that each object, or
            each time, has its own.
        condition: What ``when`` means.
        labels: The labels of the object that it is about, empty for every label; None
            where it is about no single object.

    Raises:
        RuleError: ``when`` is no rule, or can never be true.
    """

    name: str
    when: str
    cool_down_s: float = 0.0
    condition: RuleCondition = field(init=False, repr=False, compare=False)
    labels: frozenset[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.name or self.name == RESERVED:
            raise ValueError(
                f"a rule cannot be called {self.name!r}: 'camera' are the events of "
                "the camera watch. Choose another name."
            )
        if not 0 <= self.cool_down_s < math.inf:
            raise ValueError(
                f"cool_down_s must be seconds from 0 on, got {self.cool_down_s}."
            )
        condition = parse(self.when)
        object.__setattr__(self, "condition", condition)
        object.__setattr__(self, "labels", object_labels(condition, self.when))

    @classmethod
    def from_table(cls, table: object, where: str) -> Rule:
        """Return the rule of an app's table ``[rule.NAME]``.

        Args:
            table: What a TOML reader returned.
            where: The path of the table, as ``rule.intruder``; its last part is the
                rule's name.

        Raises:
            TableError: A key is unknown, missing or wrong; of a rule that cannot be
                read it holds the place of the character.
        """
        path = as_path(where)
        values = read_table(RuleTable, table, path)
        try:
            return cls(str(path[-1]), values.when, values.cool_down)
        except RuleError as error:
            raise TableError(fault_of(error, where)) from error
        except ValueError as error:
            raise TableError(TableFault(path, str(error), is_of_table=True)) from error

    def check(self, scope: Scope) -> None:
        """Refuse the rule where it names what does not exist.

        Raises:
            RuleError: A label, region, value or state does not exist.
        """
        scope.check(self.condition, self.when)


def check_rules(rules: Iterable[Rule], scope: Scope | None) -> None:
    """Refuse rules that name what does not exist, or that have one name.

    Args:
        rules: The rules of one stream.
        scope: What they may name; None means that nobody knows.

    Raises:
        ValueError: Two rules have one name.
        RuleError: A label, region, value or state does not exist.
    """
    names: set[str] = set()
    for rule in rules:
        if rule.name in names:
            raise ValueError(f"two rules are called '{rule.name}'. Rename one.")
        names.add(rule.name)
        if scope is not None:
            rule.check(scope)


def fault_of(error: RuleError, where: str) -> TableFault:
    """Return a rule's error as one of its table in a file.

    Args:
        error: What reading or checking the rule raised.
        where: The path of the rule's table, as ``rule.intruder``.
    """
    path = (*as_path(where), "when")
    return TableFault(path, error.sentence, text=error.text, position=error.position)
