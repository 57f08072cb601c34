"""How the Apps Script API says the errors that fault rules ask for: in its own words, where those are known.

Its limits are 429, where Calendar's are 403. Sources: bodies recorded in client reports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from confsync.emulator.appsscript.asked import bad_token, insufficient_scopes
from confsync.emulator.appsscript.enabled import SERVICE, off_in_project
from confsync.emulator.appsscript.projects import invalid, not_found
from confsync.emulator.errors import ApiError
from confsync.emulator.fault import Fault
from confsync.emulator.front_end import quota

_LIMIT = 60
_REASONS = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded")


def script_error(fault: Fault) -> ApiError:
    """Return the error of a fault of action `error`; what its rule says of message, domain and headers wins."""
    usual = _USUAL.get((fault.status, fault.reason))
    if usual is None:
        return replace(fault, front_end=True).error()
    error = usual()
    error.status, error.reason = fault.status, fault.reason or error.reason
    error.domain, error.headers = fault.domain or error.domain, fault.sent_headers
    if fault.message:
        error.message = error.item_message = fault.message
    return error


def _no_permission() -> ApiError:
    return ApiError(403, "forbidden", "The caller does not have permission", front_end=True)


def _exhausted() -> ApiError:
    words = quota(_LIMIT, per_user=True, service=SERVICE, metric="Management requests")
    return ApiError(429, "rateLimitExceeded", words.message, details=words.details, front_end=True)


# By status and reason; without a reason it is what the API usually says with that status.
_USUAL: dict[tuple[int, str], Callable[[], ApiError]] = {
    (400, ""): invalid,
    (400, "badRequest"): invalid,
    (401, ""): bad_token,
    (401, "authError"): bad_token,
    (403, ""): _no_permission,
    (403, "forbidden"): _no_permission,
    (403, "insufficientPermissions"): insufficient_scopes,
    (403, "accessNotConfigured"): off_in_project,
    (404, ""): not_found,
    (404, "notFound"): not_found,
    (429, ""): _exhausted,
    **{(status, reason): _exhausted for status in (403, 429) for reason in _REASONS},
}
