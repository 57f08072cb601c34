"""The two wings mirror each other: the same functions, by name and in order."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_javascript

ROOT = Path(__file__).parents[2]
PAIRS = {
    "Sync.js": "sync/engine.py",
    "Listing.js": "sync/listing.py",
    "Look.js": "sync/look.py",
    "Note.js": "sync/note.py",
    "Settle.js": "sync/settle.py",
    "Decision.js": "sync/decision.py",
    "Send.js": "sync/send.py",
    "Records.js": "sync/records.py",
    "Store.js": "sync/store.py",
    "Saving.js": "sync/saving.py",
    "Links.js": "sync/links.py",
    "Unread.js": "sync/unread.py",
    "Pruning.js": "sync/pruning.py",
    "Unsaved.js": "sync/unsaved.py",
    "Occurrences.js": "sync/occurrences.py",
    "Projection.js": "sync/projection.py",
    "Events.js": "sync/events.py",
    "Calendars.js": "sync/calendars.py",
    "Triggers.js": "sync/triggers.py",
    "Create.js": "sync/create.py",
    "Run.js": "sync/run.py",
    "Word.js": "sync/word.py",
    "WriteBack.js": "sync/write_back.py",
    "Provider.js": "providers/interpreter.py",
}
# What only the platform has, and the pair whose names differ by what each language brings along
# (`tests/providers/test_values_mirror.py` compares it).
ALONE = {"Cards.js", "Code.js", "ConferenceData.js", "Messages.js", "Values.js"}
FUNCTION_VALUES = {"arrow_function", "function_expression", "generator_function"}


def snake_case(name: str) -> str:
    """Return a camelCase name as Python spells it: `isOwnCopy_` → `is_own_copy`, `toURLOf` → `to_url_of`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.rstrip("_"))
    return words.lower()


def javascript_names(source: bytes) -> Iterator[str]:
    """Yield the names of the top-level functions, whichever way they are declared, in file order."""
    language = tree_sitter.Language(tree_sitter_javascript.language())
    for node in tree_sitter.Parser(language).parse(source).root_node.named_children:
        if node.type in {"function_declaration", "generator_function_declaration"}:
            yield text_of(node.child_by_field_name("name"))
        for part in (
            node.named_children if node.type in {"lexical_declaration", "variable_declaration"} else []
        ):
            value = part.child_by_field_name("value")
            if value is not None and value.type in FUNCTION_VALUES:
                yield text_of(part.child_by_field_name("name"))


def text_of(node: tree_sitter.Node | None) -> str:
    """Return the source text of a node."""
    return node.text.decode() if node is not None and node.text else ""


def python_names(source: str) -> list[str]:
    """Return the names of the top-level functions in file order."""
    body = ast.parse(source).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize(("javascript", "python"), PAIRS.items())
def test_a_pair_has_the_same_functions_in_the_same_order(javascript: str, python: str) -> None:
    left = [
        snake_case(name)
        for name in javascript_names((ROOT / "appsscript_templates" / javascript).read_bytes())
    ]
    right = [name.lstrip("_") for name in python_names((ROOT / "generator/confsync" / python).read_text())]
    assert left == right
    assert left


def test_no_file_is_forgotten() -> None:
    files = {path.name for path in (ROOT / "appsscript_templates").glob("*.js")}
    assert files == PAIRS.keys() | ALONE


def test_names_are_read_whichever_way_a_function_is_declared() -> None:
    source = b"const A = 1;\nfunction readNote_() {}\nconst isDue_ = (now) => now;\nlet f = function () {};\n"
    assert [snake_case(name) for name in javascript_names(source)] == ["read_note", "is_due", "f"]
