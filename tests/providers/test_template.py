"""The template language: what is taken apart, and what is not a template."""

import pytest

from confsync.providers.template import Formatter, Placeholder, TemplateError, parse_path, parse_template


def test_a_placeholder_with_everything() -> None:
    text = '{event.items[0].title?|default:"(no: | } title)"|trunc:200|lower}'
    assert parse_template(text) == [
        Placeholder(
            path=("event", "items", 0, "title"),
            optional=True,
            formatters=(
                Formatter("default", ("(no: | } title)",)),
                Formatter("trunc", ("200",)),
                Formatter("lower", ()),
            ),
            source=text,
        )
    ]


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        ("", [""]),
        ("a {{b}} c", ["a {b} c"]),
        ("{{{x}}}", ["{", "x", "}"]),
        ("{x}{x}", ["x", "x"]),
        ('{x|default:"\\u00e9\\"}"}-', ["x", "-"]),
    ],
)
def test_parts(text: str, literals: list[str]) -> None:
    assert [part if isinstance(part, str) else part.path[0] for part in parse_template(text)] == literals


def test_a_json_string_as_argument() -> None:
    (part,) = parse_template('{x|map:"a b=\\u00e9":c=d}')
    assert isinstance(part, Placeholder)
    assert part.formatters == (Formatter("map", ("a b=\u00e9", "c=d")),)


@pytest.mark.parametrize("text", ["{", "}", "a}b", "{}", "{a b}", "{a.}", "{.a}", "{a[x]}", "{a|}", "{a||b}", "{a|b c}", "{1}"])  # fmt: skip
def test_not_a_template(text: str) -> None:
    with pytest.raises(TemplateError, match="is not a placeholder: write"):
        parse_template(text)


def test_not_a_json_string() -> None:
    with pytest.raises(TemplateError, match="is not a JSON string"):
        parse_template('{a|default:"\\q"}')


@pytest.mark.parametrize("text", ["", "a..b", "a.0", "[0]", "a b", "a[-1]"])
def test_not_a_path(text: str) -> None:
    with pytest.raises(TemplateError, match="is not a path"):
        parse_path(text)
