"""Blobs: bytes, types and names, charsets, and what can be converted into what."""

import pytest

from .conftest import Script


def test_a_blob_has_bytes_a_type_and_a_name(script: Script) -> None:
    body = """const blob = Utilities.newBlob("é", "text/plain", "a.html");
      const copy = blob.copyBlob().setName("b").setContentType(null).setBytes([104, 105]);
      const typed = Utilities.newBlob([-1]).setName("x.unheard").setContentTypeFromExtension();
      return [blob.getBytes(), blob.getContentType(), blob.getName(), blob.setContentTypeFromExtension().getContentType(),
        copy.getDataAsString(), copy.getContentType(), copy.getName(), typed.getContentType(),
        blob.getAllBlobs().length, blob.getAllBlobs()[0].getName(), blob.isGoogleType(),
        Utilities.newBlob("", "application/vnd.google-apps.document").isGoogleType(),
        Utilities.newBlob("x").getContentType(), Utilities.newBlob("x").getName()]"""
    assert script.value(body) == [
        [-61, -87], "text/plain", "a.html", "text/html", "hi", None, "b", "application/octet-stream",
        1, "a.html", False, True, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "charset",
    [
        "utf-8",
        "UTF8",
        "ISO-8859-1",
        "iso_8859_1",
        "windows-1252",
        "UTF-16",
        "UTF-16LE",
        "utf-16be",
        "ISO-8859-15",
    ],
)
def test_texts_go_to_bytes_and_back_in_a_charset(script: Script, charset: str) -> None:
    body = """const blob = Utilities.newBlob("").setDataFromString("Zoë ä", a);
      return [blob.getDataAsString(a), blob.getBytes()]"""
    text, signed = script.value(body, charset)
    written = bytes(byte & 255 for byte in signed)
    assert text == "Zoë ä"
    assert written.decode(charset.replace("iso_8859_1", "latin-1")) == "Zoë ä"


def test_what_a_charset_lacks_is_a_question_mark(script: Script) -> None:
    body = """const blob = Utilities.newBlob("").setDataFromString("€é", a); return blob.getDataAsString()"""
    assert script.value(body, "US-ASCII") == "??"
    assert script.value(body, "windows-1251") == "\ufffd?"
    assert (
        script.error("Utilities.newBlob('').getDataAsString('klingon')")
        == "Exception: Invalid argument: charset"
    )


@pytest.mark.parametrize(
    ("type_", "wanted", "text"),
    [
        ("text/plain", "image/png", "Exception: Converting from text/plain to image/png is not supported."),
        (
            "application/pdf",
            "text/plain",
            "Exception: Converting from application/pdf to text/plain is not supported.",
        ),
        (
            "text/html",
            "application/pdf",
            "Error: Converting from text/html to application/pdf is not emulated",
        ),
        ("image/png", "image/jpeg", "Error: Converting from image/png to image/jpeg is not emulated"),
    ],
)
def test_what_is_converted_into_what(script: Script, type_: str, wanted: str, text: str) -> None:
    assert script.error("Utilities.newBlob('x', a).getAs(b)", type_, wanted) == text
    assert script.value("return Utilities.newBlob('x', a).getAs(a).getDataAsString()", type_) == "x"


def test_a_page_is_a_source_of_blobs(script: Script) -> None:
    assert (
        script.value("return HtmlService.createHtmlOutput('<p>').getAs('text/html').getDataAsString()")
        == "<p>"
    )
    assert (
        script.value("return Utilities.gzip(HtmlService.createHtmlOutput('<p>')).getName()") == "archive.gz"
    )


def test_bytes_are_numbers(script: Script) -> None:
    assert script.error("Utilities.newBlob('x').setBytes('x')") == (
        "Exception: The parameters (String) don't match the method signature for Utilities.Blob.setBytes."
    )
