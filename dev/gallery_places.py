"""The walks to the places of the back office: keys, messages, consents, deeds, settings, scopes."""

from functools import cache

from dev import gallery_payments
from dev.back_office import enter
from dev.gallery_steps import press


@cache
def furnish(gallery):
    """See that somebody has answered to a deed."""
    page = gallery.visit()
    gallery_payments.payment_answered(page, gallery)
    page.context.close()


def admin_keys(page, gallery):
    """The signing keys."""
    enter(page, gallery, "/admin/keys")


def admin_key_rotate(page, gallery):
    """Which keys to turn over."""
    enter(page, gallery, "/admin/keys/rotate")


def admin_messages(page, gallery):
    """What was sent to people, or waits."""
    enter(page, gallery, "/admin/messages")


def admin_consents(page, gallery):
    """What people allowed apps."""
    enter(page, gallery, "/admin/consents")


def admin_consent_withdraw(page, gallery):
    """One of them is to be taken back."""
    admin_consents(page, gallery)
    press(page, "a[href$='/withdraw'] >> nth=0")


def admin_deeds(page, gallery):
    """What people approved and refused."""
    furnish(gallery)
    enter(page, gallery, "/admin/deeds")


def admin_deed(page, gallery):
    """One answer, and its proof."""
    admin_deeds(page, gallery)
    press(page, ".entries h3 a >> nth=0")


def admin_settings(page, gallery):
    """The settings in force."""
    enter(page, gallery, "/admin/settings")


def admin_scopes(page, gallery):
    """What apps may be allowed, in the words that people read."""
    enter(page, gallery, "/admin/scopes")


PAGES = {
    walk.__name__.replace("_", "-"): walk
    for walk in (
        admin_keys,
        admin_key_rotate,
        admin_messages,
        admin_consents,
        admin_consent_withdraw,
        admin_deeds,
        admin_deed,
        admin_settings,
        admin_scopes,
    )
}
