"""A deploy is rehearsed before its first writing request, and goes no further when that fails."""

import json
from typing import Any

import pytest


def written(desk: Any) -> list[str]:
    return [
        request
        for request in desk.requests()
        if not request.startswith("GET ") and "/emulator/users" not in request
    ]


def test_a_deploy_is_rehearsed_and_then_done(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("confsync.rehearsal.dress.HISTORIES", 2)
    result = desk.run("deploy", "--rehearsal")
    assert result.exit_code == 0, result.output
    assert "Rehearsal: 2 histories played, nothing is broken." in result.stderr
    assert len(written(desk)) == 4
    again = desk.run("deploy", "--rehearsal")
    assert (again.exit_code, again.stderr, written(desk)) == (0, "", [])


def test_a_rehearsal_ends_when_its_time_is_over(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("confsync.rehearsal.dress.SECONDS", 0)
    result = desk.run("deploy", "--rehearsal")
    assert result.exit_code == 0, result.output
    assert "Rehearsal: 1 history played, nothing is broken." in result.stderr


def test_an_add_on_that_breaks_a_promise_is_not_deployed(desk: Any) -> None:
    desk.run("deploy")
    templates = desk.folder / "templates"
    templates.mkdir()
    decision = desk.api.content(desk.script_id).file("Decision.js").source
    (templates / "Decision.js").write_text(decision.replace('return "update";', 'return "nothing";'))
    desk.change("[sync]\n", '[render]\ntemplates = "templates"\n\n[sync]\n')
    desk.requests()
    result = desk.run("deploy", "--rehearsal")
    assert result.exit_code == 1, result.output
    assert "Error: the rehearsal failed, and nothing was written: the history of seed" in result.stderr
    assert "--no-rehearsal" in result.stderr
    assert written(desk) == []
    assert desk.run("deploy").exit_code == 0


def test_where_no_version_is_left_nothing_is_begun(desk: Any) -> None:
    desk.run("deploy")
    desk.requests()
    desk.change("grace_hours = 24  ", "grace_hours = 48  ")
    for version in range(1, 200):
        desk.api.create_version(desk.script_id, f"by hand {version}")
    desk.requests()
    result = desk.run("deploy", "--rehearsal")
    assert result.exit_code == 1
    assert "all 200 versions of the project are used" in result.stderr
    assert written(desk) == []
    assert json.loads((desk.folder / ".confsync" / "local.json").read_text())["history"][-1]["version"] == 1
