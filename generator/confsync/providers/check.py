"""What types cannot say about a provider: every problem, with its key and what to change."""

import re
from collections.abc import Iterator
from typing import Any

from confsync.platform import allowlist, limits
from confsync.providers.compile import split_path
from confsync.providers.placeholders import Surroundings, check_placeholder
from confsync.providers.problem import Key, Problem, did_you_mean
from confsync.providers.schema import EntryPoint, HeaderAuth, Match, Occurrence, Operation, Provider
from confsync.providers.template import Placeholder, TemplateError, parse_path, parse_template
from confsync.providers.vocabulary import ROOTS
from confsync.providers.walk import Site, effective_body, operation_sites, operations, sites

_BASE_URL = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*")
_JOIN_HOST = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LITERAL_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OUR_HEADERS = ("authorization", "content-type", "content-length", "host")


def problems(provider: Provider, around: Surroundings) -> Iterator[Problem]:
    """Everything that is wrong, in the order of the document; keys are relative to `[provider]`."""
    yield from _addresses(provider)
    for site in sites(provider):
        yield from _site(site, around)
    for name, operation in operations(provider).items():
        yield from _operation(provider, name, operation)
    yield from _update(provider)
    if provider.create.on_conflict == "get" and provider.get is None:
        yield Problem(("create", "on_conflict"), 'on_conflict = "get" needs a [provider.get].')
    if provider.occurrence:
        yield from _occurrence(provider, provider.occurrence)
    if isinstance(provider.auth, HeaderAuth):
        yield from _header(("auth", "name"), provider.auth.name, ("content-type", "content-length", "host"))
    yield from _matches(("errors", "auth"), provider.errors.auth)
    yield from _response(provider)


def _addresses(provider: Provider) -> Iterator[Problem]:
    for position, entry in enumerate(provider.url_allowlist):
        fault = allowlist.entry_problem(entry)
        if fault:
            yield Problem(("url_allowlist", position), f'"{entry}" {fault}.')
    for position, host in enumerate(provider.join_hosts):
        if not _JOIN_HOST.fullmatch(host):
            yield Problem(
                ("join_hosts", position),
                f'"{host}" is not a host name: write meet.example.com or *.example.com.',
            )
    if not provider.base_url.startswith("https://"):
        yield Problem(("base_url",), "must start with https://: Apps Script sends requests nowhere else.")
    elif not _BASE_URL.fullmatch(provider.base_url):
        yield Problem(
            ("base_url",), "must be a plain URL without placeholder, query, fragment or slash at its end."
        )
    elif not allowlist.allows(provider.url_allowlist, provider.base_url + "/"):
        yield Problem(("base_url",), f'is not covered by url_allowlist. Add "{provider.base_url}/" there.')


def _site(site: Site, around: Surroundings) -> Iterator[Problem]:
    try:
        parts = parse_template(site.text)
        for part in parts:
            if isinstance(part, Placeholder):
                check_placeholder(part, site.place, site.use == "member" and len(parts) == 1, around)
                if site.use == "path" and part.optional:
                    raise TemplateError(f"{part.source} cannot be left out of a path: remove the ?")
        if site.place == "auth" and not any(isinstance(part, Placeholder) for part in parts):
            raise TemplateError("a key does not belong here: declare it in [secrets] and write {secret.name}")
    except TemplateError as error:
        yield Problem(site.key, _sentence(str(error)))


def _operation(provider: Provider, name: str, operation: Operation) -> Iterator[Problem]:
    yield from _path(provider, name, operation)
    for key in operation.headers:
        yield from _header((name, "headers", key), key, _OUR_HEADERS)
    yield from json_problems(operation.query, (name, "query"))
    yield from json_problems(operation.headers, (name, "headers"))
    body = effective_body(provider, name)
    if operation.method == "GET" and body is not None:
        yield Problem((name, "method"), "a GET request has no body: use POST, PUT or PATCH, or query.")
    if body is not None and not (name == "update" and provider.update.body_from):
        yield from json_problems(body, (name, "body"))
    if name != "create" and not _names_conference(provider, name, operation):
        yield Problem((name, "path"), "does not say which conference is meant: use {conference.id}.")
    yield from _matches((name, "gone"), operation.gone)
    yield from _matches((name, "conflict"), getattr(operation, "conflict", []))


def _path(provider: Provider, name: str, operation: Operation) -> Iterator[Problem]:
    try:
        parts = split_path(operation.path)
    except TemplateError:
        return
    texts = ["".join(p if isinstance(p, str) else "{}" for p in part) for part in parts]
    if any(text in (".", "..") for text in texts) or not all(
        _LITERAL_PATH.fullmatch(text.replace("{}", "")) for text in texts
    ):
        yield Problem((name, "path"), "has a part . or .. or a character that a URL's path does not take.")
    elif not allowlist.allows(provider.url_allowlist, provider.base_url + "/" + "/".join(texts)):
        yield Problem((name, "path"), "leads to a URL that url_allowlist does not cover.")


