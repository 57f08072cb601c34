"""The note table: `note.json` of the add-on's templates, which both wings read."""

import json
from importlib import resources

NOTE_TABLE: dict[str, dict[str, str]] = json.loads(
    (resources.files("appsscript_templates") / "note.json").read_text(encoding="utf-8")
)
