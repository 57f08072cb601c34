"""The doctor, on a local Google over sockets: what is well is told, and what is not, with what to do next."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from confsync.addon import load
from confsync.deploy import deploy
from confsync.deploy.api import Api
from confsync.deploy.credentials import find_login
from confsync.deploy.doctor import Account, Finding, examine, of_local, of_login
from confsync.deploy.kept_login import save
from confsync.deploy.local import connect, properties
from confsync.deploy.targets import google, local
from confsync.emulator.server import Server, serve
from confsync.render import render, write

from .conftest import DEVELOPER

ADDON = Path(__file__).parents[2] / "addon.toml"
SCOPES = "script.projects script.deployments script.processes drive.metadata.readonly userinfo.email"


@pytest.fixture
def server(there: Any) -> Iterator[Server]:
    with serve(there.world) as running:
        yield running


@pytest.fixture
def folder(clone: Path) -> Path:
    """An add-on that is rendered and nobody has deployed yet."""
    (clone / "addon.toml").write_text(ADDON.read_text())
    write(render(load(ADDON)), clone / "build")
    return clone


@pytest.fixture
def account(there: Any, server: Server, tmp_path: Path) -> Callable[..., Account]:
    """Return what logs the developer in with some scopes, as `confsync login` keeps it, and goes to a local Google."""

    def logged_in(scopes: str = SCOPES, **more: str) -> Account:
        wanted = frozenset(f"https://www.googleapis.com/auth/{scope}" for scope in scopes.split())
        login = {
            "type": "authorized_user",
            "client_id": "x",
            "refresh_token": f"refresh-{DEVELOPER}",
            "token": there.world.oauth.mint(DEVELOPER, wanted),
            "expiry": "2100-01-01T00:00:00Z",
            "token_uri": f"{server.url}/oauth2/token",
        }
        save(tmp_path / ".config" / "confsync" / "login.json", login | more)
        found = of_login(find_login({}, tmp_path))
        return replace(found, connection=replace(found.connection, url=server.url))

    return logged_in


def now(there: Any, **later: float) -> datetime:
    return datetime.fromtimestamp(there.world.clock.now_us() / 1e6, UTC) + timedelta(**later)


def seen(there: Any, folder: Path, account: Account, **later: float) -> dict[str, Finding]:
    """Return the findings for a deploy to Google, by name."""
    found = [*examine(folder / "addon.toml", google(folder), lambda: account, now(there, **later))]
    named = {finding.name: finding for finding in found}
    assert len(named) == len(found)
    assert [finding for finding in found if finding.status == "fail" and not finding.next_step] == []
    return named


def statuses(findings: dict[str, Finding]) -> dict[str, str]:
    return {name: finding.status for name, finding in findings.items() if finding.status != "ok"}


def put(there: Any, folder: Path) -> Any:
    return deploy(render(load(ADDON)), "My Conferences", target=google(folder), api=there.api)


def test_a_new_project_has_little_to_be_warned_of(there: Any, folder: Path, account: Any) -> None:
    findings = seen(there, folder, account(made_at="2026-01-05T10:00:00+00:00"))
    assert statuses(findings) == {"project": "warn", "secrets": "warn", "marketplace": "warn"}
    assert [*findings] == [
        "python", "credentials", "token", "clock", "api", "project", "manifest", "build", "secrets", "marketplace",
    ]  # fmt: skip
    assert findings["credentials"].what.startswith(f"{DEVELOPER}, by confsync login; may ")
    assert "logged in on 2026-01-05 10:00 UTC" in findings["token"].what
    assert "a deployment, projectId" in findings["marketplace"].what


def test_a_deployed_project_is_well(there: Any, folder: Path, account: Any) -> None:
    deployed = put(there, folder)
    settings = json.loads((folder / ".clasp.json").read_text()) | {"projectId": "my-cloud"}
    (folder / ".clasp.json").write_text(json.dumps(settings))
    there.requests()
    findings = seen(there, folder, account())
    assert statuses(findings) == {"secrets": "warn"}
    assert there.writes() == []
    assert deployed.script_id in findings["project"].what
    assert findings["limits"].what == "1 of 200 versions, 1 of 20 deployments"
    assert f"{deployed.script_id}/settings" in findings["secrets"].next_step


@pytest.mark.parametrize(
    ("scopes", "status", "said"),
    [
        ("script.projects userinfo.email", "fail", "without script.deployments, drive.metadata.readonly"),
        (
            "script.projects script.deployments drive.metadata.readonly",
            "warn",
            "without script.processes, of use",
        ),
        ("script.projects script.deployments script.processes drive userinfo.email", "ok", DEVELOPER),
    ],
)
def test_scopes_that_are_missing_are_named(
    there: Any, folder: Path, account: Any, scopes: str, status: str, said: str
) -> None:
    finding = seen(there, folder, account(scopes))["credentials"]
    assert (finding.status, said in finding.what) == (status, True)


def test_a_login_that_others_can_read(there: Any, folder: Path, account: Any) -> None:
    readable = account()
    readable.path.chmod(0o644)
    finding = seen(there, folder, readable)["credentials"]
    assert (finding.status, finding.next_step) == ("warn", f"chmod 600 {readable.path}")


@pytest.mark.parametrize(("days", "status"), [(1, "warn"), (3, "ok")])
def test_a_login_that_dies(there: Any, folder: Path, account: Any, days: int, status: str) -> None:
    finding = seen(there, folder, account(dies_at=now(there, days=days).isoformat()))["token"]
    assert finding.status == status
    assert f"the login dies on {now(there, days=days):%Y-%m-%d}" in finding.what


@pytest.mark.parametrize(("minutes", "status"), [(0.5, "ok"), (-3, "warn"), (6, "fail"), (-60 * 24, "fail")])
def test_a_clock_that_is_wrong(there: Any, folder: Path, account: Any, minutes: float, status: str) -> None:
    assert seen(there, folder, account(), minutes=minutes)["clock"].status == status


def test_a_token_that_was_taken_back(there: Any, folder: Path, account: Any) -> None:
    dead = account(token="ya29.gone")
    findings = seen(there, folder, dead)
    assert findings["credentials"].status == "fail"
    assert "confsync login" in findings["credentials"].next_step
    assert "ya29" not in str(findings)
    assert findings["api"].what == "not looked at"
    assert findings["build"].status == "ok"


@pytest.mark.parametrize(
    ("switch", "address"),
    [
        ("off-for-user", "https://script.google.com/home/usersettings"),
        ("off-in-project", "https://console.developers.google.com/apis/"),
    ],
)
def test_an_api_that_is_off(there: Any, folder: Path, account: Any, switch: str, address: str) -> None:
    there.world.switches.change({"appsScriptApi": switch})
    finding = seen(there, folder, account())["api"]
    assert finding.status == "fail"
    assert address in finding.next_step


def test_a_project_that_is_gone(there: Any, folder: Path, account: Any) -> None:
    (folder / ".clasp.json").write_text('{"scriptId": "1gone"}')
    findings = seen(there, folder, account())
    assert findings["project"].status == "fail"
    assert "1gone" in findings["project"].what and "--recreate" in findings["project"].next_step
    assert "limits" not in findings


@pytest.mark.parametrize(
    ("versions", "deployments", "status"), [(150, 1, "warn"), (195, 1, "fail"), (2, 15, "warn")]
)
def test_limits_that_come_near(
    there: Any, folder: Path, account: Any, versions: int, deployments: int, status: str
) -> None:
    script_id = put(there, folder).script_id
    for _ in range(versions - 1):
        there.api.create_version(script_id, "")
    for _ in range(deployments - 1):
        there.api.create_deployment(script_id, 1, "")
    finding = seen(there, folder, account())["limits"]
    assert (finding.status, finding.what) == (
        status,
        f"{versions} of 200 versions, {deployments} of 20 deployments",
    )


def test_mistakes_of_the_add_on(there: Any, folder: Path, account: Any) -> None:
    (folder / "build" / "Config.js").write_text("")
    text = (folder / "addon.toml").read_text()
    (folder / "addon.toml").write_text(text.replace("https://www.gstatic.com/", "https://logos.example/"))
    findings = seen(there, folder, account())
    assert (findings["build"].status, findings["build"].next_step) == ("warn", "confsync render")
    assert (findings["manifest"].status, "logos.example" in findings["manifest"].what) == ("warn", True)
    (folder / "addon.toml").write_text("schema = 1\n[addon]\n")
    finding = [*examine(folder / "addon.toml", google(folder), lambda: account(), now(there))][-1]
    assert (finding.name, finding.status) == ("manifest", "fail")
    assert "addon.toml:" in finding.what


def test_damaged_files_of_ours_are_findings(there: Any, folder: Path, account: Any) -> None:
    (folder / ".clasp.json").write_text("{")
    found = [*examine(folder / "addon.toml", google(folder), lambda: account(), now(there))]
    assert [finding.name for finding in found if finding.status == "fail"] == ["ledger", "manifest"]


def test_on_a_local_google_the_secrets_are_known(there: Any, folder: Path, server: Server) -> None:
    def secrets() -> Finding:
        return next(finding for finding in look() if finding.name == "secrets")

    def look() -> list[Finding]:
        account = of_local(connect(server.url, "new@example.com"), "new@example.com")
        return [
            *examine(
                folder / "addon.toml",
                local(folder),
                lambda: account,
                now(there),
                lambda account, script_id: properties(account.connection, script_id),
            )
        ]

    assert {finding.name: finding.status for finding in look()}["credentials"] == "ok"
    api = Api(connect(server.url, "new@example.com"))
    script_id = deploy(render(load(ADDON)), "Mine", target=local(folder), api=api).script_id
    assert secrets().status == "fail"
    there.world.appsscript.set_properties(script_id, "script", {"secret.conferences_key": "x"})
    assert secrets() == Finding("secrets", "ok", "secret.conferences_key set")
    assert "marketplace" not in {finding.name for finding in look()}
