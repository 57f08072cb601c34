"""Whether the Apps Script API may be used at all: users switch it on for themselves, and developers for their project."""

from __future__ import annotations

from confsync.emulator.errors import ApiError

SERVICE = "script.googleapis.com"
_RETRY = "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."
_PROJECT = "1"
_CONSOLE = f"https://console.developers.google.com/apis/api/{SERVICE}/overview?project={_PROJECT}"


def check_enabled(setting: str) -> None:
    """Raise Google's 403 unless the switch `appsScriptApi` is `on`. Source: bodies recorded in client reports."""
    if setting == "off-for-user":
        raise _off_for_user()
    if setting == "off-in-project":
        raise off_in_project()


def _off_for_user() -> ApiError:
    message = (
        "User has not enabled the Apps Script API. Enable it by visiting "
        f"https://script.google.com/home/usersettings then retry. {_RETRY}"
    )
    return ApiError(403, "forbidden", message, front_end=True)


def off_in_project() -> ApiError:
    """Return the 403 of a Cloud project in which the API is off."""
    message = (
        f"Google Apps Script API has not been used in project {_PROJECT} before or it is disabled. "
        f"Enable it by visiting {_CONSOLE} then retry. {_RETRY}"
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"service": SERVICE, "consumer": f"projects/{_PROJECT}"},
    }
    return ApiError(
        403,
        "accessNotConfigured",
        message,
        domain="usageLimits",
        extended_help="https://console.developers.google.com",
        details=[info],
        front_end=True,
    )
