"""Doors for tests of rooms that need a request: each calls one verb and says what it returned."""

from flask import abort, request

from app.auth.accounts import lookup
from app.auth.flows import change_password, sign_in, sign_out
from app.auth.sessions import browser, devices


def open_all(app):
    """Give ``app`` the doors, all under ``/t/``."""
    for rule, view in DOORS.items():
        app.add_url_rule(f"/t/{rule}", view.__name__, view, methods=["GET", "POST"])
    return app


def _here():
    here = browser.presence()
    return {"here": here and here._asdict()}


def _open():
    session = browser.open(lookup.by_email("ana@example.com"), request.args.get("amr", "pwd"))
    here = browser.presence()
    return {"sid": session.id, "same": here.session_id == session.id, "name": here.name}


def _open_and_fail():
    browser.open(lookup.by_email("ana@example.com"), "pwd")
    abort(409)


def _renew():
    session = browser.renew(request.args["sid"], request.args.get("amr", "pwd"))
    return {"sid": session and session.id}


def _forget():
    browser.forget()
    return _here()


def _browser_id():
    return {"id": browser.id(), "again": browser.id()}, int(request.args.get("status", 200))


def _sign_in():
    session = sign_in.by_password(request.form["username"], request.form["password"])
    return {"sid": session.id, "sub": browser.presence().sub}


def _sign_out():
    sign_out.here("signed_out")
    return _here()


def _sign_out_one():
    sign_out.one(browser.presence().user_id, request.form["sid"])
    return {}


def _sign_out_others():
    sign_out.others(browser.presence().user_id)
    return {}


def _change_password():
    change_password.at_sign_in(browser.presence().user_id, request.form["password"])
    return {}


def _devices():
    return {"devices": [session.id for session in devices.in_use(browser.presence().user_id)]}


DOORS = {
    "here": _here,
    "open": _open,
    "open-and-fail": _open_and_fail,
    "renew": _renew,
    "forget": _forget,
    "browser": _browser_id,
    "sign-in": _sign_in,
    "sign-out": _sign_out,
    "sign-out/one": _sign_out_one,
    "sign-out/others": _sign_out_others,
    "password": _change_password,
    "devices": _devices,
}
