"""From addon.toml and templates to the files of an add-on."""

from confsync.render.rendering import render
from confsync.render.writing import diff, statuses, write

__all__ = ["diff", "render", "statuses", "write"]
