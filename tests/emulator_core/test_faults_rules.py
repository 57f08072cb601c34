"""What a fault rule may say: which error by its reason alone, which methods, which page, how often by chance."""

from typing import Any

import pytest

from confsync.emulator.clock import Clock
from confsync.emulator.faults import Faults, Moment
from confsync.emulator.wire import Response
from confsync.emulator.world import VIRTUAL_START_US, World
from confsync.errors import EmulatorError

LIST = "calendar.events.list"
GET = "calendar.events.get"
# The sending of a push notification is no request; patterns do not mean it.
NOTIFICATION = "calendar.notification"

# Reason → status, domain, message, location type and location, in Calendar's own envelope.
CALENDARS = {
    "timeRangeEmpty": (400, "calendar", "The specified time range is empty.", "parameter", "timeMax"),
    "invalid": (400, "global", "Invalid Value", None, None),
    "invalidParameter": (400, "global", "Invalid Value", None, None),
    "required": (400, "global", "Missing end time.", None, None),
    "badRequest": (400, "global", "Bad Request", None, None),
    "parseError": (400, "global", "Parse Error", None, None),
    "syncTokenWithNonDefaultOrdering": (
        400, "calendar", "Sync token cannot be used with non-default ordering.", "parameter", "orderBy",
    ),
    "syncTokenWithRequestRestrictions": (
        400, "calendar", "Sync token cannot be used with other request restrictions.", None, None,
    ),
    "authError": (401, "global", "Invalid Credentials", "header", "Authorization"),
    "userRateLimitExceeded": (403, "usageLimits", "User Rate Limit Exceeded", None, None),
    "rateLimitExceeded": (403, "usageLimits", "Rate Limit Exceeded", None, None),
    "quotaExceeded": (403, "usageLimits", "Calendar usage limits exceeded.", None, None),
    "dailyLimitExceeded": (403, "usageLimits", "Daily Limit Exceeded", None, None),
    "forbiddenForNonOrganizer": (
        403, "calendar", "Shared properties can only be changed by the organizer of the event.", None, None,
    ),
    "requiredAccessLevel": (403, "calendar", "You need to have writer access to this calendar.", None, None),
    "forbidden": (403, "global", "Forbidden", None, None),
    "notACalendarUser": (403, "calendar", "The user must be signed up for Google Calendar.", None, None),
    "notFound": (404, "global", "Not Found", None, None),
    "duplicate": (409, "global", "The requested identifier already exists.", None, None),
    "conflict": (409, "global", "Conflict", None, None),
    "fullSyncRequired": (
        410, "calendar", "Sync token is no longer valid, a full sync is required.", "parameter", "syncToken",
    ),
    "updatedMinTooLongAgo": (
        410, "calendar", "The requested minimum modification time lies too far in the past.", "parameter",
        "updatedMin",
    ),
    "deleted": (410, "global", "Resource has been deleted", None, None),
    "conditionNotMet": (412, "global", "Precondition Failed", "header", "If-Match"),
    "backendError": (500, "global", "Backend Error", None, None),
}  # fmt: skip
QUOTA = (
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service "
    "'calendar-json.googleapis.com' for consumer 'project_number:1'."
)
# The front-end's: rule → status word, message, message of the item, reason in the details.
FRONT_ENDS: list[tuple[dict[str, Any], str, str, str, str | None]] = [
    ({"status": 401, "reason": "required"}, "UNAUTHENTICATED", "Request is missing required", "Login Required.",
     "CREDENTIALS_MISSING"),
    ({"reason": "insufficientPermissions"}, "PERMISSION_DENIED", "Request had insufficient authentication scopes.",
     "Insufficient Permission", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    ({"reason": "accessNotConfigured"}, "PERMISSION_DENIED", "Access Not Configured.", "Access Not Configured.",
     "SERVICE_DISABLED"),
    ({"reason": "rateLimitExceeded", "frontEnd": True}, "PERMISSION_DENIED", QUOTA, QUOTA, "RATE_LIMIT_EXCEEDED"),
    ({"status": 429, "frontEnd": True}, "RESOURCE_EXHAUSTED", QUOTA, QUOTA, "RATE_LIMIT_EXCEEDED"),
    ({"reason": "authError", "frontEnd": True}, "UNAUTHENTICATED", "Request had invalid authentication",
     "Invalid Credentials", None),
    ({"status": 503, "frontEnd": True}, "UNAVAILABLE", "The service is currently unavailable.",
     "The service is currently unavailable.", None),
    ({"reason": "quotaExceeded", "frontEnd": True}, "PERMISSION_DENIED", "Calendar usage limits exceeded.",
     "Calendar usage limits exceeded.", None),
]  # fmt: skip


def answer(rule: dict[str, Any]) -> Response:
    """Return what a rule answers to a listing."""
    return Faults().add({"method": LIST, **rule}).fault.response()


def pattern(faults: Faults, times: int, method: str = LIST) -> str:
    """Return for so many moments whether a fault struck, as a row of `x` and `.`."""
    return "".join("x" if faults.check("before", method) else "." for _ in range(times))


@pytest.mark.parametrize("reason", CALENDARS)
def test_a_reason_alone_finds_status_words_and_place(reason: str) -> None:
    response = answer({"reason": reason})
    error = response.json()["error"]
    (item,) = error["errors"]
    found = (response.status, item["domain"], item["message"], item.get("locationType"), item.get("location"))
    assert found == CALENDARS[reason]
    assert (item["reason"], error["code"], error["message"]) == (reason, response.status, item["message"])
    assert list(error) == ["errors", "code", "message"]
    assert response.body.startswith(b'{\n "error"'), "Calendar indents by one space"


@pytest.mark.parametrize(("rule", "word", "message", "item_message", "detail"), FRONT_ENDS)
def test_the_front_end_has_words_of_its_own(
    rule: dict[str, Any], word: str, message: str, item_message: str, detail: str | None
) -> None:
    response = answer(rule)
    error = response.json()["error"]
    assert list(error)[:4] == ["code", "message", "errors", "status"]
    assert (error["code"], error["status"]) == (response.status, word)
    assert error["message"].startswith(message)
    assert error["errors"][0]["message"] == item_message
    assert [found.get("reason") for found in error.get("details", [])][:1] == ([detail] if detail else [])
    assert response.body.startswith(b'{\n  "error"'), "the front-end indents by two"


def test_the_front_end_tells_where_to_switch_an_api_on_and_where_to_get_more() -> None:
    off = answer({"reason": "accessNotConfigured"}).json()["error"]
    assert off["errors"][0]["extendedHelp"].startswith("https://")
    info, more = answer({"reason": "rateLimitExceeded", "frontEnd": True}).json()["error"]["details"]
    assert info["metadata"]["quota_limit_value"] == "600"
    assert more["links"][0]["url"].startswith("https://")


def test_given_words_win_over_the_front_end_s_too() -> None:
    error = answer({"reason": "authError", "frontEnd": True, "message": "No."}).json()["error"]
    assert (error["message"], error["errors"][0]["message"]) == ("No.", "No.")


def test_retry_after_comes_in_both_forms() -> None:
    assert answer({"status": 503, "retryAfterSeconds": 7}).headers["Retry-After"] == "7"
    faults = Faults(clock=Clock(start_us=VIRTUAL_START_US))
    faults.add({"method": LIST, "status": 429, "retryAfterSeconds": 90, "retryAfterForm": "date"})
    fault = faults.check("before", LIST)
    assert fault is not None
    assert fault.response().headers["Retry-After"] == "Mon, 02 Mar 2026 08:01:30 GMT"


@pytest.mark.parametrize(
    ("method", "struck"),
    [
        ("calendar.events.*", [LIST, GET]),
        ("calendar.*.list", [LIST, "calendar.acl.list"]),
        ("calendar.*", [LIST, GET, "calendar.acl.list"]),
        ("UrlFetch.*", ["UrlFetch.fetchAll"]),
        (LIST, [LIST]),
        (NOTIFICATION, [NOTIFICATION]),
    ],
)
def test_a_pattern_stands_for_many_methods(method: str, struck: list[str]) -> None:
    faults = Faults()
    faults.add({"method": method, "status": 500, "times": None})
    asked = [LIST, GET, "calendar.acl.list", "UrlFetch.fetchAll", "conferences.list", NOTIFICATION]
    assert [name for name in asked if faults.check("before", name)] == struck


def test_chance_comes_from_the_seed_and_times_counts_strikes() -> None:
    rows = []
    for seed in (1, 1, 2):
        faults = Faults(seed)
        faults.add({"method": LIST, "status": 500, "chance": 0.5, "times": None})
        rows.append(pattern(faults, 64))
    assert rows[0] == rows[1] != rows[2]
    assert 16 < rows[0].count("x") < 48
    faults = Faults(1)
    rule = faults.add({"method": LIST, "status": 500, "chance": 0.5, "times": 3, "skip": 2})
    row = pattern(faults, 64)
    assert (row[:2], row.count("x")) == ("..", 3)
    assert (rule.seen, rule.struck) == (64, 3)


@pytest.mark.parametrize(("chance", "row"), [(0, "...."), (0.0, "...."), (1, "xxxx")])
def test_never_and_always(chance: float, row: str) -> None:
    faults = Faults()
    faults.add({"method": LIST, "status": 500, "chance": chance, "times": None})
    assert pattern(faults, 4) == row


def test_chance_does_not_change_what_else_is_random() -> None:
    ids = []
    for rules in ([], [{"method": GET, "status": 500, "chance": 0.5, "times": None}]):
        world = World(
            seed=5, clock=Clock(start_us=VIRTUAL_START_US), users=["alice@example.com"], faults=rules
        )
        bearer = {"authorization": "Bearer alice@example.com"}
        for _ in range(5):
            world.request("GET", "/calendar/v3/calendars/primary/events/none0", bearer)
        ids.append(world.random.getrandbits(64))
        world.close()
    assert ids[0] == ids[1]


def test_a_page_is_counted_from_the_request_without_a_token() -> None:
    faults = Faults()
    faults.add({"method": LIST, "status": 410, "page": 2, "times": None})

    def statuses(*tokens: str, user: str = "a@x.org") -> list[int]:
        asked = [Moment(LIST, user, "c", token) for token in tokens]
        return [faults.around(moment, lambda: Response(200)).status for moment in asked]

    assert statuses("", "p1", "p2") == [200, 410, 200]
    assert statuses("", "p1", "p1", "p2") == [200, 410, 410, 200], "a page that is asked for again"
    assert statuses("", "", "p1") == [200, 200, 410]
    statuses("")
    assert statuses("p1", user="b@x.org") == [410]
    assert statuses("p1") == [410], "the other user's listing is another one"


def test_a_rule_is_shown_as_it_was_given() -> None:
    given = {
        "method": "calendar.events.*", "reason": "rateLimitExceeded", "frontEnd": True, "chance": 0.25, "page": 3,
        "delaySeconds": 1.5, "retryAfterSeconds": 4, "retryAfterForm": "date", "user": "a@x.org", "skip": 1,
    }  # fmt: skip
    shown = Faults().add(given).as_json()
    assert shown == shown | given
    counted = {"id", "seen", "struck"}
    again = Faults().add({name: value for name, value in shown.items() if name not in counted}).as_json()
    assert again == shown


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"method": "calendar.event.list", "status": 500}, "is it calendar.events.list?"),
        ({"method": "calendar.event.*", "status": 500}, "no method calendar.event.*"),
        ({"method": LIST, "reason": "quotaExeeded"}, '"quotaExeeded" needs a "status"'),
        ({"method": LIST, "status": 500, "chance": 1.5}, '"chance" of a fault must be from 0 to 1'),
        ({"method": LIST, "status": 500, "page": 0}, '"page" of a fault must be at least 1'),
        ({"method": LIST, "delaySeconds": -1}, '"delaySeconds"'),
        ({"method": LIST, "delaySeconds": 1, "when": "before"}, '"when" of a fault must be after'),
        (
            {"method": NOTIFICATION, "action": "html"},
            '"action" of a fault of calendar.notification must be one of',
        ),
        ({"method": LIST, "action": "repeat"}, '"action" repeat of a fault is for calendar.notification'),
        ({"method": NOTIFICATION, "action": "delay", "when": "after"}, '"when" of a fault must be before'),
        ({"method": LIST, "action": "truncate", "when": "before"}, '"when" of a fault must be after'),
        ({"method": LIST, "action": "no-items", "when": "before"}, '"when" of a fault must be after'),
        ({"method": GET, "action": "no-items"}, '"method" of a fault must be a listing'),
        ({"method": LIST, "action": "html", "status": 100}, '"status" of a fault must be from 200'),
        (
            {"method": LIST, "status": 500, "retryAfterForm": "words"},
            '"retryAfterForm" of a fault must be one of',
        ),
        (
            {"method": "conferences.list", "action": "expire-tokens"},
            '"method" of a fault must be one of Calendar',
        ),
    ],
)
def test_a_wrong_rule_says_what_would_be_right(rule: dict[str, Any], said: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        Faults().add(rule)
    assert said in str(caught.value)


def test_a_reason_of_ones_own_needs_a_status() -> None:
    error = answer({"status": 409, "reason": "tooBusy"}).json()["error"]
    assert (error["code"], error["errors"][0]["reason"], error["message"]) == (409, "tooBusy", "Error")
