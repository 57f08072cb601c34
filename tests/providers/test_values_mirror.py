"""Values.js and values.py have the same functions, in the same order."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# An exception class in Python; a built-in question there.
JAVASCRIPT_ONLY = {"unrenderable", "isobject"}


def test_the_same_functions_in_the_same_order() -> None:
    javascript = re.findall(
        r"^function (\w+)_\(", (ROOT / "appsscript_templates/Values.js").read_text(), re.MULTILINE
    )
    tree = ast.parse((ROOT / "generator/confsync/providers/values.py").read_text())
    python = [node.name.replace("_", "") for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [name.lower() for name in javascript if name.lower() not in JAVASCRIPT_ONLY] == python
