"""`[env.NAME]` of addon.toml holds what is different there, and nothing else."""

from pathlib import Path

import pytest

from confsync.addon import load
from confsync.errors import ConfigError

ROOT = Path(__file__).parents[2]
PLAIN = (ROOT / "addon.toml").read_text()
STAGING = """
[env.staging.addon]
name = "My Conferences (staging)"

[env.staging.provider]
base_url = "https://conferences.example/v1/staging"

[env.live]
production = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "addon.toml"
    path.write_text(PLAIN + STAGING)
    return path


def test_an_environment_differs_in_what_it_says(file: Path) -> None:
    plain, staging, live = load(file), load(file, "staging"), load(file, "live")
    assert (plain.name, staging.name, live.name) == (
        "My Conferences",
        "My Conferences (staging)",
        "My Conferences",
    )
    assert (plain.provider.base_url, staging.provider.base_url) == (
        "https://conferences.example/v1",
        "https://conferences.example/v1/staging",
    )
    assert staging.provider.create == plain.provider.create
    assert [(one.env, one.is_production) for one in (plain, staging, live)] == [
        ("", False),
        ("staging", False),
        ("live", True),
    ]


def test_an_unknown_environment_is_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'no environment stagin\. Did you mean "staging"'):
        load(file, "stagin")
    (tmp_path / "plain.toml").write_text(PLAIN)
    with pytest.raises(ConfigError, match=r"no environment staging\. The file has no \[env\.NAME\]"):
        load(tmp_path / "plain.toml", "staging")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[env.x.addon]\nnam = "x"\n', 'env.x.addon.nam: unknown key. Did you mean "name"?'),
        ("[env.x.sync]\ngrace_hours = -1\n", "env.x.sync.grace_hours: "),
        ("[env.x]\nproduction = 1\n", "env.x.production: must be true or false."),
        ("[env.x]\nschema = 1\n", "env.x: holds overrides"),
        ("[env]\nx = 1\n", "env.x: must be a table."),
        ('[env."X y"]\nproduction = true\n', "a name is made of small letters"),
    ],
)
def test_a_mistake_in_an_environment_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "addon.toml"
    path.write_text(PLAIN + "\n" + text)
    line = PLAIN.count("\n") + 2
    with pytest.raises(ConfigError) as error:
        load(path, "x")
    assert said in str(error.value)
    assert int(str(error.value).split(":")[1]) in (line, line + 1)


def test_without_an_environment_its_overrides_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "addon.toml"
    path.write_text(PLAIN + '\n[env.x.addon]\nnam = "x"\n')
    assert load(path).name == "My Conferences"
