"""In which order the parts of a project are run: the functions of all files are there before any top-level code runs.

Source: Apps Script release notes of the V8 runtime. V8 itself hoists functions within one file only, so files with
top-level code are split: their function declarations first, then the rest, both at their places.
"""

import functools

from tree_sitter import Node

from confsync.platform.language import FUNCTIONS, parse, text_of

Files = tuple[tuple[str, str], ...]

_DECLARATIONS = {"function_declaration", "generator_function_declaration"}
_HARMLESS = {*_DECLARATIONS, "class_declaration", "comment", "empty_statement"}
_VARIABLES = {"lexical_declaration", "variable_declaration"}


@functools.lru_cache(maxsize=64)
def load_order(files: Files) -> Files:
    """Return the scripts to run as (file name, source), in their order."""
    if len(files) < 2:
        return files
    roots = [parse(source) for _, source in files]
    if not any(_has_top_level_code(root) for root in roots):
        return files
    names = [name for name, _ in files]
    functions = [_part(root, functions=True) for root in roots]
    others = [_part(root, functions=False) for root in roots]
    return (*zip(names, functions, strict=True), *zip(names, others, strict=True))


def _has_top_level_code(root: Node) -> bool:
    """Tell whether anything at the top level could notice which functions are there already."""
    return any(
        _refers(node) if node.type in _VARIABLES else node.type not in _HARMLESS and not _is_directive(node)
        for node in root.children
    )


def _refers(declaration: Node) -> bool:
    values = [node.child_by_field_name("value") for node in declaration.named_children]
    return any(_names_something(value) for value in values if value is not None)


def _names_something(value: Node) -> bool:
    left = [value]
    while left:
        node = left.pop()
        if node.type in ("identifier", "shorthand_property_identifier"):
            return True
        if node.type not in FUNCTIONS:
            left += node.children
    return False


def _is_directive(node: Node) -> bool:
    return node.type == "expression_statement" and text_of(node).strip(";\"' ") == "use strict"


def _part(root: Node, *, functions: bool) -> str:
    """Return a file with its function declarations only, or without them; what is left out becomes blanks."""
    source = bytearray(root.text or b"")
    for node in root.children:
        if not _is_directive(node) and (node.type in _DECLARATIONS) != functions:
            blank = bytes(byte if byte in b"\r\n" else 32 for byte in source[node.start_byte : node.end_byte])
            source[node.start_byte : node.end_byte] = blank
    return source.decode("utf-8", "replace")
