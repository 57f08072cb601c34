"""CONFIG: what both wings know of the add-on when they run."""

from typing import Any

from confsync.addon.model import Addon
from confsync.providers.compile import compile_provider, event_fields


def config_of(addon: Addon) -> dict[str, Any]:
    """The one configuration of both wings, as JSON values; equal add-ons give equal values, in the same order."""
    return {
        "addOn": {"name": addon.name},
        "solutions": [
            {
                "id": solution.id,
                "name": solution.name,
                "onCreateFunction": solution.create_function,
                "settings": solution.settings,
            }
            for solution in addon.solutions
        ],
        "sync": {
            "graceMinutes": addon.sync.grace_hours * 60,
            "unsavedGraceMinutes": addon.sync.unsaved_grace_hours * 60,
            "pruneMinutes": addon.sync.prune_days * 24 * 60,
        },
        "eventFields": event_fields(addon.provider),
        "provider": compile_provider(addon.provider),
    }
