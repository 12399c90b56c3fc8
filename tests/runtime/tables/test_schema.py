"""The JSON schema of a dataclass allows what is read, and nothing else."""

from __future__ import annotations

import pytest
from edgevision.runtime.tables import TableError, attribute_texts, read_table, schema_of
from support.json_schema import faults
from support.lamp_table import Lamp


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("color", "green"),
        ("color", "blue"),
        ("power", 0.5),
        ("power", 0),
        ("power", "1"),
        ("dim", 1),
        ("dim", 1.01),
        ("after", "1m 30s"),
        ("after", "500ms"),
        ("after", 3),
        ("after", "soon"),
        ("room_for", "2GB"),
        ("room_for", 2),
        ("room_for", "2 houses"),
        ("size", [1, 2]),
        ("size", [1]),
        ("size", [1, 2.5]),
        ("names", []),
        ("names", "a"),
        ("names", [1]),
        ("on", False),
        ("on", 1),
        ("steps", 1),
        ("steps", 0),
        ("steps", 1.5),
        ("parts", {"a": {"place": "x"}}),
        ("parts", {"a": {}}),
        ("parts", {"a": {"place": "x", "more": 1}}),
        ("unknown", 1),
        ("points", {"a": {"at": [1, 2]}}),
        ("points", {"a": {"at": []}}),
        ("more", {"a": 1}),
        ("place", 3),
    ],
)
def test_the_schema_and_the_reader_agree(key, value):
    schema = schema_of(Lamp)
    table = {"place": "hall", key: value}
    try:
        read_table(Lamp, table)
        is_read = True
    except TableError:
        is_read = False
    assert (not faults(table, schema, schema, "lamp")) == is_read


def test_descriptions_are_those_of_the_docstring():
    schema = schema_of(Lamp)
    assert schema["description"] == "A lamp."
    assert schema["properties"]["off"]["description"] == "Seconds until it is off."
    assert schema["required"] == ["place"]


def test_a_description_of_several_lines_is_one_text():
    class Long:
        """Something.

        Attributes:
            first: One
                and two.
            second: Three.

        Example:
            second: no attribute.
        """

    assert attribute_texts(Long) == {"first": "One and two.", "second": "Three."}


def test_fields_of_a_base_class_are_described_there():
    class Base:
        """Something.

        Attributes:
            first: One.
        """

    class Derived(Base):
        """More.

        Attributes:
            second: Two.
        """

    assert attribute_texts(Derived) == {"first": "One.", "second": "Two."}
