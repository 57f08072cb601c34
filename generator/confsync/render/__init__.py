"""From addon.toml and templates to the files of an add-on."""
