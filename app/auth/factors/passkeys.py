"""Passkeys (WebAuthn Level 3): made for this person, shown with user verification, kept in order.

They are discoverable, so that one signs in without a name; the person is always verified by the
device (finger, face or PIN), and that is checked here, whatever the page asked for (W-08).
"""

from typing import NamedTuple

from sqlalchemy import delete, select, update
from webauthn import (
    generate_authentication_options,
    options_to_json,
    verify_authentication_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import (
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.factors.models import Passkey
from app.auth.factors.webauthn import ceremonies
from app.auth.factors.webauthn.ceremonies import MALFORMED, SHOW, SIGN_IN, Refused
from app.auth.sessions import devices
from app.foundation import clock, database
from app.foundation.problems import NotFound

LONGEST_ANSWER = 16_384  # characters; a browser's has some 1,500
LONGEST_NAME = 60


class Signed(NamedTuple):
    """A passkey and what it signed, as the browser told it."""

    passkey: Passkey
    client_data: bytes
    authenticator_data: bytes
    signature: bytes


class Unknown(Refused):
    """No passkey of anybody's, or not of the person asked: removed here, perhaps."""

    code = "passkey_unknown"
    key = "passkey.unknown"


def is_enrolled(user_id):
    """Does the person have a passkey?"""
    mine = select(Passkey.id).where(Passkey.user_id == user_id).limit(1)
    return db.session.scalar(mine) is not None


def challenge(user_id):
    """Return the request (JSON) for one of this person's passkeys."""
    return _request(ceremonies.challenge(SHOW, user_id), of(user_id))


def verify(user_id, answer):
    """Is ``answer`` (JSON of the browser) made by one of this person's passkeys, now?

    Raises Refused, Unknown: saying why not; see :func:`shown`.
    """
    return shown(user_id, answer) is not None


def shown(user_id, answer):
    """Return the :class:`Passkey` of this person that made ``answer``. Raises Refused, Unknown.

    Asked before the request writes anything.
    """
    return _judge(answer, SHOW, user_id)


def approval_request(user_id, digest):
    """Return the request (JSON) for one of this person's passkeys to sign ``digest`` (bytes)."""
    return _request(digest, of(user_id))


def approved(user_id, answer, digest):
    """Return the :class:`Signed` of ``answer``: this person's passkey over exactly ``digest``.

    Asked before the request writes anything. Raises Refused, Unknown.
    """
    given = _read(answer)
    told = given.response
    signed = ceremonies.given(told.client_data_json, digest)
    passkey = _known(given, signed, user_id)
    return Signed(passkey, told.client_data_json, told.authenticator_data, told.signature)


def sign_in_request():
    """Return the request (JSON) for a passkey of whoever is there."""
    return _request(ceremonies.challenge(SIGN_IN), [])


def recognise(answer):
    """Return the :class:`Passkey` that made ``answer``. Raises Refused, Unknown; see verify."""
    return _judge(answer, SIGN_IN, None)


def of(user_id):
    """Return the person's passkeys, the oldest first."""
    mine = select(Passkey).where(Passkey.user_id == user_id)
    return list(db.session.scalars(mine.order_by(Passkey.created_at, Passkey.id)))


def one(user_id, passkey_id):
    """Return the person's passkey of this id. Raises NotFound: whose else it is, is not told."""
    passkey = db.session.get(Passkey, passkey_id)
    if passkey is None or passkey.user_id != user_id:
        raise NotFound
    return passkey


def called(user):
    """Return what browsers call the passkeys of ``user``: the name to sign in by, and theirs."""
    return user.username or user.email, user.full_name or user.email


def rename(user_id, passkey_id, name):
    """Call the person's passkey ``name``, cut to what fits; an empty one changes nothing.

    Returns whether it is called otherwise now.
    """
    passkey, written = one(user_id, passkey_id), devices.printable(name, LONGEST_NAME)
    if written in ("", passkey.name):
        return False
    passkey.name = written
    return True


def remove(user_id, passkey_id):
    """Forget the person's passkey; return its name. Raises NotFound."""
    name = one(user_id, passkey_id).name
    gone = delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
    if not db.session.execute(gone).rowcount:
        raise NotFound
    return name


def forget_all(user_id):
    """Forget every passkey of the person."""
    database.write(db, delete(Passkey).where(Passkey.user_id == user_id))


def methods(passkey):
    """Return how RFC 8176 calls showing this passkey: one that stays in its device, or not."""
    return f"{'swk' if passkey.synced else 'hwk'} user mfa"


def descriptors(passkeys):
    """Return what a browser is told of ``passkeys`` to know them again."""
    return [PublicKeyCredentialDescriptor(id=each.credential_id) for each in passkeys]


def _request(asked, passkeys):
    return options_to_json(
        generate_authentication_options(
            rp_id=ceremonies.relying_party(),
            challenge=asked,
            allow_credentials=descriptors(passkeys),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def _judge(answer, purpose, user_id):
    """Return the passkey that made ``answer``, its use noted."""
    given = _read(answer)
    signed = ceremonies.redeem(given.response.client_data_json, purpose, user_id)
    return _known(given, signed, user_id)


def _read(answer):
    try:
        given = parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        _told = given.response.user_handle
    except MALFORMED as error:
        raise Refused(detail="no assertion") from error
    return given


def _known(given, signed, user_id):
    """Return the passkey that signed the challenge ``signed``, its use noted."""
    handle = given.response.user_handle
    query = select(Passkey).where(Passkey.credential_id == given.raw_id)
    passkey = db.session.scalar(query)
    if passkey is None or user_id not in (None, passkey.user_id):
        raise Unknown(detail="no passkey of this person's")
    if handle != handle_of(passkey.user_id) and (handle is not None or user_id is None):
        raise Unknown(detail="the passkey names another person")
    _note_use(passkey, _verified(given, signed, passkey))
    return passkey


def handle_of(user_id):
    """Return what a passkey calls its person (WebAuthn §14.6.1): nothing about them."""
    return f"user:{user_id}".encode()


def _verified(given, signed, passkey):
    """What the library found. How the counter may go is :func:`_note_use`'s to say."""
    try:
        found = verify_authentication_response(
            credential=given,
            expected_challenge=signed,
            expected_rp_id=ceremonies.relying_party(),
            expected_origin=ceremonies.origins(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except MALFORMED as error:
        raise Refused(detail=f"assertion: {error}") from error
    if (found.credential_device_type == CredentialDeviceType.MULTI_DEVICE) != passkey.synced:
        raise Refused(detail="a passkey that stays in its device became one that does not")
    return found


def _note_use(passkey, found):
    """Keep the counter and the moment of use, unless the counter did not grow (W-05).

    A counter that stands still or goes back tells of a copy of the key: refused, and recorded.
    One that is always nought tells nothing, as with passkeys that are synced (§6.1.1).
    """
    count = found.new_sign_count
    if passkey.sign_count and count <= passkey.sign_count:
        about = {"actor": events.NOBODY, "subject": passkey.id}
        trail.record_apart(events.PASSKEY_COUNT_WENT_BACK, **about)
        raise Refused(detail="the counter did not grow")
    grown = (Passkey.sign_count < count) | ((Passkey.sign_count == 0) & (count == 0))
    used = update(Passkey).where(Passkey.id == passkey.id, grown)
    used = used.values(
        sign_count=count, backed_up=found.credential_backed_up, last_used_at=clock.now()
    )
    if not database.write(db, used).rowcount:
        raise Refused(detail="the counter did not grow, in parallel")
