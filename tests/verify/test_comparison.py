"""Two traces side by side: what counts as the same call, and which difference comes first."""

import pytest

from confsync.verify.comparison import canonical_call, compare, compare_states


def call(number=1, **more):
    made = {
        "user": "alice@example.com",
        "execution": 3,
        "call": number,
        "service": "Properties",
        "method": "setProperties",
        "arguments": {"store": "user", "properties": {"b": "ü", "a": "1"}},
        "outcome": "ok",
        "atUs": 5,
    }
    return made | more


ONE = [call(1), call(2, method="getProperties", arguments={"store": "user"}), call(3)]


def test_equal_traces_have_no_difference():
    assert compare([], []) is None
    assert compare(ONE, [dict(each) for each in ONE]) is None


def test_only_what_was_asked_counts():
    reordered = {"properties": {"a": "1", "b": "ü"}, "store": "user"}
    assert compare([call(arguments=reordered, outcome="refused", atUs=9)], [call()]) is None


@pytest.mark.parametrize(
    "other",
    [
        {"user": "bob@example.com"},
        {"execution": 4},
        {"call": 7},
        {"service": "LockService"},
        {"method": "deleteProperty"},
        {"arguments": {}},
        {"arguments": {"store": "user", "properties": {"b": "ü", "a": 1}}},
    ],
)
def test_the_first_difference_is_told(other):
    changed = [ONE[0], ONE[1] | other, ONE[2] | {"method": "later"}]
    difference = compare(ONE, changed)
    assert difference.place == 2
    assert difference.one == canonical_call(ONE[1])
    assert difference.other == canonical_call(changed[1])


def test_a_wing_that_stops_early_differs_where_it_stops():
    difference = compare(ONE, ONE[:2])
    assert (difference.place, difference.one, difference.other) == (3, canonical_call(ONE[2]), "(nothing)")
    assert compare(ONE[:2], ONE).one == "(nothing)"


def test_a_call_is_one_readable_line():
    assert canonical_call(call()) == (
        'alice@example.com #3.1 Properties.setProperties {"properties":{"a":"1","b":"ü"},"store":"user"}'
    )


def test_what_is_left_behind_is_compared_too():
    left = {"conferences": [{"id": "X"}], "properties": {"alice": {"me": "1", "key": "2"}}}
    assert (
        compare_states(left, {"properties": {"alice": {"key": "2", "me": "1"}}, "conferences": [{"id": "X"}]})
        is None
    )
    assert compare_states(left, left | {"conferences": []}) is not None
