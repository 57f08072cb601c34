"""Google's front-end: the words and details of the errors that it answers itself, in an envelope of its own.

It stands before every API and looks after tokens, scopes, quotas and APIs that are switched off. Its envelope carries a
`status` and `details`. Sources: bodies recorded in client reports; API design guide "Errors".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_PROJECT = "1"
_SERVICE = "calendar-json.googleapis.com"
_MORE_QUOTA = "https://cloud.google.com/docs/quota#requesting_higher_quota"
_CONSOLE = "https://console.developers.google.com"
_USUAL_QUOTA = 600

# The `status` words of google.rpc.Code that front-end bodies carry.
RPC_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}

# What nobody but the front-end says: status and reason.
OWN = frozenset({(401, "required"), (403, "insufficientPermissions"), (403, "accessNotConfigured")})


@dataclass(frozen=True)
class Words:
    """What a body of the front-end says where that is not what Calendar says.

    The item in `errors` has `item_message` when that differs from `message`, and may carry a link.
    """

    message: str = ""
    item_message: str = ""
    extended_help: str = ""
    details: list[dict[str, Any]] = field(default_factory=list)


def words_of(status: int, reason: str) -> Words:
    """Return what the front-end says for a status and a `reason`; empty words where it says what Calendar does."""
    if reason in ("rateLimitExceeded", "userRateLimitExceeded"):
        return quota(_USUAL_QUOTA, per_user=True)
    return _WORDS.get((status, reason), Words())


def quota(limit: int, *, per_user: bool, service: str = _SERVICE, metric: str = "Queries") -> Words:
    """Return what it says when a quota of so many requests a minute is used up: a user's, or the project's."""
    per = f"{metric} per minute per user" if per_user else f"{metric} per minute"
    metadata = {
        "quota_limit": "defaultPerMinutePerUser" if per_user else "defaultPerMinutePerProject",
        "service": service,
        "consumer": f"projects/{_PROJECT}",
        "quota_location": "global",
        "quota_metric": f"{service}/default",
        "quota_limit_value": str(limit),
    }
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{per}' of service '{service}' for consumer "
        f"'project_number:{_PROJECT}'."
    )
    links = [{"description": "Request a higher quota limit.", "url": _MORE_QUOTA}]
    more = {"@type": "type.googleapis.com/google.rpc.Help", "links": links}
    return Words(message, details=[_info("RATE_LIMIT_EXCEEDED", metadata), more])


def _info(reason: str, metadata: dict[str, str] | None = None) -> dict[str, Any]:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    return {**info, **({"metadata": metadata} if metadata else {})}


_EXPECTED = "Expected OAuth 2 access token, login cookie or other valid authentication credential."
_WORDS = {
    (401, "required"): Words(
        f"Request is missing required authentication credential. {_EXPECTED}",
        "Login Required.",
        details=[_info("CREDENTIALS_MISSING")],
    ),
    (401, "authError"): Words(
        f"Request had invalid authentication credentials. {_EXPECTED}", "Invalid Credentials"
    ),
    (403, "insufficientPermissions"): Words(
        "Request had insufficient authentication scopes.",
        "Insufficient Permission",
        details=[_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", {"service": _SERVICE})],
    ),
    (403, "accessNotConfigured"): Words(
        "Access Not Configured.",
        extended_help=_CONSOLE,
        details=[
            _info("SERVICE_DISABLED", {"consumer": f"projects/{_PROJECT}", "service": "calendar-json.googleapis.com"})
        ],
    ),
    (503, "backendError"): Words("The service is currently unavailable."),
}  # fmt: skip
