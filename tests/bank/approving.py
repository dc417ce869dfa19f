"""What the authorization server does with a challenge, by hand: the deed comes back approved."""

import base64
import hashlib
import json


def claims_of(jws):
    """Return what a compact JWS says, unverified."""
    payload = jws.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def approved(challenge, **changed):
    """Return the claims of a token for the deed of ``challenge`` (a 401), as if approved.

    changed: members of the details that are not as the bank wrote them.
    """
    (entry,) = challenge.json["authorization_details"]
    canonical = json.dumps(claims_of(entry["deed"]), sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).digest()
    told = {name: value for name, value in entry.items() if name != "deed"}
    told["digest"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    told["approved_by"] = "passkey"
    return {"acr": "phr", "authorization_details": [told | changed]}
