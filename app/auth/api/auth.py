"""Document 004: an account, a pair for a password, the end of it, and one's own profile."""

from flask import jsonify

from app.auth.accounts import claims as known
from app.auth.accounts import registration
from app.auth.api import bearer, wire
from app.auth.clients import documents
from app.auth.consents import telling
from app.auth.factors import registry
from app.auth.flows.contacts import application
from app.auth.flows.contacts.application import Application
from app.auth.flows.documents import entrance, joining, signing_up
from app.auth.flows.documents import renewal as renewing
from app.auth.institutions import members, roles
from app.foundation import words
from app.foundation.problems import Problem

auth = wire.door("auth", documents.NEST)

MEMBERS = {"full_name": "name"}  # what the document calls a field of an application


class EmailTaken(Problem):
    """The address is somebody's already (C26)."""

    code = "email_taken"
    status = 409
    description = "This e-mail address is taken."


class UsernameTaken(Problem):
    """The user name is another's, which is no secret."""

    code = "username_taken"
    status = 409
    description = "This user name is taken."


@auth.post("/auth/register")
def register():
    """Open an account and give a pair that allows no more than to know who it is (S26).

    Where ``SIGNUP_ENUMERATION_SAFE`` is on nobody learns whose address is known: no pair is given,
    to anybody, and whoever joined signs in.
    """
    given = wire.body("email", "password", "name", optional=("username",))
    told = {"full_name": given["name"], "username": given["username"] or ""}
    told |= {"email": given["email"], "password": given["password"]}
    try:
        found = joining.begin(Application(**told), locale=words.locale())
    except signing_up.Taken:
        raise EmailTaken from None
    except registration.Taken:
        raise UsernameTaken from None
    except application.Incomplete as problem:
        raise _invalid(problem) from None
    if found is None:
        return jsonify(message=words.t("document.registered")), 202
    return jsonify(wire.pair(found.tokens)), 201


@auth.post("/auth/login")
def login():
    """Give a pair for a user name or e-mail address, a password and, if due, a code (S46)."""
    given = wire.body("identifier", "password", optional=("twoFactorCode",))
    who = (given["identifier"], given["password"])
    code = given["twoFactorCode"]
    found = entrance.by_password(documents.NEST, *who, code=code, unproved=True)
    if isinstance(found, entrance.Waiting):
        return wire.second_factor_required(found)
    return jsonify(wire.pair(found.tokens))


@auth.post("/auth/logout")
def logout():
    """End the session of a refresh token and all that was given under it (S48, C18)."""
    renewing.end(wire.body("refresh_token")["refresh_token"])
    return "", 204


@auth.get("/auth/me")
def own_profile():
    """Tell whoever calls what we know of them: userinfo's answer and what the token says (S49)."""
    caller = bearer.caller()
    opened = [*caller.scope, "email"]  # the address is in the token itself
    told = telling.for_userinfo(known.of(caller.person), opened, caller.claims["sub"])
    user_id = caller.claims["user_id"]
    told |= {
        "user_id": user_id,
        "username": caller.person.username,
        "roles": roles.told(user_id),
        "institutions": members.codes(user_id),
        "twoFactorEnabled": bool(registry.enrolled(user_id)),
    }
    return jsonify(told)


def _invalid(problem):
    told = problem.wrong.items()
    wrong = {MEMBERS.get(each, each): words.t(key, **values) for each, (key, values) in told}
    return wire.Invalid("invalid_request", words.t("document.invalid_request"), wrong)
