"""Document 004: an authenticator app is set up, enabled and disabled (S73–S75).

The rules are those of the pages: a proof of now, which here is a sign-in that is young enough.
"""

from contextlib import contextmanager

from flask import jsonify

from app.auth.api import bearer, wire
from app.auth.clients import documents
from app.auth.factors import totp
from app.auth.flows.documents import entrance
from app.auth.flows.factors import enrol_factor, remove_factor, showing, step_up
from app.auth.sessions import browser
from app.foundation.problems import Problem

two_factor = wire.door("two_factor", documents.NEST)


class WrongCode(Problem):
    """The code is not the app's, or was shown before."""

    code = "two_factor_invalid"
    status = 400
    description = "The code is wrong."


class Mandated(Problem):
    """Policy wants a second factor of this person."""

    code = "second_factor_mandated"
    status = 403
    description = "A second factor is required of this account."


@two_factor.post("/auth/2fa/setup")
def set_up():
    """Give the secret of an authenticator app, which asks for nothing until it is enabled."""
    with _here():
        setup = enrol_factor.totp_setup()
    return jsonify(secret=setup.secret, otpauthUrl=setup.address, qrSvg=setup.picture)


@two_factor.post("/auth/2fa/enable")
def enable():
    """Ask for codes of the app from now on; recovery codes are told this once."""
    code = wire.body("code")["code"]
    with _here():
        recovery_codes = enrol_factor.enable_totp(code)
    return jsonify(enabled=True, recoveryCodes=recovery_codes or [])


@two_factor.post("/auth/2fa/disable")
def disable():
    """Ask for codes of the app no more; the code of now allows it."""
    code = wire.body("code")["code"]
    with _here():
        remove_factor.disable_totp(code)
    return jsonify(enabled=False)


@contextmanager
def _here():
    """The request speaks for the session that its token is of; refusals in the document's words."""
    here = browser.speak_for(bearer.caller().claims["sid"])
    if here is None:
        raise bearer.ended()
    if here.is_held_up:
        raise entrance.HeldUp("contact" if here.must_prove else "new_password")
    try:
        yield
    except step_up.NotFresh:
        raise bearer.NotFresh from None
    except (showing.Wrong, totp.Used):
        raise WrongCode from None
    except remove_factor.Mandated:
        raise Mandated from None
