"""What the documents' addresses have in common: who may call, what is read, how errors look.

An error is ``{"message": …, "error": …}``: words for people in their language, and a code
(C20). The sentences that a document prints are always in its own Portuguese.
"""

from functools import partial

from flask import Blueprint, current_app, g, jsonify, request

from app.auth.accounts import counts
from app.auth.accounts.proofs import one_time
from app.auth.api import bearer
from app.auth.clients import documents
from app.auth.factors import totp
from app.auth.flows import sign_in
from app.auth.flows.documents import entrance
from app.auth.flows.factors import second_factor, showing
from app.auth.sessions import apps
from app.foundation import metrics, web, words
from app.foundation.problems import Problem

RENAMED = (  # what the documents call our refusals
    (sign_in.WrongCredentials, "invalid_credentials", 401),
    (second_factor.Over, "invalid_credentials", 401),
    (showing.Wrong, "two_factor_invalid", 401),
    (totp.Used, "two_factor_invalid", 401),
    (sign_in.Blocked, "account_blocked", 403),
    (one_time.WrongCode, "code_invalid_or_expired", 400),
)


class SecondFactorRequired(Problem):
    """The password is right, and a factor is to be shown with it; ``way`` names it."""

    code = "two_factor_required"
    status = 401
    description = "A second factor is required."

    def __init__(self, way):
        super().__init__(detail=way)
        self.way = way


class Missing(Problem):
    """Members of the body are missing or of another kind; ``fields`` names them."""

    code = "invalid_request"

    def __init__(self, fields):
        super().__init__(f"Missing or malformed: {', '.join(fields)}.")
        self.fields = fields


class Invalid(Problem):
    """Members say what cannot be. message, errors: in words for people, these by member."""

    def __init__(self, code, message, errors):
        super().__init__(detail=" ".join(errors))
        self.code, self.message, self.errors = code, message, errors


class LinkOver(Problem):
    """The token is of no link, or it was used, or it is too late: which, is not told."""

    code = "link_invalid_or_expired"
    description = "The token is unknown, used or expired."


def door(name, document, *, shared=False, any_client=False):
    """Return the blueprint of addresses of ``document`` (a `documents.Document`).

    Each use is counted; what is refused is answered in the documents' shape.

    shared: other documents have them too, so that what is called for tells whose use it was: the
    verb behind it counts (`renewal.renew`). any_client: the apps of others may call too.
    """
    blueprint = Blueprint(name, __name__)
    if not shared:
        blueprint.before_request(partial(metrics.count, documents.USES, document=document.number))
    blueprint.before_request(partial(_come_in, document, any_client))
    blueprint.register_error_handler(Problem, refuse)
    blueprint.after_request(web.no_store)
    return blueprint


def pair(tokens):
    """Return the members by which apps are given ``tokens`` (`issuing.Tokens`), C9."""
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
    }


def body(*required, optional=()):
    """Return the JSON body as a dict with these members, texts; an optional one may be None.

    Other members are passed over: old apps send more than is asked for. Raises Missing;
    Malformed, TooLarge, WrongKind.
    """
    given = web.json_body()
    wrong = [name for name in required if not (isinstance(given.get(name), str) and given[name])]
    wrong += [name for name in optional if not isinstance(given.get(name), str | None)]
    if wrong:
        raise Missing(wrong)
    return {name: given.get(name) for name in (*required, *optional)}


def second_factor_required(waiting):
    """Return the answer to a right password without its second factor: it is kept that it waits."""
    if waiting.way is None:
        return refuse(entrance.HeldUp("second_factor"))
    return refuse(SecondFactorRequired(waiting.way))


def refuse(problem):
    """Return the answer to a refusal, in the words of the language that is asked for."""
    code, status, values = _told(problem)
    key = f"document.{code}"
    text = words.t(key, **values) if words.known(key) else str(problem)
    told = {"message": text, "error": code}
    if isinstance(problem, Missing):
        told["errors"] = {name: words.t("document.missing_field") for name in problem.fields}
    if isinstance(problem, Invalid):
        told |= {"message": problem.message, "errors": problem.errors}
    answer = jsonify(told)
    answer.status_code = status
    if isinstance(problem, bearer.Refused):
        answer.headers["WWW-Authenticate"] = problem.challenge
    if problem.retry_after is not None:
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer


def _told(problem):
    """The code, the status and what the words need."""
    code, status = problem.code, problem.status
    for kinds, name, number in RENAMED:
        if isinstance(problem, kinds):
            code, status = name, number
            break
    values = {"code": g.request_id, "address": f"{current_app.config['ISSUER']}/login"}
    if isinstance(problem, counts.Paused):
        values["time"] = words.time(problem.until)
    return code, status, values


def _come_in(document, any_client):
    if not any_client and _names_another():
        raise bearer.NotOurs
    apps.come_in(document.client_id, document.session_seconds)


def _names_another():
    """Does the caller say that it is an app which is not ours?"""
    named = request.authorization.username if _is_basic() else None
    return named is not None and named not in documents.CATALOGUE


def _is_basic():
    return request.authorization is not None and request.authorization.type == "basic"
