"""The allow list of the manifest, by the rules of Google's page on it."""

import pytest

from confsync.platform.allowlist import allows, entry_problem, matches


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("https://h.example/foo", "https://h.example/foo"),
        ("https://h.example/foo", "https://h.example/foo/"),
        ("https://h.example/foo", "https://h.example/foo/bar"),
        ("https://h.example/foo", "https://h.example/foo?x"),
        ("https://h.example/foo", "https://h.example/foo#x"),
        ("https://h.example/foo/", "https://h.example/foo/bar"),
        ("https://h.example/", "https://h.example"),
        ("https://h.example/", "https://H.Example/a"),
        ("https://*.ex.example/", "https://a.ex.example/"),
        ("https://*.ex.example/", "https://a.b.ex.example/x"),
    ],
)
def test_a_url_passes(entry: str, url: str) -> None:
    assert matches(entry, url)


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("https://h.example/foo", "https://h.example/foobar"),
        ("https://h.example/foo", "https://h.example/Foo"),
        ("https://h.example/foo/", "https://h.example/foo"),
        ("https://h.example/foo", "http://h.example/foo"),
        ("https://h.example/foo", "https://h.example:8443/foo"),
        ("https://h.example/", "https://h.example.evil.example/"),
        ("https://h.example/", "https://h.example@evil.example/"),
        ("https://*.ex.example/", "https://ex.example/"),
        ("https://*.ex.example/", "https://aex.example/"),
        ("https://*.ex.example/", "https://.ex.example/"),
    ],
)
def test_a_url_does_not_pass(entry: str, url: str) -> None:
    assert not matches(entry, url)


def test_one_entry_is_enough() -> None:
    assert allows(["https://a.example/", "https://b.example/x"], "https://b.example/x/y")
    assert not allows([], "https://b.example/x/y")


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("https://h.example/", None),
        ("https://*.h.example/v1/", None),
        ("http://h.example/", "must start with https://"),
        ("https://h.example", "needs a path: https://h.example/"),
        ("https://*.*.example/", "is not a URL prefix"),
        ("https://a.*.example/", "is not a URL prefix"),
        ("https://h*.example/", "is not a URL prefix"),
        ("https://h.example/*", "is not a URL prefix"),
        ("https://u@h.example/", "is not a URL prefix"),
        ("https://h.example/{x}", "is not a URL prefix"),
        ("https:///x", "is not a URL prefix"),
    ],
)
def test_how_an_entry_is_written(entry: str, problem: str | None) -> None:
    found = entry_problem(entry)
    assert found == problem if problem is None else found is not None and found.startswith(problem)
