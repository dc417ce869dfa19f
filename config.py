"""Every setting, its unit and its reason. The one module that reads the environment.

A setting is read from the environment, else from ``.env``, else from ``instance/settings.env``,
which ``make run`` writes so that commands speak to the server it runs. What is missing, malformed
or unsafe is printed all at once, and the start refused.
"""

import re
import ssl
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from config_atm import Cash
from config_audit import Audit
from config_deeds import Deeds
from config_docs import Docs
from config_documents import Documents
from config_factors import Factors
from config_guard import Guard
from config_messages import Messages
from config_money import Money
from config_notices import ByBroker, ForServices
from config_operations import Operations
from config_payments import Payments
from config_people import People
from config_reports import AtTheBank
from config_risk import Risk

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SHAPES = {
    "an http(s) address without query, fragment or trailing slash": re.compile(
        r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[\w.~-]+)*", re.ASCII
    ),
    "sqlite:///FILE or postgresql+psycopg://…": re.compile(
        r"sqlite:///[^?]+|postgresql\+psycopg://.+"
    ),
    "redis://…, rediss://… or unix://…": re.compile(r"(redis|rediss|unix)://.+"),
    "NUMBER/second, /minute, /hour or /day": re.compile(
        r"[1-9][0-9]*/(second|minute|hour|day)", re.ASCII
    ),
    "name:base64 of 32 bytes, and so on after a comma": re.compile(
        r"[A-Za-z0-9]+:[A-Za-z0-9+/]{43}=(\s*,\s*[A-Za-z0-9]+:[A-Za-z0-9+/]{43}=)*", re.ASCII
    ),
    "host:port, and so on after a comma": re.compile(
        r"{0}(\s*,\s*{0})*".format(r"([\w.-]+|\[[0-9a-fA-F:]+\]):[1-9][0-9]{0,4}"), re.ASCII
    ),
}
ADDRESS, DATABASE, REDIS, RATE, SEALING, PLACES = SHAPES


def _shaped(shape, *names):
    """Return a validator: an empty value, or one of that shape, which its error never quotes."""

    def check(value):
        if value and not SHAPES[shape].fullmatch(value):
            raise ValueError(f"must be {shape}")
        return value

    return field_validator(*names, check_fields=False)(check)


class Unsafe(SystemExit):
    """The settings cannot be started with; its text lists every reason."""


