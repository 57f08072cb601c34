"""What people type: one module a command, imported only when that command is asked for."""

import click

from confsync.cli.group import LazyGroup

# Name → (module with a click command called `command`, its help in one line).
COMMANDS = {
    "init": (
        "confsync.cli.init",
        "Start a new add-on project in a folder of that name, or in this one: `.`.",
    ),
    "demo": ("confsync.cli.demo", "Deploy the add-on to a local Google and play the life of a meeting."),
    "render": ("confsync.cli.render", "Make the add-on's files from addon.toml."),
    "plan": ("confsync.cli.plan", "Show what a deploy would do, and write nothing."),
    "deploy": (
        "confsync.cli.deploy",
        "Deploy the add-on: push its files, make a version, and re-point its deployment.",
    ),
    "status": ("confsync.cli.status", "Show what is deployed, whether it drifted, and how executions go."),
    "versions": ("confsync.cli.versions", "List the versions, and which of them is served."),
    "rollback": ("confsync.cli.rollback", "Let the deployment serve an earlier version again."),
    "pull": ("confsync.cli.pull", "Take over what others changed in the project."),
    "logs": ("confsync.cli.logs", "List executions, how they ended, and how long they took."),
    "open": ("confsync.cli.open", "Open a page of the project in the browser."),
    "undeploy": ("confsync.cli.undeploy", "Take the deployment away from everybody who has it installed."),
    "doctor": (
        "confsync.cli.doctor",
        "Find out what would keep you from deploying, and what to do about it.",
    ),
    "checklist": (
        "confsync.cli.checklist",
        "Print what is left to do by hand on Google, with this project's links and values.",
    ),
    "login": ("confsync.cli.login", "Log in to Google with a browser, for deploying."),
    "logout": (
        "confsync.cli.logout",
        "Remove the login that `confsync login` keeps, and have Google take its token back.",
    ),
    "emulate": (
        "confsync.cli.emulate",
        "Run a local Google: Calendar, Apps Script, and a sample conferencing service.",
    ),
    "sync": (
        "confsync.cli.sync",
        "Sync calendars with the conferencing service of addon.toml, from this machine.",
    ),
    "explain": ("confsync.cli.explain", "Say why an event's conference is as it is, and what happens next."),
    "verify": ("confsync.cli.verify", "Play random histories, and see whether the promises hold."),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS)
@click.version_option(package_name="confsync", message="%(prog)s %(version)s")
def main() -> None:
    """Keep third-party video conferences in step with Google Calendar events."""
