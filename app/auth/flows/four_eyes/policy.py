"""Where a second pair of eyes is wanted: by the house, or by an institution for what is its own.

The house's word (``FOUR_EYES``) holds for everything. An institution's holds for its apps, its
people, the roles in it, and for whatever would reach it from everywhere.
"""

from flask import current_app
from sqlalchemy import exists, select

from app.auth.audit import events, trail
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.institutions import directory
from app.auth.institutions.models import Institution


def of_house():
    """Does the house want a second pair of eyes, for everything?"""
    return current_app.config["FOUR_EYES"] == "on"


def wanted(codes):
    """Does the house want a second pair of eyes, or any institution of ``codes``?"""
    return of_house() or bool(asking(codes))


def asking(codes):
    """Return those of ``codes`` whose institution wants a second pair of eyes, sorted."""
    mine = select(Institution.code).where(Institution.four_eyes)
    known = [code for code in codes if code]
    found = db.session.scalars(mine.where(Institution.code.in_(known))) if known else ()
    return sorted(found)


def wanted_anywhere():
    """Does the house want it, or any institution: for what reaches all of them?"""
    return of_house() or db.session.scalar(select(exists().where(Institution.four_eyes)))


def set_for(code, *, on, by=events.OPERATOR):
    """Let the institution want a second pair of eyes, or not; nothing happens when it does so.

    Raises NotFound.
    """
    institution = directory.held(code)
    if institution.four_eyes != on:
        institution.four_eyes = on
        data = {"four_eyes": on}
        trail.record(events.FOUR_EYES_CHANGED, actor=by, subject=code, data=data)


def without_money(allowed, institution=None):
    """Return those of ``allowed`` (scopes by name) that an app may give itself.

    None that moves money, where the house or the app's ``institution`` (a code) wants a second
    pair of eyes on every app that has one.
    """
    if not wanted([institution]):
        return allowed
    return {name: scope for name, scope in allowed.items() if not scopes.moves_money([name])}
