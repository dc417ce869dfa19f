"""The page of a deed: how much, to whom, from where; approve it, or refuse it (UX A12, A13).

It stands where consent does, and decides that as well. All it shows of the deed is the bank's
signed word. Two forms: a no needs no code, and Enter in the code's field never means no.
"""

from functools import partial

from flask import redirect, request, url_for

from app.auth.consents import approval, named
from app.auth.deeds import deciding
from app.auth.flows.approvals import answering, codes
from app.auth.flows.factors import step_up
from app.auth.hosted import forms, shell
from app.auth.interactions.prompts.approval import PASSKEY
from app.auth.pages import deed_words, proofs, scope_words
from app.auth.sessions import browser
from app.foundation import csrf, words

payment = shell.door("payment")

CLOSED = (answering.TooLate, deciding.Decided)  # nothing more can be answered


@payment.post("/consent/<uid>/code")
def send(uid):
    """Send the code for this deed, or another; or say when."""
    visit = shell.come_in(uid, "approval", page="consent")
    name, again = proofs.choice()
    try:
        visit.check_token()
        _check_same(visit)
        _send(visit, name, again=again)
    except (*proofs.UNSENT, answering.Changed, *CLOSED) as problem:
        return _again(visit, problem)
    told = {"sent": 1} if again else {}
    return redirect(url_for("consent.show", uid=uid, **told), 303)


def show(visit):
    """Return the page of the deed that ``visit`` asks for; or why it can no longer be answered."""
    try:
        answering.check_open(_deed(visit))
    except CLOSED as problem:
        return _closed(visit, problem)
    return forms.page("payment", **_page(visit))


def decide(visit):
    """Keep the person's answer and go on with the journey, or say why not."""
    if request.form.get("decision") == "deny":
        return _refuse(visit)
    try:
        _check_same(visit)
        done, refused = proofs.judge(
            "payment", visit, partial(_approve, visit), partial(_page, visit), _codes(visit)
        )
    except CLOSED as problem:
        return _closed(visit, problem)
    except answering.Changed as problem:
        return _again(visit, problem)
    except step_up.Ended:
        return redirect(visit.interaction.return_to, 303)
    return refused or done


def _approve(visit, name, answer):
    """The form's token has been checked."""
    if name == PASSKEY:
        answering.by_passkey(visit.interaction, answer)
    else:
        answering.by_code(visit.interaction, name, answer)
    return redirect(visit.interaction.return_to, 303)


def _refuse(visit):
    try:
        visit.check_token()
        answering.refuse(visit.interaction)
    except csrf.Stale as problem:
        return _again(visit, problem)
    except deciding.Decided as problem:
        return _closed(visit, problem)
    return redirect(visit.interaction.return_to, 303)


def _check_same(visit):
    """What was looked at is the deed of this journey. Raises Changed."""
    if request.form.get("deed") != answering.named_by(_deed(visit)):
        raise answering.Changed


def _send(visit, name, *, again=False):
    answering.check_open(_deed(visit))
    codes.send(visit.interaction, _deed(visit), name, again=again)


def _codes(visit):
    return proofs.Codes(send=partial(_send, visit), look=partial(_look, visit))


def _look(visit, name):
    return codes.look(_deed(visit), codes.contacts(visit.interaction)[name])


def _places(visit):
    """Where a code may go, as the page names each; the one it went to is ``live``."""
    return [
        proofs.sent(codes.look(_deed(visit), contact)) | {"name": name, "by": contact.channel}
        for name, contact in codes.contacts(visit.interaction).items()
    ]


def _deed(visit):
    return answering.deed_of(visit.interaction)


def _again(visit, problem):
    if isinstance(problem, CLOSED):
        return _closed(visit, problem)
    return forms.again("payment", problem, notice=proofs.notice(problem), **_page(visit))


def _closed(visit, problem):
    """The page that says why there is nothing to answer, and how to go on."""
    page = _page(visit) | {"state": "expired" if problem.status == 410 else "decided"}
    told = {"time": words.time(_deed(visit).expires_at), "app": visit.asker.name}
    return forms.page("payment", problem.status, notice=_said(problem, told), **page)


def _said(problem, told):
    heading = words.t(f"heading.{problem.key}")
    return forms.Notice("warn", heading, (words.t(problem.key, **told),))


def _page(visit):
    here, asked = browser.presence(), visit.interaction.request
    deed, ways, places = _deed(visit), answering.ways(visit.interaction), _places(visit)
    wanted = named.to_allow(asked.scope, asked.claims)
    new = approval.missing(here.user_id, asked.client_id, wanted)
    return {
        "asker": visit.asker,
        "csrf_token": visit.token,
        "deed": deed_words.shown(deed),
        "digest": answering.named_by(deed),
        "here": url_for("consent.show", uid=visit.uid),
        "items": scope_words.items(new) if new else (),
        "request": answering.challenge(deed) if PASSKEY in ways else None,
        "places": places,
        "sent": next((each for each in places if each["live"]), None),
        "until": words.time(deed.expires_at),
        "told": words.t("otp.again") if "sent" in request.args else None,
        "uid": visit.uid,
        "ways": ways,
        "who": shell.name_of(here),
    }
