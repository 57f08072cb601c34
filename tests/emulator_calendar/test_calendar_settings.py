"""Settings: read by clients, changed by people in Calendar's own pages."""

from collections.abc import Callable
from typing import Any

import pytest

from confsync.emulator.world import World

from .push_receiver import Receiver, channel, deliver

DEFAULTS = {
    "autoAddHangouts": "false", "dateFieldOrder": "MDY", "defaultEventLength": "60", "format24HourTime": "false",
    "hideInvitations": "false", "hideWeekends": "false", "locale": "en", "remindOnRespondedEventsOnly": "false",
    "showDeclinedEvents": "true", "timezone": "Europe/Berlin", "useKeyboardShortcuts": "true", "weekStart": "0",
}  # fmt: skip
ROUTE = "/emulator/users/alice@example.com/settings"


@pytest.fixture
def settings(service: Callable[[str], Any]) -> Any:
    return service("alice@example.com").settings()


def change(world: World, body: bytes) -> int:
    return world.request("PUT", ROUTE, {}, body).status


def test_all_settings(settings: Any) -> None:
    page = settings.list().execute()
    assert page["kind"] == "calendar#settings" and page["nextSyncToken"]
    assert {item["id"]: item["value"] for item in page["items"]} == DEFAULTS
    assert {item["kind"] for item in page["items"]} == {"calendar#setting"}


def test_one_setting(settings: Any, refusal: Any) -> None:
    setting = settings.get(setting="timezone").execute()
    assert (setting["id"], setting["value"]) == ("timezone", "Europe/Berlin")
    assert refusal(settings.get(setting="nothing")) == (404, "notFound")


def test_pages(settings: Any) -> None:
    request, ids = settings.list(maxResults=5), []
    while request is not None:
        page = request.execute()
        ids.append([item["id"] for item in page["items"]])
        request = settings.list_next(request, page)
    assert [len(page) for page in ids] == [5, 5, 2]
    assert sorted(id_ for page in ids for id_ in page) == sorted(DEFAULTS)


def test_a_change_reaches_the_next_delta_alone(world: World, settings: Any) -> None:
    token = settings.list().execute()["nextSyncToken"]
    assert settings.list(syncToken=token).execute()["items"] == []
    assert change(world, b'{"weekStart": "1", "locale": "en"}') == 200
    delta = settings.list(syncToken=token).execute()
    assert [(item["id"], item["value"]) for item in delta["items"]] == [("weekStart", "1")]
    assert settings.list(syncToken=delta["nextSyncToken"]).execute()["items"] == []


def test_the_time_zone_is_that_of_the_primary_calendar(
    world: World, service: Callable[[str], Any], settings: Any
) -> None:
    calendars = service("alice@example.com").calendars()
    token = settings.list().execute()["nextSyncToken"]
    calendars.patch(calendarId="primary", body={"summary": "Alice"}).execute()
    assert settings.list(syncToken=token).execute()["items"] == []
    calendars.patch(calendarId="primary", body={"timeZone": "Asia/Tokyo"}).execute()
    [item] = settings.list(syncToken=token).execute()["items"]
    assert (item["id"], item["value"]) == ("timezone", "Asia/Tokyo")
    assert change(world, b'{"timezone": "America/Lima"}') == 200
    assert calendars.get(calendarId="primary").execute()["timeZone"] == "America/Lima"
    assert settings.get(setting="timezone").execute()["etag"] != item["etag"]


def test_a_known_setting_is_not_sent_again(world: World) -> None:
    path, alice = "/calendar/v3/users/me/settings/locale", {"authorization": "Bearer alice@example.com"}
    etag = world.request("GET", path, alice).headers["etag"]
    assert world.request("GET", path, {**alice, "if-none-match": etag}).status == 304
    change(world, b'{"locale": "de"}')
    assert world.request("GET", path, {**alice, "if-none-match": etag}).json()["value"] == "de"


def test_a_change_is_told_to_who_watches(world: World, settings: Any, receiver: Receiver) -> None:
    settings.watch(body=channel(receiver, "settings")).execute()
    deliver(world)
    receiver.messages.clear()
    change(world, b'{"weekStart": "1"}')
    change(world, b'{"weekStart": "1"}')
    deliver(world)
    change(world, b'{"timezone": "Asia/Tokyo"}')
    deliver(world)
    assert [message.channel for message in receiver.messages] == ["settings", "settings"]


def test_settings_are_everybodys_own(world: World, service: Callable[[str], Any]) -> None:
    change(world, b'{"format24HourTime": "true"}')
    bobs = service("bob@example.com").settings()
    assert bobs.get(setting="format24HourTime").execute()["value"] == "false"
    assert bobs.get(setting="timezone").execute()["value"] == "America/New_York"


@pytest.mark.parametrize(
    "body",
    [b'{"colour": "red"}', b'{"weekStart": "2"}', b'{"weekStart": 1}', b'{"timezone": "Mars/Base"}', b'{"defaultEventLength": "0"}'],
)  # fmt: skip
def test_what_cannot_be_set(world: World, body: bytes) -> None:
    before = world.request("GET", ROUTE).json()
    assert change(world, body) == 400
    assert world.request("GET", ROUTE).json() == before


def test_nobody_has_no_settings(world: World) -> None:
    assert world.request("GET", "/emulator/users/nobody@example.com/settings").status == 404


def test_a_sync_token_of_another_collection(
    settings: Any, service: Callable[[str], Any], refusal: Any
) -> None:
    token = service("alice@example.com").calendarList().list().execute()["nextSyncToken"]
    assert refusal(settings.list(syncToken=token)) == (410, "fullSyncRequired")
    assert refusal(settings.list(syncToken="nonsense")) == (400, "invalid")
