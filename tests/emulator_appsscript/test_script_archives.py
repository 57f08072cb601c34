"""Utilities beyond texts: signatures that a service account makes, archives, tables."""

import base64

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .conftest import Script


def test_a_signature_can_be_checked_with_the_public_key(script: Script) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    body = """const encode = (bytes) => Utilities.base64Encode(bytes);
      return [encode(Utilities.computeRsaSha256Signature("é", a)),
        encode(Utilities.computeRsaSignature(Utilities.RsaAlgorithm.RSA_SHA_256, "é", a))];"""
    one, two = script.value(body, pem)
    assert one == two
    key.public_key().verify(base64.b64decode(one), "é".encode(), padding.PKCS1v15(), hashes.SHA256())
    refused = "Utilities.computeRsaSha1Signature('x', 'no key')"
    assert script.error(refused) == "Exception: Invalid argument: key"


def test_what_is_packed_can_be_unpacked(script: Script) -> None:
    body = """const packed = Utilities.gzip(Utilities.newBlob("é".repeat(1000)), "a.gz");
      return [packed.getName(), packed.getContentType(), packed.getBytes().length < 100,
        Utilities.ungzip(packed).getDataAsString() === "é".repeat(1000)];"""
    assert script.value(body) == ["a.gz", "application/x-gzip", True, True]
    assert script.error("Utilities.ungzip(Utilities.newBlob('x'))") == "Exception: Could not decompress gzip."


def test_a_table_is_read(script: Script) -> None:
    body = """return [Utilities.parseCsv('a,"b ""c"", d"\\r\\n,"e\\nf"\\n'), Utilities.parseCsv("1;2", ";"), Utilities.parseCsv("")]"""
    assert script.value(body) == [[["a", 'b "c", d'], ["", "e\nf"]], [["1", "2"]], []]
