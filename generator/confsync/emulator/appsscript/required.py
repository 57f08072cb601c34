"""Which fields of a card an action still misses: the form is not sent before they have a value.

Sources: CardService reference, `Action`, and the widgets that check what is filled in: of choices only the menus do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Tree = Mapping[str, Any]

_ENTRIES = ("textInput", "datePicker", "dateTimePicker", "timePicker")
_MENUS = ("DROPDOWN", "MULTI_SELECT")
_VALUES = ("value", "valueInMsSinceEpoch", "hours")


def missing(card: Tree, action: Tree, given: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that the action requires and that nobody has filled in, in the card's order."""
    wanted, whole = action.get("requiredWidgets", []), action.get("allWidgetsAreRequired", False)
    return [
        field["fieldName"]
        for field in _checked(card)
        if (whole or field["fieldName"] in wanted) and not _is_filled(field, given)
    ]


def _checked(tree: Any) -> Iterator[Tree]:
    """Yield the fields that check what is filled in."""
    if isinstance(tree, list):
        for held in tree:
            yield from _checked(held)
    elif isinstance(tree, Mapping):
        for kind, held in tree.items():
            is_menu = kind == "selectionInput" and held.get("type") in _MENUS
            if (kind in _ENTRIES or is_menu) and held.get("fieldName"):
                yield held
            yield from _checked(held)


def _is_filled(field: Tree, given: Mapping[str, Any]) -> bool:
    if field["fieldName"] in given:
        return given[field["fieldName"]] not in ("", [], [""], {}, None)
    if field.get("items"):
        return any(item.get("selected") for item in field["items"])
    return any(field.get(name) not in (None, "") for name in _VALUES)