def _names_conference(provider: Provider, name: str, operation: Operation) -> bool:
    return any("{conference.id" in site.text for site in operation_sites(provider, name, operation))


def json_problems(value: Any, key: Key) -> Iterator[Problem]:
    """What in a TOML value cannot become the same JSON in Python and JavaScript."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "__proto__":
                yield Problem((*key, name), "is a name that JavaScript keeps for itself.")
            yield from json_problems(member, (*key, name))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from json_problems(member, (*key, position))
    elif not isinstance(value, str | bool) and not (isinstance(value, int) and abs(value) < 2**53):
        yield Problem(key, "must be a text, a whole number below 2^53, true, false, a list or a table.")


def _header(key: Key, name: str, ours: tuple[str, ...]) -> Iterator[Problem]:
    if name.lower() in ours:
        yield Problem(key, "is a header that confsync sets itself; a key belongs in [provider.auth].")
    elif not _HEADER_NAME.fullmatch(name):
        yield Problem(key, f'"{name}" is not the name of a header.')


def _update(provider: Provider) -> Iterator[Problem]:
    update, created = provider.update, provider.create.body or {}
    if update.body is not None and update.body_from is not None:
        yield Problem(("update", "body_from"), "there is a body already: keep one of the two.")
    elif update.body_from and not created:
        yield Problem(("update", "body_from"), "[provider.create] has no body.")
    for position, key in enumerate(update.omit):
        if key not in created or not update.body_from:
            yield Problem(
                ("update", "omit", position),
                f'"{key}" is not in the body. {did_you_mean(key, list(created))}',
            )
    sent = effective_body(provider, "update") or {}
    for position, key in enumerate(update.null_when_missing):
        if key not in sent:
            yield Problem(
                ("update", "null_when_missing", position),
                f'"{key}" is not in the body. {did_you_mean(key, list(sent))}',
            )


def _occurrence(provider: Provider, occurrence: Occurrence) -> Iterator[Problem]:
    sent = effective_body(provider, "update")
    if sent is None:
        yield Problem(("occurrence",), "[provider.update] has no body that could list occurrences.")
    elif occurrence.member in sent:
        yield Problem(("occurrence", "member"), f'"{occurrence.member}" is in the body already.')
    yield from json_problems({occurrence.member: occurrence.body}, ("occurrence", "body"))


def _matches(key: Key, matches: list[Match]) -> Iterator[Problem]:
    for position, match in enumerate(matches):
        if match == Match():
            yield Problem((*key, position), "says nothing: give status, json or text.")
        for number, value in enumerate(match.one_of or []):
            if not isinstance(value, str | int):
                yield Problem(
                    (*key, position, "in", number), "must be a text, a whole number, true or false."
                )
        if match.one_of is not None and match.json_path is None:
            yield Problem((*key, position, "in"), 'needs json = "path", which says what is compared.')
        if match.json_path is not None:
            yield from _parsed_path((*key, position, "json"), match.json_path)


def _response(provider: Provider) -> Iterator[Problem]:
    yield from _entry_points(("response", "entry_point"), provider.response.entry_point)
    if provider.update.conference:
        points = provider.update.conference.entry_point
        yield from _entry_points(("update", "conference", "entry_point"), points)
    for name in provider.response.params:
        if name == "__proto__" or not 0 < len(name) <= limits.CONFERENCE_PARAMETER_KEY_LENGTH:
            yield Problem(("response", "params", name), "is not a name of 1 to 50 characters.")


def _entry_points(key: Key, points: list[EntryPoint]) -> Iterator[Problem]:
    kinds = [point.type for point in points]
    if set(kinds) == {"MORE"}:
        yield Problem(key, "Calendar needs a VIDEO, PHONE or SIP entry point besides MORE.")
    for kind in ("VIDEO", "SIP", "MORE"):
        if kinds.count(kind) > 1:
            yield Problem(key, f"Calendar takes one {kind} entry point only.")
    for position, point in enumerate(points):
        for name in ("region_code", "feature"):
            if point.type != "PHONE" and getattr(point, name) is not None:
                yield Problem((*key, position, name), "is something that only a PHONE entry point has.")
        for number, text in enumerate(point.condition):
            where = (*key, position, "if", number)
            yield from _parsed_path(where, text.removeprefix("!"), ROOTS["response"])


def _parsed_path(key: Key, text: str, roots: tuple[str, ...] = ()) -> Iterator[Problem]:
    try:
        root = parse_path(text)[0]
    except TemplateError as error:
        yield Problem(key, _sentence(str(error)))
        return
    if roots and root not in roots:
        yield Problem(key, f'there is no "{root}" here. {did_you_mean(str(root), sorted(roots))}')


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."
