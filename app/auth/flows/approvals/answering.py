"""Answer a deed: by a passkey over its digest, by a code sent for it alone, or with a plain no.

Nothing but the bank's word is approved, and each deed once (PSD2 RTS Art. 5, RFC 9470). The
session is authenticated afresh by an approval, as by a step up.
"""

import json

from app.auth.accounts import lookup
from app.auth.clients import registry as clients
from app.auth.consents import approval, named
from app.auth.consents.details import registry as details
from app.auth.deeds import bank_keys, deciding, pending
from app.auth.factors import passkeys
from app.auth.factors.webauthn import ceremonies
from app.auth.flows.approvals import codes, describing
from app.auth.flows.factors import step_up
from app.auth.interactions import journey
from app.auth.interactions.prompts import approval as prompt
from app.auth.keys import jose
from app.auth.notifications import post
from app.auth.recoveries import waiting
from app.auth.sessions import assurance, browser
from app.foundation import clock
from app.foundation.problems import Problem, Unavailable


class TooLate(Problem):
    """The deed can no longer be approved."""

    code = "deed_expired"
    status = 410
    key = "payment.expired"
    description = "The deed has expired."


class Withdrawn(TooLate):
    """The bank's key that signed the deed is published no more: it was stolen, or is long gone."""

    code = "deed_withdrawn"
    key = "payment.withdrawn"
    description = "The bank has withdrawn the deed."


class Changed(Problem):
    """What was answered is not the deed of this journey."""

    code = "deed_changed"
    status = 409
    key = "payment.changed"
    description = "The deed is another one."


def deed_of(interaction):
    """Return the :class:`pending.Deed` that this journey asks for."""
    return pending.opened(interaction.request.deed)


def named_by(deed):
    """Return what a page's form names ``deed`` by: its digest, base64url."""
    return jose.b64(deed.digest).decode()


def ways(interaction):
    """Return by what the person here can approve, best first: ``passkey``, ``sms``, ``push``."""
    return codes.ways(interaction)


def challenge(deed):
    """Return the request (JSON) for a passkey of who is here over the digest of ``deed``."""
    return passkeys.approval_request(browser.presence().user_id, deed.digest)


def check_open(deed):
    """Let a ``deed`` through that can still be answered. Raises TooLate, deciding.Decided."""
    if deciding.is_decided(deed.id):
        raise deciding.Decided
    if deed.is_over(clock.now()):
        raise TooLate


def by_passkey(interaction, answer):
    """Approve by ``answer`` (JSON of the browser), an assertion over exactly the deed's digest.

    Asked before the request writes anything. Raises TooLate, Withdrawn, Decided,
    ceremonies.Refused, step_up.Ended.
    """
    deed, here = deed_of(interaction), browser.presence()
    check_open(deed)
    kept = _bank_key_in_force(deed)
    signed = passkeys.approved(here.user_id, answer, deed.digest)
    passkey = signed.passkey
    proof = kept | {
        "method": prompt.PASSKEY,
        "credential_id": passkey.credential_id,
        "public_key": passkey.public_key,
        "client_data": signed.client_data,
        "authenticator_data": signed.authenticator_data,
        "signature": signed.signature,
        "rp_id": ceremonies.relying_party(),
        "origin": ceremonies.origin_of(signed.client_data),
    }
    _approve(interaction, deed, passkeys.methods(passkey), proof)


def by_code(interaction, name, answer):
    """Approve by ``answer``, the code that was sent for this very deed where ``name`` says.

    Counted, then judged; asked before the request writes anything. Raises TooLate, Withdrawn,
    Decided, showing.Wrong, showing.Expired, tries.Limited, step_up.Ended.
    """
    deed, user = deed_of(interaction), lookup.by_id(browser.presence().user_id)
    check_open(deed)
    kept = _bank_key_in_force(deed)
    contact = codes.judge(interaction, deed, name, answer)
    proof = kept | codes.proof(user, deed, contact, answer)
    _approve(interaction, deed, codes.METHODS[contact.channel], proof)


def refuse(interaction):
    """Refuse the deed: kept as an answer, unless there is none to give any more, or no way to.

    The app is told ``access_denied``; of who had no way to approve, that. Raises Decided: when it
    was answered at this moment elsewhere.
    """
    deed, here = deed_of(interaction), browser.presence()
    closed = deed.is_over(clock.now()) or deciding.is_decided(deed.id)
    able = bool(ways(interaction))
    if able and not closed:
        deciding.decide(deed, here, deciding.REFUSED, **_bank_key(deed))
    journey.refuse(interaction, "approval" if able or closed else journey.UNABLE)


def _approve(interaction, deed, amr, proof):
    """Keep the approval, and all that follows from it, in one transaction."""
    here, asked = browser.presence(), interaction.request
    deciding.decide(deed, here, deciding.APPROVED, **proof)
    session = browser.renew(here.session_id, assurance.joined(here.amr, amr))
    if session is None:
        raise step_up.Ended
    user = lookup.by_id(here.user_id)
    waiting.stop(user, "factor_shown")
    wanted = named.to_allow(asked.scope, asked.claims)
    if approval.missing(here.user_id, asked.client_id, wanted):
        approval.give(here.user_id, here.sub, asked.client_id, wanted)
    told = details.approved(asked.details, named_by(deed), proof["method"])
    journey.amend(interaction, details=told)
    for answered in ("approval", "consent"):
        journey.answer(interaction, answered, sub=here.sub)
    _tell(user, deed)


def _bank_key_in_force(deed):
    """The key to keep with an approval; with the bank away none, for the deed was judged before."""
    try:
        kept = _bank_key(deed)
    except Unavailable:
        return {"bank_key": None}
    if kept["bank_key"] is None:
        raise Withdrawn
    return kept


def _bank_key(deed):
    key = bank_keys.published(deed.jws)
    return {"bank_key": key and json.dumps(key)}


def _tell(user, deed):
    client = clients.find(deed.claims["client_id"])
    language = post.language(user.locale)
    app = client.localized("client_name", language) or client.client_id
    told = {"deed": describing.sentence(deed, language), "app": app, "at": clock.now()}
    post.notice("deed_approved", user, **told)
