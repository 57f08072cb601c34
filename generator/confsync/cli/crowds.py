"""`confsync verify --crowds`: scenes with thousands of conferences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from confsync.addon import Addon


def play_crowds(addon: Addon, options: Mapping[str, Any]) -> bool:
    """Play the scenes in the wings of the options and tell them; return whether all is well."""
    from confsync.verify.campaign import WINGS
    from confsync.verify.crowd_report import as_json, lines, verdict
    from confsync.verify.crowds import FULL, SMALL, perform

    all_told = []
    for told in perform(addon, WINGS[options["wing"]], SMALL if options["small"] else FULL):
        all_told.append(told)
        if not options["as_json"]:
            click.echo("\n".join(lines(told)))
    click.echo(as_json(all_told) if options["as_json"] else verdict(all_told))
    return not any(told.broken for told in all_told)