class Common(Docs, Operations):
    """What both houses read, each for itself."""

    model_config = SettingsConfigDict(
        env_file=("instance/settings.env", ".env"), extra="ignore", case_sensitive=True
    )

    APP_ENV: Literal["development", "production"] = "production"
    HOST: str = "127.0.0.1"
    PORT: int = Field(3000, ge=1, le=65535)  # document 004
    ISSUER: str = ""  # default http://localhost:$PORT; https in production (C32)
    BANK_AUDIENCE: str = ""  # default ISSUER/bank: what a token for any bank room names
    BRAND_NAME: str = "Portaria"
    DEFAULT_LOCALE: Literal["pt-BR", "en"] = "pt-BR"
    TIME_ZONE: str = "America/Sao_Paulo"  # IANA name; dates, hours and months are those there
    TRUSTED_PROXIES: int = Field(0, ge=0, le=5)  # how many proxies in front may name the client
    DATABASE_URL: str = ""  # sets both houses at once
    DATABASE_POOL_SIZE: int = Field(8, ge=2, le=200)  # connections a process, of each kind
    REDIS_URL: str = ""  # empty: limits are counted in each process for itself
    SEALING_KEYS: str = ""  # name:base64[,name:base64]; the first seals (decisions §9)
    CLIENT_RATE_LIMIT: str = "120000/minute"  # requests of one client to one endpoint
    RATE_LIMITS: Literal["on", "off"] = "on"  # off in development only; never touches lockout
    OUTBOUND_ALLOW_HOSTS: str = ""  # comma list of host:port that may stand in a private network
    OUTBOUND_CA_FILE: str = ""  # PEM: authorities that calls going out trust beside the public ones
    METRICS_TOKEN: str = ""  # empty: /metrics answers loopback alone
    LOG_FORMAT: Literal["json", "pretty"] = "json"
    WEB_WORKERS: int = Field(2, ge=1, le=64)  # server processes of `make run`
    WEB_THREADS: int = Field(4, ge=1, le=16)  # threads each; more cost more CPU for less
    MAX_CONTENT_LENGTH: int = 64 * 1024  # bytes that no request body may reach

    _addresses = _shaped(ADDRESS, "ISSUER", "BANK_AUDIENCE", "BANK_URL", "PROVIDER_URL")
    _collectors = _shaped(ADDRESS, "TRACES_ENDPOINT")
    _databases = _shaped(DATABASE, "DATABASE_URL", "AUTH_DATABASE_URL", "BANK_DATABASE_URL")
    _redis = _shaped(REDIS, "REDIS_URL")
    _places = _shaped(PLACES, "OUTBOUND_ALLOW_HOSTS")
    _sealing = _shaped(SEALING, "SEALING_KEYS")
    _rates = _shaped(RATE, "CLIENT_RATE_LIMIT", "DEVICE_RATE_LIMIT", "RESOLVE_RATE_LIMIT")

    @field_validator("OUTBOUND_CA_FILE")
    @classmethod
    def _holds_certificates(cls, value):
        try:
            if value:
                written = Path(value).read_text("ascii", "ignore")
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=written)
            return value
        except (OSError, ValueError):
            raise ValueError("must name a PEM file of certificates that can be read") from None

    @field_validator("TIME_ZONE")
    @classmethod
    def _is_a_zone(cls, value):
        try:
            return ZoneInfo(value).key
        except (KeyError, ValueError, OSError):
            raise ValueError("must be an IANA name, such as America/Sao_Paulo") from None

    @model_validator(mode="after")
    def _derive(self):
        self.ISSUER = self.ISSUER or f"http://localhost:{self.PORT}"
        self.BANK_AUDIENCE = self.BANK_AUDIENCE or f"{self.ISSUER}/bank"
        return self

    def unsafe(self):
        """Return every reason not to start with these settings, as sentences."""
        parts = urlsplit(self.ISSUER)
        if parts.scheme != "https" and (self.production or parts.hostname not in LOOPBACK):
            yield "ISSUER: must be https, but for loopback in development"
        if parts.path:
            yield "ISSUER: must have no path; every address of ours stands at its root"
        if self.production and self.RATE_LIMITS == "off":
            yield "RATE_LIMITS: off is for development only"
        if not self.SEALING_KEYS:
            yield "SEALING_KEYS: missing; make one with `python -m app.foundation.sealing`"

    @property
    def production(self):
        """Is this anything but a developer's own machine?"""
        return self.APP_ENV == "production"


