"""`confsync sync` for an add-on that asks for write-backs: events show the answers, and a dry run writes nothing."""

from .conftest import TITLE, Ground

CONFERENCE = """
[provider.update.conference]
notes = "{resp.title} begins at {resp.startTime}"

[[provider.update.conference.entry_point]]
type = "VIDEO"
uri = "{resp.joinUrl}"
"""


def writing(ground: Ground) -> list[str]:
    """Return the requests to Calendar that write."""
    return [line for line in ground.requests() if " /calendar/" in line and not line.startswith("GET ")]


def test_an_event_shows_the_answer_and_a_dry_run_writes_nothing(ground: Ground) -> None:
    file = ground.folder / "addon.toml"
    file.write_text(file.read_text(encoding="utf-8") + CONFERENCE, encoding="utf-8")
    ground.meet("meeting", "conference-1")
    ground.requests()
    assert ground.steps("--dry-run") == ["adopted", "updated"]
    assert writing(ground) == []

    assert ground.steps() == ["adopted", "updated"]
    (asked,) = writing(ground)
    assert asked.startswith("PATCH /calendar/v3/calendars/alice%40example.com/events/meeting?")
    event = ground.world.calendar.event("alice@example.com", "meeting")
    assert event is not None
    assert event["conferenceData"]["notes"] == f"{TITLE} begins at {ground.at(30)}"
    assert event["conferenceData"]["conferenceId"] == "conference-1"

    # The echo of it, and nothing more.
    assert ground.sync()["requests"] == {"calendar": 2, "service": 0}
    assert writing(ground) == []
