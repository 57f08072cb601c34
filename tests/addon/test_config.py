"""CONFIG, as both wings take it."""

import json
from collections.abc import Callable
from pathlib import Path

from confsync.addon import config_of, load


def test_the_configuration(good: Path) -> None:
    config = config_of(load(good))
    assert list(config) == ["addOn", "solutions", "sync", "eventFields", "provider"]
    assert config["addOn"] == {"name": "Calls"}
    assert config["solutions"][1] == {
        "id": "recorded",
        "name": "Recorded call",
        "onCreateFunction": "createRecordedConference",
        "settings": {"recording": True},
    }
    assert config["sync"] == {"graceMinutes": 60, "unsavedGraceMinutes": 1440, "pruneMinutes": 43200}
    assert config["eventFields"] == ["summary", "visibility"]
    assert config["provider"]["operations"]["update"]["body"] == {
        "object": {
            "title": {"path": ["event", "title"], "formatters": [["default", "none"]]},
            "recording": {"path": ["solution", "recording"], "optional": True},
        }
    }


def test_it_is_json_and_always_the_same(good: Path) -> None:
    config = config_of(load(good))
    assert json.loads(json.dumps(config)) == config
    assert json.dumps(config) == json.dumps(config_of(load(good)))


def test_fields_of_the_event_are_those_that_templates_name(write: Callable[[str, str], Path]) -> None:
    file = write("{event.title|default:none}", "{event.start|utc} {event.description|default:none}")
    assert config_of(load(file))["eventFields"] == ["description", "start", "visibility"]
