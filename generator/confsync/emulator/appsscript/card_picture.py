"""A card as a picture (SVG), about as the side panel shows it: widths are guessed, images and icons are grey boxes."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

Tree = Mapping[str, Any]

WIDTH, MARGIN, CHARACTER = 320, 16, 6.6
_PLAIN = "fill='#3c4043' font-size='13'"
_STYLES = {
    "title": "fill='#202124' font-size='15' font-weight='600'",
    "heading": "fill='#1a73e8' font-size='12' font-weight='600'",
    "label": "fill='#5f6368' font-size='11'",
    "text": _PLAIN,
}


@dataclass
class _Page:
    """The shapes so far, and how far down they reach, in pixels."""

    shapes: list[str] = field(default_factory=list)
    y: int = MARGIN

    def text(self, style: str, text: Any) -> None:
        """Write a text in as many lines as it needs."""
        for line in _wrapped(_plain(text)):
            self.y += 18
            self.shapes.append(f"<text x='{MARGIN}' y='{self.y - 4}' {_STYLES[style]}>{escape(line)}</text>")

    def box(self, text: str, fill: str, stroke: str, height: int = 28) -> None:
        """Draw a box over the whole width with a text in it."""
        self.shapes.append(
            f"<rect x='{MARGIN}' y='{self.y}' width='{WIDTH - 2 * MARGIN}' height='{height}' rx='4' fill='{fill}' "
            f"stroke='{stroke}'/><text x='{MARGIN + 8}' y='{self.y + height // 2 + 5}' {_PLAIN}>"
            f"{escape(_plain(text)[:44])}</text>"
        )
        self.y += height + 8

    def buttons(self, labels: list[str]) -> None:
        """Draw buttons side by side, and below each other where there is no room."""
        x = MARGIN
        for label in labels:
            width = min(int(len(label) * CHARACTER) + 24, WIDTH - 2 * MARGIN)
            if x > MARGIN and x + width > WIDTH - MARGIN:
                x, self.y = MARGIN, self.y + 36
            self.shapes.append(
                f"<rect x='{x}' y='{self.y}' width='{width}' height='28' rx='14' fill='#e8f0fe' stroke='#1a73e8'/>"
                f"<text x='{x + width / 2:g}' y='{self.y + 18}' text-anchor='middle' fill='#1a73e8' "
                f"font-size='13'>{escape(label)}</text>"
            )
            x += width + 8
        self.y += 36 if labels else 0

    def line(self) -> None:
        """Draw a line over the whole width."""
        self.y += 6
        self.shapes.append(f"<path d='M0 {self.y}H{WIDTH}' stroke='#dadce0'/>")
        self.y += 6


def card_picture(card: Tree) -> str:
    """Return a card as an SVG document, 320 pixels wide."""
    page = _Page()
    header = card.get("header", {})
    for style, name in (("title", "title"), ("label", "subtitle")):
        if header.get(name):
            page.text(style, header[name])
    for section in card.get("sections", []):
        page.line()
        if section.get("header"):
            page.text("heading", section["header"])
        for widget in section.get("widgets", []):
            for kind, held in widget.items():
                _draw(page, kind, held)
    footer = card.get("fixedFooter", {})
    labels = [_label(footer[name]) for name in ("primaryButton", "secondaryButton") if name in footer]
    labels += [f"⋮ {action.get('text', '')}" for action in card.get("cardActions", [])]
    if labels:
        page.line()
        page.buttons(labels)
    height = page.y + MARGIN
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' font-family='sans-serif'>"
        f"<rect width='{WIDTH}' height='{height}' fill='#fff' stroke='#dadce0'/>{''.join(page.shapes)}</svg>"
    )


def _draw(page: _Page, kind: str, widget: Tree) -> None:
    if kind in ("textButton", "imageButton"):
        page.buttons([_label(widget)])
    elif kind == "buttonSet":
        page.buttons([_label(held) for one in widget.get("buttons", []) for held in one.values()])
    elif kind == "divider":
        page.line()
    elif kind == "image":
        page.box(widget.get("altText", "image"), "#e8eaed", "#e8eaed", 96)
    elif kind == "grid":
        for item in widget.get("items", []):
            page.box(item.get("title", ""), "#e8eaed", "#e8eaed")
    elif "items" in widget:
        _draw_choices(page, widget)
    elif "fieldName" in widget:
        page.text("label", widget.get("title", widget["fieldName"]))
        page.box(str(widget.get("value", widget.get("hint", ""))), "#fff", "#80868b")
    else:
        _draw_texts(page, widget)


def _draw_choices(page: _Page, widget: Tree) -> None:
    page.text("label", widget.get("title", widget.get("fieldName", "")))
    for item in widget["items"]:
        page.text("text", f"{'☑' if item.get('selected') else '☐'} {item.get('text', '')}")


def _draw_texts(page: _Page, widget: Tree) -> None:
    for style, text in _texts(widget):
        page.text(style, text)
    switch = widget.get("switchControl", widget.get("switch"))
    if switch:
        page.text("text", f"{'☑' if switch.get('selected') else '☐'} {switch.get('fieldName', '')}")
    page.buttons([_label(held) for held in widget.get("button", {}).values() if isinstance(held, Mapping)])


def _texts(widget: Tree) -> Iterator[tuple[str, Any]]:
    for style, name in (
        ("label", "topLabel"),
        ("text", "text"),
        ("text", "content"),
        ("label", "bottomLabel"),
    ):
        if widget.get(name):
            yield style, widget[name]


def _label(button: Tree) -> str:
    return _plain(next((button[name] for name in ("text", "altText", "title") if button.get(name)), "▢"))


def _plain(text: Any) -> str:
    return re.sub(r"<[^<>]*>", "", re.sub(r"<br\s*/?>", "\n", str(text)))


def _wrapped(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from textwrap.wrap(line, int((WIDTH - 2 * MARGIN) / CHARACTER)) or [""]
