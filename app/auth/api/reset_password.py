"""Document 004: a forgotten password is replaced by the link that was mailed (S65–S68, C13)."""

from flask import jsonify

from app.auth.accounts import passwords
from app.auth.accounts.proofs import one_time
from app.auth.accounts.proofs.one_time import Guesser
from app.auth.api import wire
from app.auth.clients import documents
from app.auth.flows.contacts import recover
from app.auth.sessions import browser
from app.foundation import words

reset_password = wire.door("reset_password", documents.NEST)


@reset_password.post("/reset-password/request")
def request_reset():
    """Mail a link and a code, if there is such an account; the answer does not say."""
    email = wire.body("email")["email"]
    recover.ask(email, "email", browser.address(), locale=words.locale())
    return jsonify(message=words.t("document.reset_asked"))


@reset_password.post("/reset-password/confirm")
def confirm_reset():
    """Replace the password, allowed by the link's token; all that was open ends."""
    given = wire.body("token", "newPassword")
    guesser = Guesser(browser.address(), browser.id())
    try:
        recover.by_link(given["token"], given["newPassword"], guesser, device=browser.device_name())
    except one_time.WrongCode:
        raise wire.LinkOver from None
    except passwords.Refused as refused:
        told = words.t(refused.key, **refused.values)
        raise wire.Invalid("weak_password", told, {"newPassword": told}) from None
    return jsonify(message=words.t("document.reset_done"))
