"""Files and functions stay small enough to be read at one sitting."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_javascript

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "generator" / "confsync"
ROOMS = [PACKAGE, ROOT / "appsscript_templates"]
PYTHON = sorted(path for room in [*ROOMS, ROOT / "tests"] for path in room.rglob("*.py"))
JAVASCRIPT = sorted(path for room in ROOMS for path in room.rglob("*.js"))

LONGEST_PYTHON_FILE = 400
LONGEST_JAVASCRIPT_FILE = 250
LONGEST_FUNCTION = 60
LONGEST_COMMAND_BODY = 12
MEDIAN_FUNCTION = 9

JAVASCRIPT_FUNCTIONS = {"function_declaration", "function_expression", "arrow_function", "method_definition"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """Return the path as a person would say it."""
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    """Return the number of lines of a file."""
    return len(path.read_text().splitlines())


def functions_of(path: Path) -> list[Function]:
    """Return all functions of a Python file, methods and inner ones too."""
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function)]


def length_of(function: Function) -> int:
    """Return the number of lines from `def` to the end."""
    return (function.end_lineno or 0) - function.lineno + 1


def is_command(function: Function) -> bool:
    """Tell whether click runs it: one of its decorators is called `command`, of click or of a group."""
    names = [ast.unparse(decorator).partition("(")[0] for decorator in function.decorator_list]
    return any(name.rpartition(".")[2] == "command" for name in names)


def body_length_of(function: Function) -> int:
    """Return the number of lines of its body, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def javascript_functions_of(path: Path) -> Iterator[tuple[int, int]]:
    """Yield (line, number of lines) of all functions of a JavaScript file but one that is the scope of the file."""
    language = tree_sitter.Language(tree_sitter_javascript.language())
    waiting = [tree_sitter.Parser(language).parse(path.read_bytes()).root_node]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children)
        if node.type in JAVASCRIPT_FUNCTIONS and not is_scope_of_the_file(node):
            first, last = node.start_point.row, node.end_point.row
            yield first + 1, last - first + 1


def is_scope_of_the_file(node: tree_sitter.Node) -> bool:
    """Tell whether a function only keeps the names of its file to itself: `(function () { … })()`."""
    while node.parent is not None and node.parent.type in {"parenthesized_expression", "call_expression"}:
        node = node.parent
    return node.parent is not None and node.parent.type == "expression_statement"


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_python_file(path: Path) -> None:
    assert lines_of(path) <= LONGEST_PYTHON_FILE
    assert ast.get_docstring(ast.parse(path.read_text())), "a module starts with a docstring"
    assert not [f"{f.name}:{f.lineno}" for f in functions_of(path) if length_of(f) > LONGEST_FUNCTION]


@pytest.mark.parametrize("path", JAVASCRIPT, ids=name_of)
def test_javascript_file(path: Path) -> None:
    assert lines_of(path) <= LONGEST_JAVASCRIPT_FILE
    assert not [line for line, length in javascript_functions_of(path) if length > LONGEST_FUNCTION]


def test_there_is_javascript_to_measure() -> None:
    assert JAVASCRIPT


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("cli/*.py")), ids=name_of)
def test_a_command_parses_calls_and_prints(path: Path) -> None:
    commands = {
        function.name: body_length_of(function) for function in functions_of(path) if is_command(function)
    }
    assert {name: length for name, length in commands.items() if length > LONGEST_COMMAND_BODY} == {}


def test_most_functions_fit_in_one_glance() -> None:
    lengths = [length_of(function) for path in PACKAGE.rglob("*.py") for function in functions_of(path)]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION
