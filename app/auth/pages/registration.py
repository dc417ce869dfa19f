"""The page to join (UX A05): the first step; the codes that follow are :mod:`verification`'s."""

from flask import current_app, redirect, request, url_for

from app.auth.accounts import identifiers
from app.auth.accounts.proofs import sends
from app.auth.flows.contacts import application, join
from app.auth.flows.contacts.application import Application
from app.auth.hosted import forms, shell
from app.auth.interactions import drafts
from app.auth.pages import invitation, password_words
from app.auth.sessions import browser
from app.foundation import csrf, words

registration = shell.door("registration")

OWN = ("full_name", "email", "cpf")
KEPT = ("full_name", "email", "cpf", "birth_date", "phone", "terms")  # never the password


@registration.get("/register")
def begin():
    """Join for one's own sake."""
    return shell.begin_at("/register")


@registration.get("/register/<uid>")
def show(uid):
    """Ask who wants to join; who comes back finds what was typed."""
    visit = shell.come_in(uid, "login", page="register")
    draft = drafts.read(visit.interaction, "join")
    return forms.page("register", **_page(visit, draft["typed"] if draft else {}))


@registration.post("/register/<uid>")
def enter(uid):
    """Open the account and go on to its proof, or say everything that is wrong."""
    visit = shell.come_in(uid, "login", page="register")
    typed = forms.read(password=None, **dict.fromkeys(KEPT)).values
    context = _page(visit, typed)
    try:
        visit.check_token()
        told = {"locale": words.locale()}
        joined = join.begin(_application(typed), browser.address(), **told)
    except (csrf.Stale, sends.TooSoon, join.Closed) as problem:
        return forms.again("register", problem, notice=_notice(problem), **context)
    except application.Incomplete as problem:
        wrong = {name: words.t(key, **values) for name, (key, values) in problem.wrong.items()}
        context["advice"] = password_words.advice(typed["password"], *(typed[each] for each in OWN))
        return forms.again("register", problem, errors=wrong, **context)
    _keep(visit, typed, joined)
    invitation.note(visit)
    return redirect(url_for("verification.show", uid=uid), 303)


def _application(typed):
    return Application(**(typed | {"terms": typed["terms"] == "yes"}))


def _keep(visit, typed, joined):
    known = {name: typed[name] for name in KEPT}
    draft = {"typed": known, "user_id": joined.user_id, "email": joined.email}
    drafts.keep(visit.interaction, "join", draft, phone=joined.phone is not None)


def _page(visit, typed):
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "uid": visit.uid,
        "typed": {name: typed.get(name, "") for name in KEPT},
        "terms_uri": current_app.config["TERMS_URI"],
        "steps": 3 if _would_prove(typed.get("phone", "")) else 2,
        "back": request.path,
    }


def _would_prove(phone):
    """Is a third step to be expected: the phone's code?"""
    return not phone or identifiers.phone(phone) is not None


def _notice(problem):
    if isinstance(problem, sends.TooSoon):
        return forms.told(problem, time=words.time(problem.until))
    return forms.told(problem)
