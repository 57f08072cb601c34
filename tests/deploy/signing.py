"""Signing for a service account, as the IAM API does for who may; the local Google looks at claims, not at signatures."""

import base64
import json

SIGNER = "iamcredentials.googleapis.com"
SIGN = f"https://{SIGNER}/v1/projects/-/serviceAccounts/robot@example.com:signJwt"


def signed(body: bytes | str) -> bytes:
    """Return the answer to a request that asks for a signature."""
    claims = json.loads(body)["payload"].encode()
    jwt = f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.x"
    return json.dumps({"keyId": "1", "signedJwt": jwt}).encode()
