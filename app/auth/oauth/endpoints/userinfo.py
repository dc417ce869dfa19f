"""The userinfo endpoint (OIDC Core §5.3)."""

from flask import Blueprint, Response, current_app, json, request

from app.auth.accounts import claims as known
from app.auth.clients import registry
from app.auth.consents import telling
from app.auth.keys import ring
from app.auth.oauth import explaining
from app.auth.tokens import access, owner
from app.foundation import cross_origin
from app.foundation.problems import Problem

userinfo = Blueprint("userinfo", __name__)


class Unauthorized(Problem):
    """The bearer token is missing, bad, or does not reach (RFC 6750 §3.1)."""


@userinfo.route("/oauth/userinfo", methods=["GET", "POST"])
def tell():
    """Answer with the claims that the token's scopes open, or its app asked for by name."""
    token = access.read(_presented())
    if token is None:
        raise _refusal("invalid_token", 401, "The access token is unknown, expired or revoked.")
    granted = token.get("scope", "").split()
    if "openid" not in granted:
        raise _refusal("insufficient_scope", 403, "The access token has no scope openid.")
    person = owner.of(token)
    if person is None:
        raise _refusal("invalid_token", 401, "The access token is unknown, expired or revoked.")
    named = token.get(access.NAMED, ())
    told = telling.for_userinfo(known.of(person), granted, token["sub"], named)
    return _answer(told, registry.find(token["client_id"]))


@userinfo.errorhandler(Unauthorized)
def challenge(problem):
    """Answer with the challenge of RFC 6750 §3; no error in it when nothing was presented."""
    answer = Response(status=problem.status)
    del answer.headers["Content-Type"]  # of nothing
    scheme = 'Bearer realm="portaria"'
    if problem.code:
        explaining.keep(problem)
        answer.data = json.dumps({"error": problem.code, "error_description": str(problem)})
        answer.mimetype = "application/json"
        scheme += f', error="{problem.code}", error_description="{problem}"'
        if problem.code == "insufficient_scope":
            scheme += ', scope="openid"'
    answer.headers["WWW-Authenticate"] = scheme
    return answer


def _origins():
    """Those of the client whose token was taken."""
    client = registry.find(access.read(_presented())["client_id"])
    return client.origins if client else ()


def _answer(told, client):
    """What is ``told``, signed where the client is registered so (OIDC Core §5.3.2)."""
    alg = client and client.userinfo_signed_response_alg
    if not alg:
        return Response(json.dumps(told), mimetype="application/json")
    told |= {"iss": current_app.config["ISSUER"], "aud": client.client_id}
    return Response(ring.sign(told, alg=alg, typ="JWT"), mimetype="application/jwt")


def _presented():
    """The one bearer token of this request; never from the query (RFC 6750 §2.3)."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    form = request.form.getlist("access_token") if request.method == "POST" else []
    header = [value.strip()] if scheme.lower() == "bearer" else []
    if "access_token" in request.args or len(form) + len(header) > 1:
        raise _refusal("invalid_request", 400, "The access token came twice, or in the query.")
    if not form and not header:
        raise _refusal("", 401, "")
    return (form or header)[0]


def _refusal(code, status, sentence):
    problem = Unauthorized(sentence)
    problem.code, problem.status = code, status
    return problem


cross_origin.for_some(userinfo, _origins)
