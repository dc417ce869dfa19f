"""The login page: who are you, and what is your password; or your passkey, which says both.

A journey stops here when :mod:`app.auth.interactions.prompts.login` says that nobody is here, or
not the right person, or too long ago.
"""

from flask import current_app, g, redirect, request, url_for
from werkzeug.exceptions import MethodNotAllowed

from app.auth.accounts import lockout
from app.auth.factors import passkeys, signals
from app.auth.factors.webauthn import ceremonies
from app.auth.flows import sign_in
from app.auth.hosted import forms, shell
from app.auth.pages import invitation
from app.auth.sessions import browser, cookies
from app.foundation import csrf, words

login = shell.door("login")


@login.before_request
def refuse_credentials_in_an_address():
    """An address is kept in histories and logs: no password in one is looked at (ASVS 14.2.1)."""
    if request.method == "GET" and shell.CREDENTIALS & request.args.keys():
        raise MethodNotAllowed(["POST"])


@login.get("/login")
def begin():
    """Sign in to one's own account."""
    return shell.sign_in_first("/account")


@login.get("/login/<uid>")
def show(uid):
    """Ask who is here."""
    visit = shell.come_in(uid, "login")
    asked = visit.interaction.request
    ended = cookies.read("session") and browser.presence() is None
    told = words.t("login.session_ended") if ended else None
    if visit.interaction.answer_to("reset"):
        told = words.t("password.changed_signed_out")
    hint = asked and asked.login_hint
    return forms.page("login", **_page(visit, hint), told=told)


@login.post("/login/<uid>")
def enter(uid):
    """Sign in and go on with the journey, or say why not."""
    visit = shell.come_in(uid, "login")
    form = forms.read(username="login.missing_user", password="login.missing_password")
    context = _page(visit, form.values["username"])
    try:
        visit.check_token()
        if form.wrong:
            return forms.again("login", forms.Incomplete(), errors=form.wrong, **context)
        session = sign_in.by_password(
            form.values["username"], form.values["password"], visit.interaction
        )
    except (csrf.Stale, sign_in.WrongCredentials, sign_in.Blocked, lockout.Paused) as problem:
        return forms.again("login", problem, notice=_notice(problem), **context)
    invitation.note(visit)
    if session is None:
        return redirect(url_for("second_factor.show", uid=uid), 303)
    return shell.go_on(visit, "login", sid=session.id)


@login.post("/login/<uid>/passkey")
def enter_by_passkey(uid):
    """Sign in whose passkey it is, and go on with the journey; or say why not."""
    visit = shell.come_in(uid, "login")
    context = _page(visit, None)
    try:
        visit.check_token()
        session = sign_in.by_passkey(request.form.get("credential", ""))
    except (csrf.Stale, ceremonies.Refused, sign_in.Blocked) as problem:
        context |= {"notice": _notice(problem), "passkey_refused": True}
        context["signals"] = signals.after(problem, request.form.get("credential", ""))
        return forms.again("login", problem, **context)
    return shell.go_on(visit, "login", sid=session.id)


def _page(visit, username):
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "username": username or "",
        "passkey_request": passkeys.sign_in_request(),
        "passkey_action": url_for("login.enter_by_passkey", uid=visit.uid),
        "here": url_for("login.show", uid=visit.uid),
        "uid": visit.uid,
        "may_join": current_app.config["SIGN_UP"] == "open",
    }


def _notice(problem):
    """What to tell a person whom the sign-in refused; the same words for every account (L-01)."""
    settings = current_app.config
    if isinstance(problem, lockout.Paused):
        return forms.told(problem, time=words.time(problem.until))
    if isinstance(problem, sign_in.Blocked):
        channel = settings["SUPPORT_CONTACT"] or words.t("support.channel")
        return forms.told(problem, channel=channel, code=g.request_id)
    if isinstance(problem, sign_in.WrongCredentials):
        minutes = settings["LOGIN_WINDOW_SECONDS"] // 60
        limit = words.t("login.failed_limit", n=settings["LOGIN_ATTEMPTS"], minutes=minutes)
        return forms.told(problem, limit)
    return forms.told(problem)
