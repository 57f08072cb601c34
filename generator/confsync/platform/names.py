"""The names of a script: what its files declare at the top, and what they use that Apps Script does not have.

Source: developers.google.com/apps-script/guides/v8-runtime: all files share one global scope, in which services
are objects, and in which timers, fetch and the other globals of browsers and Node are absent.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from confsync.platform.language import FUNCTIONS, Finding, line_of, text_of, walk

_ABSENT = (
    "setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask fetch "
    "XMLHttpRequest FormData File Blob URL URLSearchParams DOMException atob btoa TextEncoder "
    "TextDecoder ReadableStream WritableStream crypto SubtleCrypto structuredClone AbortController "
    "window self global document navigator performance process require module exports Buffer "
    "localStorage"
)
ABSENT = frozenset(_ABSENT.split())
_SERVICES = (
    "Browser CacheService Calendar CalendarApp CardService Charts ConferenceDataService ContactsApp "
    "ContentService DocumentApp DriveApp FormApp GmailApp GroupsApp HtmlService Jdbc LanguageApp "
    "LinearOptimizationService LockService Logger MailApp Maps MimeType OAuth2 PropertiesService "
    "ScriptApp Session SitesApp SlidesApp SpreadsheetApp UrlFetchApp Utilities XmlService console "
    "globalThis"
)
SERVICES = frozenset(_SERVICES.split())
_DECLARING = {
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "lexical_declaration",
    "variable_declaration",
}
_BLOCKS = {
    "program",
    "statement_block",
    "switch_body",
    "for_statement",
    "for_in_statement",
    "catch_clause",
    "class",
}


class Declaration(NamedTuple):
    """A name at the top of a file; `kind` is function, class, const, let or var."""

    name: str
    line: int
    kind: str


def declarations(root: Node) -> list[Declaration]:
    """What a file declares for all files."""
    found = []
    for statement in root.named_children:
        if statement.type in _DECLARING:
            kind = next(
                child.type for child in statement.children if child.type not in ("async", "decorator")
            )
            found += [Declaration(text_of(name), line_of(name), kind) for name in _declared_by(statement)]
    return found


def loose_statements(root: Node) -> list[Finding]:
    """Statements at the top that are not declarations: they would run at every execution."""
    return [
        Finding(
            line_of(statement), "only declarations may stand outside of functions: this would run every time"
        )
        for statement in root.named_children
        if statement.type not in _DECLARING and statement.type not in ("comment", "empty_statement")
    ]


def trigger_handlers(root: Node) -> list[tuple[str, int]]:
    """The functions that `ScriptApp.newTrigger("…")` names literally, with their lines."""
    found = []
    for node in walk(root):
        if node.type == "call_expression":
            function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
            if function is not None and text_of(function) == "ScriptApp.newTrigger" and arguments is not None:
                found += [
                    (text_of(argument)[1:-1], line_of(argument))
                    for argument in arguments.named_children
                    if argument.type == "string"
                ]
    return found


def absent_globals(root: Node, declared: frozenset[str]) -> list[Finding]:
    """Uses of names that Apps Script does not have; `declared` are the names that all files declare at the top."""
    findings = []
    for node in walk(root):
        if (
            node.type in ("identifier", "shorthand_property_identifier")
            and text_of(node) in ABSENT - declared
        ):
            asked_only = node.parent is not None and text_of(node.parent).startswith("typeof ")
            if not asked_only and not _is_declared(node):
                findings.append(Finding(line_of(node), f"Apps Script has no {text_of(node)}"))
    return findings


def _is_declared(node: Node) -> bool:
    """Whether a name is declared by a scope around it, or is itself the name in a declaration."""
    name, scope = text_of(node), node.parent
    while scope is not None:
        if name in {text_of(found) for found in _scope_names(scope)}:
            return True
        scope = scope.parent
    return False


def _scope_names(scope: Node) -> Iterator[Node]:
    if scope.type in FUNCTIONS:
        for field in ("name", "parameters", "parameter"):
            yield from _pattern_names(scope.child_by_field_name(field))
        yield from _var_names(scope)
    elif scope.type in _BLOCKS:
        yield from _pattern_names(scope.child_by_field_name("parameter"))
        cases = scope.named_children if scope.type == "switch_body" else [scope]
        for child in [scope, *(child for case in cases for child in case.named_children)]:
            yield from _declared_by(child)


def _declared_by(statement: Node) -> Iterator[Node]:
    """The names that one declaration (or the head of a `for … of`) declares."""
    if statement.type in ("lexical_declaration", "variable_declaration"):
        for declarator in statement.named_children:
            yield from _pattern_names(declarator.child_by_field_name("name"))
    elif statement.type in _DECLARING or statement.type == "class":
        yield from _pattern_names(statement.child_by_field_name("name"))
    elif statement.type == "for_in_statement" and statement.child_by_field_name("kind") is not None:
        yield from _pattern_names(statement.child_by_field_name("left"))


def _var_names(function: Node) -> Iterator[Node]:
    for node in walk(function):
        if node.type == "variable_declaration" or node.type == "for_in_statement":
            yield from _declared_by(node)


def _pattern_names(pattern: Node | None) -> Iterator[Node]:
    """The names in a pattern such as `{a, b: [c], ...d} = e`, without what stands in default values."""
    if pattern is None:
        return
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield pattern
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from _pattern_names(pattern.child_by_field_name("left"))
    elif pattern.type == "pair_pattern":
        yield from _pattern_names(pattern.child_by_field_name("value"))
    elif pattern.type in ("formal_parameters", "object_pattern", "array_pattern", "rest_pattern"):
        for child in pattern.named_children:
            yield from _pattern_names(child)
