"""A client that signs (private_key_jwt, RFC 7523): its key, and what it shows instead of a secret.

    python assertion.py key FILE                   make a key in FILE; print the public half
    python assertion.py sign FILE CLIENT_ID ISSUER print an assertion, good once, for a minute

Needs joserfc; any library of JSON Web Tokens does the same.
"""

import json
import sys
import time
import uuid
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey


def make_key(file):
    """Keep a new P-256 key in ``file``; return the key set to register."""
    key = ECKey.generate_key("P-256", {"kid": uuid.uuid4().hex, "use": "sig", "alg": "ES256"})
    Path(file).touch(mode=0o600)
    Path(file).write_text(json.dumps(key.as_dict(private=True)))
    return json.dumps({"keys": [key.as_dict(private=False)]})


def sign(file, client_id, issuer):
    """Return a fresh assertion of ``client_id`` for the server ``issuer``."""
    key, now = ECKey.import_key(json.loads(Path(file).read_text())), int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "iat": now,
        "exp": now + 60,
        "jti": uuid.uuid4().hex,
    }
    return jwt.encode({"alg": "ES256", "typ": "JWT", "kid": key.kid}, claims, key)


if __name__ == "__main__":
    print({"key": make_key, "sign": sign}[sys.argv[1]](*sys.argv[2:]))
