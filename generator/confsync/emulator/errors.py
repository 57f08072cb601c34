"""Google's errors: exceptions that know their wire form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from confsync.emulator.front_end import OWN, RPC_STATUS, Words, words_of
from confsync.emulator.wire import Response, json_response

# status, domain, reason, message, location, as Google's guide and recorded answers have them; the first of a status
# is its usual one, the first of a reason that which the reason alone means.
STANDARD = (
    (400, "global", "badRequest", "Bad Request", ""),
    (400, "global", "invalid", "Invalid Value", ""),
    (400, "global", "invalidParameter", "Invalid Value", ""),
    (400, "global", "parseError", "Parse Error", ""),
    (400, "global", "required", "Missing end time.", ""),
    (400, "calendar", "timeRangeEmpty", "The specified time range is empty.", "timeMax"),
    (400, "calendar", "syncTokenWithNonDefaultOrdering", "Sync token cannot be used with non-default ordering.",
     "orderBy"),
    (400, "calendar", "syncTokenWithRequestRestrictions",
     "Sync token cannot be used with other request restrictions.", ""),
    (400, "global", "cannotChangeOrganizer", "Cannot change the organizer of the event.", ""),
    (400, "global", "cannotChangeOrganizerOfInstance", "Cannot change the organizer of an instance.", ""),
    (400, "global", "channelIdNotUnique", "Channel id not unique", ""),
    (400, "global", "pushNotSupportedForRequestedResource",
     "Push notifications are not supported by this resource.", ""),
    (401, "global", "authError", "Invalid Credentials", "Authorization"),
    (401, "global", "required", "Login Required.", "Authorization"),
    (403, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded", ""),
    (403, "usageLimits", "userRateLimitExceeded", "User Rate Limit Exceeded", ""),
    (403, "usageLimits", "quotaExceeded", "Calendar usage limits exceeded.", ""),
    (403, "usageLimits", "dailyLimitExceeded", "Daily Limit Exceeded", ""),
    (403, "usageLimits", "accessNotConfigured", "Access Not Configured.", ""),
    (403, "global", "insufficientPermissions", "Insufficient Permission", ""),
    (403, "calendar", "forbiddenForNonOrganizer",
     "Shared properties can only be changed by the organizer of the event.", ""),
    (403, "calendar", "forbiddenForNonCreator", "Only the creator of the event can change this property.", ""),
    (403, "calendar", "requiredAccessLevel", "You need to have writer access to this calendar.", ""),
    (403, "calendar", "notACalendarUser", "The user must be signed up for Google Calendar.", ""),
    (403, "global", "forbidden", "Forbidden", ""),
    (404, "global", "notFound", "Not Found", ""),
    (409, "global", "duplicate", "The requested identifier already exists.", ""),
    (409, "global", "conflict", "Conflict", ""),
    (410, "calendar", "fullSyncRequired", "Sync token is no longer valid, a full sync is required.", "syncToken"),
    (410, "calendar", "updatedMinTooLongAgo",
     "The requested minimum modification time lies too far in the past.", "updatedMin"),
    (410, "global", "deleted", "Resource has been deleted", ""),
    (412, "global", "conditionNotMet", "Precondition Failed", "If-Match"),
    (429, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded", ""),
    (500, "global", "backendError", "Backend Error", ""),
    (503, "global", "backendError", "Backend Error", ""),
)  # fmt: skip
REASONS: Mapping[str, int] = {reason: status for status, _, reason, _, _ in reversed(STANDARD)}
_HEADERS = ("Authorization", "If-Match")


class ApiError(Exception):
    """An error of a Google API.

    The classic envelope (Calendar's own errors) lists `errors` first and carries no `status`; the front-end one
    (authentication, scopes, quota; every error of the Apps Script API) carries `status` and `details`.
    `item_message` is what the item in `errors` says when that differs. Source: Calendar API guide "Handle API errors".
    """

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location_type: str = "",
        location: str = "",
        front_end: bool = False,
        details: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        item_message: str = "",
        extended_help: str = "",
    ) -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.domain = status, reason, message, domain
        self.location_type, self.location = location_type, location
        self.front_end, self.details, self.headers = front_end, details, headers or {}
        self.item_message, self.extended_help = item_message or message, extended_help

    def body(self) -> dict[str, Any]:
        """Return the JSON body."""
        item: dict[str, Any] = {"domain": self.domain, "reason": self.reason, "message": self.item_message}
        if self.location:
            item |= {"locationType": self.location_type or "parameter", "location": self.location}
        if not self.front_end:
            return {"error": {"errors": [item], "code": self.status, "message": self.message}}
        item = {"message": item.pop("message"), **item}
        if self.extended_help:
            item["extendedHelp"] = self.extended_help
        error: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [item]}
        error["status"] = RPC_STATUS.get(self.status, "UNKNOWN")
        if self.details:
            error["details"] = self.details
        return {"error": error}

    def response(self) -> Response:
        """Return the response, indented as the part of Google that sends it does."""
        indent = 2 if self.front_end else 1
        return json_response(self.status, self.body(), indent=indent, headers=self.headers)


def invalid_credentials() -> ApiError:
    """Return the 401 for a bad or expired token."""
    return ApiError(401, "authError", "Invalid Credentials", location_type="header", location="Authorization")


def login_required() -> ApiError:
    """Return the 401 for a request that carries no token; the front-end answers it, whatever the API."""
    return standard_error(401, "required")


def standard_error(
    status: int,
    reason: str = "",
    message: str = "",
    *,
    domain: str = "",
    front_end: bool | None = None,
    headers: Mapping[str, str] | None = None,
) -> ApiError:
    """Return the error that Google usually sends with that status (and reason); what is given replaces its words.

    It comes in Calendar's envelope, or in the front-end's when only that says so, unless `front_end` is given.
    """
    usual = [row for row in STANDARD if row[0] == status and reason in ("", row[2])]
    _, domain_, reason_, message_, location = usual[0] if usual else (status, "global", reason, "Error", "")
    reason = reason or reason_
    front_end = (status, reason) in OWN if front_end is None else front_end
    words = words_of(status, reason) if front_end else Words()
    if message:
        words = replace(words, message=message, item_message="")
    return ApiError(
        status,
        reason,
        words.message or message_,
        domain=domain or domain_,
        location=location,
        location_type="header" if location in _HEADERS else "",
        front_end=front_end,
        details=words.details,
        headers=headers,
        item_message=words.item_message,
        extended_help=words.extended_help,
    )
