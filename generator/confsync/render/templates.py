"""The files that an add-on is made of, before anything is filled in."""

from collections.abc import Collection
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from confsync.errors import RenderError
from confsync.providers.problem import did_you_mean

_SUFFIXES = (".js", ".html", ".j2")
_DATA = ("note.json",)


def read_templates(
    base: Traversable | None, overrides: Path | None, extra: Collection[str] = ()
) -> dict[str, str]:
    """Texts by name: those of `base` (default: the ones that come with confsync), then those that replace them.

    A file that replaces none is a mistake, unless it is one of `extra`.
    """
    texts = _texts(files("appsscript_templates") if base is None else base)
    if overrides is None:
        return texts
    if not overrides.is_dir():
        raise RenderError(
            "there is no such folder.", where=str(overrides), next_step="Mend render.templates in addon.toml."
        )
    ours = _texts(overrides)
    for name in ours:
        if name not in texts and name not in extra:
            raise RenderError(
                f"there is no template of this name to override. {did_you_mean(name, sorted(texts))}",
                where=str(overrides / name),
                next_step="If it is a file of its own, name it in render.extra.",
            )
    for name in extra:
        if name not in ours:
            raise RenderError("there is no such file, which render.extra names.", where=str(overrides / name))
    return {**texts, **ours}


def _texts(folder: Traversable) -> dict[str, str]:
    try:
        names = sorted(
            entry.name for entry in folder.iterdir() if entry.name.endswith(_SUFFIXES) or entry.name in _DATA
        )
    except OSError as error:
        raise RenderError(f"cannot be read: {error.strerror}.", where=str(folder)) from error
    return {name: _text(folder / name) for name in names}


def _text(file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RenderError("is not UTF-8 text.", where=str(file), next_step="Save it as UTF-8.") from error
    except OSError as error:
        raise RenderError(f"cannot be read: {error.strerror}.", where=str(file)) from error
