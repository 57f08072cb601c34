"""The Apps Script API where it was not switched on."""

import pytest

from confsync.emulator.world import World

from .conftest import ALICE

RETRY = "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."


@pytest.mark.parametrize("target", ["/v1/processes", "/v1/projects/none", "/v1/projects/none/versions"])
def test_a_user_who_has_not_enabled_the_api_is_told_where_to(world: World, target: str) -> None:
    world.switches.change({"appsScriptApi": "off-for-user"})
    response = world.request("GET", target, {"Authorization": f"Bearer {ALICE}"})
    message = (
        "User has not enabled the Apps Script API. Enable it by visiting "
        f"https://script.google.com/home/usersettings then retry. {RETRY}"
    )
    assert response.status == 403
    assert response.json() == {
        "error": {
            "code": 403,
            "message": message,
            "errors": [{"message": message, "domain": "global", "reason": "forbidden"}],
            "status": "PERMISSION_DENIED",
        }
    }


def test_a_project_that_has_not_enabled_the_api_is_told_where_to(world: World) -> None:
    world.switches.change({"appsScriptApi": "off-in-project"})
    error = world.request("GET", "/v1/processes", {"Authorization": f"Bearer {ALICE}"}).json()["error"]
    assert error["message"].startswith(
        "Google Apps Script API has not been used in project 1 before or it is disabled. Enable it by visiting "
    )
    assert (error["code"], error["status"], error["errors"][0]["reason"]) == (
        403, "PERMISSION_DENIED", "accessNotConfigured",
    )  # fmt: skip
    assert error["details"][0]["reason"] == "SERVICE_DISABLED"


def test_a_request_without_a_token_is_refused_for_that(world: World) -> None:
    world.switches.change({"appsScriptApi": "off-for-user"})
    assert world.request("GET", "/v1/processes").status == 401
