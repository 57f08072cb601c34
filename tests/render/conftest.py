"""An awkward add-on, and small sets of templates."""

from collections.abc import Callable
from pathlib import Path

import pytest

from confsync.addon import Addon, load

TEMPLATES = Path(__file__).parents[2] / "appsscript_templates"
GOLDEN = Path(__file__).parents[1] / "golden"

Templates = Callable[[dict[str, str]], Path]


@pytest.fixture(scope="session")
def addon() -> Addon:
    """The awkward add-on."""
    return load(GOLDEN / "awkward.toml")


@pytest.fixture
def templates(tmp_path: Path) -> Templates:
    """Makes a folder of templates: the real Config.js.j2, a Code.js and a Cards.js, and the files given."""

    def make(files: dict[str, str]) -> Path:
        folder = tmp_path / "templates"
        folder.mkdir()
        config = (TEMPLATES / "Config.js.j2").read_text()
        code = "function createConference(arg, solutionId) {\n  return [arg, solutionId];\n}\n"
        always = {"Config.js.j2": config, "Code.js": code, "Cards.js": "function showHome() {}\n"}
        for name, text in {**always, **files}.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return make
