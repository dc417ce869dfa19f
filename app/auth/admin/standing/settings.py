"""The settings in force: their values but for secrets, and where each comes from."""

from flask import current_app

import config_told
from app.auth.admin import entries, guard, lists
from app.auth.admin.entries import Entry, Listing
from app.auth.staff.permissions import SETTINGS_READ
from app.foundation import settings_shown, words

settings = guard.door("admin_settings", SETTINGS_READ)

COLUMNS = ("name", "value", "source")
SOURCES = ("set", "derived", "default")
KINDS = {"set": "ok", "derived": "info", "default": "info"}
LISTING = Listing("admin-settings", "admin.settings", "admin_settings.index", {"source": SOURCES})


@settings.get("/admin/settings")
def index():
    """List the settings that fit what was asked, by name."""
    asked = entries.asked(LISTING)
    rows = [row for row in _all() if _fits(row, asked)]
    if lists.wants_file():
        return lists.file("settings", COLUMNS, [rows])
    found = entries.sliced(rows)
    return entries.page(LISTING, found, [_entry(row) for row in found.rows], asked)


def _all():
    in_force = current_app.extensions["settings"]
    return settings_shown.shown(in_force, config_told.names(type(in_force)))


def _fits(row, asked):
    sought = asked.get("q", "").strip().upper() in row.name
    return sought and asked.get("source", row.source) == row.source


def _entry(row):
    value = row.value or words.t("admin.settings.empty")
    badge = entries.badge(KINDS[row.source], "admin.settings.source", row.source)
    return Entry(row.name, value, badges=(badge,))
