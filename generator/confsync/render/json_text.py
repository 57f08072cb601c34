"""JSON as a person would write it: what fits on a line stands on one."""

import json
from typing import Any

_WIDTH = 80
# So that the text is the same JavaScript everywhere, also inside of HTML.
_ESCAPES = {"</": "<\\/", "<!--": "<\\u0021--", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def pretty_json(value: Any, indent: int = 0, room: int = _WIDTH) -> str:
    """The value as indented JSON; `room` is what is left of the line for it."""
    line = _one_line(value)
    if len(line) <= room or not isinstance(value, dict | list) or not value:
        return line
    inner = indent + 2
    left = _WIDTH - inner - 1
    if isinstance(value, list):
        items = [pretty_json(item, inner, left) for item in value]
    else:
        items = []
        for key, member in value.items():
            name = f"{_one_line(key)}: "
            items.append(name + pretty_json(member, inner, left - len(name)))
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    lines = f",\n{' ' * inner}".join(items)
    return f"{opening}\n{' ' * inner}{lines}\n{' ' * indent}{closing}"


def _one_line(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    for found, written in _ESCAPES.items():
        text = text.replace(found, written)
    return text
