"""Making a passkey (WebAuthn Level 3 §7.1): discoverable, verified by the device, one a device."""

import json

from flask import current_app
from sqlalchemy import bindparam, text
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers import parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.auth.database import db
from app.auth.factors import passkeys
from app.auth.factors.models import Passkey
from app.auth.factors.webauthn import authenticators, ceremonies
from app.auth.factors.webauthn.ceremonies import CREATE, MALFORMED, Refused
from app.auth.sessions import devices
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime
from app.foundation.problems import Problem

MOST = 20  # passkeys a person may have
TRANSPORTS = {"usb", "nfc", "ble", "internal", "hybrid", "smart-card"}

# Written so, because the same answer may come twice at once.
_ADD = text(
    """
    INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, transports, aaguid,
                          name, synced, backed_up, created_at)
    VALUES (:id, :user_id, :credential_id, :public_key, :sign_count, :transports, :aaguid,
            :name, :synced, :backed_up, :created_at)
    ON CONFLICT (credential_id) DO NOTHING
    """
).bindparams(bindparam("created_at", type_=UtcDateTime))


class Already(Problem):
    """This authenticator has a passkey of ours already."""

    code = "passkey_exists"
    status = 409
    key = "passkey.already"
    description = "This device already has a passkey for this account."


class TooMany(Problem):
    """The person has as many passkeys as one may."""

    code = "too_many_passkeys"
    status = 409
    key = "passkey.too_many"
    description = "There are too many passkeys on this account."


def request(user):
    """Return what a browser needs (JSON) to make a passkey of this person.

    An authenticator that holds one of theirs already is told, and refuses.
    """
    name, display_name = passkeys.called(user)
    return options_to_json(
        generate_registration_options(
            rp_id=ceremonies.relying_party(),
            rp_name=current_app.config["BRAND_NAME"],
            user_id=passkeys.handle_of(user.id),
            user_name=name,
            user_display_name=display_name,
            challenge=ceremonies.challenge(CREATE, user.id),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=passkeys.descriptors(passkeys.of(user.id)),
            supported_pub_key_algs=ceremonies.ALGORITHMS,
        )
    )


def create(user_id, answer, *, name, device):
    """Keep the passkey that the browser made as ``answer`` (JSON); return its :class:`Passkey`.

    name: what the person calls it, or nothing: then its maker's name, else ``device``.
    Asked before the request writes anything.

    Raises Refused, Already, TooMany.
    """
    try:
        given = parse_registration_credential_json(answer[: passkeys.LONGEST_ANSWER])
        told = json.loads(answer)["response"].get("transports") or []
        transports = sorted(TRANSPORTS & {each for each in told if isinstance(each, str)})
    except MALFORMED as error:
        raise Refused(detail="no attestation") from error
    signed = ceremonies.redeem(given.response.client_data_json, CREATE, user_id)
    if len(passkeys.of(user_id)) >= MOST:
        raise TooMany
    found = _verified(given, signed)
    given_name = devices.printable(name, passkeys.LONGEST_NAME)
    name = given_name or authenticators.name_of(found.aaguid) or device
    made = _row(user_id, found, " ".join(transports), name)
    if not db.session.execute(_ADD, made).rowcount:
        raise Already
    return db.session.get(Passkey, made["id"])


def _verified(given, signed):
    try:
        return verify_registration_response(
            credential=given,
            expected_challenge=signed,
            expected_rp_id=ceremonies.relying_party(),
            expected_origin=ceremonies.origins(),
            require_user_verification=True,
            supported_pub_key_algs=ceremonies.ALGORITHMS,
        )
    except MALFORMED as error:
        raise Refused(detail=f"attestation: {error}") from error


def _row(user_id, found, transports, name):
    return {
        "id": ids.new("pky"),
        "user_id": user_id,
        "credential_id": found.credential_id,
        "public_key": found.credential_public_key,
        "sign_count": found.sign_count,
        "transports": transports,
        "aaguid": found.aaguid,
        "name": name[: passkeys.LONGEST_NAME],
        "synced": found.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
        "backed_up": found.credential_backed_up,
        "created_at": clock.now(),
    }
