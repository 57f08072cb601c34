"""Google's errors: exceptions that know their wire form."""

from collections.abc import Mapping
from typing import Any

from confsync.emulator.wire import Response, json_response

# status, domain, reason, message, location, as Google's guide and recorded answers have them; the first of a status
# is its usual one.
STANDARD = (
    (400, "global", "badRequest", "Bad Request", ""),
    (400, "global", "invalid", "Invalid Value", ""),
    (401, "global", "authError", "Invalid Credentials", "Authorization"),
    (403, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded", ""),
    (403, "usageLimits", "userRateLimitExceeded", "User Rate Limit Exceeded", ""),
    (403, "usageLimits", "quotaExceeded", "Calendar usage limits exceeded.", ""),
    (403, "usageLimits", "dailyLimitExceeded", "Daily Limit Exceeded", ""),
    (403, "calendar", "forbiddenForNonOrganizer",
     "Shared properties can only be changed by the organizer of the event.", ""),
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
_HEADERS = ("Authorization", "If-Match")

# What a front-end says about a quota for each minute; recorded in client reports.
_QUOTA = (
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service "
    "'calendar-json.googleapis.com' for consumer 'project_number:1'."
)
_QUOTA_DETAILS: list[dict[str, Any]] = [
    {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "quota_limit": "defaultPerMinutePerUser",
            "service": "calendar-json.googleapis.com",
            "consumer": "projects/1",
            "quota_location": "global",
            "quota_metric": "calendar-json.googleapis.com/default",
            "quota_limit_value": "600",
        },
    }
]

# The `status` words of google.rpc.Code that front-end bodies carry.
RPC_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


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
    ) -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.domain = status, reason, message, domain
        self.location_type, self.location = location_type, location
        self.front_end, self.details, self.headers = front_end, details, headers or {}
        self.item_message = item_message or message

    def body(self) -> dict[str, Any]:
        """Return the JSON body."""
        item: dict[str, Any] = {"domain": self.domain, "reason": self.reason, "message": self.item_message}
        if self.location:
            item |= {"locationType": self.location_type or "parameter", "location": self.location}
        if not self.front_end:
            return {"error": {"errors": [item], "code": self.status, "message": self.message}}
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
    return ApiError(
        401,
        "required",
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential.",
        item_message="Login Required.",
        location_type="header",
        location="Authorization",
        front_end=True,
        details=[
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "CREDENTIALS_MISSING",
                "domain": "googleapis.com",
            }
        ],
    )


def standard_error(
    status: int,
    reason: str = "",
    message: str = "",
    *,
    domain: str = "",
    front_end: bool = False,
    headers: Mapping[str, str] | None = None,
) -> ApiError:
    """Return the error that Google usually sends with that status (and reason); what is given replaces its words."""
    usual = [row for row in STANDARD if row[0] == status and reason in ("", row[2])]
    _, domain_, reason_, message_, location = usual[0] if usual else (status, "global", reason, "Error", "")
    details = None
    if front_end and (reason or reason_) == "rateLimitExceeded":
        message_, details = _QUOTA, _QUOTA_DETAILS
    return ApiError(
        status,
        reason or reason_,
        message or message_,
        domain=domain or domain_,
        location=location,
        location_type="header" if location in _HEADERS else "",
        front_end=front_end,
        details=details,
        headers=headers,
    )
