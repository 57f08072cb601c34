"""The JavaScript that Apps Script takes, by syntax.

Sources: developers.google.com/apps-script/guides/v8-runtime, and reports of files refused on save: no modules,
no class fields of any kind, no private names, no top-level await, nothing newer than ES2021.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_LANGUAGE = Language(tree_sitter_javascript.language())
_REFUSED = {
    "import_statement": "import is not supported: all files of a script share one scope",
    "export_statement": "export is not supported: all files of a script share one scope",
    "import": "import() and import.meta are not supported: all files of a script share one scope",
    "field_definition": "class fields are not supported: assign them in the constructor",
    "class_static_block": "static blocks of classes are not supported",
    "private_property_identifier": "private names are not supported: end the name with _",
    "decorator": "decorators are not supported",
    "hash_bang_line": "a #! line is not supported",
}
FUNCTIONS = {
    "function_declaration",
    "function_expression",
    "generator_function_declaration",
    "generator_function",
    "arrow_function",
    "method_definition",
}


class Finding(NamedTuple):
    """What is wrong in a file, and on which line (from 1)."""

    line: int
    text: str


def parse(source: str) -> Node:
    """The syntax tree of a file."""
    return Parser(_LANGUAGE).parse(source.encode("utf-8", "surrogatepass")).root_node


def line_of(node: Node) -> int:
    """The line on which a node begins, from 1."""
    return node.start_point[0] + 1


def text_of(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes in it, in source order."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children))


def syntax_findings(root: Node) -> list[Finding]:
    """Everything that keeps Apps Script from saving a file; of plain syntax errors the first only."""
    findings = []
    for node in walk(root):
        if node.is_error or node.is_missing:
            what = f'"{node.type}" is missing here' if node.is_missing else "this is not JavaScript"
            findings.append(Finding(line_of(node), f"syntax error: {what}"))
            break
        text = _REFUSED.get(node.type) if node.is_named else _loose_import(node)
        text = text or _newer_than_es2021(node)
        if text:
            findings.append(Finding(line_of(node), text))
    return list(dict.fromkeys(findings))


def _loose_import(node: Node) -> str | None:
    if node.type == "import" and node.parent is not None and node.parent.type != "import_statement":
        return _REFUSED["import"]
    return None


def _newer_than_es2021(node: Node) -> str | None:
    awaits = node.type == "await_expression" or (node.type == "await" and not node.is_named)
    if awaits and not _in_function(node):
        return "await is not supported outside of an async function"
    if node.type == "regex_flags" and re.search("[dv]", text_of(node)):
        return "the flags d and v of regular expressions are not supported"
    return None


def _in_function(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type not in FUNCTIONS:
        parent = parent.parent
    return parent is not None
