"""What the pages that ask for a factor have in common: which, what was answered, what was wrong."""

from flask import current_app, request

from app.auth.accounts import counts
from app.auth.factors import ceremonies, passkeys, registry, totp
from app.auth.flows.factors import showing, step_up
from app.auth.hosted import forms
from app.foundation import csrf, words

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


class Missing(forms.Incomplete):
    """Nothing was typed; ``errors``: field → sentence."""

    def __init__(self, field):
        super().__init__()
        self.errors = {field: words.t(MISSING.get(field, "otp.missing"))}


def methods(user_id):
    """Return the names of the factors that the person can show, the best first."""
    return [factor.name for factor in registry.enrolled(user_id)]


def asked(user_id):
    """Return what a page shows of the person's factors: the passkey and one kind of code.

    The code is of the method that the address names, else of the best there is.
    """
    mine = methods(user_id)
    chosen = request.values.get("method")
    codes = [name for name in mine if name != "passkey"]
    code = chosen if chosen in codes else next(iter(codes), None)
    return {
        "methods": mine,
        "code_method": code,
        "request": passkeys.challenge(user_id) if "passkey" in mine else None,
    }


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


def judge(page, visit, show, context):
    """Return what ``show(name, answer)`` makes of this form, or the answer to a refused one.

    Two values, of which one is None: a session, and the page ``page`` again.
    """
    try:
        visit.check_token()
        return show(*read()), None
    except REFUSALS as problem:
        return None, forms.again(page, problem, notice=notice(problem), **context)
    except Missing as problem:
        return None, forms.again(page, problem, errors=problem.errors, **context)


def channel():
    """Return whom to turn to when every factor is lost."""
    return current_app.config["SUPPORT_CONTACT"] or words.t("support.channel")


def notice(problem):
    """What to tell a person whose answer was refused."""
    if isinstance(problem, counts.Paused):
        return forms.told(problem, time=words.time(problem.until))
    return forms.told(problem)
