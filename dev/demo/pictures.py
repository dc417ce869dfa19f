"""Pictures of the demo's pages, from a server that runs: ``python -m dev.demo.pictures ADDRESS``.

They go to ``docs/img`` beside those of the hosted pages: 390 and 1280 px, light and dark.
"""

import re
import shutil
import sys
from functools import partial
from itertools import product
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from dev import cast
from dev.small_png import shrink

FOLDER = Path(__file__).parents[2] / "docs" / "img"
WIDTHS = (390, 1280)
THEMES = ("light", "dark")
TALLEST = 2400  # px of a picture; the pages of many requests go on below
CODE_WAIT = 62_000  # ms between two codes to one person
STEPS = ("userinfo", "balance", "transfer", "introspection", "refresh", "reuse")


def walk(page, address, snap):
    """Go through the demo with ``page``, but for money, and call ``snap(name)`` at each page."""
    page.goto(address + "/demo/")
    snap("start")
    sign_in(page)
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


def walk_money(page, address, snap):
    """Go through the pages of money with ``page``; two deeds are approved by codes sent by SMS."""
    page.goto(address + "/demo/")
    sign_in(page)
    for step in ("bill", "topup", "pay"):
        page.goto(f"{address}/demo/{step}")
        page.click("#do")
        snap(step)
        if step == "topup":
            show_receipt(page, address, snap)
    approve(page, address)
    snap("pay-receipt")
    page.goto(address + "/demo/evidence")
    page.click("#do")
    snap("evidence")
    page.goto(address + "/demo/cash")
    page.click("#do")
    page.wait_for_timeout(CODE_WAIT)
    approve(page, address)
    snap("cash")
    page.click("#to-machine")
    page.click("#scan")
    snap("atm")
    page.click("#dispensed")


def show_receipt(page, address, snap):
    """Open the receipt of what was just bought, asked for as the demo's own ``curl`` line says."""
    shown = page.content()
    [path] = set(re.findall(r"/payments/pay_\w+/receipt", shown))
    [token] = set(re.findall(r"authorization: Bearer (eyJ[\w.-]+)'", shown))
    reader = page.context.new_page()
    reader.set_extra_http_headers({"Authorization": f"Bearer {token}", "Accept": "text/html"})
    reader.goto(address + path)
    snap("receipt", page=reader)
    reader.close()


def approve(page, address):
    """From a challenge to the page of what was done, by the code in the mailbox."""
    page.click("#approve")
    page.click("#otp-send")
    page.locator("#otp").wait_for()
    page.wait_for_timeout(3000)  # for the worker to send it
    shown = httpx.get(address + "/dev/mailbox", params={"to": cast.PERSON["phone"]}).text
    [code, *_] = re.findall(r"\b[0-9]{6}\b", re.sub("<[^>]+>", " ", shown))
    page.fill("#otp", code)
    page.click("#consent-allow")
    page.wait_for_url(address + "/demo/**")


def sign_in(page):
    """From the demo's start to its tokens."""
    page.click("#sign-in")
    page.fill("#username", cast.PERSON["email"])
    page.fill("#password", cast.PERSON["password"])
    page.click("#login-submit")
    page.wait_for_url(re.compile("/consent/|/demo/tokens"))
    if page.locator("#consent-allow").count():
        page.click("#consent-allow")


def take(page, kind, name):
    """Keep what ``page`` shows, from the top."""
    page.wait_for_load_state()
    width = page.viewport_size["width"]
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    clip = {"x": 0, "y": 0, "width": width, "height": height}
    picture = page.screenshot(clip=clip, full_page=True)
    (FOLDER / f"demo-{name}-{kind}.png").write_bytes(shrink(picture))


def take_each(page, name):
    """Keep what ``page`` shows in every width and theme."""
    for width, theme in product(WIDTHS, THEMES):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=theme)
        take(page, f"{width}-{theme}", name)


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
        context = chromium.new_context(locale="pt-BR")
        page = context.new_page()
        page.set_default_timeout(60_000)
        walk_money(page, address, lambda name, page=page: take_each(page, name))
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
