"""Pictures of the demo's pages, from a server that runs: ``python -m dev.demo.pictures ADDRESS``.

They go to ``docs/img`` beside those of the hosted pages: 390 and 1280 px, light and dark.
"""

import shutil
import sys
from functools import partial
from pathlib import Path

from playwright.sync_api import sync_playwright

from dev import cast
from dev.small_png import shrink

FOLDER = Path(__file__).parents[2] / "docs" / "img"
WIDTHS = (390, 1280)
THEMES = ("light", "dark")
TALLEST = 2400  # px of a picture; the pages of many requests go on below
STEPS = ("userinfo", "balance", "transfer", "introspection", "refresh", "reuse")


def walk(page, address, snap):
    """Go through the whole demo with ``page`` and call ``snap(name)`` at each page."""
    page.goto(address + "/demo/")
    snap("start")
    page.click("#sign-in")
    page.fill("#username", cast.PERSON["email"])
    page.fill("#password", cast.PERSON["password"])
    page.click("#login-submit")
    if page.locator("#consent-allow").count():
        page.click("#consent-allow")
    snap("tokens")
    for step in STEPS:
        page.goto(f"{address}/demo/{step}")
        page.click("#do")
        snap(step)
    page.goto(address + "/demo/sign-out")
    snap("sign-out")
    page.click("#sign-out")
    snap("signed-out")
    page.goto(address + "/demo/callback?state=old")
    snap("refused")


def take(page, kind, name):
    """Keep what ``page`` shows, from the top."""
    page.wait_for_load_state()
    width = page.viewport_size["width"]
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    clip = {"x": 0, "y": 0, "width": width, "height": height}
    picture = page.screenshot(clip=clip, full_page=True)
    (FOLDER / f"demo-{name}-{kind}.png").write_bytes(shrink(picture))


def main(address):
    """Take every picture of the demo at ``address``."""
    with sync_playwright() as library:
        chromium = library.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for width in WIDTHS:
            for theme in THEMES:
                context = chromium.new_context(
                    locale="pt-BR", color_scheme=theme, viewport={"width": width, "height": 844}
                )
                page = context.new_page()
                walk(page, address, partial(take, page, f"{width}-{theme}"))
                context.close()
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
