"""Executions side by side: whose call comes when is said by turns, and the turns that were taken are told."""

import json
from typing import Any

import pytest

from confsync.emulator.world import World

ALICE = "alice@example.com"
MANIFEST = {
    "timeZone": "Etc/UTC",
    "runtimeVersion": "V8",
    "oauthScopes": ["https://www.googleapis.com/auth/script.scriptapp"],
}
CODE = """
function watch() { ScriptApp.newTrigger('three').timeBased().everyHours(1).create(); }
function three() { for (let i = 0; i < 3; i++) Utilities.getUuid(); }
function locked() {
  const lock = LockService.getUserLock();
  lock.tryLock(5000);
  Utilities.getUuid();
  lock.releaseLock();
}
"""


def ask(world: World, method: str, target: str, body: Any = None, status: int = 200) -> Any:
    data = b"" if body is None else json.dumps(body).encode()
    response = world.request(method, target, {"Authorization": f"Bearer {ALICE}"}, data)
    assert response.status == status, response.body
    return response.json()


def installed(world: World, *handlers: str) -> str:
    """Install the script, with a calendar trigger for each handler; return the script's id."""
    script_id = str(ask(world, "POST", "/v1/projects", {"title": "Sample"})["scriptId"])
    files = [
        {"name": "appsscript", "type": "JSON", "source": json.dumps(MANIFEST)},
        {"name": "Code", "type": "SERVER_JS", "source": CODE},
    ]
    ask(world, "PUT", f"/v1/projects/{script_id}/content", {"files": files})
    ask(world, "POST", "/emulator/installs", {"user": ALICE, "scriptId": script_id})
    for handler in handlers:
        left = {"user": ALICE, "scriptId": script_id, "handlerFunction": handler}
        ask(world, "POST", "/emulator/triggers", left)
    return script_id


def side_by_side(world: World, turns: list[int]) -> tuple[str, list[int]]:
    """Let two executions come together; return whose call came when, and the turns that were taken."""
    since = ask(world, "GET", "/emulator/calls?since=999999999")["last"]
    ask(world, "POST", "/emulator/triggers/fire")
    answer = ask(world, "POST", "/emulator/triggers/deliver", {"order": "together", "turns": turns})
    first = min(execution["number"] for execution in answer["executions"])
    calls = ask(world, "GET", f"/emulator/calls?since={since}&source=execution")["calls"]
    return "".join("AB"[call["execution"] - first] for call in calls), answer["turns"]


@pytest.mark.parametrize(
    ("turns", "calls", "taken"),
    [
        ([], "AAABBB", [4]),
        ([2, 1], "AABABB", [2, 1, 2]),
        ([0], "BBBAAA", [0, 4]),
        ([0, 1, 1, 1, 1], "BABABA", [0, 1, 1, 1, 1, 2]),
    ],
)
def test_turns_are_as_long_as_is_said(world: World, turns: list[int], calls: str, taken: list[int]) -> None:
    installed(world, "three", "three")
    assert side_by_side(world, turns) == (calls, taken)
    assert side_by_side(world, taken) == (calls, taken), "the same turns again lead to the same"


@pytest.mark.parametrize(
    ("turns", "calls", "taken"),
    [
        ([], "AAABBB", [4]),
        ([1, 9], "AAABBB", [1, 1, 3]),
        ([1, 9, 1], "AABBBA", [1, 1, 1, 4]),
        ([1, 9, 2], "AAABBB", [1, 1, 2, 4]),
        ([1, 9, 3], "AAABBB", [1, 1, 3]),
    ],
)
def test_who_waits_for_a_lock_gives_the_turn_away(
    world: World, turns: list[int], calls: str, taken: list[int]
) -> None:
    installed(world, "locked", "locked")
    assert side_by_side(world, turns) == (calls, taken)


@pytest.mark.parametrize("wrong", [-1, "1", True, 0.5])
def test_turns_are_numbers_of_steps(world: World, wrong: Any) -> None:
    refused = ask(world, "POST", "/emulator/triggers/deliver", {"turns": [wrong]}, status=400)
    assert '"turns" must be whole numbers' in refused["error"]["message"]


def test_clock_triggers_come_before_their_time_when_they_are_told_to(world: World) -> None:
    script_id = installed(world)
    ask(world, "POST", "/emulator/executions", {"user": ALICE, "scriptId": script_id, "function": "watch"})
    ask(world, "POST", "/emulator/triggers/fire")
    assert ask(world, "POST", "/emulator/triggers/deliver")["executions"] == []
    ask(world, "POST", "/emulator/triggers/fire", {"triggerSource": "CLOCK"})
    (execution,) = ask(world, "POST", "/emulator/triggers/deliver")["executions"]
    assert (execution["kind"], execution["function"]) == ("TIME_DRIVEN", "three")
