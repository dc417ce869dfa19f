"""Dress an institution's pages: its name, five colours and a logo, all checked before any is kept.

What it may not choose are words, addresses and where things stand: a page that asks for a password
looks like one everywhere (UX §3.1).
"""

import hashlib
import json
from typing import NamedTuple

from sqlalchemy import select

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.institutions import colours, directory, registry
from app.auth.institutions.models import InstitutionLogo
from app.foundation import pictures
from app.foundation.problems import Problem


class BadColour(Problem):
    """What was given is no colour; the sentence names which."""

    code = "bad_colour"
    status = 422

    def __init__(self, name):
        super().__init__(f"{name} must be a colour such as #0a5a50.")


class Incomplete(Problem):
    """The first time all five colours are needed; the sentence names those that are missing."""

    code = "incomplete_brand"
    status = 422

    def __init__(self, missing):
        super().__init__(f"Give the other colours too: {', '.join(missing)}.")


class TooAlike(Problem):
    """Two colours that meet are too alike; ``pairs`` are all of them, the sentence names each."""

    code = "contrast_too_low"
    status = 422

    def __init__(self, pairs):
        super().__init__(f"Too little contrast. {'; '.join(map(str, pairs))}.")
        self.pairs = pairs


class BadLogo(Problem):
    """The file is no picture that we take."""

    code = "bad_logo"
    status = 422
    description = "A logo is a PNG, JPEG or WebP of at most 256 KB."


class Brand(NamedTuple):
    """What is to change; None stays as it is. colours: those given, by name; logo: bytes."""

    name: str | None = None
    colours: dict | None = None
    logo: bytes | None = None


def change(code, brand, *, by=events.OPERATOR):
    """Keep what ``brand`` (:class:`Brand`) says of the institution; return it.

    Raises NotFound, directory.BadName, BadColour, Incomplete, TooAlike, BadLogo.
    """
    institution = directory.held(code)
    if brand.name is not None:
        institution.name = directory.named(brand.name)
    if brand.colours:
        institution.colours = json.dumps(_checked(brand.colours, given(institution)))
    if brand.logo is not None:
        _keep(institution.id, brand.logo)
    changed = [field for field, value in brand._asdict().items() if value]
    about = {"actor": by, "subject": code, "data": {"changed": changed}}
    trail.record(events.INSTITUTION_BRANDED, **about)
    registry.forget(code)
    return institution


def undress(code, *, by=events.OPERATOR):
    """Give the institution's pages the house's colours and sign again; its name stays.

    Raises NotFound.
    """
    institution = directory.held(code)
    institution.colours = None
    logo = db.session.get(InstitutionLogo, institution.id)
    if logo is not None:
        db.session.delete(logo)
    about = {"actor": by, "subject": code, "data": {"changed": ["undressed"]}}
    trail.record(events.INSTITUTION_BRANDED, **about)
    registry.forget(code)


def given(institution):
    """Return the five colours that an institution was given (dict), none where it has none."""
    return json.loads(institution.colours) if institution.colours else {}


def logo_of(institution_id):
    """Return the fingerprint of an institution's logo, or None."""
    mine = InstitutionLogo.institution_id == institution_id
    return db.session.scalar(select(InstitutionLogo.fingerprint).where(mine))


def logo(fingerprint):
    """Return the media type and content of a logo, or None."""
    same = select(InstitutionLogo.media_type, InstitutionLogo.content)
    mine = same.where(InstitutionLogo.fingerprint == fingerprint).limit(1)
    return db.session.execute(mine).first()


def _checked(told, before):
    read = {name: colours.read(text) for name, text in told.items()}
    for name, colour in read.items():
        if name not in colours.GIVEN or colour is None:
            raise BadColour(name)
    five = before | read
    missing = [name for name in colours.GIVEN if name not in five]
    if missing:
        raise Incomplete(missing)
    pairs = colours.too_alike(five)
    if pairs:
        raise TooAlike(pairs)
    return five


def _keep(institution_id, content):
    kind = pictures.kind_of(content)
    if kind is None or len(content) > pictures.MOST_BYTES:
        raise BadLogo
    fingerprint = hashlib.sha256(content).hexdigest()[:32]
    told = {"media_type": kind, "content": content, "fingerprint": fingerprint}
    db.session.merge(InstitutionLogo(institution_id=institution_id, **told))
