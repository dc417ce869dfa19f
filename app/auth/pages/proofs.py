"""What the pages that ask for a factor have in common: which, what was answered, what was wrong."""

from flask import current_app, request

from app.auth.accounts import counts
from app.auth.accounts.proofs import sends
from app.auth.factors import one_time_codes, passkeys
from app.auth.flows.factors import sending, tries
from app.auth.hosted import forms
from app.auth.pages import contact_words
from app.foundation import csrf, words

UNSENT = (csrf.Stale, sends.TooSoon, sending.Unreachable, tries.Limited)
FIELDS = {"passkey": "credential", "recovery_code": "recovery_code"}  # else `otp`
MISSING = {
    "credential": "passkey.cancelled",
    "recovery_code": "recovery.missing",
    "password": "login.missing_password",
}


class Missing(forms.Incomplete):
    """Nothing was typed; ``errors``: field → sentence."""

    def __init__(self, field):
        super().__init__()
        self.errors = {field: words.t(MISSING.get(field, "otp.missing"))}


def asked(user_id, mine, look):
    """Return what a page shows of the ways ``mine`` (names): the passkey and one kind of code.

    The code is of the method that the address names, else of the best there is. look: returns what
    became of the code of a name (:class:`sending.Sent`).
    """
    chosen = request.values.get("method")
    codes = [name for name in mine if name != "passkey"]
    code = chosen if chosen in codes else next(iter(codes), None)
    return {
        "methods": mine,
        "code_method": code,
        "sent": sent(look(code)) if code in one_time_codes.FACTORS else None,
        "told": words.t("otp.again") if "sent" in request.args else None,
        "request": passkeys.challenge(user_id) if "passkey" in mine else None,
    }


def sent(found):
    """Return what a page shows of a code that is sent (:class:`sending.Sent`), masked."""
    return {"where": _masked(found.contact), "live": found.live, "minutes": found.minutes}


def choice():
    """Return which code this form asks for, and whether in any case a new one."""
    return request.form.get("method", ""), request.form.get("again") == "1"


def renewed(problem, send, look):
    """Send another code for one that came too late; return the notice that says so, or why not."""
    name, _ = choice()
    try:
        send(name, again=True)
    except UNSENT as why:
        return forms.told(problem, notice(why).sentences[0])
    heading = words.t("otp.expired_plain_heading")
    told = words.t("otp.expired", destination=_masked(look(name).contact))
    return forms.Notice("danger", heading, (told,))


def _masked(contact):
    if contact is None:
        return None
    masked = (
        contact_words.masked_email if contact.channel == "email" else contact_words.masked_phone
    )
    return masked(contact.where)


def read():
    """Return the factor and the answer that this form holds. Raises Missing."""
    name = request.form.get("method", "")
    field = FIELDS.get(name, "otp")
    answer = request.form.get(field, "").strip()
    if not answer:
        raise Missing(field)
    return name, answer


def channel():
    """Return whom to turn to when every factor is lost."""
    return current_app.config["SUPPORT_CONTACT"] or words.t("support.channel")


def notice(problem):
    """What to tell a person whose answer was refused."""
    if isinstance(problem, counts.Paused):
        return forms.told(problem, time=words.time(problem.until))
    return forms.told(problem)
