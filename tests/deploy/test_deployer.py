"""Deploys to a local Google: what is written and when, and that nobody's work is lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from confsync.deploy import deploy
from confsync.deploy.apply import Deployed
from confsync.deploy.content import rendered
from confsync.deploy.deployer import Prepared, prepare
from confsync.deploy.find import Choice
from confsync.deploy.obstacles import Allowed
from confsync.deploy.targets import Target, google, local
from confsync.errors import DeployError

from .conftest import DEVELOPER

TITLE = "Ann's Conferences"
MANIFEST = '{"timeZone": "Etc/UTC", "runtimeVersion": "V8", "exceptionLogging": "STACKDRIVER"}'
FIRST = {"appsscript.json": MANIFEST, "Code.js": "function a() { return 1; }"}
SECOND = {**FIRST, "Code.js": "function a() { return 2; }"}
EDITED = {**FIRST, "Code.js": "function a() { return 'edited online'; }"}


def put(there: Any, folder: Path, files: dict[str, str] = FIRST, **options: Any) -> Deployed:
    return deploy(files, TITLE, target=options.pop("target", local(folder)), api=there.api, **options)


def statuses(deployed: Deployed) -> list[str]:
    return [step.status for step in deployed.plan.steps]


def served(there: Any, deployed: Deployed) -> str:
    """Return the digest of what the deployment's users run."""
    deployment = there.api.deployment(deployed.script_id, deployed.deployment_id)
    digest: str = there.api.content(deployed.script_id, deployment.version).digest
    return digest


def second_clone(clone: Path) -> Path:
    other = clone.parent / "other"
    other.mkdir()
    return other


def test_a_first_deploy_makes_everything(there: Any, clone: Path) -> None:
    deployed = put(there, clone)
    assert statuses(deployed) == ["created", "pushed", "created", "created"]
    assert [write.split("?")[0] for write in there.writes()] == [
        "POST /v1/projects",
        f"PUT /v1/projects/{deployed.script_id}/content",
        f"POST /v1/projects/{deployed.script_id}/versions",
        f"POST /v1/projects/{deployed.script_id}/deployments",
    ]
    assert served(there, deployed) == rendered(FIRST).digest
    assert (deployed.version, there.api.project_ids(TITLE)) == (1, [deployed.script_id])


def test_the_ledger_tells_who_did_what(there: Any, clone: Path) -> None:
    for files in (FIRST, SECOND, FIRST):
        put(there, clone, files, who="somebody on this machine")
    history = json.loads((clone / ".confsync" / "local.json").read_text())["history"]
    told = [(entry["who"], entry["did"], entry["version"], entry["content"]) for entry in history]
    assert told == [
        (DEVELOPER, "deploy", number, rendered(files).digest)
        for number, files in ((1, FIRST), (2, SECOND), (1, FIRST))
    ]
    assert all(entry["at"].endswith("Z") for entry in history)


def test_a_second_deploy_only_reads_and_little(there: Any, clone: Path) -> None:
    first = put(there, clone)
    there.requests()
    again = put(there, clone)
    requests = there.requests()
    assert len(requests) == 2 and all(request.startswith("GET ") for request in requests)
    assert (again.script_id, again.deployment_id, again.version) == (
        first.script_id,
        first.deployment_id,
        first.version,
    )
    assert statuses(again) == ["unchanged"] * 4


def test_nothing_is_written_after_the_local_state_is_deleted(there: Any, clone: Path) -> None:
    first = put(there, clone)
    kept = json.loads((clone / ".confsync" / "local.json").read_text())
    (clone / ".confsync" / "local.json").unlink()
    there.requests()
    assert put(there, clone).deployment_id == first.deployment_id
    assert there.writes() == []
    assert [entry["did"] for entry in kept["history"]] == ["deploy"]
    assert json.loads((clone / ".confsync" / "local.json").read_text()) == kept | {"history": []}


@pytest.mark.parametrize("named", [True, False])
def test_nothing_is_written_from_a_second_clone(there: Any, clone: Path, named: bool) -> None:
    first = put(there, clone)
    there.requests()
    choice = Choice(script_id=first.script_id if named else "")
    assert put(there, second_clone(clone), choice=choice).deployment_id == first.deployment_id
    assert there.writes() == []


def test_a_change_goes_to_the_same_deployment_and_back_to_the_same_version(there: Any, clone: Path) -> None:
    first, second, third = put(there, clone), put(there, clone, SECOND), put(there, clone)
    assert [first.version, second.version, third.version] == [1, 2, 1]
    assert len({first.deployment_id, second.deployment_id, third.deployment_id}) == 1
    assert statuses(second) == ["unchanged", "pushed", "created", "re-pointed"]
    assert statuses(third) == ["unchanged", "pushed", "unchanged", "re-pointed"]
    assert served(there, third) == rendered(FIRST).digest


