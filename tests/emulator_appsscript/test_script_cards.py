"""Cards as scripts build them: what they hold, and the platform's own texts when something is wrong."""

import json

import pytest

from .conftest import Script

CARD = """
  const action = CardService.newAction().setFunctionName("pressed").setParameters({ id: "7" });
  const button = CardService.newTextButton().setText("Go").setOnClickAction(action)
    .setTextButtonStyle(CardService.TextButtonStyle.FILLED);
  const section = CardService.newCardSection().setHeader("Room")
    .addWidget(CardService.newTextParagraph().setText("Hello"))
    .addWidget(CardService.newButtonSet().addButton(button))
    .addWidget(CardService.newSelectionInput().setFieldName("size").addItem("Small", 1, true).addItem("Large", "2", false));
  const card = CardService.newCardBuilder().setHeader(CardService.newCardHeader().setTitle("T")).addSection(section).build();
"""
TREE = {
    "header": {"title": "T"},
    "sections": [
        {
            "header": "Room",
            "widgets": [
                {"textParagraph": {"text": "Hello"}},
                {
                    "buttonSet": {
                        "buttons": [
                            {
                                "textButton": {
                                    "text": "Go",
                                    "onClickAction": {"functionName": "pressed", "parameters": {"id": "7"}},
                                    "textButtonStyle": "FILLED",
                                }
                            }
                        ]
                    }
                },
                {
                    "selectionInput": {
                        "fieldName": "size",
                        "items": [
                            {"text": "Small", "value": 1, "selected": True},
                            {"text": "Large", "value": "2", "selected": False},
                        ],
                    }
                },
            ],
        }
    ],
}


def test_a_card_holds_what_was_set_and_added(script: Script) -> None:
    assert script.value(f"{CARD} return card;") == {"card": TREE}
    assert script.value(f"{CARD} return [card, card];") == [{"card": TREE}] * 2
    assert json.loads(script.value(f"{CARD} return card.printJson();")) == TREE


def test_a_built_card_changes_no_more(script: Script) -> None:
    assert script.value(f"{CARD} section.setHeader('Late'); return card;") == {"card": TREE}


def test_what_fits_nowhere_is_refused_in_the_platform_s_words(script: Script) -> None:
    assert script.error("CardService.newTextParagraph().setText({})") == (
        "Exception: The parameters (Object) don't match the method signature for CardService.TextParagraph.setText."
    )


@pytest.mark.parametrize(
    ("call", "given", "method"),
    [
        ("newTextParagraph().setText('a', 'b')", "String,String", "TextParagraph.setText"),
        (
            "newCardSection().addWidget(CardService.newCardHeader())",
            "CardService.CardHeader",
            "CardSection.addWidget",
        ),
        (
            "newNavigation().pushCard(CardService.newCardBuilder())",
            "CardService.CardBuilder",
            "Navigation.pushCard",
        ),
        ("newTextButton().setTextButtonStyle('FILLED')", "String", "TextButton.setTextButtonStyle"),
        ("newAction().setParameters({ n: 1 })", "Object", "Action.setParameters"),
        ("newSuggestions().addSuggestions('x')", "String", "Suggestions.addSuggestions"),
        ("newCardSection().setCollapsible('yes')", "String", "CardSection.setCollapsible"),
        (
            "newCalendarEventActionResponseBuilder().addAttendees([1])",
            "number[]",
            "CalendarEventActionResponseBuilder.addAttendees",
        ),
        ("newCardBuilder('x')", "String", None),
    ],
)
def test_arguments_have_types(script: Script, call: str, given: str, method: str | None) -> None:
    name = f"CardService.{method}" if method else "CardService.newCardBuilder"
    expected = f"Exception: The parameters ({given}) don't match the method signature for {name}."
    assert script.error(f"CardService.{call}") == expected


def test_every_type_takes_what_its_table_says(script: Script) -> None:
    body = """return [
      CardService.newDatePicker().setValueInMsSinceEpoch(5).setValueInMsSinceEpoch("6"),
      CardService.newUpdateDraftBodyAction().addUpdateContent("x", CardService.ContentType.TEXT),
      CardService.newSuggestionsResponseBuilder().setSuggestions(CardService.newSuggestions().addSuggestions(["a", "b"])
        .addSuggestion("c")).build().printJson(),
      CardService.newNavigation().popToRoot().popToNamedCard("n").updateCard(CardService.newCardBuilder().build())
        .printJson(),
      String(CardService.Icon.VIDEO_CAMERA), JSON.stringify(CardService.OpenAs.OVERLAY),
    ].slice(2)"""
    assert script.value(body) == [
        '{"suggestions":{"suggestions":["a","b","c"]}}',
        '{"steps":[{"popToRoot":true},{"popToNamedCard":"n"},{"updateCard":{}}]}',
        "VIDEO_CAMERA",
        '"OVERLAY"',
    ]


def test_a_type_that_is_not_emulated_throws_by_name(script: Script) -> None:
    assert script.error("CardService.newChip()") == "Error: CardService.newChip is not emulated"
