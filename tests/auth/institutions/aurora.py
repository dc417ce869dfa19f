"""Banco Aurora: a second institution, with a brand of its own."""

from app.auth.database import db
from app.auth.institutions import branding, directory
from app.auth.institutions.branding import Brand
from app.foundation.database import kept
from dev import cast

CODE = cast.AURORA["code"]
COLOURS = cast.AURORA["colours"]
PICTURE = b"\x89PNG\r\n\x1a\n and so on"


def open_bank(code=CODE, name="Banco Aurora"):
    """Open the bank, undressed."""
    with kept(db):
        return directory.create(code, name)


def dress(code=CODE, **changed):
    """Give the bank's pages its colours and its logo."""
    with kept(db):
        branding.change(code, Brand(**{"colours": COLOURS, "logo": PICTURE} | changed))
