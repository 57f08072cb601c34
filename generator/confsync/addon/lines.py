"""Which line of a TOML text a key stands on."""

from collections.abc import Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Key = tuple[str | int, ...]


class Lines:
    """The lines of all keys of a TOML text that tomllib has read without error."""

    def __init__(self, text: str) -> None:
        root = Parser(Language(tree_sitter_toml.language())).parse(text.encode()).root_node
        self._lines: dict[Key, int] = {}
        self._counts: dict[Key, int] = {}
        for node in root.named_children:
            self._note_block(node)

    def of(self, key: Key) -> int:
        """The line of a key, or of the nearest table around it, or 1."""
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)

    def _note_block(self, node: Node) -> None:
        if node.type == "pair":
            self._note_pair((), node)
        elif node.type in ("table", "table_array_element"):
            table = self._table_key(tuple(_names(node.named_children[0])))
            if node.type == "table_array_element":
                self._counts[table] = self._counts.get(table, -1) + 1
                table = (*table, self._counts[table])
            self._note(table, node)
            for child in node.named_children[1:]:
                if child.type == "pair":
                    self._note_pair(table, child)

    def _table_key(self, names: Key) -> Key:
        """A header's names with the positions of the arrays of tables that they pass through."""
        key: Key = ()
        for name in names[:-1]:
            key = (*key, name)
            if key in self._counts:
                key = (*key, self._counts[key])
        return (*key, *names[-1:])

    def _note_pair(self, table: Key, node: Node) -> None:
        name, value = (child for child in node.named_children if child.type != "comment")
        key = (*table, *_names(name))
        self._note(key, node)
        self._note_value(key, value)

    def _note_value(self, key: Key, node: Node) -> None:
        if node.type == "inline_table":
            for pair in node.named_children:
                if pair.type == "pair":
                    self._note_pair(key, pair)
        elif node.type == "array":
            items = (child for child in node.named_children if child.type != "comment")
            for position, item in enumerate(items):
                self._note((*key, position), item)
                self._note_value((*key, position), item)

    def _note(self, key: Key, node: Node) -> None:
        for length in range(1, len(key) + 1):
            self._lines.setdefault(key[:length], node.start_point[0] + 1)


def _names(node: Node) -> Iterator[str]:
    if node.type == "dotted_key":
        for child in node.named_children:
            yield from _names(child)
    elif node.type in ("bare_key", "quoted_key"):
        yield (node.text or b"").decode().strip("\"'")
