"""The add-on that a developer describes in addon.toml."""

from confsync.addon.config import config_of
from confsync.addon.model import Addon, Solution, Sync
from confsync.addon.read import load

__all__ = ["Addon", "Solution", "Sync", "config_of", "load"]
