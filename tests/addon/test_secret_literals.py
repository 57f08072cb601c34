"""What looks like a secret is refused in `addon.toml`, without being repeated."""

from collections.abc import Callable
from pathlib import Path

import pytest

from confsync.addon import load
from confsync.addon.secrets import looks_secret
from confsync.errors import ConfigError


@pytest.mark.parametrize(
    "text",
    [
        "Bearer abcdef123456",
        "Basic dXNlcjpwYXNz",
        "ya29" + ".a0AfB_byC",
        "AIza" + "SyA1234567890abcdef",
        "GOCSPX" + "-abc",
        "ghp" + "_abcdefghij0123456789",
        "sk-live-abcdefghijklmnop",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0",
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "https://user:pass@calls.example/",
        "https://token:@calls.example/",
        "sample-key-3f9a0c7b52d18e64a07f",
        "0f8fad5bd9cb469fa165 70867728950e".replace(" ", ""),
        "Kq3vX9tLw2Zp7RbYf4Ns",
        "key=Kq3vX9tLw2Zp7RbYf4Ns;",
    ],
)
def test_looks_like_a_secret(text: str) -> None:
    assert looks_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bearer {secret.key}",
        "My Recorded Web Conference",
        "https://api.calls.example/v1/users/me/meetings",
        "https://calls.example/a@b",
        "{event.title|default:\"(no title)\"|trunc:200}",
        "{conference.id|map:Kq3vX9tLw2Zp7RbYf4Ns=x}",
        "calendar_addon_template_2024_version",
        "createRecordedWebConferenceV2",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "join_before_host_enabled",
        "America/Argentina/ComodRivadavia",
        "2026-03-02T09:00:00Z",
        "\u041c\u043e\u044f \u0432\u0438\u0434\u0435\u043e\u0432\u0441\u0442\u0440\u0435\u0447\u0430 2026",
    ],
)  # fmt: skip
def test_does_not_look_like_a_secret(text: str) -> None:
    assert not looks_secret(text)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("{secret.key}", "Kq3vX9tLw2Zp7RbYf4Ns", "addon.toml:25: provider.auth.token: "),
        ("recording = true", 'recording = ["a", "Kq3vX9tLw2Zp7RbYf4Ns"]', "addon.toml:12: solutions[1].settings.recording[1]: "),
        ('key = "script"', 'key = "Kq3vX9tLw2Zp7RbYf4Ns"', "addon.toml:16: secrets.key: "),
    ],
)  # fmt: skip
def test_a_secret_is_refused_where_it_stands(
    old: str, new: str, where: str, write: Callable[[str, str], Path]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(old, new))
    assert f"{where}looks like a secret" in str(caught.value)
    assert "Kq3v" not in str(caught.value)


def test_a_logo_may_have_a_long_name(write: Callable[[str, str], Path]) -> None:
    file = write("https://images.example/logo.png", "https://lh3.googleusercontent.com/Kq3vX9tLw2Zp7RbYf4Ns")
    assert load(file).logo_url.endswith("f4Ns")
