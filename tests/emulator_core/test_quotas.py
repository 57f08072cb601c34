"""Quotas: what is counted for whom, when it is free again, and how a refusal reads."""

from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

ALICE, BOB = "alice@example.com", "bob@example.com"
DAY = {"start": {"date": "2026-03-03"}, "end": {"date": "2026-03-04"}}
SECOND, HOUR = 1_000_000, 3600_000_000


def client(world: World, user: str = ALICE) -> Any:
    """Return Google's client for a user."""
    return build("calendar", "v3", http=TwinHttp(world, user), static_discovery=True)


def status(request: Any) -> int:
    """Return the status that a request is answered with."""
    try:
        request.execute()
    except HttpError as error:
        return int(error.resp.status)
    return 200


def listing(world: World, user: str = ALICE, calendar: str = "primary") -> int:
    """List events and return the status."""
    return status(client(world, user).events().list(calendarId=calendar))


def write(world: World, user: str = ALICE, calendar: str = "primary") -> int:
    """Make an event and return the status."""
    return status(client(world, user).events().insert(calendarId=calendar, body=DAY))


def test_without_a_limit_nothing_is_refused(world: World) -> None:
    assert {listing(world) for _ in range(50)} == {200}


def test_a_user_s_minute_slides(world: World) -> None:
    world.switches.change({"queriesPerMinutePerUser": 2})
    assert listing(world) == 200
    world.clock.advance(40 * SECOND)
    assert [listing(world), listing(world)] == [200, 403]
    assert listing(world, BOB) == 200
    world.clock.advance(20 * SECOND)
    assert [listing(world), listing(world)] == [200, 403], "one is free again, and refused ones did not count"
    world.clock.advance(40 * SECOND)
    assert [listing(world), listing(world)] == [200, 403]


def test_the_project_s_minute_is_for_all(world: World) -> None:
    world.switches.change({"queriesPerMinute": 3, "queriesPerMinutePerUser": 2})
    assert [listing(world), listing(world), listing(world)] == [200, 200, 403]
    assert [listing(world, BOB), listing(world, BOB)] == [200, 403]


def test_a_calendar_s_writes_are_counted_whoever_writes(world: World) -> None:
    world.switches.change({"writesPerMinutePerCalendar": 2})
    rule = {"role": "writer", "scope": {"type": "user", "value": BOB}}
    assert status(client(world).acl().insert(calendarId="primary", body=rule)) == 200
    assert [write(world), write(world, BOB, ALICE), write(world, BOB)] == [200, 403, 200]
    assert {listing(world) for _ in range(5)} == {200}
    other = client(world).calendars().insert(body={"summary": "Other"}).execute()
    assert write(world, calendar=other["id"]) == 200


def test_each_part_of_a_batch_counts(world: World) -> None:
    world.switches.change({"queriesPerMinutePerUser": 3})
    answers: list[Any] = []
    service = client(world)
    batch = service.new_batch_http_request(callback=lambda *answer: answers.append(answer[2]))
    for _ in range(5):
        batch.add(service.events().list(calendarId="primary"))
    batch.execute()
    assert [error.resp.status if error else 200 for error in answers] == [200, 200, 200, 403, 403]


def test_what_a_script_asks_counts(world: World) -> None:
    world.switches.change({"queriesPerMinutePerUser": 1})
    token = world.oauth.mint(ALICE, None)
    assert [listing(world, token), listing(world)] == [200, 403]


@pytest.mark.parametrize(
    ("style", "limit", "status", "reason", "word"),
    [
        ("403", "queriesPerMinutePerUser", 403, "userRateLimitExceeded", None),
        ("403", "queriesPerMinute", 403, "rateLimitExceeded", None),
        ("403", "writesPerMinutePerCalendar", 403, "rateLimitExceeded", None),
        ("403-front-end", "queriesPerMinutePerUser", 403, "rateLimitExceeded", "defaultPerMinutePerUser"),
        ("403-front-end", "queriesPerMinute", 403, "rateLimitExceeded", "defaultPerMinutePerProject"),
        ("403-front-end", "writesPerMinutePerCalendar", 403, "rateLimitExceeded", None),
        ("429", "queriesPerMinutePerUser", 429, "rateLimitExceeded", None),
        ("429", "writesPerMinutePerCalendar", 429, "rateLimitExceeded", None),
    ],
)
def test_a_refusal_reads_as_the_switch_says(
    world: World, style: str, limit: str, status: int, reason: str, word: str | None
) -> None:
    world.switches.change({"quotaError": style, limit: 1})
    write(world)
    response = world.request(
        "POST", "/calendar/v3/calendars/primary/events", {"authorization": f"Bearer {ALICE}"}
    )
    error = response.json()["error"]
    assert (response.status, error["code"]) == (status, status)
    assert (error["errors"][0]["domain"], error["errors"][0]["reason"]) == ("usageLimits", reason)
    if word is None:
        assert "details" not in error
    else:
        metadata = error["details"][0]["metadata"]
        assert (metadata["quota_limit"], metadata["quota_limit_value"]) == (word, "1")
        assert error["message"].startswith("Quota exceeded for quota metric 'Queries'")


@pytest.mark.parametrize("switch", ["eventsCreatedADay", "calendarsCreatedADay"])
def test_who_creates_too_much_can_only_read_for_hours(world: World, switch: str) -> None:
    world.switches.change({switch: 2})
    service = client(world)
    event = service.events().insert(calendarId="primary", body=DAY).execute()
    service.calendars().insert(body={"summary": "A"}).execute()

    def create() -> Any:
        if switch == "eventsCreatedADay":
            return service.events().insert(calendarId="primary", body=DAY)
        return service.calendars().insert(body={"summary": "B"})

    assert status(create()) == 200
    with pytest.raises(HttpError) as caught:
        create().execute()
    assert caught.value.error_details[0]["reason"] == "quotaExceeded"
    assert caught.value.reason == "Calendar usage limits exceeded."
    patch = service.events().patch(calendarId="primary", eventId=event["id"], body={"summary": "S"})
    assert (status(patch), listing(world), write(world, BOB)) == (403, 200, 200)
    query = {"timeMin": "2026-03-01T00:00:00Z", "timeMax": "2026-03-02T00:00:00Z", "items": []}
    assert status(service.freebusy().query(body=query)) != 403
    world.clock.advance(6 * HOUR)
    assert (status(patch), status(create())) == (200, 403)
    world.clock.advance(24 * HOUR)
    assert status(create()) == 200


def test_the_counts_begin_anew_with_the_world(world: World) -> None:
    world.switches.change({"queriesPerMinutePerUser": 1})
    assert [listing(world), listing(world)] == [200, 403]
    world.reset()
    world.switches.change({"queriesPerMinutePerUser": 1})
    assert listing(world) == 200
