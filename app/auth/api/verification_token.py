"""Document 004: an e-mail address is proved by the link that was mailed (S69–S71, C14)."""

from flask import jsonify

from app.auth.accounts.proofs import one_time
from app.auth.api import wire
from app.auth.clients import documents
from app.auth.flows.documents import proving
from app.foundation import words

verification_token = wire.door("verification_token", documents.NEST)


@verification_token.post("/verification-token/request")
def request_proof():
    """Mail another link, if the address is still to be proved; the answer does not say."""
    proving.ask(wire.body("email")["email"], locale=words.locale())
    return jsonify(message=words.t("document.proof_asked"))


@verification_token.post("/verification-token/verify")
def verify():
    """Take the link's token: the address is proved, and a new sign-in gives all that it may."""
    try:
        proving.by_link(wire.body("token")["token"])
    except one_time.WrongCode:
        raise wire.LinkOver from None
    return jsonify(verified=True)
