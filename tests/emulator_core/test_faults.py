"""Fault rules strike exactly where they say, and say what is wrong with them."""

import pytest

from confsync.emulator.faults import Faults
from confsync.emulator.wire import NO_ANSWER
from confsync.errors import EmulatorError

LIST = "calendar.events.list"


def struck(faults: Faults, times: int) -> list[int]:
    """Return the statuses of so many listings, 0 for none."""
    return [fault.status if (fault := faults.check("before", LIST)) else 0 for _ in range(times)]


def test_a_rule_skips_then_strikes_then_is_spent() -> None:
    faults = Faults()
    faults.add({"method": LIST, "status": 503, "skip": 1, "times": 2})
    assert struck(faults, 5) == [0, 503, 503, 0, 0]
    assert [(rule.seen, rule.struck) for rule in faults.list()] == [(5, 2)]


def test_without_a_number_it_strikes_once_and_with_null_always() -> None:
    faults = Faults()
    faults.add({"method": LIST, "status": 500})
    faults.add({"method": LIST, "status": 429, "times": None})
    assert struck(faults, 4) == [500, 429, 429, 429]


def test_a_later_rule_does_not_count_what_an_earlier_one_struck() -> None:
    faults = Faults()
    faults.add({"method": LIST, "status": 500, "times": 2})
    faults.add({"method": LIST, "status": 429, "skip": 1})
    assert struck(faults, 5) == [500, 500, 0, 429, 0]


@pytest.mark.parametrize(
    ("when", "method", "user", "calendar"),
    [
        ("after", LIST, "a@x.org", "c"),
        ("before", "calendar.events.get", "a@x.org", "c"),
        ("before", LIST, "b@x.org", "c"),
        ("before", LIST, "a@x.org", "d"),
    ],
)
def test_other_moments_are_not_counted(when: str, method: str, user: str, calendar: str) -> None:
    faults = Faults()
    faults.add({"method": LIST, "status": 500, "user": "a@x.org", "calendar": "c"})
    assert faults.check(when, method, user, calendar) is None  # type: ignore[arg-type]
    assert faults.check("before", LIST, "a@x.org", "c") is not None


def test_a_kill_of_a_served_method_reaches_the_execution_only() -> None:
    faults = Faults()
    faults.add({"method": LIST, "action": "kill"})
    assert faults.check("before", LIST) is None
    fault = faults.check_call("before", LIST)
    assert fault is not None
    assert fault.action == "kill"


def test_an_error_of_a_served_method_is_left_to_the_room() -> None:
    faults = Faults()
    faults.add({"method": LIST, "status": 500})
    faults.add({"method": "UrlFetch.fetchAll", "status": 500})
    assert faults.check_call("before", LIST) is None
    assert faults.check("before", LIST) is not None
    assert faults.check_call("before", "UrlFetch.fetchAll") is not None


@pytest.mark.parametrize(
    ("status", "reason", "message"),
    [
        (410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required."),
        (412, "conditionNotMet", "Precondition Failed"),
        (429, "rateLimitExceeded", "Rate Limit Exceeded"),
        (403, "rateLimitExceeded", "Rate Limit Exceeded"),
        (500, "backendError", "Backend Error"),
        (503, "backendError", "Backend Error"),
        (418, "", "Error"),
    ],
)
def test_a_status_alone_says_what_google_says(status: int, reason: str, message: str) -> None:
    fault = Faults().add({"method": LIST, "status": status}).fault
    error = fault.response().json()["error"]
    assert fault.response().status == status
    assert (error["errors"][0]["reason"], error["message"]) == (reason, message)
    assert "status" not in error


def test_the_front_end_has_its_own_envelope() -> None:
    rule = {"method": LIST, "status": 403, "frontEnd": True, "headers": {"Retry-After": "7"}}
    response = Faults().add(rule).fault.response()
    error = response.json()["error"]
    assert (error["status"], error["details"][0]["reason"]) == ("PERMISSION_DENIED", "RATE_LIMIT_EXCEEDED")
    assert "Quota exceeded" in error["errors"][0]["message"]
    assert response.headers["Retry-After"] == "7"


def test_a_reason_brings_its_own_words_and_given_words_win() -> None:
    quota = Faults().add({"method": LIST, "status": 403, "reason": "quotaExceeded"}).fault.error()
    assert (quota.domain, quota.message) == ("usageLimits", "Calendar usage limits exceeded.")
    said = Faults().add({"method": LIST, "status": 500, "message": "Boo", "domain": "calendar"}).fault.error()
    assert (said.domain, said.reason, said.message) == ("calendar", "backendError", "Boo")


def test_a_drop_is_no_answer() -> None:
    assert Faults().add({"method": LIST, "action": "drop"}).fault.response() == NO_ANSWER


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ({"method": LIST, "status": 500, "colour": "red"}, "colour"),
        ({"status": 500}, "method"),
        ({"method": "list", "status": 500}, "method"),
        ({"method": 5, "status": 500}, "method"),
        ({"method": LIST}, "status"),
        ({"method": LIST, "status": "500"}, "status"),
        ({"method": LIST, "status": True}, "status"),
        ({"method": LIST, "status": 200}, "status"),
        ({"method": LIST, "status": 500, "when": "during"}, "when"),
        ({"method": LIST, "status": 500, "action": "explode"}, "action"),
        ({"method": LIST, "status": 500, "skip": -1}, "skip"),
        ({"method": LIST, "status": 500, "times": 0}, "times"),
        ({"method": LIST, "status": 500, "headers": {"Retry-After": 7}}, "headers"),
        ({"method": LIST, "status": 500, "headers": {"X": "a\r\nY: b"}}, "headers"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_key(rule: dict[str, object], key: str) -> None:
    faults = Faults()
    with pytest.raises(EmulatorError, match=f'"{key}"'):
        faults.add(rule)
    assert not faults.list()


def test_rules_are_removed_by_their_id() -> None:
    faults = Faults()
    first, second = (faults.add({"method": LIST, "status": status}) for status in (500, 503))
    faults.remove(first.id)
    assert struck(faults, 1) == [503]
    with pytest.raises(EmulatorError, match=first.id):
        faults.remove(first.id)
    faults.clear()
    assert second not in faults.list()
