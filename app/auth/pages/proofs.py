"""What the pages that ask for a factor have in common: which, what was answered, what was wrong."""

from typing import Any, NamedTuple

from flask import current_app, redirect, request, url_for

from app.auth.accounts import counts
from app.auth.accounts.proofs import sends
from app.auth.factors import one_time_codes, passkeys, signals, totp
from app.auth.factors.webauthn import ceremonies
from app.auth.flows.factors import sending, showing, step_up, tries
from app.auth.hosted import forms
from app.foundation import csrf, masks, words

UNSENT = (csrf.Stale, sends.TooSoon, sending.Unreachable, tries.Limited)
FIELDS = {  # else `otp`
    "passkey": "credential",
    "recovery_code": "recovery_code",
    "password": "password",
}
MISSING = {
    "credential": "passkey.cancelled",
    "recovery_code": "recovery.missing",
    "password": "login.missing_password",
}
REFUSALS = (
    *(csrf.Stale, counts.Paused, showing.Wrong, step_up.WrongPassword),
    *(totp.Used, ceremonies.Refused),
)


class Codes(NamedTuple):
    """How a page sends a code, ``send(name, again=…)``, and looks at it, ``look(name)``."""

    send: Any
    look: Any


class Missing(forms.Incomplete):
    """Nothing was typed; ``errors``: field → sentence."""

    def __init__(self, field):
        super().__init__()
        self.errors = {field: words.t(MISSING.get(field, "otp.missing"))}


def asked(user_id, mine, codes):
    """Return what a page shows of the ways ``mine`` (names): the passkey and one kind of code.

    The code is of the method that the address names, else of the best there is. codes: the
    :class:`Codes` of the page.
    """
    chosen = request.values.get("method")
    typed = [name for name in mine if name != "passkey"]
    code = chosen if chosen in typed else next(iter(typed), None)
    return {
        "methods": mine,
        "code_method": code,
        "sent": sent(codes.look(code)) if code in one_time_codes.FACTORS else None,
        "told": words.t("otp.again") if "sent" in request.args else None,
        "request": passkeys.challenge(user_id) if "passkey" in mine else None,
    }


def sent(found):
    """Return what a page shows of a code that is sent (:class:`sending.Sent`), masked."""
    return {"where": _masked(found.contact), "live": found.live, "minutes": found.minutes}


def choice():
    """Return which code this form asks for, and whether in any case a new one."""
    return request.form.get("method", ""), request.form.get("again") == "1"


def renewed(problem, codes):
    """Send another code for one that came too late; return the notice that says so, or why not."""
    name, _ = choice()
    try:
        codes.send(name, again=True)
    except UNSENT as why:
        return forms.told(problem, notice(why).sentences[0])
    heading = words.t("otp.expired_plain_heading")
    told = words.t("otp.expired", destination=_masked(codes.look(name).contact))
    return forms.Notice("danger", heading, (told,))


def _masked(contact):
    if contact is None:
        return None
    if contact.channel == "push":
        return contact.name
    masked = masks.email if contact.channel == "email" else masks.phone
    return masked(contact.where)


def read():
    """Return the factor and the answer that this form holds. Raises Missing."""
    name = request.form.get("method", "")
    field = FIELDS.get(name, "otp")
    answer = request.form.get(field, "")
    if name != "password":
        answer = answer.strip()
    if not answer:
        raise Missing(field)
    return name, answer


def judge(page, visit, show, context, codes):
    """Return what ``show(name, answer)`` makes of this form, or the answer to a refused one.

    Two values, of which one is None: a session, and the page ``page`` again. context: returns what
    that page shows; asked once refused, since a try changes what there is to type.
    """
    try:
        visit.check_token()
        return show(*read()), None
    except REFUSALS as problem:
        late = isinstance(problem, showing.Expired)
        told = renewed(problem, codes) if late else notice(problem)
        more = {"signals": signals.after(problem, request.form.get("credential", ""))}
        return None, forms.again(page, problem, notice=told, **context(), **more)
    except Missing as problem:
        return None, forms.again(page, problem, errors=problem.errors, **context())


def send(page, visit, context, codes):
    """Send the code that this form asks for; return the way back, or the page with why not."""
    name, again = choice()
    try:
        visit.check_token()
        codes.send(name, again=again)
    except UNSENT as problem:
        return forms.again(page, problem, notice=notice(problem), **context())
    told = {"sent": 1} if again else {}
    return redirect(url_for(f"{page}.show", uid=visit.uid, method=name, **told), 303)


def channel():
    """Return whom to turn to when every factor is lost."""
    return current_app.config["SUPPORT_CONTACT"] or words.t("support.channel")


def notice(problem):
    """What to tell a person whose answer was refused."""
    if isinstance(problem, counts.Paused):
        return forms.told(problem, time=words.time(problem.until))
    return forms.told(problem)
