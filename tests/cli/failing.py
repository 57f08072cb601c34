"""What a deploy says when Google fails: each case is arranged on a local Google, and what was printed is recorded.

`python -m tests.cli.failing` writes the record that the documents show; a test compares it with what happens.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from confsync.cli import main
from confsync.deploy import local
from confsync.deploy.api import Api
from confsync.deploy.connection import Connection
from confsync.deploy.content import fetched
from confsync.emulator.server import serve
from confsync.emulator.twin import TwinHttp
from confsync.emulator.world import World

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "deploy-failures.json"
DEVELOPER = "developer@example.com"
# Short enough that nobody waits for it, long enough for a busy machine.
TIMEOUT = 3


@dataclass
class Table:
    """A local Google, and the folder of an add-on that was deployed to it and changed since."""

    world: World
    api: Api
    url: str

    @property
    def script_id(self) -> str:
        """The project's id."""
        return self.api.project_ids("My Conferences")[0]

    def deploy(self, *arguments: str) -> tuple[int, Any]:
        """Deploy; return the exit code and what was printed as JSON."""
        words = ["deploy", "--target", "local", "--url", self.url, "--json", *arguments]
        done = CliRunner().invoke(main, words)
        return done.exit_code, json.loads(done.stdout)


@dataclass(frozen=True)
class Case:
    """A cause, how it is arranged, and what is said on the command line; `first` where nothing is deployed yet."""

    cause: str
    arrange: Callable[[Table], None]
    arguments: tuple[str, ...] = ()
    first: bool = False
    # How to be rid of it; without it the same command runs again as it was.
    then: tuple[str, ...] = field(default=())


def fault(method: str, **rule: Any) -> Callable[[Table], None]:
    """Return what makes a method of the Apps Script API fail, for ever unless `times` says how often."""

    def arrange(table: Table) -> None:
        table.world.faults.add({"method": f"script.projects.{method}", "times": None, **rule})

    return arrange


def switch(value: str) -> Callable[[Table], None]:
    """Return what switches the Apps Script API off."""
    return lambda table: table.world.switches.change({"appsScriptApi": value})


def exhaust_versions(table: Table) -> None:
    """Use all versions."""
    for number in range(len(table.api.versions(table.script_id)), 200):
        table.api.create_version(table.script_id, f"by hand {number}")


def exhaust_deployments(table: Table) -> None:
    """Take our deployment away, and use all that there may be."""
    for deployment in table.api.deployments(table.script_id):
        if deployment.version:
            table.api.undeploy(table.script_id, deployment.id)
    for number in range(20):
        table.api.create_deployment(table.script_id, 1, f"by hand {number}")


def edit(table: Table) -> None:
    """Change a file as somebody does in the online editor."""
    content = table.api.content(table.script_id)
    files = [
        {**one, "source": one["source"] + "\n// x"} if one["name"] == "Code" else one
        for one in content.as_json()
    ]
    table.api.push(table.script_id, fetched({"files": files}))


def fewer_scopes(table: Table) -> None:
    """Let the deployment serve a version that asks for less than ours."""
    content = table.api.content(table.script_id)
    manifest = content.manifest | {"oauthScopes": content.manifest["oauthScopes"][1:]}
    files = [
        {**one, "source": json.dumps(manifest)} if one["name"] == "appsscript" else one
        for one in content.as_json()
    ]
    table.api.push(table.script_id, fetched({"files": files}))
    number = table.api.create_version(table.script_id, "confsync less")
    ours = next(one for one in table.api.deployments(table.script_id) if one.version)
    table.api.repoint(table.script_id, ours.id, number, "confsync less")


NO_SCOPE = "Request had insufficient authentication scopes."
QUOTA = "Quota exceeded for quota metric 'Management requests' and limit 'Management requests per minute'"
SYNTAX = "Syntax error: SyntaxError: Unexpected token '}' line: 12 file: Code.gs"
LOST = {"action": "drop", "when": "after", "times": 1}
LATE = {"action": "delay", "delaySeconds": TIMEOUT + 2, "times": 1}

