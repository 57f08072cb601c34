"""The rehearsal carries out a plan where the project is as it really is."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from confsync.deploy import deploy
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import rendered
from confsync.deploy.deployer import Prepared, prepare
from confsync.deploy.targets import local
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World
from confsync.errors import DeployError
from confsync.rehearsal.dress import rehearse_plan

TITLE, DEVELOPER = "Title", "developer@example.com"
FILES = [
    {"appsscript.json": json.dumps({"timeZone": "Etc/UTC"}), "Code.js": f"const A = {number};"}
    for number in range(4)
]


@pytest.fixture
def api() -> Iterator[Api]:
    world = World(users=(DEVELOPER,))
    yield Api(Connection(TwinHttp(world, DEVELOPER), "http://local"), retries=0)
    world.close()


def planned(api: Api, folder: Path, files: dict[str, str]) -> Prepared:
    return prepare(files, TITLE, target=local(folder), api=api)


def test_a_first_deploy(api: Api, tmp_path: Path) -> None:
    assert rehearse_plan(planned(api, tmp_path, FILES[0])).version == 1
    assert api.project_ids(TITLE) == []


def test_a_later_deploy_finds_versions_and_deployments_as_they_are(api: Api, tmp_path: Path) -> None:
    for files in FILES[:3]:
        deployed = deploy(files, TITLE, target=local(tmp_path), api=api)
    api.create_deployment(deployed.script_id, 1, "somebody else's")
    assert rehearse_plan(planned(api, tmp_path, FILES[3])).version == 4
    assert rehearse_plan(planned(api, tmp_path, FILES[0])).version == 1
    assert len(api.versions(deployed.script_id)) == 3


def test_what_was_changed_there_is_rehearsed_too(api: Api, tmp_path: Path) -> None:
    deployed = deploy(FILES[0], TITLE, target=local(tmp_path), api=api)
    api.push(deployed.script_id, rendered(FILES[2]))
    assert rehearse_plan(planned(api, tmp_path, FILES[1])).version == 2


def test_what_google_refuses_stops_it(api: Api, tmp_path: Path) -> None:
    wrong = {**FILES[0], "Code.js": "function a() {}\nfunction b( {"}
    with pytest.raises(
        DeployError, match=r"^Code\.js:2: the rehearsal failed, and nothing was written: Google ref"
    ):
        rehearse_plan(planned(api, tmp_path, wrong))


def test_a_plan_that_does_something_else_there_is_not_trusted(api: Api, tmp_path: Path) -> None:
    deploy(FILES[0], TITLE, target=local(tmp_path), api=api)
    prepared = planned(api, tmp_path, FILES[1])
    odd = replace(prepared, plan=replace(prepared.plan, steps=prepared.plan.steps[:2]))
    with pytest.raises(DeployError, match=r"where .* was planned"):
        rehearse_plan(odd)


def test_the_files_are_pushed_that_would_be_pushed_there(api: Api, tmp_path: Path) -> None:
    (tmp_path / ".claspignore").write_text("Notes.js\n")
    (tmp_path / ".clasp.json").write_text('{"filePushOrder": ["Zebra.js"]}')
    files = {**FILES[0], "Zebra.js": "const Z = 1;", "Notes.js": "const N = 1;"}
    deployed = deploy(files, TITLE, target=local(tmp_path), api=api)
    api.repoint(deployed.script_id, deployed.deployment_id, api.create_version(deployed.script_id, "x"), "x")
    changed = rendered(local(tmp_path).pushed({**files, "Code.js": "const A = 9;"}))
    api.push(deployed.script_id, changed)
    api.repoint(
        deployed.script_id,
        deployed.deployment_id,
        api.create_version(deployed.script_id, "by hand"),
        "confsync",
    )
    api.push(deployed.script_id, rendered(local(tmp_path).pushed(files)))
    prepared = planned(api, tmp_path, files)
    assert [step.action for step in prepared.plan.steps] == ["keep", "keep", "keep", "repoint"]
    rehearsed = rehearse_plan(prepared)
    assert [file.local_name for file in rehearsed.plan.content.files] == [
        "appsscript.json",
        "Zebra.js",
        "Code.js",
    ]


def test_a_project_may_be_past_its_200th_version(api: Api, tmp_path: Path) -> None:
    deploy(FILES[0], TITLE, target=local(tmp_path), api=api)
    prepared = planned(api, tmp_path, FILES[1])
    assert prepared.remote
    ours = replace(prepared.remote.deployments[-1], version=350)
    (version,) = prepared.remote.versions
    remote = replace(
        prepared.remote,
        deployments=(*prepared.remote.deployments[:-1], ours),
        deployment=ours,
        versions=(replace(version, number=350),),
        contents={350: prepared.remote.contents[1]},
    )
    assert rehearse_plan(replace(prepared, remote=remote)).version == 2
