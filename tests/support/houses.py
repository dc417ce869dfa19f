"""The two houses as tests run them: their settings, their applications, their databases."""

import importlib

import flask_migrate
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

import config
from app.foundation.keeping import House
from tests.support import told

ISSUER = "http://localhost:3000"
COMMON = {
    "_env_file": None,
    "APP_ENV": "development",
    "ISSUER": ISSUER,
    "REDIS_URL": "",
    "RATE_LIMITS": "off",
    # No test is to be decided by how long the machine stood still: those of the wait set their own.
    "DATABASE_WAIT_SECONDS": 60,
    "SEALING_KEYS": "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
}
AUTH = {
    **COMMON,
    "PUSH_VAPID_PRIVATE_KEY": (
        "-----BEGIN PRIVATE KEY-----\\n"
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg522i4rTswnXF3JeS\\n"
        "HqdBZDTYh2GJqes/fC+bFIEY8+2hRANCAAQVjQd1s+xOsGMUdvUv5/VBxgtu60d9\\n"
        "S6lSoJVyOwPEnpGTJhxqp5/MQWlbRln+x0k2S3zc4qbs99ivdUnHpNkF\\n"
        "-----END PRIVATE KEY-----\\n"
    ),
    "PUSH_CONTACT": "mailto:operator@portaria.example",
    # What protects people only makes tests slow: tests of it set their own.
    "LOGIN_FLOOR_MS": 0,
    "PASSWORD_MEMORY_KIB": 8,
    "PASSWORD_PASSES": 1,
    "PASSWORD_QUEUE": 100,
    "SIGN_INS_AT_ONCE": 100,
}
BANK = {
    **COMMON,
    "BANK_CLIENT_ID": "bank",
    "BANK_CLIENT_SECRET": "the-secret-of-the-bank-in-tests!",
    # Everybody is a first payee in a test: those of the rule set their own.
    "STEP_UP_FIRST_PAYEE": False,
    "LIMIT_DEED_MINOR": 10**13,
    "LIMIT_DAY_MINOR": 10**13,
    "LIMIT_NIGHT_MINOR": 10**13,
}

BANK_SCOPE = "people:resolve notices:send"  # of the bank's own client

SETTINGS = {"auth": AUTH, "bank": BANK}
KINDS = {"auth": config.Auth, "bank": config.Bank}


class Compiled(BytecodeCache):
    """Templates compiled once for all the applications of a test process."""

    def __init__(self):
        self._kept = {}

    def load_bytecode(self, bucket):
        """Take what was compiled of the same source."""
        if (bucket.key, bucket.checksum) in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key, bucket.checksum])

    def dump_bytecode(self, bucket):
        """Keep what was compiled."""
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = Compiled()


BUILDERS = {}


class KnownRule(Rule):
    """A rule whose address builders are compiled once for all the applications of a test process.

    They are more than half of what an application costs to make, and the same in each.
    """

    def _compile_builder(self, append_unknown=True):
        """Return the function that was compiled of the same rule."""
        if self.defaults:  # these are written into it
            return super()._compile_builder(append_unknown)
        known = (tuple(self._trace), append_unknown)
        if known not in BUILDERS:
            BUILDERS[known] = super()._compile_builder(append_unknown)
        return BUILDERS[known]


House.url_rule_class = KnownRule


def create(house, url, **more):
    """Return a new application of ``house`` on the database at ``url``; the other is not loaded.

    more: settings that differ from the tests' own.
    """
    values = SETTINGS[house] | {f"{house.upper()}_DATABASE_URL": url} | more
    assembly = importlib.import_module(f"app.{house}.assembly")
    app = assembly.create_app(config.load(KINDS[house], **values))
    app.jinja_env.bytecode_cache = COMPILED
    told.watch(app, house)
    return app


def migrate(house, url):
    """Bring the empty database at ``url`` to the newest shape of ``house``."""
    app = create(house, url)
    with app.app_context():
        flask_migrate.upgrade()
    close(app)


def close(app):
    """Let go of every connection of ``app``; what it wrote to the record is what it may write."""
    try:
        told.check(app)
    finally:
        with app.app_context():
            app.database.session.remove()
            app.database.engine.dispose()
        for name, extension in app.extensions.items():
            if name.startswith("hot_") or name == "traces":
                extension.dispose()
