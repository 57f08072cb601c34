"""What a deploy asks of the account that it works with, and what an add-on asks of its users, each with its reason."""

PREFIX = "https://www.googleapis.com/auth/"

# Of the developer's account. Without the last two a deploy works, but says less.
NEEDED = tuple(PREFIX + name for name in ("script.projects", "script.deployments", "drive.metadata.readonly"))
ASKED = (*NEEDED, PREFIX + "script.processes", PREFIX + "userinfo.email")

# Of the add-on's users: scope → (whether Google calls it sensitive, why the add-on needs it), as a reviewer reads it.
REASONS = {
    PREFIX + "calendar.addons.execute": (
        False,
        "Lets the add-on be run by Calendar when a user adds its conference to an event.",
    ),
    PREFIX + "calendar.events.readonly": (
        True,
        "Reads the user's events, so that a conference follows its event. Nothing is written to the calendar.",
    ),
    PREFIX + "calendar.events": (
        True,
        "Reads the user's events, so that a conference follows its event, and writes how to join it into the event.",
    ),
    PREFIX + "calendar.calendarlist.readonly": (
        True,
        "Lists the user's calendars, because an event that carries a conference may be moved to another one of them.",
    ),
    PREFIX + "script.scriptapp": (
        True,
        "Installs the triggers that run the add-on when the user's calendar changes.",
    ),
    PREFIX + "script.external_request": (
        True,
        "Creates, updates and deletes conferences at the conferencing service.",
    ),
}


def short(scope: str) -> str:
    """Return a scope as people say it, without Google's prefix."""
    return scope.removeprefix(PREFIX)
