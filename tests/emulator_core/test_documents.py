"""What the documents show of setups, fixtures and faults is what the local Google takes."""

import json
import re
from pathlib import Path

import pytest

from confsync.emulator.faults import Faults
from confsync.emulator.setup import read_setup
from confsync.emulator.world import World

DOCS = Path(__file__).parents[2] / "docs"
FAULTS, STATE = ((DOCS / name).read_text() for name in ("faults.md", "state.md"))
EXAMPLE = {"method": "calendar.events.list", "status": 503}


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_setup_begins_a_world(tmp_path: Path) -> None:
    (setup,) = blocks(STATE, "toml")
    (tmp_path / "setup.toml").write_text(setup)
    begin = read_setup(tmp_path / "setup.toml")
    world = World(
        seed=begin.seed or 0, switches=begin.switches, faults=begin.faults, imports=[begin.fixtures]
    )
    assert world.oauth.users() == ["alice@example.com", "bob@example.com"]
    assert [event["summary"] for event in world.calendar.survey()[1]["events"]] == ["Planning"]
    world.close()


def test_the_fixtures_are_taken_in() -> None:
    (fixtures,) = [block for block in blocks(STATE, "json") if block.startswith("{\n")]
    world = World(imports=[json.loads(fixtures)])
    assert [calendar["id"] for calendar in world.calendar.survey()][-1] == "team@group.calendar.google.com"
    world.close()


@pytest.mark.parametrize("line", blocks(FAULTS, "json")[0].splitlines())
def test_the_rules_are_rules(line: str) -> None:
    Faults().add(json.loads(line))


def test_every_key_and_every_action_of_a_rule_is_told() -> None:
    told = set(re.findall(r"`(\w[\w-]*)", FAULTS))
    with pytest.raises(Exception, match="is not a key of a fault; there are") as keys:
        Faults().add({**EXAMPLE, "x": 1})
    with pytest.raises(Exception, match="must be one of") as actions:
        Faults().add({**EXAMPLE, "action": "x"})
    for caught in (keys, actions):
        known = re.split(r"there are |one of ", str(caught.value))[1].split(", ")
        assert len(known) > 5
        assert set(known) <= told
