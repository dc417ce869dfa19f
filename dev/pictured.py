"""Every page that is pictured and looked at, with the walk to it."""

from dev import back_office, gallery, gallery_lost

PAGES = gallery.PAGES | gallery_lost.PAGES | back_office.PAGES
