"""Pictures of every hosted page, from the real server: ``python -m dev.screenshots [page …]``.

They go to ``docs/img``, at 390 and 1280 px, light and dark.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from dev.gallery import Gallery, leave
from dev.pictured import MANY_CODES, PAGES
from dev.small_png import shrink
from tests.support import deeds, houses, live

FOLDER = Path(__file__).parents[1] / "docs" / "img"
SIZES = {1280: 860, 390: 844}
THEMES = ("light", "dark")


def take(gallery, names):
    """Write the pictures of the pages ``names``."""
    for name in names:
        for width, height in SIZES.items():
            for theme in THEMES:
                page = gallery.visit(
                    viewport={"width": width, "height": height}, color_scheme=theme
                )
                PAGES[name](page, gallery)
                page.evaluate("document.fonts.ready")
                picture = FOLDER / f"{name}-{width}-{theme}.png"
                picture.write_bytes(shrink(page.screenshot(full_page=True)))
                leave(page, gallery)


def main():
    """Serve, walk, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", metavar="page")
    names = parser.parse_args().pages or list(PAGES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as library:
        urls = {house: f"sqlite:///{folder}/{house}.sqlite3" for house in houses.SETTINGS}
        for house, url in urls.items():
            houses.migrate(house, url)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = library.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with deeds.over_http() as bank:
            server = live.LiveServer(folder, urls, **MANY_CODES, **bank.settings)
            server.start()
            bank.issuer = server.url
            try:
                take(Gallery(server, browser, bank), names)
            finally:
                server.stop()
                browser.close()


if __name__ == "__main__":
    main()