CASES = [
    Case("nobody listens at `--url`", lambda table: None, ("--url", "http://127.0.0.1:9")),
    Case("401: the token is not accepted", fault("getContent", reason="authError", frontEnd=True)),
    Case("403: the user has not switched the Apps Script API on", switch("off-for-user")),
    Case("403: the API is off in the Cloud project of the login", switch("off-in-project")),
    Case("403: the login lacks a scope", fault("getContent", reason="insufficientPermissions", message=NO_SCOPE)),
    Case("403: no right to the project", fault("getContent", reason="forbidden", frontEnd=True,
                                             message="The caller does not have permission")),
    Case("404: no such project", lambda table: None, ("--script-id", "1gone")),
    Case("404: the deployment went while it was re-pointed", fault("deployments.update", reason="notFound",
                                                                  message="Requested entity was not found.")),
    Case("400: a syntax error", fault("updateContent", reason="badRequest", message=SYNTAX)),
    Case("409: a conflict", fault("updateContent", reason="conflict", frontEnd=True)),
    Case("429: too many requests, and not for long", fault("updateContent", status=429, reason="rateLimitExceeded",
                                                         times=1)),
    Case("429: too many requests", fault("versions.create", status=429, reason="rateLimitExceeded", message=QUOTA)),
    Case("500: an error of Google's own", fault("versions.create", status=500, reason="backendError", frontEnd=True)),
    Case("503: the service is away, and not for long", fault("getContent", status=503, reason="backendError",
                                                           times=1)),
    Case("a web page instead of an answer", fault("versions.create", action="html")),
    Case("an answer that is no JSON", fault("getContent", action="garbage")),
    Case("an answer without a body", fault("getContent", action="empty")),
    Case("half an answer, and not for long", fault("getContent", action="truncate", times=1)),
    Case("half an answer to making the version", fault("versions.create", action="truncate", times=1)),
    Case("the answer to making the project is lost", fault("create", **LOST), first=True),
    Case("the answer to the push is lost", fault("updateContent", **LOST)),
    Case("the answer to making the version is lost", fault("versions.create", **LOST)),
    Case("the answer to making the deployment is lost", fault("deployments.create", **LOST), first=True),
    Case("the answer to re-pointing the deployment is lost", fault("deployments.update", **LOST)),
    Case("the version is made, but no answer comes in time", fault("versions.create", **LATE)),
    Case("all 200 versions are used", exhaust_versions),
    Case("all 20 deployments are used, and one is to be made", exhaust_deployments, ("--recreate",)),
    Case("somebody else changed the project", edit, then=("--force",)),
    Case("there are new scopes", fewer_scopes, ("--force",), then=("--force", "--accept-new-scopes")),
]  # fmt: skip


@contextlib.contextmanager
def laid(case: Case) -> Iterator[Table]:
    """Give a local Google for a case, in a folder of its own."""
    before, timeout = Path.cwd(), local.TIMEOUT
    world = World(users=[DEVELOPER])
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(world), serve(world) as server:
        os.chdir(folder)
        local.TIMEOUT = TIMEOUT
        try:
            shutil.copy(ROOT / "addon.toml", folder)
            table = Table(
                world, Api(Connection(TwinHttp(world, DEVELOPER), "http://local"), retries=0), server.url
            )
            if not case.first:
                assert table.deploy()[0] == 0
                text = Path("addon.toml").read_text()
                Path("addon.toml").write_text(text.replace("grace_hours = 24  ", "grace_hours = 48  "))
            yield table
        finally:
            local.TIMEOUT = timeout
            os.chdir(before)


def recorded(case: Case) -> dict[str, Any]:
    """Return what a deploy says in a case, and what becomes of the same command when the cause is gone."""
    with laid(case) as table:
        case.arrange(table)
        code, said = table.deploy(*case.arguments)
        table.world.faults.clear()
        table.world.switches.change({"appsScriptApi": "on"})
        again = case.then if case.then else case.arguments if case.arguments[:1] == ("--recreate",) else ()
        then = table.deploy(*again)[0]
        served = _served(table)
    error = said.get("error", {})
    where = f"{error['where']}: " if "where" in error else ""
    first = f"Error: {where}{error['message']}" if error else "My Conferences: deployed to a local Google"
    line = {
        "cause": case.cause,
        "exitCode": code,
        "firstLine": _plain(first),
        "nextStep": _plain(error.get("nextStep", "")),
    }
    return {**line, "againExitCode": then, "againServes": served}


def _served(table: Table) -> str:
    """Tell whether the one deployment of ours serves what HEAD holds."""
    script_id = table.script_id
    ours = [
        one
        for one in table.api.deployments(script_id)
        if one.version and one.description.startswith("confsync")
    ]
    if len(ours) != 1:
        return f"{len(ours)} deployments"
    head, served = table.api.content(script_id), table.api.content(script_id, ours[0].version)
    return "what was planned" if head.digest == served.digest else "something else"


def _plain(text: str) -> str:
    """Return a text without what is different in every run."""
    text = re.sub(r"http://127\.0\.0\.1:\d{4,}", "http://127.0.0.1:8765", text)
    text = re.sub(r"\bAKfycb[\w-]{54}(?![\w-])", "AKfycb…", text)
    return re.sub(r"(?<![\w-])1[\w-]{56}(?![\w-])", "1abc…", text)


def table(record: Path = RECORD) -> str:
    """Return the table of the documents."""
    lines = ["| cause | exit code | first line | next step |", "|---|---|---|---|"]
    for one in json.loads(record.read_text(encoding="utf-8")):
        cells = [one["cause"], str(one["exitCode"]), one["firstLine"], one["nextStep"] or "none"]
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    RECORD.write_text(json.dumps([recorded(case) for case in CASES], indent=2, ensure_ascii=False) + "\n")
