"""Whether Apps Script would take rendered files, and would find in them what the manifest names."""

from collections.abc import Iterator
from typing import Any

from tree_sitter import Node

from confsync.errors import RenderError
from confsync.platform.language import Finding, parse, syntax_findings
from confsync.platform.manifest import handlers, manifest_findings
from confsync.platform.names import (
    SERVICES,
    Declaration,
    absent_globals,
    declarations,
    loose_statements,
    trigger_handlers,
)

_MOST_FINDINGS = 10
Located = tuple[str, Finding]


def check(files: dict[str, str], manifest: dict[str, Any]) -> None:
    """Raise one RenderError with a line for each finding."""
    roots = {name: parse(text) for name, text in files.items() if name.endswith(".js")}
    syntax = [(name, finding) for name, root in roots.items() for finding in syntax_findings(root)]
    found = syntax or [*_scope(roots), *_manifest(manifest), *_handlers(roots, manifest)]
    if not found:
        return
    lines = [f"{name}:{finding.line}: {finding.text}." for name, finding in found[:_MOST_FINDINGS]]
    if len(found) > _MOST_FINDINGS:
        lines.append(f"… and {len(found) - _MOST_FINDINGS} more.")
    raise RenderError("\n".join(lines))


def _scope(roots: dict[str, Node]) -> Iterator[Located]:
    first: dict[str, tuple[str, Declaration]] = {}
    for name, root in roots.items():
        for finding in loose_statements(root):
            yield name, finding
        for declared in declarations(root):
            other, before = first.setdefault(declared.name, (name, declared))
            if before is not declared:
                yield (
                    name,
                    Finding(declared.line, f"{declared.name} is declared in {other}:{before.line} already"),
                )
            if declared.name in SERVICES:
                yield name, Finding(declared.line, f"{declared.name} is the name of a service of Apps Script")
    for name, root in roots.items():
        for finding in absent_globals(root, frozenset(first)):
            yield name, finding


def _manifest(manifest: dict[str, Any]) -> Iterator[Located]:
    for finding in manifest_findings(manifest):
        yield "appsscript.json", Finding(1, f"{finding.key}: {finding.text}")


def _handlers(roots: dict[str, Node], manifest: dict[str, Any]) -> Iterator[Located]:
    functions = {declared.name for root in roots.values() for declared in declarations(root)}
    named = [("appsscript.json", 1, function) for _, function in handlers(manifest)]
    for name, root in roots.items():
        named += [(name, line, function) for function, line in trigger_handlers(root)]
    for name, line, function in named:
        if function.endswith("_"):
            yield (
                name,
                Finding(line, f"{function} is private by its last _ and cannot be called from outside"),
            )
        elif function not in functions:
            yield name, Finding(line, f"there is no function {function}")
