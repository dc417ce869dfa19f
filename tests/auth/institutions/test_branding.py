"""Institutions are opened and dressed; what is wrong is refused, and nothing of it kept."""

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.institutions import branding, directory, registry
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth.institutions import aurora
from tests.support.marks import abuse

CODE, COLOURS = aurora.CODE, aurora.COLOURS


@pytest.fixture
def bank(auth_context):
    """The bank, as it was opened."""
    return aurora.open_bank()


def told():
    """What the record says of the bank, in order."""
    rows = select(AuditRecord.event).where(AuditRecord.subject == CODE).order_by(AuditRecord.seq)
    return list(db.session.scalars(rows))


def test_a_bank_is_dressed_and_undressed_for_the_record(bank):
    assert registry.find(CODE).sheet is None

    aurora.dress()

    dressed = registry.find(CODE)
    assert COLOURS["action"] in dressed.sheet
    assert branding.logo(dressed.logo) == ("image/png", aurora.PICTURE)
    with kept(db):
        branding.undress(CODE)
    assert registry.find(CODE)[1:] == ("Banco Aurora", None, None, None, None)
    assert told() == [events.INSTITUTION_CREATED, *[events.INSTITUTION_BRANDED] * 2]


def test_what_is_left_out_stays_as_it_is(bank):
    aurora.dress()
    before = registry.find(CODE)

    aurora.dress(colours={"panel_to": "#7a3fae"}, logo=None)

    after = registry.find(CODE)
    assert after.logo == before.logo
    assert after.fingerprint != before.fingerprint
    assert branding.given(directory.get(CODE)) == COLOURS | {"panel_to": "#7a3fae"}


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"colours": COLOURS | {"action": "#ffef00"}}, branding.TooAlike),
        ({"colours": COLOURS | {"action": "yellow"}}, branding.BadColour),
        ({"colours": COLOURS | {"action": "#0a5a50;}*{display:none"}}, branding.BadColour),
        ({"colours": COLOURS | {"c-text": "#ffffff"}}, branding.BadColour),
        ({"colours": {"action": "#5b2a86"}}, branding.Incomplete),
        (
            {"logo": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"},
            branding.BadLogo,
        ),
        ({"logo": aurora.PICTURE + bytes(256 * 1024)}, branding.BadLogo),
        ({"logo": b"\x89PNG"}, branding.BadLogo),
        ({"name": "x" * 61}, directory.BadName),
        ({"name": " "}, directory.BadName),
        ({"name": "Banco\u202eAurora"}, directory.BadName),
    ],
)
@abuse("B-05")
def test_what_cannot_be_is_refused_and_nothing_is_kept(bank, changed, refusal):
    before = registry.find(CODE)

    with pytest.raises(refusal):
        aurora.dress(**changed)

    registry.forget(CODE)
    assert registry.find(CODE) == before


def test_a_bank_has_one_code_of_plain_signs(bank):
    with pytest.raises(directory.Taken):
        aurora.open_bank()
    for code in ("", "Aurora", "../x", "a b", "a,b", "a" * 41, "-a", "é"):
        with pytest.raises(directory.BadCode):
            aurora.open_bank(code)
    with pytest.raises(NotFound):
        aurora.dress("nowhere")
