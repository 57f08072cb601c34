"""Mutants: a wing with one thing changed is another wing, and the real one stays as it was."""

import importlib
import sys

import pytest

from confsync.emulator.execution import Start
from confsync.verify.mutants import MutantError, Replacement, mutated_files, mutated_wing

CONFIG = {"solutions": []}
FLAGS_FIRST = Replacement(
    "confsync.sync.engine", "    if try_lock(run, 0):\n", "    if read_flags(run) and try_lock(run, 0):\n"
)
SHORTER = Replacement("confsync.sync.engine", "SECOND_TRY_MS = 1000", "SECOND_TRY_MS = 5")


def asked(wing):
    """Return what a sync asks for first."""
    return wing.start(Start([], {}, "syncEvents", [], 0, 1, "alice@example.com")).next_call().name


def test_only_the_mutant_has_the_change():
    plain = importlib.import_module("confsync.verify.wing").PythonWing
    mutant = mutated_wing(CONFIG, [FLAGS_FIRST, SHORTER])
    assert asked(mutant) == "Properties.getProperties"
    assert asked(plain(CONFIG)) == "LockService.tryLock"


def test_the_real_modules_are_found_again_afterwards():
    names = ("confsync.sync", "confsync.sync.engine", "confsync.sync.note", "confsync.verify.wing")
    before = {name: importlib.import_module(name) for name in names}
    finders = list(sys.meta_path)
    mutated_wing(CONFIG, [FLAGS_FIRST])
    for name in names:
        package, _, own = name.rpartition(".")
        assert sys.modules[name] is before[name]
        assert getattr(sys.modules[package], own) is before[name]
    assert sys.meta_path == finders


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Replacement("confsync.sync.engine", "no such text", ""), "0 times"),
        (Replacement("confsync.sync.engine", "run", ""), "times"),
        (Replacement("confsync.sync.nowhere", "a", "b"), "confsync.sync.nowhere"),
        (Replacement("confsync.render.manifest", "a", "b"), "confsync.render.manifest"),
    ],
)
def test_a_change_that_changes_nothing_is_an_error(wrong, message):
    with pytest.raises(MutantError, match=message):
        mutated_wing(CONFIG, [wrong])
    assert importlib.import_module("confsync.sync.engine") is sys.modules["confsync.sync.engine"]


def test_rendered_files():
    files = {"A.js": "let a = 1;", "B.js": "let b = 1;"}
    changed = mutated_files(files, [Replacement("A.js", "= 1", "= 2"), Replacement("A.js", "let", "var")])
    assert changed == {"A.js": "var a = 2;", "B.js": "let b = 1;"}
    assert files["A.js"] == "let a = 1;"
    with pytest.raises(MutantError, match=r"C\.js"):
        mutated_files(files, [Replacement("C.js", "a", "b")])
