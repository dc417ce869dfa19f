"""Document 002: open an account, and activate it by the code that was mailed (S14–S25)."""

import re

from flask import jsonify

from app.auth.api import wire
from app.auth.clients import documents
from app.auth.flows.contacts import application
from app.auth.flows.contacts.application import Application
from app.auth.flows.documents import signing_up
from app.foundation import words

signup = wire.door("signup", documents.API)

JOINED = "Cadastro realizado! Verifique seu email."
ACTIVATED = "Conta ativada com sucesso!"
TAKEN = "Email já cadastrado"
PRINTED = {  # what the document says of a fault, by our message key: its code and sentence
    "register.cpf": ("invalid_cpf", "CPF inválido"),
    "register.age": ("underage", "Menor de 18 anos"),
}
TYPE = "Default"  # the one kind of person that may be asked for (S22)
ASKED = ("email", "password", "firstName", "lastName", "cpf", "birthDate", "telephone")
MEMBERS = {
    "full_name": ("firstName", "lastName"),
    "email": ("email",),
    "cpf": ("cpf",),
    "birth_date": ("birthDate",),
    "phone": ("telephone",),
    "password": ("password",),
}

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@signup.post("/api/signup")
def join():
    """Open an account and mail the code that activates it.

    Members that the document does not have are passed over: nobody makes themselves an
    administrator.
    """
    given = wire.body(*ASKED, optional=("type",))
    if given["type"] not in {None, TYPE}:
        raise wire.Missing(["type"])
    try:
        signing_up.join_as(_application(given), locale=words.locale())
    except application.Incomplete as problem:
        raise _invalid(problem) from problem
    except signing_up.Taken as problem:
        raise wire.Invalid(problem.code, TAKEN, {"email": TAKEN}) from problem
    return jsonify(message=JOINED)


@signup.post("/api/signup/activate")
def activate():
    """Activate an account by the code that was mailed, good for a day."""
    given = wire.body("email", "code")
    signing_up.activate(given["email"], given["code"])
    return jsonify(message=ACTIVATED)


def _application(given):
    names = tuple(" ".join(given[each].split()) for each in ("firstName", "lastName"))
    return Application(
        full_name=" ".join(names) if all(names) else "",
        email=given["email"],
        password=given["password"],
        cpf=given["cpf"],
        birth_date=given["birthDate"] if _ISO.fullmatch(given["birthDate"]) else "",
        phone=given["telephone"],
        names=names,
    )


def _invalid(problem):
    """Everything that is wrong, by member; the message is the document's own where it has one."""
    errors = {
        member: _told(key, values)
        for field, (key, values) in problem.wrong.items()
        for member in MEMBERS[field]
    }
    said = [PRINTED[key] for key, _ in problem.wrong.values() if key in PRINTED]
    code = "weak_password" if errors.keys() == {"password"} else "invalid_request"
    return wire.Invalid(*next(iter([*said, (code, next(iter(errors.values())))])), errors)


def _told(key, values):
    if key in PRINTED:
        return PRINTED[key][1]
    return words.t("document.birth_date" if key == "register.birth_date" else key, **values)
