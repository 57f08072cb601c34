"""Errors as they read: envelope, domain, reason, message and place."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from confsync.emulator.wire import Response
from confsync.emulator.world import World

EVENTS = "/calendar/v3/calendars/primary/events"
ME = {"calendarId": "primary"}
DAY = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
FULL_SYNC = "Sync token is no longer valid, a full sync is required."


def ask(
    world: World, method: str, target: str, body: Any = None, token: str = "alice@example.com", **headers: str
) -> Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        sent["authorization"] = f"Bearer {token}"
    return world.request(method, target, sent, b"" if body is None else json.dumps(body).encode())


def item_of(response: Response) -> dict[str, Any]:
    """Return the one item of an error, and check that the rest says the same."""
    error = response.json()["error"]
    [item] = error["errors"]
    assert (error["code"], error["message"]) == (response.status, item["message"])
    return {**item}


def test_the_envelope_of_calendar(world: World) -> None:
    response = ask(world, "GET", f"{EVENTS}/never00?prettyPrint=true")
    assert response.body.decode() == (
        '{\n "error": {\n  "errors": [\n   {\n    "domain": "global",\n    "reason": "notFound",\n'
        '    "message": "Not Found"\n   }\n  ],\n  "code": 404,\n  "message": "Not Found"\n }\n}'
    )
    assert response.headers["content-type"] == "application/json; charset=UTF-8"


def test_the_envelope_of_the_front_end(world: World) -> None:
    token = world.oauth.mint("alice@example.com", frozenset({"https://www.googleapis.com/auth/drive"}))
    response = ask(world, "GET", f"{EVENTS}?prettyPrint=true", token=token)
    error = response.json()["error"]
    assert list(error) == ["code", "message", "errors", "status", "details"]
    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert error["message"] == "Request had insufficient authentication scopes."
    assert error["errors"][0]["message"] == "Insufficient Permission"
    assert error["details"][0] == {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "calendar-json.googleapis.com", "method": "calendar.v3.Events.List"},
    }
    assert response.body.startswith(b'{\n  "error": {\n    "code": 403,')


@pytest.mark.parametrize(
    ("query", "reason", "message", "location"),
    [
        ("orderBy=startTime", "invalid", "The requested ordering is not available for the particular query.",
         "orderBy"),
        ("timeMin=2026-03-04T00:00:00Z&timeMax=2026-03-03T00:00:00Z", "timeRangeEmpty",
         "The specified time range is empty.", "timeMax"),
    ],
)  # fmt: skip
def test_texts_of_refused_listings(
    world: World, query: str, reason: str, message: str, location: str
) -> None:
    domain = "calendar" if reason == "timeRangeEmpty" else "global"
    assert item_of(ask(world, "GET", f"{EVENTS}?{query}")) == {
        "domain": domain,
        "reason": reason,
        "message": message,
        "locationType": "parameter",
        "location": location,
    }


@pytest.mark.parametrize(
    ("query", "domain", "reason", "message", "location"),
    [
        ("orderBy=updated", "calendar", "syncTokenWithNonDefaultOrdering",
         "Sync token cannot be used with non-default ordering.", "orderBy"),
        ("timeMin=2026-03-04T00:00:00Z", "calendar", "syncTokenWithRequestRestrictions",
         "Sync token cannot be used with other request restrictions.", "timeMin"),
        ("showDeleted=false", "calendar", "syncTokenWithRequestRestrictions",
         "Sync token cannot be used with other request restrictions.", "showDeleted"),
        ("", "global", "invalid", "Invalid sync token value.", "syncToken"),
    ],
)  # fmt: skip
def test_texts_of_refused_sync_tokens(
    world: World, query: str, domain: str, reason: str, message: str, location: str
) -> None:
    token = ask(world, "GET", EVENTS).json()["nextSyncToken"] if query else "nonsense!"
    assert item_of(ask(world, "GET", f"{EVENTS}?syncToken={token}&{query}")) == {
        "domain": domain,
        "reason": reason,
        "message": message,
        "locationType": "parameter",
        "location": location,
    }


def test_the_410_of_a_sync_token_is_that_of_the_guide(world: World) -> None:
    token = ask(world, "GET", EVENTS).json()["nextSyncToken"]
    world.calendar.expire_tokens("alice@example.com")
    response = ask(world, "GET", f"{EVENTS}?syncToken={token}")
    item = {"domain": "calendar", "reason": "fullSyncRequired", "message": FULL_SYNC}
    item |= {"locationType": "parameter", "location": "syncToken"}
    assert response.status == 410
    assert response.json() == {"error": {"errors": [item], "code": 410, "message": FULL_SYNC}}


def test_the_410_of_a_second_delete(world: World) -> None:
    event = ask(world, "POST", EVENTS, DAY).json()["id"]
    ask(world, "DELETE", f"{EVENTS}/{event}")
    message = "Resource has been deleted"
    item = {"domain": "global", "reason": "deleted", "message": message}
    again = ask(world, "DELETE", f"{EVENTS}/{event}")
    assert again.json() == {"error": {"errors": [item], "code": 410, "message": message}}


def test_the_412_of_a_stale_etag(world: World) -> None:
    event = ask(world, "POST", EVENTS, DAY).json()["id"]
    message = "Precondition Failed"
    item = {"domain": "global", "reason": "conditionNotMet", "message": message}
    item |= {"locationType": "header", "location": "If-Match"}
    stale = ask(world, "PATCH", f"{EVENTS}/{event}", {}, if_match='"1"')
    assert stale.json() == {"error": {"errors": [item], "code": 412, "message": message}}


@pytest.mark.parametrize(
    ("body", "reason", "message"),
    [
        ({"start": DAY["start"]}, "required", "Missing end time."),
        ({"end": DAY["end"]}, "required", "Missing start time."),
        ({"event": DAY}, "required", "Missing end time."),
        ({**DAY, "end": {"dateTime": "2026-03-04T10:00:00Z"}}, "invalid",
         "Start and end times must either both be date or both be dateTime."),
        ({**DAY, "start": {"date": "3 March"}}, "badRequest", "Bad Request"),
    ],
)  # fmt: skip
def test_texts_of_refused_writes(world: World, body: dict[str, Any], reason: str, message: str) -> None:
    refused = ask(world, "POST", EVENTS, body)
    assert refused.status == 400
    item = item_of(refused)
    assert (item["domain"], item["reason"], item["message"]) == ("global", reason, message)


def test_texts_of_forbidden_writes(world: World) -> None:
    event = ask(world, "POST", EVENTS, {**DAY, "attendees": [{"email": "bob@example.com"}]}).json()
    rule = {"role": "reader", "scope": {"type": "user", "value": "bob@example.com"}}
    ask(world, "POST", "/calendar/v3/calendars/primary/acl", rule)
    copy = ask(world, "PATCH", f"{EVENTS}/{event['id']}", {"summary": "x"}, "bob@example.com")
    hers = f"/calendar/v3/calendars/alice@example.com/events/{event['id']}"
    foreign = ask(world, "PATCH", hers, {"summary": "x"}, "bob@example.com")
    assert [(answer.status, item_of(answer)) for answer in (copy, foreign)] == [
        (403, {
            "domain": "calendar", "reason": "forbiddenForNonOrganizer",
            "message": "Shared properties can only be changed by the organizer of the event.",
        }),
        (403, {
            "domain": "calendar", "reason": "requiredAccessLevel",
            "message": "You need to have writer access to this calendar.",
        }),
    ]  # fmt: skip
    older = ask(world, "PATCH", f"{EVENTS}/{event['id']}", {"sequence": -1})
    assert older.status == 400
    assert item_of(older)["message"].startswith("Invalid sequence value.")


@pytest.mark.parametrize("missing", ["start", "end"])
def test_what_a_write_needs(world: World, missing: str) -> None:
    event = ask(world, "POST", EVENTS, DAY).json()["id"]
    body = {name: value for name, value in DAY.items() if name != missing}
    message = f"Missing {missing} time."
    inserted, updated = ask(world, "POST", EVENTS, body), ask(world, "PUT", f"{EVENTS}/{event}", body)
    for refused in (inserted, updated):
        assert (refused.status, item_of(refused)["message"]) == (400, message)
    assert ask(world, "PATCH", f"{EVENTS}/{event}", body).status == 200
    foreign = {**body, "iCalUID": "u@elsewhere.example"}
    assert ask(world, "POST", f"{EVENTS}/import", foreign).status == 400
    assert ask(world, "POST", f"{EVENTS}/import", DAY).status == 400


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("orderBy=name", "Invalid value 'name'. Allowed values: [startTime, updated]"),
        ("maxResults=0", "Invalid value '0'. Values must be within the range: [1,"),
        ("eventTypes=party", "Invalid value 'party'. Allowed values: ["),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(world: World, query: str, said: str) -> None:
    refused = ask(world, "GET", f"{EVENTS}?{query}")
    item = item_of(refused)
    assert (refused.status, item["domain"], item["reason"]) == (400, "global", "invalidParameter")
    assert item["message"].startswith(said)
    assert (item["locationType"], item["location"]) == ("parameter", query.partition("=")[0])


def test_who_asks_must_be_known(world: World) -> None:
    nobody = ask(world, "GET", EVENTS, token="").json()["error"]
    assert (nobody["code"], nobody["status"]) == (401, "UNAUTHENTICATED")
    assert (nobody["errors"][0]["reason"], nobody["errors"][0]["message"]) == ("required", "Login Required.")
    assert nobody["details"][0]["reason"] == "CREDENTIALS_MISSING"
    token = world.oauth.mint("alice@example.com", None)
    assert ask(world, "GET", EVENTS, token=token).status == 200
    world.clock.advance(3600 * 1_000_000)
    for unknown in (token, "ya-nobody", "nobody@example.com"):
        refused = ask(world, "GET", EVENTS, token=unknown)
        item = {"domain": "global", "reason": "authError", "message": "Invalid Credentials"}
        item |= {"locationType": "header", "location": "Authorization"}
        assert (refused.status, item_of(refused)) == (401, item)


@pytest.mark.parametrize(
    ("status", "reason", "domain", "message"),
    [
        (403, "userRateLimitExceeded", "usageLimits", "User Rate Limit Exceeded"),
        (403, "rateLimitExceeded", "usageLimits", "Rate Limit Exceeded"),
        (403, "quotaExceeded", "usageLimits", "Calendar usage limits exceeded."),
        (403, "dailyLimitExceeded", "usageLimits", "Daily Limit Exceeded"),
        (403, "notACalendarUser", "calendar", "The user must be signed up for Google Calendar."),
        (403, "accessNotConfigured", "usageLimits", "Access Not Configured."),
        (403, "forbidden", "global", "Forbidden"),
        (429, "rateLimitExceeded", "usageLimits", "Rate Limit Exceeded"),
        (500, "backendError", "global", "Backend Error"),
        (503, "backendError", "global", "Backend Error"),
    ],
)
def test_limits_and_failures_on_demand(
    world: World, alice: Any, status: int, reason: str, domain: str, message: str
) -> None:
    world.faults.add({"method": "calendar.events.list", "status": status, "reason": reason})
    with pytest.raises(HttpError) as caught:
        alice.list(**ME).execute()
    [item] = json.loads(caught.value.content)["error"]["errors"]
    told = {name: item[name] for name in ("domain", "reason", "message")}
    assert (caught.value.resp.status, told) == (
        status,
        {"domain": domain, "reason": reason, "message": message},
    )


def test_a_quota_for_each_minute_is_told_as_it_was_recorded(world: World) -> None:
    world.faults.add({"method": "calendar.events.list", "status": 403, "frontEnd": True})
    error = ask(world, "GET", EVENTS).json()["error"]
    message = error["message"]
    assert message.startswith(
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service "
        "'calendar-json.googleapis.com' for consumer 'project_number:"
    )
    assert error["errors"] == [{"message": message, "domain": "usageLimits", "reason": "rateLimitExceeded"}]
    info, more = error["details"]
    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert (info["reason"], info["domain"]) == ("RATE_LIMIT_EXCEEDED", "googleapis.com")
    assert info["metadata"].keys() == {
        "quota_limit", "service", "consumer", "quota_location", "quota_metric", "quota_limit_value",
    }  # fmt: skip
    assert more["@type"] == "type.googleapis.com/google.rpc.Help"
    [link] = more["links"]
    assert link["url"] == "https://cloud.google.com/docs/quota#requesting_higher_quota"


@pytest.mark.parametrize(
    ("status", "reason", "repeated"),
    [
        (429, "rateLimitExceeded", True),
        (403, "rateLimitExceeded", True),
        (403, "userRateLimitExceeded", True),
        (503, "backendError", True),
        (403, "quotaExceeded", False),
        (403, "forbidden", False),
        (412, "conditionNotMet", False),
    ],
)
def test_what_the_client_repeats_by_itself(
    world: World, service: Callable[[str], Any], status: int, reason: str, repeated: bool
) -> None:
    request = service("alice@example.com").events().list(**ME)
    waited: list[float] = []
    request._sleep = waited.append  # The client's own seam: it waits for up to two seconds.
    world.faults.add({"method": "calendar.events.list", "status": status, "reason": reason})
    if repeated:
        assert request.execute(num_retries=1)["items"] == []
    else:
        with pytest.raises(HttpError):
            request.execute(num_retries=1)
    assert len(waited) == int(repeated)
