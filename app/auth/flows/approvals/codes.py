"""The code that approves one deed: sent to the phone that the person has proved, or pushed.

Amount and payee stand in its text, and it is bound here to transaction, digest and where it went:
no other deed, no sign-in and no other page takes it (PSD2 RTS Art. 5). Each deed has one, and one
budget, whichever way it goes; which way, the person says.
"""

import hashlib

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time
from app.auth.factors import deed_codes
from app.auth.flows.approvals import describing
from app.auth.flows.factors import sending, showing
from app.auth.interactions.prompts import approval as prompt
from app.auth.notifications import letters, messages, post, rendering
from app.auth.sessions import browser
from app.foundation import clock

METHODS = {prompt.SMS: "sms mfa", prompt.PUSH: "otp mfa"}  # RFC 8176 has no word for a push
SMS = "sms_code"  # how a form names the phone; a browser it names by its subscription
_SHOWN = 4  # last digits of a number that evidence shows


def place(deed):
    """Return what a code for ``deed`` is good in, and nowhere else."""
    return f"deed {deed.id} {deed.digest.hex()}"


def ways(interaction):
    """Return by what the person here can approve in this journey (``prompts.approval.ways``)."""
    here, entered = browser.presence(), interaction.answer_to("login") is not None
    return prompt.ways(here, interaction.request, clock.now(), entered=entered)


def contacts(interaction):
    """Return where a code of who is here may go, by the name that a form says: SMS first."""
    able = ways(interaction)
    found = deed_codes.contacts(browser.presence(), clock.now())
    return {_name(each): each for each in found if each.channel in able}


def look(deed, contact):
    """Return what became of the code for ``deed`` that went to ``contact`` (sending.Sent)."""
    kind = deed_codes.KINDS[contact.channel]
    return sending.look_at(browser.presence().user_id, kind, contact, place(deed))


def send(interaction, deed, name, *, again=False):
    """Send a code for ``deed`` where ``name`` says, unless one that went there can still be shown.

    again: in any case a new one. The one before ends. Asked before the request writes anything.
    Raises as `sending.allow`.
    """
    user = lookup.by_id(browser.presence().user_id)
    contact = contacts(interaction).get(name)
    if contact and not again and look(deed, contact).live:
        return
    sending.allow_to(user, contact, shared=deed_codes.shared(user.id))
    kind = deed_codes.KINDS[contact.channel]
    told = {"deed": describing.sentence(deed, post.language(user.locale))}
    sending.send(user, kind, place(deed), contact, sending.DEED, **told)


def judge(interaction, deed, name, answer):
    """Let ``answer`` through if it is the code for ``deed`` that went where ``name`` says.

    Returns the contact it went to. Counted, then judged; asked before the request writes anything.
    Raises showing.Wrong, showing.Expired, tries.Limited.
    """
    contact = contacts(interaction).get(name)
    if contact is None:
        raise showing.Wrong(detail="no code is a way here")
    user, kind = lookup.by_id(browser.presence().user_id), deed_codes.KINDS[contact.channel]
    showing.judge_sent_to(user, kind, contact, answer, place(deed))
    return contact


def proof(user, deed, contact, answer):
    """Return what is kept of the code ``answer``, which was right: its way, and of what was sent.

    The text is written once more as the worker wrote it; it holds a code that is used up by now.
    """
    language, is_sms = post.language(user.locale), contact.channel == messages.SMS
    context = {
        "code": one_time.digits(answer),
        "minutes": one_time.minutes(deed_codes.KINDS[contact.channel].purpose),
        "deed": describing.sentence(deed, language),
    }
    told = rendering.write("", sending.DEED, contact.channel, language, letters.kept(context))
    return {
        "method": contact.channel,
        "channel": contact.channel,
        "destination": f"•••• {contact.where[-_SHOWN:]}" if is_sms else contact.name,
        "text_digest": hashlib.sha256(told.text.encode()).digest(),
    }


def _name(contact):
    return SMS if contact.channel == prompt.SMS else contact.where
