"""What types cannot say about `addon.toml`: every problem, with its key and what to change."""

import re
from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from confsync.addon.description import Description, SolutionTable
from confsync.addon.model import create_function_name
from confsync.providers.check import json_problems, problems
from confsync.providers.compile import compile_provider
from confsync.providers.interpreter import secret_names
from confsync.providers.placeholders import Surroundings
from confsync.providers.problem import Key, Problem, did_you_mean

_SOLUTION_ID = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(description: Description) -> Iterator[Problem]:
    """Everything that is wrong."""
    addon, provider = description.addon, description.provider
    yield from _logo(("addon", "logo_url"), addon.logo_url)
    if addon.time_zone not in available_timezones():
        near = did_you_mean(addon.time_zone, sorted(available_timezones()))
        near = near if near.startswith("Did") else 'Write one such as "Europe/Berlin" or "Etc/UTC".'
        yield Problem(("addon", "time_zone"), f'there is no time zone "{addon.time_zone}". {near}')
    for position, solution in enumerate(description.solutions):
        yield from _solution(solution, ("solutions", position))
    yield from _duplicates(description.solutions)
    for name in description.secrets:
        if not _NAME.fullmatch(name):
            yield Problem(("secrets", name), "must be a name of letters, digits and underscores.")
    found = [
        Problem(("provider", *key), text) for key, text in problems(provider, _surroundings(description))
    ]
    yield from found
    if not found:
        yield from _unused_secrets(description)


def _surroundings(description: Description) -> Surroundings:
    return Surroundings(
        settings=tuple(frozenset(solution.settings) for solution in description.solutions),
        secrets=frozenset(description.secrets),
        parameters=frozenset(description.provider.response.params),
    )


def _solution(solution: SolutionTable, key: Key) -> Iterator[Problem]:
    if not _SOLUTION_ID.fullmatch(solution.id) or len(solution.id) > 50:
        yield Problem(
            (*key, "id"), "must be small letters and digits, words joined by - or _, such as web-recorded."
        )
    if solution.name != solution.name.strip() or not solution.name.isprintable():
        yield Problem((*key, "name"), "must not begin or end with a space, nor hold control characters.")
    if solution.logo_url is not None:
        yield from _logo((*key, "logo_url"), solution.logo_url)
    for name in solution.settings:
        if not _NAME.fullmatch(name):
            yield Problem((*key, "settings", name), "must be a name of letters, digits and underscores.")
    yield from json_problems(solution.settings, (*key, "settings"))


def _duplicates(solutions: list[SolutionTable]) -> Iterator[Problem]:
    ids: dict[Any, int] = {}
    names: dict[Any, int] = {}
    for position, solution in enumerate(solutions):
        if ids.setdefault(create_function_name(solution.id), position) != position:
            yield Problem(
                ("solutions", position, "id"),
                f'"{solution.id}" is taken already: each id makes a function name of its own.',
            )
        if names.setdefault(solution.name.casefold(), position) != position:
            yield Problem(
                ("solutions", position, "name"),
                f'"{solution.name}" is taken already: people choose by the name.',
            )


def _logo(key: Key, url: str) -> Iterator[Problem]:
    if not re.fullmatch(r"https://[^/\s]+/[^\s]*", url):
        yield Problem(key, "must be an https:// address of an image.")


def _unused_secrets(description: Description) -> Iterator[Problem]:
    used = secret_names(compile_provider(description.provider))
    for name in description.secrets:
        if name not in used:
            yield Problem(
                ("secrets", name),
                f"is used nowhere. Write {{secret.{name}}} in [provider.auth], or remove it.",
            )
