"""What a browser may be told of passkeys, so that it offers none that is gone (WebAuthn §5.1.10).

Each is the name of a method of ``PublicKeyCredential`` and what to call it with, as JSON.
"""

import json

from sqlalchemy import select
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json

from app.auth.database import db
from app.auth.factors import passkeys
from app.auth.factors.models import Passkey
from app.auth.factors.webauthn import ceremonies


def after(problem, answer):
    """Return that the passkey which made ``answer`` (JSON of a browser) is nobody's, or None.

    problem: why it was refused. None where it is somebody's, if not of who was asked: nothing may
    take it from them.
    """
    if not isinstance(problem, passkeys.Unknown):
        return None
    try:
        shown = parse_authentication_credential_json(answer[: passkeys.LONGEST_ANSWER]).raw_id
    except ceremonies.MALFORMED:
        return None
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == shown)):
        return None
    return _signal(signalUnknownCredential={"credentialId": bytes_to_base64url(shown)})


def of(user):
    """Return which passkeys are ``user``'s, all of them, and what they are to be called."""
    person = {"userId": bytes_to_base64url(passkeys.handle_of(user.id))}
    mine = [bytes_to_base64url(each.credential_id) for each in passkeys.of(user.id)]
    name, display_name = passkeys.called(user)
    return _signal(
        signalAllAcceptedCredentials={**person, "allAcceptedCredentialIds": mine},
        signalCurrentUserDetails={**person, "name": name, "displayName": display_name},
    )


def _signal(**methods):
    here = {"rpId": ceremonies.relying_party()}
    return json.dumps({method: here | about for method, about in methods.items()})