@pytest.mark.parametrize("files", [FIRST, SECOND])
@pytest.mark.parametrize("state_lost", [True, False])
def test_a_change_behind_our_back_is_seen(
    there: Any, clone: Path, files: dict[str, str], state_lost: bool
) -> None:
    first = put(there, clone)
    there.api.push(first.script_id, rendered(EDITED))
    if state_lost:
        (clone / ".confsync" / "local.json").unlink()
    there.requests()
    with pytest.raises(DeployError, match=r"changed since our last push.*Code\.js changed.*--force"):
        put(there, clone, files)
    assert there.writes() == []
    assert served(there, put(there, clone, files, allowed=Allowed(force=True))) == rendered(files).digest


def test_going_back_to_an_earlier_content_is_no_drift_for_who_has_no_ledger(there: Any, clone: Path) -> None:
    for files in (FIRST, SECOND, FIRST):
        deployed = put(there, clone, files)
    put(there, second_clone(clone), EDITED, choice=Choice(script_id=deployed.script_id))
    assert [version.number for version in there.api.versions(deployed.script_id)] == [3, 2, 1]


def test_a_change_is_shown_beside_what_was_pushed_last(there: Any, clone: Path) -> None:
    for files in (FIRST, SECOND, FIRST):
        deployed = put(there, clone, files)
    there.api.push(deployed.script_id, rendered(EDITED))
    plan = prepare(SECOND, TITLE, target=local(clone), api=there.api).plan
    assert plan.base is not None and plan.base.digest == rendered(FIRST).digest


def test_a_deployment_that_somebody_moved_is_moved_back(there: Any, clone: Path) -> None:
    put(there, clone)
    second = put(there, clone, SECOND)
    there.api.repoint(second.script_id, second.deployment_id, 1, "by hand")
    again = put(there, clone, SECOND)
    assert statuses(again) == ["unchanged", "unchanged", "unchanged", "re-pointed"]
    assert served(there, again) == rendered(SECOND).digest


def test_a_project_of_somebody_else_is_not_overwritten(there: Any, clone: Path) -> None:
    script_id = there.api.create_project(TITLE)
    there.api.push(script_id, rendered(EDITED))
    with pytest.raises(DeployError, match="--force"):
        put(there, clone)


def test_two_projects_of_that_name_are_told_apart_by_id(there: Any, clone: Path) -> None:
    first, second = there.api.create_project(TITLE), there.api.create_project(TITLE)
    with pytest.raises(DeployError, match=f"(?=.*{first})(?=.*{second}).*--script-id"):
        put(there, clone)
    assert put(there, clone, choice=Choice(script_id=second)).script_id == second
    assert put(there, clone).script_id == second


def test_a_foreign_deployment_is_adopted_only_by_name(there: Any, clone: Path) -> None:
    script_id = there.api.create_project(TITLE)
    there.api.push(script_id, rendered(FIRST))
    published = there.api.create_deployment(script_id, there.api.create_version(script_id, "v1"), "published")
    with pytest.raises(DeployError, match=f"{published}.*--deployment-id"):
        put(there, clone, target=google(clone))
    adopted = put(
        there, clone, SECOND, target=google(clone), choice=Choice("", published), allowed=Allowed(force=True)
    )
    assert adopted.deployment_id == published
    there.requests()
    assert put(there, clone, SECOND, target=google(clone)).deployment_id == published
    assert there.writes() == []


def test_a_project_that_is_gone_is_made_again_only_where_that_is_harmless(there: Any, clone: Path) -> None:
    def gone(target: Target) -> Target:
        target.remember(target.remembered("1gone"))
        return target

    with pytest.raises(DeployError, match=r"1gone.*(?=.*--script-id).*--recreate"):
        put(there, clone, target=gone(google(clone)))
    with pytest.raises(DeployError, match="no project 1gone"):
        put(there, clone, choice=Choice(script_id="1gone"))
    assert there.writes() == []
    made = put(there, clone, target=gone(local(clone)))
    assert made.script_id != "1gone"
    assert put(there, clone, target=google(clone), choice=Choice(recreate=True)).script_id == made.script_id
    assert json.loads((clone / ".clasp.json").read_text())["scriptId"] == made.script_id


def test_the_first_deploy_to_google_names_the_project_for_clasp(there: Any, clone: Path) -> None:
    (clone / ".clasp.json").write_text('{"scriptId": "", "rootDir": "build"}')
    deployed = put(there, clone, target=google(clone))
    assert json.loads((clone / ".clasp.json").read_text()) == {
        "scriptId": deployed.script_id,
        "rootDir": "build",
    }


def test_whoever_does_not_agree_changes_nothing(there: Any, clone: Path) -> None:
    def refuse(prepared: Prepared) -> None:
        raise DeployError("no")

    with pytest.raises(DeployError, match="no"):
        put(there, clone, confirm=refuse)
    assert there.writes() == []
    deployed = put(there, clone)
    assert put(there, clone, confirm=refuse).deployment_id == deployed.deployment_id


def test_what_google_refuses_is_said_with_its_line(there: Any, clone: Path) -> None:
    with pytest.raises(DeployError, match=r"^Code\.js:2: Google refuses this: "):
        put(there, clone, {**FIRST, "Code.js": "function a() {}\nfunction b( {"})
    assert served(there, put(there, clone)) == rendered(FIRST).digest
