"""Imports flow one way, and what must not touch the world does not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "generator" / "confsync"

# Room → the rooms that it may use besides itself.
LADDER = ["errors", "platform", "providers", "addon", "render", "deploy"]
MAY_USE = {room: set(LADDER[:level]) for level, room in enumerate(LADDER)}
MAY_USE["sync"] = {"errors", "addon", "providers"}
MAY_USE["tool"] = {"errors", "platform", "addon", "providers", "sync"}
MAY_USE["emulator"] = {"errors", "platform"}
MAY_USE["verify"] = {*LADDER, "sync", "emulator"} - {"deploy"}
MAY_USE["rehearsal"] = {*LADDER, "sync", "emulator", "verify"}
MAY_USE["cli"] = {*MAY_USE["rehearsal"], "rehearsal", "tool"}

MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
MODULES.remove(Path("__init__.py"))

# Decisions that must come out the same whenever and wherever they are taken.
PURE = ["sync/note.py", "sync/links.py", "sync/decision.py", "sync/projection.py", "deploy/plan.py"]
IMPURE = {
    "io",
    "logging",
    "os",
    "pathlib",
    "shutil",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
}
IMPURE |= {"google", "googleapiclient", "http", "httplib2", "requests", "socket", "urllib.request"}
IMPURE |= {"random", "secrets", "uuid"}

# What reads the machine's clock or its chance; `random.Random(seed)` and `time.monotonic` do not.
READS = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
}
READS |= {
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "uuid.uuid1",
    "uuid.uuid4",
    "os.urandom",
}
READS |= {f"random.{name}" for name in ("random", "randint", "randrange", "choice", "choices", "sample")}
READS |= {f"random.{name}" for name in ("shuffle", "randbytes", "getrandbits", "uniform", "SystemRandom")}
READS |= {f"secrets.{name}" for name in ("token_bytes", "token_hex", "token_urlsafe", "randbelow", "choice")}


def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a module of the package."""
    return ast.parse((PACKAGE / path).read_text(), str(path))


def imports_of(path: Path) -> dict[str, str]:
    """Return what a module imports, at its top or late: the name that it binds → the full dotted name."""
    here = ["confsync", *path.with_suffix("").parts]
    found: dict[str, str] = {}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(
                [*(here[: -node.level] if node.level else []), *([node.module] if node.module else [])]
            )
            found |= {alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names}
    return found


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` of an attribute chain, or nothing for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (start := dotted(node.value)):
        return f"{start}.{node.attr}"
    return ""


def calls_of(path: Path) -> Iterator[str]:
    """Yield the full dotted names of what a module calls, as far as its imports tell."""
    imports = imports_of(path)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            first, dot, rest = name.partition(".")
            yield imports.get(first, first) + dot + rest


def rooms_used(path: Path) -> set[str]:
    """Return the other rooms that a module imports from."""
    ours = {name.split(".")[1] for name in imports_of(path).values() if name.startswith("confsync.")}
    return ours - {path.with_suffix("").parts[0]}


def is_inside(name: str, modules: set[str]) -> bool:
    """Tell whether a dotted name is one of these modules or something in one."""
    return any(name == module or name.startswith(f"{module}.") for module in modules)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_room_uses_only_what_lies_below_it(path: Path) -> None:
    assert rooms_used(path) <= MAY_USE[path.with_suffix("").parts[0]]


def test_the_judge_does_not_use_the_accused() -> None:
    assert not rooms_used(Path("verify/promises.py")) & {"sync", "render", "providers", "addon"}


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[0] != "cli"], ids=str)
def test_only_the_command_line_talks(path: Path) -> None:
    assert not [name for name in imports_of(path).values() if is_inside(name, {"click", "rich"})]
    assert not [
        name for name in calls_of(path) if name == "print" or name.startswith(("sys.std", "sys.__std"))
    ]


@pytest.mark.parametrize("path", PURE)
def test_decisions_touch_neither_clock_nor_chance_nor_files(path: str) -> None:
    assert not [name for name in imports_of(Path(path)).values() if is_inside(name, IMPURE)]
    assert not [name for name in calls_of(Path(path)) if name in READS | {"open", "input"}]


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[0] in {"emulator", "sync"}], ids=str)
def test_time_and_chance_come_from_the_world(path: Path) -> None:
    if path != Path("emulator/clock.py"):
        assert not [name for name in calls_of(path) if name in READS]
