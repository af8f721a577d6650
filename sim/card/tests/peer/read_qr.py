"""Reads QR texts of the app and checks them by the libraries `cwt` and `cbor2`; shares no code with what made them.

In: a line {"qr": text, "jwk": text} each. Out: a line {"claims": {...}} or {"refused": why} each.
"""

import base64
import hashlib
import json
import sys

try:
    import cbor2
    import cwt
except ImportError as missing:
    sys.exit(f"read_qr.py: {missing}; .ci/test installs it (line `peer cwt`)")

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(text):
    """RFC 9285, section 4."""
    out = bytearray()
    for at in range(0, len(text), 3):
        values = [LETTERS.index(letter) for letter in text[at : at + 3]]
        value = sum(digit * 45**place for place, digit in enumerate(values))
        out += value.to_bytes({3: 2, 2: 1}[len(values)], "big")
    return bytes(out)


def key(jwk):
    """The COSE key of a JWK, named by its RFC 7638 thumbprint."""
    members = json.loads(jwk)
    read = lambda text: base64.urlsafe_b64decode(text + "==")
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":"))
    kid = hashlib.sha256(canonical.encode()).digest()
    return cwt.COSEKey.new({1: 2, 2: kid, 3: -7, -1: 1, -2: read(members["x"]), -3: read(members["y"])})


def judged(question):
    text = question["qr"]
    if not text.startswith("VNQ1:"):
        return {"refused": "prefix"}
    try:
        message = base45(text[5:])
        claims = cwt.decode(message, keys=key(question["jwk"]))
        protected, unprotected, payload, signature = cbor2.loads(message).value
        header = cbor2.loads(protected)
    except Exception as refused:  # whatever the library raises is its refusal
        return {"refused": f"{type(refused).__name__}: {refused}"}
    tagged = cbor2.CBORTag(18, [protected, unprotected, payload, signature])
    canonical = (
        cbor2.dumps(tagged, canonical=True) == message
        and cbor2.dumps(header, canonical=True) == protected
        and cbor2.dumps(cbor2.loads(payload), canonical=True) == payload
    )
    return {
        "claims": {
            "aud": claims[3],
            "exp": claims[4],
            "iat": claims[6],
            "cti": claims[7].decode(),
            "typ": header[16],
            "canonical": canonical,
        }
    }


for line in sys.stdin:
    print(json.dumps(judged(json.loads(line))), flush=True)
