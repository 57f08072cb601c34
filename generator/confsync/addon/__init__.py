"""The add-on that a developer describes in addon.toml."""
