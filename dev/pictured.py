"""Every page that is pictured and looked at, with the walk to it."""

from dev import back_office, gallery

PAGES = gallery.PAGES | back_office.PAGES
