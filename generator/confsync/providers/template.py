"""The template language of a provider: from a text of `addon.toml` to its parts.

template = { text | "{{" | "}}" | "{" path ["?"] { "|" name { ":" argument } } "}" }
path     = name { "." name | "[" digits "]" }
argument = characters of A-Za-z0-9_+./=- , or a JSON string
"""

import json
import re
from typing import NamedTuple

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PATH = rf"{_NAME}(?:\.{_NAME}|\[[0-9]+\])*"
_ARGUMENT = r'"(?:[^"\\]|\\.)*"|[A-Za-z0-9_+./=-]*'
_FORMATTER = rf"\|\s*[a-z_]+(?:\:(?:{_ARGUMENT}))*"
_PLACEHOLDER = re.compile(rf"\{{(?P<path>{_PATH})(?P<optional>\?)?(?P<formatters>(?:{_FORMATTER})*)\}}")


class TemplateError(ValueError):
    """A text that is not a template."""


class Formatter(NamedTuple):
    """A name after `|`, with its arguments as texts."""

    name: str
    arguments: tuple[str, ...]


class Placeholder(NamedTuple):
    """What stands between braces."""

    path: tuple[str | int, ...]
    optional: bool
    formatters: tuple[Formatter, ...]
    source: str


def parse_template(text: str) -> list[str | Placeholder]:
    """The literal texts and placeholders of a template, in order; neighbouring literals are joined."""
    parts: list[str | Placeholder] = []
    literal, at = "", 0
    while at < len(text):
        if text[at : at + 2] in ("{{", "}}"):
            literal, at = literal + text[at], at + 2
        elif text[at] in "{}":
            found = _placeholder_at(text, at)
            parts += [literal, found] if literal else [found]
            literal, at = "", at + len(found.source)
        else:
            literal, at = literal + text[at], at + 1
    return [*parts, literal] if literal or not parts else parts


def parse_path(text: str) -> tuple[str | int, ...]:
    """The steps of a path such as `resp.items[0].url`."""
    if not re.fullmatch(_PATH, text):
        raise TemplateError(f'"{text}" is not a path: write names joined by dots, such as resp.id')
    steps = re.findall(rf"({_NAME})|\[([0-9]+)\]", text)
    return tuple(name or int(position) for name, position in steps)


def _placeholder_at(text: str, at: int) -> Placeholder:
    found = _PLACEHOLDER.match(text, at)
    if found is None:
        raise TemplateError(
            f"{text[at : at + 40]!r} is not a placeholder: write {{path}}, {{path?}} or "
            "{path|formatter:argument}, and {{ or }} for a brace"
        )
    formatters = tuple(_formatters(found["formatters"]))
    return Placeholder(parse_path(found["path"]), found["optional"] is not None, formatters, found[0])


def _formatters(text: str) -> list[Formatter]:
    formatters = []
    for formatter in re.findall(_FORMATTER, text):
        name, colon, rest = formatter[1:].strip().partition(":")
        arguments = re.findall(rf":({_ARGUMENT})", colon + rest)
        formatters.append(Formatter(name, tuple(_argument(argument) for argument in arguments)))
    return formatters


def _argument(text: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError as error:
        raise TemplateError(f"{text} is not a JSON string") from error
