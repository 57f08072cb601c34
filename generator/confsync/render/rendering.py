"""From an add-on to the text of its files."""

import json
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError

from confsync.addon import Addon, config_of
from confsync.errors import RenderError
from confsync.render.check import check
from confsync.render.json_text import pretty_json
from confsync.render.manifest import manifest_of
from confsync.render.templates import read_templates

MANIFEST = "appsscript.json"
_TEMPLATE = ".j2"


def render(addon: Addon, templates: Traversable | None = None) -> dict[str, str]:
    """The files of an add-on by name, the manifest first; a RenderError when Apps Script would not take them.

    `templates` is a folder (default: the templates that come with confsync); what stands in the add-on's own
    folder of templates replaces files of it by name.
    """
    texts = read_templates(templates, addon.templates, addon.extra)
    manifest = manifest_of(addon)
    files = {MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"}
    filled = _filled(texts, addon)
    files.update((name, filled[name]) for name in sorted(filled))
    check(files, manifest)
    return files


def _filled(texts: dict[str, str], addon: Addon) -> dict[str, str]:
    environment = Environment(
        loader=DictLoader(texts),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["js"] = pretty_json
    values = {
        "config": config_of(addon),
        "note_table": _note_table(texts),
        "solutions": addon.solutions,
    }
    copied = {name: text for name, text in texts.items() if name.endswith((".js", ".html"))}
    rendered = {
        name.removesuffix(_TEMPLATE): _fill(environment, name, values)
        for name in texts
        if name.endswith(_TEMPLATE)
    }
    return {**copied, **rendered}


def _fill(environment: Environment, name: str, values: dict[str, Any]) -> str:
    try:
        return environment.get_template(name).render(values)
    except (TemplateError, TypeError) as error:
        line = getattr(error, "lineno", None) or _line_in(name, error)
        raise RenderError(f"the template cannot be filled in: {error}.", where=f"{name}:{line}") from error


def _line_in(name: str, error: BaseException) -> int:
    """The template's own line in a traceback; Jinja numbers its frames like the template."""
    trace, line = error.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in (name, "<template>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _note_table(texts: dict[str, str]) -> Any:
    try:
        return json.loads(texts.get("note.json", "{}"))
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise RenderError(f"this is not JSON: {error}.", where=f"note.json:{line}") from error
