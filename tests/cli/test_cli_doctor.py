"""`confsync doctor` and `checklist` as people and programs use them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from confsync.cli import main
from confsync.deploy.ledger import Ledger
from confsync.deploy.targets import google
from confsync.emulator.server import serve
from confsync.emulator.world import World

from .schemas import problems

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of the project, in which the commands run; nobody is logged in."""
    for name in ("addon.toml", ".clasp.json"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "build", tmp_path / "build")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "clasp_config_auth", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def url() -> Iterator[str]:
    world = World()
    with serve(world) as server:
        yield server.url
    world.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def test_who_is_not_logged_in_is_told_so(folder: Path) -> None:
    told = run("doctor", "--json")
    answer = json.loads(told.stdout)
    assert (told.exit_code, answer["healthy"], problems(answer, "doctor")) == (1, False, [])
    failing = [check for check in answer["checks"] if check["status"] == "fail"]
    assert [check["name"] for check in failing] == ["credentials"]
    assert "confsync login" in failing[0]["nextStep"]
    assert [path.name for path in folder.iterdir() if path.name in (".confsync", ".config")] == []


def test_people_see_a_line_for_each_and_what_to_do(folder: Path) -> None:
    told = run("doctor")
    assert told.exit_code == 1
    lines = told.stdout.splitlines()
    assert lines[0].startswith("ok    python       Python 3.")
    place = next(number for number, line in enumerate(lines) if line.startswith("fail  credentials"))
    assert lines[place + 1].startswith(f"{'':<17}  → Log in with `confsync login`")


def test_a_local_google(folder: Path, url: str) -> None:
    before = run("doctor", "--target", "local", "--url", url, "--json")
    assert (before.exit_code, problems(json.loads(before.stdout), "doctor")) == (1, [])
    assert run("deploy", "--target", "local", "--url", url).exit_code == 0
    script_id = json.loads((folder / ".confsync" / "local.json").read_text())["scriptId"]
    after = run("doctor", "--target", "local", "--url", url)
    assert (after.exit_code, after.stdout.count("fail  ")) == (1, 1)
    assert f"/emulator/properties/{script_id}/script" in after.stdout
    (folder / "addon.toml").write_text(without_secret((folder / "addon.toml").read_text()))
    run("render")
    healthy = run("doctor", "--target", "local", "--url", url, "--json")
    assert (healthy.exit_code, json.loads(healthy.stdout)["healthy"]) == (0, True)


def without_secret(text: str) -> str:
    """Return a description of a service that knows everybody."""
    text = text.replace('conferences_key = "script"\n', "").replace('kind = "bearer" ', 'kind = "none" ')
    return text.replace('token = "{secret.conferences_key}"\n', "")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "here"])
def test_where_nothing_answers(folder: Path, url: str) -> None:
    told = run("doctor", "--target", "local", "--url", url)
    assert told.exit_code == 1
    assert f"fail  credentials  {url}: " in told.stdout


def test_wrong_usage(folder: Path) -> None:
    assert run("doctor", "--url", "http://127.0.0.1:9").exit_code == 2
    assert run("doctor", "--target", "moon").exit_code == 2


def test_a_local_google_of_our_own(folder: Path) -> None:
    told = json.loads(run("doctor", "--target", "local", "--json").stdout)
    assert problems(told, "doctor") == []
    found = {check["name"]: check["status"] for check in told["checks"]}
    assert (found["credentials"], found["api"], found["project"]) == ("ok", "ok", "warn")
    assert run("deploy", "--target", "local").exit_code == 0
    script_id = json.loads((folder / ".confsync" / "local.json").read_text())["scriptId"]
    told = run("doctor", "--target", "local")
    assert (told.exit_code, told.stdout.count("fail  ")) == (1, 1)
    assert (
        f"ok    project      {script_id}" in told.stdout and "secret.conferences_key not set" in told.stdout
    )
    gone = run("doctor", "--target", "local", "--script-id", "1gone").stdout
    assert "fail  project      1gone is gone" in gone


def test_an_environment_has_a_project_of_its_own(folder: Path) -> None:
    text = (folder / "addon.toml").read_text()
    staging = '[env.staging.addon]\nname = "Staging"\n\n[provider]\n'
    (folder / "addon.toml").write_text(text.replace("[provider]\n", staging, 1))
    assert run("deploy", "--target", "local", "--env", "staging").exit_code == 0
    assert run("render", "--env", "staging").exit_code == 0
    told = {one["name"]: one for one in checks("--target", "local", "--env", "staging")}
    assert (told["project"]["status"], told["build"]["status"]) == ("ok", "ok")
    assert told["build"]["what"].startswith("build-staging is fresh")
    google(folder, "staging").remember(Ledger("1staging", "AKfycb2", ()))
    left = run("checklist", "--env", "staging").stdout
    assert left.startswith("Staging: left to do by hand")
    assert "https://script.google.com/home/projects/1staging/settings" in left
    assert "Name it as projectId in .clasp-staging.json, and these links lead there." in left


def checks(*words: str) -> list[dict[str, str]]:
    """Return what the doctor finds."""
    return list(json.loads(run("doctor", *words, "--json").stdout)["checks"])


def test_the_schema_refuses_what_is_no_report() -> None:
    check = {"name": "python", "status": "fine", "what": None, "nextStep": 7}
    assert len(problems({"target": "google", "checks": [check], "more": 1}, "doctor")) == 5


def test_the_checklist_has_this_projects_links_and_values(folder: Path) -> None:
    (folder / ".clasp.json").write_text('{"rootDir": "build", "projectId": "my-cloud"}')
    google(folder).remember(Ledger("1abc", "AKfycb1", ()))
    told = run("checklist")
    assert told.exit_code == 0
    for text in (
        "1. Type secret.conferences_key",
        "https://script.google.com/home/projects/1abc/settings",
        "https://console.cloud.google.com/auth/branding?project=my-cloud",
        "deployment id AKfycb1",
        "https://www.googleapis.com/auth/calendar.events.readonly",
        "calendar.events.readonly: Reads the user's events",
    ):
        assert text in told.stdout
    answer = json.loads(run("checklist", "--json").stdout)
    assert problems(answer, "checklist") == []
    assert (answer["scriptId"], answer["deploymentId"]) == ("1abc", "AKfycb1")
    names = [
        "secrets",
        "cloud-project",
        "consent-screen",
        "share",
        "test-install",
        "verification",
        "marketplace",
    ]
    assert [step["name"] for step in answer["steps"]] == names


def test_the_checklist_heeds_clasps_file_wherever_it_lies(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path_factory.mktemp("settings")
    (there / ".clasp.json").write_text('{"scriptId": "1abc", "projectId": "my-cloud"}')
    monkeypatch.setenv("clasp_config_project", str(there))
    told = run("checklist").stdout
    assert "https://script.google.com/home/projects/1abc/settings" in told
    assert "https://console.cloud.google.com/auth/branding?project=my-cloud" in told


def test_before_the_first_deploy_the_checklist_says_so(folder: Path) -> None:
    told = run("checklist")
    assert "https://script.google.com/home/projects/NOT-DEPLOYED-YET/settings" in told.stdout
    assert "1. Switch on the Apps Script API" in told.stdout
    assert json.loads(run("checklist", "--json").stdout)["scriptId"] is None
