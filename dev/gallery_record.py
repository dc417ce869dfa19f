"""The walk to the record in the back office."""

import tempfile

from dev.back_office import enter


def dashboard(page, gallery):
    """What goes on, and what needs somebody."""
    _seal(gallery)
    enter(page, gallery, "/admin/dashboard")


def record(page, gallery):
    """What happened, the last first."""
    _seal(gallery)
    enter(page, gallery, "/admin/audit")


def record_nothing(page, gallery):
    """Nothing fits what was looked for, and a day is none."""
    enter(page, gallery, "/admin/audit?q=ninguem&since=2026-02-31")


def record_line(page, gallery):
    """One line, and its proof."""
    enter(page, gallery, "/admin/audit?event=client:access:disabled")
    _seal(gallery)
    page.click(".record a")


def _seal(gallery):
    """Link what waits, and sign the head."""
    with tempfile.NamedTemporaryFile() as file:
        gallery.server.auth("audit", "anchors", "write", file.name)


PAGES = {
    walk.__name__.replace("_", "-"): walk
    for walk in (dashboard, record, record_nothing, record_line)
}