class Auth(
    ForServices, Documents, Risk, Factors, Guard, People, Messages, Deeds, AtTheBank, Audit, Common
):
    """The authorization server."""

    AUTH_DATABASE_URL: str = ""
    JWT_PRIVATE_KEY: str = ""  # document 004: RSA PEM, escaped PEM or a path; the first RSA key
    SUPPORT_CONTACT: str = ""  # phone or e-mail that pages name; empty: they say "our help desk"

    AUTHORIZATION_CODE_SECONDS: int = Field(60, ge=1, le=60)  # protocol row 89
    ACCESS_TOKEN_SECONDS: int = Field(900, ge=60, le=3600)  # S32
    REFRESH_TOKEN_SECONDS: int = Field(2_592_000, ge=300)  # S33: 30 days, absolute
    REFRESH_RETRY_SECONDS: int = Field(30, ge=0, le=60)  # decisions §4: same successor
    ID_TOKEN_SECONDS: int = Field(3600, ge=60, le=86400)
    PKCE_REQUIRED: Literal["all", "public"] = "all"
    REGISTRATION: Literal["open", "token", "off", ""] = ""  # default: token; open in development
    REGISTRATION_SCOPES: str = ""  # asked without a token; default: no bank's, all in development
    PUSHED_REQUESTS_REQUIRED: bool = False  # of every client (RFC 9126 §5)
    PUSHED_REQUEST_SECONDS: int = Field(60, ge=5, le=600)  # protocol rows 65, 70
    DEVICE_CODE_SECONDS: int = Field(600, ge=60, le=1800)  # RFC 8628 §3.2
    DEVICE_POLL_SECONDS: int = Field(5, ge=1, le=60)
    DEVICE_RATE_LIMIT: str = "60/minute"  # devices begun without a secret from one address
    JWKS_MAX_AGE_SECONDS: int = Field(300, ge=0, le=86400)  # a key is published so long before use
    SIGNING_KEY_DAYS: int = Field(90, ge=1, le=90)  # decisions §9
    CACHE_SECONDS: int = Field(5, ge=0, le=5)  # clients and keys kept in the process

    SESSION_IDLE_SECONDS: int = Field(1800, ge=60)  # decisions §15
    SESSION_SECONDS: int = Field(43200, ge=300)  # 12 hours at most
    INTERACTION_SECONDS: int = Field(1800, ge=60)  # how long a started sign-in may take
    CPF_VALIDATION: Literal["strict", "format", ""] = ""  # default: format in development only

    ADMIN_USERNAME: str = "admin"  # document 004, S124–S125
    ADMIN_EMAIL: str = "admin@example.com"
    ADMIN_PASSWORD: str = ""  # development only: admin
    ADMIN_NAME: str = "Administrador"
    ADMIN_INSTITUTIONS: str = "default"  # comma list

    @model_validator(mode="after")
    def _derive_auth(self):
        url = self.AUTH_DATABASE_URL or self.DATABASE_URL or self.named_database()
        self.AUTH_DATABASE_URL = url or "sqlite:///instance/auth.sqlite3"
        if not self.production:
            self.ADMIN_PASSWORD = self.ADMIN_PASSWORD or "admin"
        self.CPF_VALIDATION = self.CPF_VALIDATION or ("strict" if self.production else "format")
        self.REGISTRATION = self.REGISTRATION or ("token" if self.production else "open")
        return self

    def unsafe(self):
        yield from super().unsafe()
        if self.production and self.ADMIN_PASSWORD == "admin":
            yield "ADMIN_PASSWORD: the document's sample is refused in production"
        if self.production and self.CPF_VALIDATION == "format":
            yield "CPF_VALIDATION: format is for development only"
        yield from self.unsafe_messages()
        yield from self.unsafe_factors()
        yield from self.unsafe_documents()


class Bank(Payments, Cash, Money, ByBroker, Common):
    """The resource servers."""

    BANK_DATABASE_URL: str = ""
    BANK_ROOMS: str = "wallet,payments,atm,reports"  # comma list: those this process opens
    BANK_CLIENT_ID: str = ""  # the bank's own client, for introspection
    BANK_CLIENT_SECRET: str = ""
    INTROSPECTION_CACHE_SECONDS: int = Field(5, ge=0, le=5)  # how long a live answer is believed
    CLOCK_LEEWAY_SECONDS: int = Field(10, ge=0, le=30)

    @model_validator(mode="after")
    def _derive_bank(self):
        url = self.BANK_DATABASE_URL or self.DATABASE_URL or "sqlite:///instance/bank.sqlite3"
        self.BANK_DATABASE_URL = url
        return self

    def unsafe(self):
        yield from super().unsafe()
        if self.production and not self.BANK_CLIENT_SECRET:
            yield "BANK_CLIENT_SECRET: missing; live answers about tokens need it"
        yield from self.unsafe_payments()


def load(kind, **overrides):
    """Return the settings of ``kind`` (:class:`Auth` or :class:`Bank`).

    Raises Unsafe: listing every missing, malformed or unsafe setting, without its value.
    """
    wrong = {}
    try:
        settings = kind(**overrides)
    except ValidationError as error:
        wrong = {str(e["loc"][0]): e["msg"].removeprefix("Value error, ") for e in error.errors()}
        fine = {name: kind.model_fields[name].default for name in wrong}
        settings = kind(**overrides | fine)  # to find what is unsafe beside what is malformed
    reasons = [f"{name}: {why}" for name, why in wrong.items()]
    reasons += [why for why in settings.unsafe() if why.partition(":")[0] not in wrong]
    if reasons:
        raise Unsafe("Settings refused:\n  " + "\n  ".join(reasons))
    return settings
