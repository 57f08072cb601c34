"""A card as plain text, and what on it can be pressed or filled in.

A card is the tree that the sandbox's CardService built: what was set under its own name, what was added in lists, and the
kind of a widget or button as a key around it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Tree = Mapping[str, Any]

_BUTTONS = ("textButton", "imageButton")
_LABELS = ("text", "altText", "title", "topLabel", "content", "fieldName")
_CLICKS = ("onClickAction", "onClickOpenLinkAction", "onChangeAction", "openLink", "authorizationAction")


def card_text(card: Tree) -> str:
    """Return what a person reads on a card: buttons in brackets, one widget a line, indented below its section."""
    return "\n".join(_card_lines(card))


def _card_lines(card: Tree) -> Iterator[str]:
    header = card.get("header", {})
    yield from _some(header.get("title"), header.get("subtitle"))
    for section in card.get("sections", []):
        yield from _some(section.get("header"))
        for widget in section.get("widgets", []):
            for kind, held in widget.items():
                yield from (f"  {line}" for line in _widget_lines(kind, held))
    footer = card.get("fixedFooter", {})
    buttons = [_button(footer[name]) for name in ("primaryButton", "secondaryButton") if name in footer]
    yield from _some(" ".join(buttons))
    yield from (f"… {action.get('text', '')}" for action in card.get("cardActions", []))


def _some(*texts: str | None) -> list[str]:
    return [_plain(text) for text in texts if text]


def _plain(text: str) -> str:
    return re.sub(r"<[^<>]*>", "", re.sub(r"<br\s*/?>", " ", str(text)))


def _widget_lines(kind: str, widget: Tree) -> list[str]:
    if kind in _BUTTONS:
        return [_button(widget)]
    if kind == "buttonSet":
        return [" ".join(_button(one[name]) for one in widget.get("buttons", []) for name in one)]
    if kind == "divider":
        return ["---"]
    if kind == "image":
        return [f"({widget.get('altText', 'image')})"]
    if kind == "grid":
        return _some(widget.get("title"), *(item.get("title") for item in widget.get("items", [])))
    if kind in ("decoratedText", "keyValue"):
        return _decorated(widget)
    if "fieldName" in widget:
        return [_field(widget)]
    return _some(widget.get("text"))


def _button(button: Tree) -> str:
    return f"[{_label(button)}]"


def _decorated(widget: Tree) -> list[str]:
    texts = (widget.get("topLabel"), widget.get("text", widget.get("content")), widget.get("bottomLabel"))
    lines = _some(*texts)
    for name, held in widget.get("button", {}).items():
        lines += [_button(held)] if name in _BUTTONS else []
    switch = widget.get("switchControl", widget.get("switch"))
    return [*lines, f"{switch.get('fieldName', '')}: {_mark(switch)}"] if switch else lines


def _field(widget: Tree) -> str:
    shown = str(widget.get("value", widget.get("valueInMsSinceEpoch", "")))
    if "items" in widget:
        shown = " ".join(f"{_mark(item)} {item.get('text')}" for item in widget["items"])
    return f"{widget.get('title', widget['fieldName'])}: {shown}".rstrip()


def _mark(choice: Tree) -> str:
    return "[x]" if choice.get("selected") else "[ ]"


def _label(tree: Tree) -> str:
    return _plain(next((str(tree[name]) for name in _LABELS if tree.get(name)), ""))


def clickable(card: Any) -> Iterator[tuple[str, Tree]]:
    """Yield label and tree of everything on a card that does something when it is pressed or changed."""
    if isinstance(card, Mapping):
        if any(name in card for name in _CLICKS):
            yield _label(card), card
        for held in card.values():
            yield from clickable(held)
    elif isinstance(card, list):
        for held in card:
            yield from clickable(held)


def pressed(tree: Tree) -> tuple[str, Tree]:
    """Return what a press does: the name of the setter's subject, such as `onClickAction`, and what was set."""
    name = next(name for name in _CLICKS if name in tree)
    return name, tree[name]


def inputs(card: Any) -> dict[str, list[str]]:
    """Return the fields of a card with the values that they have before anybody touches them; empty ones have none."""
    found: dict[str, list[str]] = {}
    if isinstance(card, Mapping):
        if "fieldName" in card:
            found[card["fieldName"]] = _values(card)
        for held in card.values():
            found |= inputs(held)
    elif isinstance(card, list):
        for held in card:
            found |= inputs(held)
    return found


def _values(field: Tree) -> list[str]:
    if "items" in field:
        return [str(item.get("value")) for item in field["items"] if item.get("selected")]
    if "selected" in field:
        return [str(field.get("value", "true"))] if field["selected"] else []
    return [str(field["value"])] if field.get("value") else []
