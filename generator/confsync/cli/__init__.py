"""What people type: one module a command, imported only when that command is asked for."""

import click

from confsync.cli.group import LazyGroup

# Name → (module with a click command called `command`, its help in one line).
COMMANDS = {
    "demo": ("confsync.cli.demo", "Play a meeting's story on a local Google."),
    "render": ("confsync.cli.render", "Make the add-on's files from addon.toml."),
    "deploy": ("confsync.cli.deploy", "Deploy the add-on to Google, or to a local one."),
    "emulate": ("confsync.cli.emulate", "Run a local Google."),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS)
@click.version_option(package_name="confsync", message="%(prog)s %(version)s")
def main() -> None:
    """Keep third-party video conferences in step with Google Calendar events."""
