"""Which OAuth scopes the manifest must list for a call (reference pages, blocks "Authorization")."""

from confsync.emulator.appsscript.context import Context
from confsync.emulator.appsscript.refusal import Refusal
from confsync.emulator.execution import Call

_AUTH = "https://www.googleapis.com/auth/"
_TRIGGERS = (f"{_AUTH}script.scriptapp",)
_FETCH = (f"{_AUTH}script.external_request",)
_MAIL = (f"{_AUTH}script.send_mail",)
_EMAIL = (f"{_AUTH}userinfo.email",)
_CALENDARS = (
    f"{_AUTH}calendar",
    f"{_AUTH}calendar.readonly",
    f"{_AUTH}calendar.events",
    f"{_AUTH}calendar.events.readonly",
    "https://www.google.com/calendar/feeds",
)
# Call → the method as scripts know it, and the scopes of which one is needed.
_NEEDS = {
    "ScriptApp.getProjectTriggers": ("ScriptApp.getProjectTriggers", _TRIGGERS),
    "ScriptApp.createTrigger": ("ScriptApp.newTrigger", _TRIGGERS),
    "ScriptApp.deleteTrigger": ("ScriptApp.deleteTrigger", _TRIGGERS),
    "UrlFetch.fetch": ("UrlFetchApp.fetch", _FETCH),
    "UrlFetch.fetchAll": ("UrlFetchApp.fetchAll", _FETCH),
    "MailApp.sendEmail": ("MailApp.sendEmail", _MAIL),
    "MailApp.getRemainingDailyQuota": ("MailApp.getRemainingDailyQuota", _MAIL),
    "Session.getActiveUser": ("Session.getActiveUser", _EMAIL),
    "Session.getEffectiveUser": ("Session.getEffectiveUser", _EMAIL),
}


def check_scopes(context: Context, call: Call) -> None:
    """Refuse a call for which the manifest lists no scope. Calendar's own calls are checked by Calendar."""
    if call.name in _NEEDS:
        _require(context, *_NEEDS[call.name])
    if call.name == "ScriptApp.createTrigger" and call.arguments.get("triggerSource") == "CALENDAR":
        _require(context, "TriggerBuilder.forUserCalendar", _CALENDARS)


def _require(context: Context, method: str, scopes: tuple[str, ...]) -> None:
    if context.scopes is not None and context.scopes.isdisjoint(scopes):
        wanted = scopes[0] if len(scopes) == 1 else f"({' || '.join(scopes)})"
        raise Refusal(
            f"Specified permissions are not sufficient to call {method}. Required permissions: {wanted}"
        )
