"""What Utilities computes agrees with what Python computes: digests, base 64, archives."""

import base64
import hashlib
import hmac
import io
import zipfile

import pytest

from .conftest import Script

HEX = "const hex = (bytes) => bytes.map((byte) => (byte & 255).toString(16).padStart(2, '0')).join('');"


@pytest.mark.parametrize("name", ["MD5", "SHA_1", "SHA_256", "SHA_384", "SHA_512"])
def test_digests_are_python_s(script: Script, name: str) -> None:
    body = f"""{HEX}
      const digest = Utilities.DigestAlgorithm.{name}, mac = Utilities.MacAlgorithm.HMAC_{name};
      const {{ US_ASCII, UTF_8 }} = Utilities.Charset;
      return [Utilities.computeDigest(digest, "é"), Utilities.computeDigest(digest, "é", UTF_8),
        Utilities.computeDigest(digest, [-61, -87]), Utilities.computeDigest(digest, "é", US_ASCII),
        Utilities.computeHmacSignature(mac, "é", "ü"), Utilities.computeHmacSignature(mac, [-61, -87], [-61, -68]),
        Utilities.computeHmacSignature(mac, "é", "ü", US_ASCII)].map(hex);"""
    algorithm = name.replace("_", "").lower()
    utf8, ascii_ = (hashlib.new(algorithm, data).hexdigest() for data in ("é".encode(), b"?"))
    keyed = hmac.new("ü".encode(), "é".encode(), algorithm).hexdigest()
    assert script.value(body) == [
        utf8,
        utf8,
        utf8,
        ascii_,
        keyed,
        keyed,
        hmac.new(b"?", b"?", algorithm).hexdigest(),
    ]


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("", "8350e5a3e24c153df2275c9f80692773"),
        ("abc", "da853b0d3f88d99b30283a69e6ded6bb"),
        ("abcdefghijklmnopqrstuvwxyz", "4e8ddff3650292ab5a4108c3aa47940b"),
    ],
)
def test_md2_is_that_of_its_rfc(script: Script, text: str, digest: str) -> None:
    assert (
        script.value(f"{HEX} return hex(Utilities.computeDigest(Utilities.DigestAlgorithm.MD2, a))", text)
        == digest
    )


def test_base_64_in_both_alphabets(script: Script) -> None:
    body = """const { US_ASCII } = Utilities.Charset, bytes = [-5, -17, -66, 1];
      return [Utilities.base64Encode(bytes), Utilities.base64EncodeWebSafe(bytes), Utilities.base64Encode("é"),
        Utilities.base64EncodeWebSafe("é", US_ASCII), Utilities.base64Decode("++++AQ=="),
        Utilities.base64DecodeWebSafe("----AQ"), Utilities.base64Decode("AQ", Utilities.Charset.UTF_8)]"""
    data = bytes([251, 239, 190, 1])
    signed = [-5, -17, -66, 1]
    assert script.value(body) == [
        base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode(), "w6k=", "Pw==", signed, signed, [1],
    ]  # fmt: skip
    for text in ("A", "----", "a b", "é"):
        assert script.error("Utilities.base64Decode(a)", text) == "Exception: Could not decode string."


@pytest.mark.parametrize(
    ("call", "types"),
    [
        ("computeHmacSha256Signature('value', [1])", "(String,number[])"),
        ("computeDigest('MD5', 'value')", "(String,String)"),
        ("base64Encode({})", "(Object)"),
        ("newBlob()", "()"),
        ("zip('x')", "(String)"),
        ("zip([1])", "(number[])"),
        ("sleep('soon')", "(String)"),
    ],
)
def test_wrong_arguments_are_refused_by_their_types(script: Script, call: str, types: str) -> None:
    name = call.partition("(")[0]
    assert script.error(f"Utilities.{call}") == (
        f"Exception: The parameters {types} don't match the method signature for Utilities.{name}."
    )


def test_python_reads_what_is_zipped(script: Script) -> None:
    body = """const files = [Utilities.newBlob("é".repeat(500), "text/plain", "dir/ä.txt"), Utilities.newBlob([], null, "empty")];
      const [zip, named] = [Utilities.zip(files), Utilities.zip(files, "b.zip")];
      return [zip.getName(), named.getName(), zip.getContentType(), Utilities.base64Encode(zip.getBytes())]"""
    name, other, type_, data = script.value(body)
    assert (name, other, type_) == ("archive.zip", "b.zip", "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(data)))
    assert archive.testzip() is None
    assert archive.namelist() == ["dir/ä.txt", "empty"]
    assert archive.read("dir/ä.txt").decode() == "é" * 500
    assert archive.infolist()[0].date_time[:3] == (2026, 3, 2)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_python_zipped_is_read(script: Script, method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.comment = b"a comment"
        archive.writestr("folder/", b"")
        archive.writestr("folder/one.html", "<p>é".encode())
        archive.writestr("two", bytes(range(256)))
    body = """const blobs = Utilities.unzip(Utilities.newBlob(Utilities.base64Decode(a), "application/zip"));
      return blobs.map((blob) => [blob.getName(), blob.getContentType(), Utilities.base64Encode(blob.getBytes())])"""
    assert script.value(body, base64.b64encode(packed.getvalue()).decode()) == [
        ["folder/one.html", "text/html", base64.b64encode("<p>é".encode()).decode()],
        ["two", "application/octet-stream", base64.b64encode(bytes(range(256))).decode()],
    ]


def test_what_cannot_be_zipped_or_unzipped(script: Script) -> None:
    assert script.error("Utilities.unzip(Utilities.newBlob('no archive'))") == "Exception: Invalid argument"
    assert script.error("Utilities.zip([Utilities.newBlob('x')])") == (
        "Exception: Blob object must have non-null name for this operation."
    )
    twice = "const blob = Utilities.newBlob('x').setName('a'); Utilities.zip([blob, blob])"
    assert script.error(twice) == "Exception: duplicate entry: a"


def test_a_zip_that_grows_too_large_is_refused(script: Script) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(51 * 1024 * 1024))
    body = "Utilities.unzip(Utilities.newBlob(Utilities.base64Decode(a)))"
    assert script.error(body, base64.b64encode(packed.getvalue()).decode()) == "Exception: Invalid argument"


@pytest.mark.parametrize(
    ("template", "value"),
    [
        (template, value)
        for value in (0, 7, -7, 1234567, 2.5, -0.375)
        for template in (
            "%s",
            "%d",
            "%5d|",
            "%-7d|",
            "%+d",
            "% d",
            "%07d",
            "%f",
            "%.1f",
            "%9.2f|",
            "%+.3f",
            "%e",
            "%.2E",
        )
        if "d" not in template or isinstance(value, int)
    ],
)
def test_numbers_are_formatted_as_c_does(script: Script, template: str, value: float) -> None:
    assert script.value("return Utilities.formatString(a, b)", template, value) == template % value


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("'%2$s %1$s %s', 'a', 'b'", "b a a"),
        ("'%,d|%,.2f', 1234567, 1234.5", "1,234,567|1,234.50"),
        ("'%x %X %o %c %b', 255, 255, 8, 'z', true", "ff FF 10 z true"),
        ("'%S|%5s|%-5s|%.2s', 'a', 'b', 'c', 'def'", "A|    b|c    |de"),
        ("'%s %s', null, undefined", "null undefined"),
        ("'100%% %n|'", "100% \n|"),
        ("'no conversion'", "no conversion"),
    ],
)
def test_texts_are_formatted_as_java_does(script: Script, call: str, text: str) -> None:
    assert script.value(f"return Utilities.formatString({call})") == text
