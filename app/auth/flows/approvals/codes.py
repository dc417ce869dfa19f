"""The code that approves one deed: sent by SMS to the phone that the person has proved.

Amount and payee stand in its text, and it is bound here to transaction and digest: no other deed,
no sign-in and no other page takes it (PSD2 RTS Art. 5).
"""

import hashlib

from app.auth.accounts import lookup
from app.auth.accounts.proofs import one_time, sends
from app.auth.factors.one_time_codes import APPROVAL
from app.auth.flows.approvals import describing
from app.auth.flows.factors import sending
from app.auth.interactions.prompts import approval as prompt
from app.auth.notifications import letters, messages, post, rendering
from app.auth.sessions import browser
from app.foundation import clock

METHODS = "sms mfa"  # RFC 8176
_SHOWN = 4  # last digits of a number that evidence shows


def place(deed):
    """Return what a code for ``deed`` is good in, and nowhere else."""
    return f"deed {deed.id} {deed.digest.hex()}"


def ways(interaction):
    """Return by what the person here can approve in this journey (``prompts.approval.ways``)."""
    here, entered = browser.presence(), interaction.answer_to("login") is not None
    return prompt.ways(here, interaction.request, clock.now(), entered=entered)


def look(deed):
    """Return what became of the code for ``deed`` (:class:`sending.Sent`)."""
    return sending.look(browser.presence().user_id, APPROVAL, place(deed))


def send(interaction, deed, *, again=False):
    """Send a code for ``deed`` unless one can still be shown; ``again``: in any case a new one.

    Asked before the request writes anything. Raises as `sending.ensure`.
    """
    if prompt.SMS in ways(interaction):
        user = lookup.by_id(browser.presence().user_id)
        told = {"deed": describing.sentence(deed, post.language(user.locale))}
        sending.ensure(user, APPROVAL, place(deed), sending.DEED, again=again, **told)


def proof(user, deed, answer):
    """Return what is kept of the code ``answer``, which was right: its way, and of what was sent.

    The text is written once more as the worker wrote it; it holds a code that is used up by now.
    """
    contact = sends.proved(user, APPROVAL.channel)
    language = post.language(user.locale)
    context = {
        "code": one_time.digits(answer),
        "minutes": one_time.minutes(APPROVAL.purpose),
        "deed": describing.sentence(deed, language),
    }
    sent = rendering.write("", sending.DEED, messages.SMS, language, letters.kept(context))
    return {
        "channel": APPROVAL.channel,
        "destination": f"•••• {contact.where[-_SHOWN:]}",
        "text_digest": hashlib.sha256(sent.text.encode()).digest(),
    }
