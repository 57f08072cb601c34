"""The very first `confsync deploy`: at a terminal it does everything itself, without one it says what is to be done."""

import pytest

from .at_home import DEVELOPER, Home

NO_REHEARSAL = ("deploy", "--no-rehearsal")
CREATE = "POST https://script.googleapis.com/v1/projects"


def writes(home: Home) -> list[str]:
    """Return what was asked of the Apps Script API that is no plain read."""
    return [one for one in home.proxy.take() if not one.startswith("GET ") and "/v1/" in one]


def test_it_logs_in_waits_for_the_api_makes_a_project_and_tells_what_is_left(home: Home) -> None:
    home.world.switches.change({"appsScriptApi": "off-for-user"})
    home.client()
    terminal = home.at_terminal(*NO_REHEARSAL)
    terminal.until("https://console.cloud.google.com/auth/clients/create")
    terminal.until("The downloaded file")
    terminal.type("~/client_secret.json")
    terminal.until("Log in to Google here:")
    terminal.until("https://script.google.com/home/usersettings")
    terminal.until("Is it switched on now?")
    assert "→ Google" not in terminal.said, "no plan before the API is on"
    terminal.type("y")
    terminal.until("Is it switched on now?")
    home.world.switches.change({"appsScriptApi": "on"})
    terminal.type("y")
    terminal.until("My Conferences → Google, a new project")
    terminal.until("Deploy this to Google?")
    assert writes(home) == []
    terminal.type("y")
    code, printed = terminal.end()
    assert (code, "My Conferences: deployed to Google" in printed) == (0, True), terminal.said
    assert writes(home)[0] == CREATE
    assert "hush" not in printed + terminal.said
    script_id, deployment_id = home.settings()["scriptId"], home.json("deploy")["deploymentId"]
    assert home.json("logout")["revoked"] is True
    for line in (
        f"  project     {script_id}  created",
        f"Project Settings → Script Properties: https://script.google.com/home/projects/{script_id}/settings",
        "  1. Type secret.conferences_key where missing",
        f"Google Workspace add-on, with the deployment id {deployment_id}",
        "       https://www.googleapis.com/auth/calendar.events.readonly",
    ):
        assert line in printed


def test_who_does_not_agree_changes_nothing(home: Home) -> None:
    home.log_in()
    terminal = home.at_terminal(*NO_REHEARSAL)
    terminal.until("Deploy this to Google?")
    terminal.type("n")
    assert terminal.end()[0] == 1
    assert "Error: nothing was changed." in terminal.said
    assert (writes(home), (home.folder / ".clasp.json").exists()) == ([], False)


def test_who_cannot_switch_the_api_on_changes_nothing(home: Home) -> None:
    home.log_in()
    home.world.switches.change({"appsScriptApi": "off-in-project"})
    terminal = home.at_terminal(*NO_REHEARSAL)
    terminal.until("Is it switched on now?")
    terminal.type("n")
    assert terminal.end()[0] == 1
    assert "script.googleapis.com/overview?project=1" in terminal.said.splitlines()[-1]
    assert writes(home) == []


@pytest.mark.parametrize("words", [("deploy",), ("plan",), ("status",)])
def test_without_a_terminal_nobody_is_logged_in(home: Home, words: tuple[str, ...]) -> None:
    said = home.run(*words, code=1).stderr
    assert said.startswith("Error: there is no login to Google on this machine. Log in with `confsync login`")
    assert home.proxy.take() == []


@pytest.mark.parametrize(
    ("setting", "link"),
    [
        ("off-for-user", "https://script.google.com/home/usersettings"),
        (
            "off-in-project",
            "https://console.developers.google.com/apis/api/script.googleapis.com/overview?project=1",
        ),
    ],
)
@pytest.mark.parametrize("words", [("deploy", "--yes"), ("plan",)])
def test_without_a_terminal_the_api_that_is_off_ends_it(
    home: Home, words: tuple[str, ...], setting: str, link: str
) -> None:
    home.log_in()
    home.world.switches.change({"appsScriptApi": setting})
    said = home.run(*words, code=1)
    assert said.stdout == ""
    assert f"Switch it on at {link}, wait a few minutes, and run the same command again." in said.stderr
    assert writes(home) == []


def test_without_a_terminal_a_project_is_made_only_for_who_says_so(home: Home) -> None:
    home.log_in()
    said = home.run("deploy", code=1)
    assert "there is no terminal to ask on. Say --yes to go on" in said.stderr
    assert (said.stdout, writes(home)) == ("", [])
    refused = home.json("deploy", code=1)
    assert "--yes" in refused["error"]["nextStep"]
    assert "My Conferences: deployed to Google" in home.run(*NO_REHEARSAL, "--yes").stdout
    with home.world.store.turn() as connection:
        owners = connection.execute("SELECT owner FROM script_projects").fetchall()
    assert [row[0] for row in owners] == [DEVELOPER]


@pytest.mark.parametrize(
    ("words", "command"),
    [("status", "confsync deploy"), ("rollback", "confsync deploy"), ("logs", "confsync deploy"),
     ("undeploy", "confsync deploy"), ("pull", "confsync deploy"), ("versions", "confsync deploy"),
     ("open", "Deploy first")],
)  # fmt: skip
def test_without_a_project_there_is_nothing_to_look_at(home: Home, words: str, command: str) -> None:
    home.log_in()
    said = home.run(words, code=1)
    assert (said.stdout, command in said.stderr) == ("", True)


def test_without_a_client_nobody_can_log_in(home: Home) -> None:
    said = home.run("login", code=1).stderr
    assert "confsync login --client FILE" in said and "`clasp login`" in said
