"""The settings of messages to people: mail, SMS and push. Part of ``config.Auth``.

Without them a developer's machine puts every message in ``/dev/mailbox``.
"""

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

_ADDRESS = r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+"
SHAPES = {
    "MAIL_FROM": (
        'an address, or "Name <address>"',
        re.compile(rf"{_ADDRESS}|[^<>@,;:\"\\\x00-\x1f\x7f]{{1,60}} <{_ADDRESS}>"),
    ),
    "MAIL_SERVER": ("a host name or address", re.compile(r"[A-Za-z0-9.:_-]+")),
    "BROKER_URL": (
        "amqp://…, amqps://…, redis://… or rediss://…",
        re.compile(r"(amqps?|rediss?)://[!-~]+"),
    ),
    "SMS_GATEWAY_URL": ("an https address", re.compile(r"https://[!-~]+")),
    "SMS_FROM": (
        "a number or a name of 11 letters at most",
        re.compile(r"\+?[0-9]{3,15}|[\w ]{1,11}", re.ASCII),
    ),
    "PUSH_CONTACT": (
        "mailto:ADDRESS or an https address",
        re.compile(rf"mailto:{_ADDRESS}|https://[!-~]+"),
    ),
}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Messages(BaseSettings):
    """How messages reach people."""

    MAIL_SERVER: str = ""  # document 004, S72: SMTP host; empty in development: the mailbox alone
    MAIL_PORT: int = Field(587, ge=1, le=65535)  # 465 is TLS from the first byte (RFC 8314 §3.3)
    MAIL_USERNAME: str = ""  # empty: the server asks for none
    MAIL_PASSWORD: str = ""
    MAIL_USE_TLS: bool = True  # STARTTLS and the certificate verified; on, but on loopback
    MAIL_FROM: str = ""  # name@bank.example or "Bank <name@bank.example>"
    SMS_GATEWAY_URL: str = ""  # where an SMS is posted as JSON; empty: no message goes by SMS
    SMS_GATEWAY_TOKEN: str = ""  # sent as a bearer token
    SMS_FROM: str = ""  # the number or name an SMS comes from; default: the gateway's own
    PUSH_VAPID_PRIVATE_KEY: str = ""  # P-256 PEM, escaped PEM or a path; empty: nothing by push
    PUSH_CONTACT: str = ""  # mailto:… or https://…: whom a push service asks (RFC 8292 §2.1)
    BROKER_URL: str = ""  # empty: the worker delivers from the database; else through this queue

    @field_validator(*SHAPES)
    @classmethod
    def _shaped(cls, value, info):
        words, shape = SHAPES[info.field_name]
        if value and not shape.fullmatch(value):
            raise ValueError(f"must be {words}")
        return value

    @field_validator("PUSH_VAPID_PRIVATE_KEY")
    @classmethod
    def _signs_pushes(cls, value):
        if not value:
            return value
        try:
            held = value if "-----BEGIN" in value else Path(value).read_text("ascii")
            pem = held.replace("\\n", "\n")
            key = load_pem_private_key(pem.encode(), None)
        except (OSError, ValueError, TypeError):
            key = None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise ValueError("must be a private key of P-256 (PEM)")
        return pem

    def unsafe_messages(self):
        """Return every reason not to send messages with these settings, as sentences."""
        missing = {"MAIL_SERVER", "MAIL_FROM"} - {n for n, v in self if v}
        production = self.APP_ENV == "production"
        if production or self.MAIL_SERVER:
            for name in sorted(missing):
                yield f"{name}: missing; people are told by mail"
        if production and not self.MAIL_USE_TLS and self.MAIL_SERVER not in LOOPBACK:
            yield "MAIL_USE_TLS: off is for development, or a mail server on loopback"
        if self.MAIL_USERNAME and not self.MAIL_PASSWORD:
            yield "MAIL_PASSWORD: missing; MAIL_USERNAME is set"
        if self.SMS_GATEWAY_URL and not self.SMS_GATEWAY_TOKEN:
            yield "SMS_GATEWAY_TOKEN: missing; SMS_GATEWAY_URL is set"
        if self.PUSH_VAPID_PRIVATE_KEY and not self.PUSH_CONTACT:
            yield "PUSH_CONTACT: missing; PUSH_VAPID_PRIVATE_KEY is set"
