"""A fault of a method of the Apps Script API is said as that API says it, and not as Calendar does."""

from typing import Any

import pytest

from confsync.emulator.world import World

from .conftest import ALICE

QUOTA = "Quota exceeded for quota metric 'Management requests' and limit 'Management requests per minute per user'"
SCOPES = "Request had insufficient authentication scopes."

# Rule → status, the word for it, how the message begins, the reason in the details.
SAID: list[tuple[dict[str, Any], int, str, str, str | None]] = [
    ({"reason": "rateLimitExceeded"}, 429, "RESOURCE_EXHAUSTED", QUOTA, "RATE_LIMIT_EXCEEDED"),
    ({"reason": "userRateLimitExceeded"}, 429, "RESOURCE_EXHAUSTED", QUOTA, "RATE_LIMIT_EXCEEDED"),
    ({"reason": "quotaExceeded"}, 429, "RESOURCE_EXHAUSTED", QUOTA, "RATE_LIMIT_EXCEEDED"),
    ({"status": 429}, 429, "RESOURCE_EXHAUSTED", QUOTA, "RATE_LIMIT_EXCEEDED"),
    ({"status": 403}, 403, "PERMISSION_DENIED", "The caller does not have permission", None),
    ({"reason": "forbidden"}, 403, "PERMISSION_DENIED", "The caller does not have permission", None),
    ({"reason": "insufficientPermissions"}, 403, "PERMISSION_DENIED", SCOPES, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    ({"reason": "accessNotConfigured"}, 403, "PERMISSION_DENIED", "Google Apps Script API has not been used",
     "SERVICE_DISABLED"),
    ({"reason": "notFound"}, 404, "NOT_FOUND", "Requested entity was not found.", None),
    ({"reason": "badRequest"}, 400, "INVALID_ARGUMENT", "Request contains an invalid argument.", None),
    ({"status": 401}, 401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", None),
    ({"status": 503}, 503, "UNAVAILABLE", "The service is currently unavailable.", None),
]  # fmt: skip


def struck(world: World, rule: dict[str, Any]) -> Any:
    """Return what a request gets that the rule strikes."""
    world.faults.add({"method": "script.projects.*", **rule})
    return world.request("GET", "/v1/projects/none", {"Authorization": f"Bearer {ALICE}"})


@pytest.mark.parametrize(("rule", "status", "word", "message", "detail"), SAID)
def test_an_error_is_in_the_api_s_own_words(
    world: World, rule: dict[str, Any], status: int, word: str, message: str, detail: str | None
) -> None:
    response = struck(world, rule)
    error = response.json()["error"]
    assert (response.status, error["code"], error["status"]) == (status, status, word)
    assert error["message"].startswith(message) and error["errors"][0]["message"] == error["message"]
    assert [one["reason"] for one in error.get("details", []) if "reason" in one] == (
        [detail] if detail else []
    )
    assert "calendar" not in response.body.decode()


def test_what_a_rule_says_itself_wins(world: World) -> None:
    rule = {
        "reason": "rateLimitExceeded",
        "status": 403,
        "message": "No.",
        "domain": "mine",
        "retryAfterSeconds": 7,
    }
    response = struck(world, rule)
    error = response.json()["error"]
    assert (response.status, error["status"], error["message"]) == (403, "PERMISSION_DENIED", "No.")
    assert "calendar" not in response.body.decode()
    assert (error["errors"][0]["domain"], response.headers["Retry-After"]) == ("mine", "7")
    response = struck(world, {"reason": "rateLimitExceeded", "message": "No.", "headers": {"x-mine": "1"}})
    assert (response.status, response.json()["error"]["message"]) == (429, "No.")
    assert response.headers["x-mine"] == "1"


def test_calendar_keeps_its_own(world: World) -> None:
    world.faults.add({"method": "calendar.events.list", "reason": "rateLimitExceeded"})
    response = world.request(
        "GET", "/calendar/v3/calendars/primary/events", {"Authorization": f"Bearer {ALICE}"}
    )
    assert (response.status, response.json()["error"]["message"]) == (403, "Rate Limit Exceeded")
