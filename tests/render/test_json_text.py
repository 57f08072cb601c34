"""JSON that a person reads, and that JavaScript reads the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confsync.render.json_text import pretty_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_it_means_the_same(value: Any) -> None:
    assert json.loads(pretty_json(value)) == value


@given(VALUES)
def test_it_ends_no_script(value: Any) -> None:
    text = pretty_json(value)
    assert not [sign for sign in ("</", "<!--", "\u2028", "\u2029") if sign in text]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ([], "[]"),
        ({"a": [1, {"b": None}]}, '{"a": [1, {"b": null}]}'),
        (["x" * 40, "y" * 40], f'[\n  "{"x" * 40}",\n  "{"y" * 40}"\n]'),
        ({"a": {"b": "x" * 40, "c": "y" * 40}}, f'{{\n  "a": {{\n    "b": "{"x" * 40}",\n    "c": "{"y" * 40}"\n  }}\n}}'),
    ],
)  # fmt: skip
def test_what_fits_stands_on_one_line(value: Any, text: str) -> None:
    assert pretty_json(value) == text
