"""What kind of fault a rule is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Rule = Mapping[str, Any]

THIRD_PARTY, CALENDAR, PLATFORM = "the third party", "Calendar", "the platform"
# What a fault does to an answer, where it puts no error in its place.
ANSWERED: Mapping[str, str] = {
    "html": "a web page",
    "garbage": "what nobody can read",
    "empty": "nothing at all",
    "truncate": "only half",
    "no-items": "that there is nothing",
    "delay": "late",
    "expire-tokens": "that sync tokens are gone",
}
_OF_TRIGGERS = {"drop": "is lost", "repeat": "comes twice", "delay": "comes late"}
FAULTS = (
    "an execution is killed before a call",
    "an execution is killed after a call",
    "an execution is slow",
    *(f"{CALENDAR} answers {status}" for status in (401, 403, 404, 410, 429, 500, 503)),
    f"{CALENDAR} answers a web page",
    f"{CALENDAR} answers what nobody can read",
    f"{CALENDAR} answers only half",
    f"{CALENDAR} answers that there is nothing",
    f"{CALENDAR} cannot be reached",
    *(f"{THIRD_PARTY} answers {status}" for status in (400, 401, 403, 404, 409, 422, 429, 500, 503)),
    f"{THIRD_PARTY} answers 500 after doing it",
    f"{THIRD_PARTY} answers 503 after doing it",
    f"{THIRD_PARTY} answers a web page",
    f"{THIRD_PARTY} answers late",
    f"{THIRD_PARTY} cannot be reached",
    f"{THIRD_PARTY} does it and its answer is lost",
    f"{PLATFORM} refuses a call",
    *(f"a trigger {what}" for what in _OF_TRIGGERS.values()),
)


def is_refusal(rule: Rule) -> bool:
    """Tell whether the third party refuses something for good, so that it is asked again only a day later."""
    refused = 400 <= int(rule.get("status") or 0) < 500 and rule["status"] != 429
    return refused and rule.get("action", "error") == "error" and asked_of(str(rule["method"])) == THIRD_PARTY


def fault_kind(rule: Rule) -> str:
    """Return what kind of fault a rule is, in words."""
    action, method = rule.get("action", "error"), str(rule["method"])
    when = rule.get("when", "before")
    if action == "kill":
        return f"an execution is killed {when} a call"
    if method == "script.trigger":
        return f"a trigger {_OF_TRIGGERS[action]}"
    if action == "delay" and method == "*":
        return "an execution is slow"
    who = asked_of(method)
    if who == PLATFORM and action == "error":
        return f"{PLATFORM} refuses a call"
    if action == "drop":
        return f"{who} does it and its answer is lost" if when == "after" else f"{who} cannot be reached"
    late = when == "after" and action not in ("delay", "truncate", "no-items", "expire-tokens")
    return f"{who} answers {ANSWERED.get(action) or rule['status']}" + (" after doing it" if late else "")


def asked_of(method: str) -> str:
    """Return who answers a method."""
    if method.startswith(("conferences.", "UrlFetch.")):
        return THIRD_PARTY
    return CALENDAR if method.startswith("calendar.") else PLATFORM
