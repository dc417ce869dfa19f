"""The walk to each page that a person sees who links a device (RFC 8628)."""

import json
from urllib.parse import urlencode
from urllib.request import urlopen

from dev.gallery_steps import press, sign_in

CLIENT_ID = "cofrinho-tv"
TELEVISION = {
    "client_name": "Cofrinho na TV",
    "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"],
    "token_endpoint_auth_method": "none",
    "scope": "openid profile wallet:read",
}


def device(page, gallery):
    """Which code does your device show?"""
    page.goto(f"{gallery.url}/device")


def device_filled(page, gallery):
    """The code came in the address."""
    page.goto(f"{gallery.url}/device?user_code=WDJB-MJHT")


def device_wrong(page, gallery):
    """No device shows that code."""
    device(page, gallery)
    page.fill("#user_code", "WDJB-MJHX")
    press(page, "#device-submit")


def device_limited(page, gallery):
    """Too many wrong codes in this browser."""
    device_wrong(page, gallery)
    while page.get_attribute("body", "data-state") != "limited":
        press(page, "#device-submit")


def device_consent(page, gallery):
    """Does your device show this code?"""
    page.goto(_shown_by_a_television(gallery)["verification_uri_complete"])
    press(page, "#device-submit")
    sign_in(page, "Caio Reis")


def device_approved(page, gallery):
    """The device has its way."""
    device_consent(page, gallery)
    press(page, "#consent-allow")


def device_denied(page, gallery):
    """The device has not."""
    device_consent(page, gallery)
    press(page, "#consent-deny")


WALKS = (
    device,
    device_filled,
    device_wrong,
    device_limited,
    device_consent,
    device_approved,
    device_denied,
)


def _shown_by_a_television(gallery):
    form = urlencode({"client_id": CLIENT_ID}).encode()
    with urlopen(f"{gallery.url}/oauth/device_authorization", form, timeout=10) as answer:
        return json.load(answer)
