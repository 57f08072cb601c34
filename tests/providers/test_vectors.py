"""Both interpreters of a provider give the results of `vectors.json`."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from confsync.providers import interpreter, values
from confsync.providers.check import problems
from confsync.providers.compile import compile_body, compile_provider
from confsync.providers.placeholders import Surroundings
from confsync.providers.schema import Provider

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text())
WINGS = ("python", "javascript")


def provider(vector: dict[str, Any]) -> dict[str, Any]:
    """The example's provider, compiled: the common one with what the example lays over it."""
    return compile_provider(
        Provider.model_validate(laid_over(VECTORS["provider"], vector.get("provider", {})))
    )


def laid_over(below: Any, above: Any) -> Any:
    """Tables member by member; everything else, and a table of another kind, as it is above."""
    if not isinstance(below, dict) or not isinstance(above, dict) or "kind" in above:
        return above
    return {**below, **{key: laid_over(below.get(key), member) for key, member in above.items()}}


def arguments(section: str, vector: dict[str, Any]) -> tuple[str, str, list[Any], Any]:
    """The Python function, the JavaScript function, their arguments, and the result of an example."""
    if section == "templates":
        node = compile_body(vector["template"])
        return "render_node", "renderNode_", [node, vector["context"]], vector.get("value")
    if section == "canonical":
        return "canonical_json", "canonicalJson_", [vector["value"]], vector["text"]
    compiled = provider(vector)
    if section == "requests":
        given = [compiled, vector["operation"], vector["context"]]
        return "operation_request", "operationRequest_", given, vector.get("request")
    if section == "outcomes":
        given = [compiled, vector["operation"], vector["status"], vector["body"]]
        return "operation_outcome", "operationOutcome_", given, vector["outcome"]
    if section == "conferences":
        return "conference_of", "conferenceOf_", [compiled, vector["context"]], vector.get("conference")
    if section == "secrets":
        return "secret_names", "secretNames_", [compiled], vector["secrets"]
    given = [compiled, *(vector[key] for key in ("status", "headers", "now_ms", "attempt"))]
    return "retry_after", "retryAfter_", given, vector["wait"]


@cache
def examples() -> dict[str, tuple[str, str, list[Any], dict[str, Any]]]:
    """All examples by name: functions, arguments, and the answer that is expected."""
    return dict(_examples())


def _examples() -> Iterator[tuple[str, tuple[str, str, list[Any], dict[str, Any]]]]:
    for section in ("templates", "requests", "outcomes", "conferences", "waits", "canonical", "secrets"):
        for vector in VECTORS[section]:
            python, javascript, given, value = arguments(section, vector)
            expected = {"error": vector["error"]} if "error" in vector else {"value": value}
            yield f"{section}: {vector['name']}", (python, javascript, given, expected)


def run_in_python(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the Python functions return or refuse."""

    def answer(call: dict[str, Any]) -> dict[str, Any]:
        function = getattr(interpreter, call["function"], None) or getattr(values, call["function"])
        try:
            return {"value": function(*call["arguments"])}
        except values.Unrenderable as error:
            return {"error": str(error)}

    return [answer(call) for call in calls]


@pytest.fixture(scope="module")
def answers(run_in_javascript: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """The answers of both wings, by wing and example."""
    listed = examples()
    python = run_in_python([{"function": each[0], "arguments": each[2]} for each in listed.values()])
    javascript = run_in_javascript([{"function": each[1], "arguments": each[2]} for each in listed.values()])
    return {
        "python": dict(zip(listed, python, strict=True)),
        "javascript": dict(zip(listed, javascript, strict=True)),
    }


@pytest.mark.parametrize("wing", WINGS)
@pytest.mark.parametrize("name", examples())
def test_example(name: str, wing: str, answers: dict[str, dict[str, Any]]) -> None:
    expected, found = examples()[name][3], answers[wing][name]
    if name.startswith("outcomes") and "response" not in expected["value"]:
        found = {"value": {"kind": found["value"]["kind"]}}
    # As texts, because 1 and True are equal in Python.
    assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)


def test_the_common_provider_has_no_problems() -> None:
    around = Surroundings(settings=(frozenset({"recording"}), frozenset()), secrets=frozenset({"key"}))
    assert list(problems(Provider.model_validate(VECTORS["provider"]), around)) == []


def test_names_of_examples_are_used_once() -> None:
    for section, listed in VECTORS.items():
        if isinstance(listed, list):
            names = [vector["name"] for vector in listed]
            assert sorted(names) == sorted(set(names)), section
