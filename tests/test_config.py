"""Settings: defaults, everything wrong told at once and without its value, what production bars."""

import os

import pytest

import config
from tests.support.authority import Authority
from tests.support.marks import asvs, mission

SEALING_KEY = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
SAFE = {
    "SEALING_KEYS": SEALING_KEY,
    "ISSUER": "https://auth.bank.example",
    "MAIL_SERVER": "smtp.bank.example",
    "MAIL_FROM": "nao-responda@bank.example",
}


@pytest.fixture(autouse=True)
def nothing_outside(monkeypatch):
    """No setting comes from the environment of the tests."""
    for name in {*config.Auth.model_fields, *config.Bank.model_fields} & set(os.environ):
        monkeypatch.delenv(name)


def load(kind=config.Auth, **settings):
    """Return the settings, from these values alone."""
    return config.load(kind, _env_file=None, **settings)


def refused(kind=config.Auth, **settings):
    """Return what the start says, a reason a line."""
    with pytest.raises(config.Unsafe) as end:
        load(kind, **settings)
    first, *reasons = str(end.value).splitlines()
    assert first == "Settings refused:"
    assert isinstance(end.value, SystemExit)
    return [reason.strip() for reason in reasons]


def names(reasons):
    return [reason.partition(":")[0] for reason in reasons]


def test_without_a_word_it_is_production():
    assert config.Auth(_env_file=None).production
    assert config.Auth(_env_file=None, APP_ENV="development").production is False


def test_production_with_its_secrets_starts():
    settings = load(**SAFE)

    assert settings.BANK_AUDIENCE == "https://auth.bank.example/bank"
    assert settings.AUTH_DATABASE_URL == "sqlite:///instance/auth.sqlite3"
    assert settings.CPF_VALIDATION == "strict"
    assert settings.ADMIN_PASSWORD == ""


def test_development_needs_a_sealing_key_alone():
    settings = load(APP_ENV="development", SEALING_KEYS=SEALING_KEY, PORT=3100)

    assert settings.ISSUER == "http://localhost:3100"
    assert settings.CPF_VALIDATION == "format"
    assert settings.ADMIN_PASSWORD == "admin"


def test_one_database_address_serves_both_houses():
    url = "postgresql+psycopg://auth@db/portaria"
    bank = {"ISSUER": SAFE["ISSUER"], "BANK_CLIENT_SECRET": "s", "SEALING_KEYS": SEALING_KEY}

    assert url == load(**SAFE, DATABASE_URL=url).AUTH_DATABASE_URL
    assert url == load(config.Bank, **bank, DATABASE_URL=url).BANK_DATABASE_URL
    own = load(**SAFE, DATABASE_URL=url, AUTH_DATABASE_URL="sqlite:///a.sqlite3")
    assert own.AUTH_DATABASE_URL == "sqlite:///a.sqlite3"


DOCUMENTED = {"AUTH_PG_HOST": "db", "AUTH_PG_PASS": "eSt@c1oLTd", "AUTH_PG_PORT": 5433}


@mission("S122")
def test_the_database_is_found_by_the_names_of_the_document_unless_an_address_is_given():
    named = load(**SAFE, **DOCUMENTED).AUTH_DATABASE_URL
    url = "postgresql+psycopg://auth@db/portaria"

    assert named == "postgresql+psycopg://authdb:eSt%40c1oLTd@db:5433/db_auth"
    other = DOCUMENTED | {"AUTH_PG_USER": "ana", "AUTH_PG_DB": "b", "AUTH_PG_PASS": ""}
    assert load(**SAFE, **other).AUTH_DATABASE_URL == "postgresql+psycopg://ana@db:5433/b"
    for name in ("DATABASE_URL", "AUTH_DATABASE_URL"):
        assert url == load(**SAFE, **DOCUMENTED, **{name: url}).AUTH_DATABASE_URL


@mission("S122", "S128")
def test_names_of_a_database_without_its_host_stop_the_start():
    assert names(refused(**SAFE, AUTH_PG_PASS="x")) == ["AUTH_PG_HOST"]
    assert names(refused(**SAFE, AUTH_PG_HOST="db/other?hush")) == ["AUTH_PG_HOST"]
    assert load(**SAFE).AUTH_PG_PASS == ""


OF_THE_DOCUMENT = {
    "PASSWORD_RESET_TTL": 600,
    "VERIFICATION_TOKEN_TTL": 3600,
    "PORT": 3001,
    "JWT_PRIVATE_KEY": "key.pem",
    "ADMIN_USERNAME": "chefe",
    "ADMIN_EMAIL": "chefe@bank.example",
    "ADMIN_PASSWORD": "cavalo bateria",
    "ADMIN_NAME": "Chefe",
    "ADMIN_INSTITUTIONS": "i1,i2",
    "MAIL_SERVER": "smtp.other.example",
    "MAIL_PORT": 2525,
}


@mission("S67", "S71", "S72", "S120", "S122", "S123", "S125", "S128")
@pytest.mark.parametrize("name", OF_THE_DOCUMENT)
def test_each_name_that_the_document_has_is_read_from_the_environment(monkeypatch, name):
    monkeypatch.setenv(name, str(OF_THE_DOCUMENT[name]))
    told = {key: value for key, value in SAFE.items() if key != name}

    assert getattr(load(**told), name) == OF_THE_DOCUMENT[name]


DEFAULTS = {
    "AUTHORIZATION_CODE_SECONDS": 60,
    "ACCESS_TOKEN_SECONDS": 900,
    "REFRESH_TOKEN_SECONDS": 30 * 86400,
    "REFRESH_RETRY_SECONDS": 30,
    "JWKS_MAX_AGE_SECONDS": 300,
    "SIGNING_KEY_DAYS": 90,
    "CACHE_SECONDS": 5,
    "SESSION_IDLE_SECONDS": 30 * 60,
    "SESSION_SECONDS": 12 * 3600,
    "LOGIN_ATTEMPTS": 5,
    "LOGIN_WINDOW_SECONDS": 15 * 60,
    "PASSWORD_MIN_LENGTH": 8,
    "PASSWORD_MEMORY_KIB": 19 * 1024,
    "PASSWORD_PASSES": 2,
    "PKCE_REQUIRED": "all",
    "RATE_LIMITS": "on",
    "PORT": 3000,
}


@mission("S32", "S33", "S45")
def test_the_defaults_are_the_decisions():
    settings = load(**SAFE)

    assert {name: getattr(settings, name) for name in DEFAULTS} == DEFAULTS
    bank = load(
        config.Bank, ISSUER=SAFE["ISSUER"], BANK_CLIENT_SECRET="s", SEALING_KEYS=SEALING_KEY
    )
    assert (bank.STEP_UP_FROM_MINOR, bank.STEP_UP_CUMULATIVE_MINOR) == (20_000, 50_000)
    assert bank.STEP_UP_CUMULATIVE_COUNT == 5
    assert bank.INTROSPECTION_CACHE_SECONDS <= 5


def test_what_is_malformed_and_what_is_unsafe_are_told_together():
    reasons = refused(
        PORT="eighty",
        ISSUER="ftp://auth.bank.example",
        SEALING_KEYS="",
        RATE_LIMITS="off",
        ADMIN_PASSWORD="admin",
        CPF_VALIDATION="format",
        TIME_ZONE="Mars/Olympus",
        REDIS_URL="http://cache",
        AUTH_DATABASE_URL="mysql://auth@db",
        ACCESS_TOKEN_SECONDS=1,
        CLIENT_RATE_LIMIT="many",
        DEFAULT_LOCALE="fr",
        SMS_GATEWAY_URL="http://sms.example",
        AUTH_PG_HOST="db",
        AUTH_PG_PORT="five",
        PASSWORD_RESET_TTL="15m",
        VERIFICATION_TOKEN_TTL=0,
        LEGACY_DOCUMENTS="001,005",
    )

    assert sorted(names(reasons)) == sorted(
        {
            *("PORT", "ISSUER", "SEALING_KEYS", "RATE_LIMITS", "ADMIN_PASSWORD"),
            *("CPF_VALIDATION", "TIME_ZONE", "REDIS_URL", "AUTH_DATABASE_URL"),
            *("ACCESS_TOKEN_SECONDS", "CLIENT_RATE_LIMIT", "DEFAULT_LOCALE"),
            *("MAIL_SERVER", "MAIL_FROM", "SMS_GATEWAY_URL"),
            *("AUTH_PG_PORT", "PASSWORD_RESET_TTL", "VERIFICATION_TOKEN_TTL", "LEGACY_DOCUMENTS"),
        }
    )


MALFORMED = {
    "SEALING_KEYS": [
        *("hush-hush", "k1:hush", f"{SEALING_KEY},hush", f"hush hush{SEALING_KEY}"),
        *(SEALING_KEY[:-2] + "!=", SEALING_KEY + "hush", "k1:" + "hush" * 9),
    ],
    "AUTH_DATABASE_URL": ["postgresql://a:hush@db/x", "mysql://a:hush@db/x", "hush", "sqlite://"],
    "REDIS_URL": ["http://:hush@cache", "hush"],
    "ISSUER": [
        *("https://hush@auth.example", "https://auth.example/", "https://auth.example?hush"),
        *("https://auth.example#hush", "hush", "https:", "https://", "https:hush", "//hush"),
        *("https://[hush", "https://auth.example:hush", "https://auth.example\n", "javascript:x"),
    ],
    "CLIENT_RATE_LIMIT": ["hush", "0/minute", "10", "10/hush"],
    "TIME_ZONE": ["hush", "../../etc/hush", "/etc/hush"],
    "OUTBOUND_ALLOW_HOSTS": ["hush", "https://hush:1", "hush:0", "hush:1,", "*.hush:1", "hush:x"],
    "OUTBOUND_CA_FILE": ["/hush", "/tmp", "hush\x00", __file__],
    "PORT": ["hush", 0, 70_000],
    "CACHE_SECONDS": [6, -1, "hush"],
    "AUTHORIZATION_CODE_SECONDS": [61, 0],
    "REFRESH_RETRY_SECONDS": [61],
    "SIGNING_KEY_DAYS": [91, 0],
    "PASSWORD_MIN_LENGTH": [7, 65],
    "PKCE_REQUIRED": ["hush"],
    "APP_ENV": ["hush"],
    "MAIL_SERVER": ["smtp.example/hush", "hush hush", "hush\r\nRCPT TO:<x@y.example>"],
    "MAIL_PORT": ["hush", 0, 70_000],
    "MAIL_FROM": [
        *("hush", "@hush.example", "Bank <hush>", "hush@", "a@hush.example\r\nBcc: b@c.example"),
        "a@hush.example, b@hush.example",
    ],
    "BROKER_URL": ["http://:hush@queue", "hush", "memory://hush", "redis://hush hush"],
    "RESOLVE_RATE_LIMIT": ["hush", "0/minute", "5/hush"],
    "SMS_GATEWAY_URL": ["http://sms.example/hush", "hush", "https://sms.example/hush hush"],
    "SMS_FROM": ["hush-hush", "+55 hush", "a name that is hush"],
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_setting_is_named_and_not_quoted(name):
    for value in MALFORMED[name]:
        [reason] = [r for r in refused(**SAFE | {name: value}) if r.startswith(name)]
        assert "hush" not in reason, value


def test_keys_of_a_ring_are_separated_by_commas():
    second = SEALING_KEY.replace("k1", "k2").replace("AAEC", "BBEC")

    for together in (f"{SEALING_KEY},{second}", f"{SEALING_KEY} , {second}"):
        assert together == load(**SAFE | {"SEALING_KEYS": together}).SEALING_KEYS


@asvs("12.3.4")
def test_authorities_to_trust_are_read_from_a_file_of_certificates(tmp_path):
    file = tmp_path / "inside.pem"
    file.write_text("# Autoridade da casa: São Paulo\n" + Authority().pem.decode())

    assert str(file) == load(**SAFE, OUTBOUND_CA_FILE=str(file)).OUTBOUND_CA_FILE
    assert load(**SAFE, OUTBOUND_ALLOW_HOSTS="a.example:443 , [::1]:8443").OUTBOUND_ALLOW_HOSTS


REFUSED_IN_PRODUCTION = {
    "ISSUER": [{"ISSUER": "http://auth.bank.example"}, {"ISSUER": "http://localhost:3000"}],
    "SEALING_KEYS": [{"SEALING_KEYS": ""}],
    "RATE_LIMITS": [{"RATE_LIMITS": "off"}],
    "ADMIN_PASSWORD": [{"ADMIN_PASSWORD": "admin"}],
    "CPF_VALIDATION": [{"CPF_VALIDATION": "format"}],
    "FACTOR_RECOVERY_WAIT_HOURS": [{"FACTOR_RECOVERY_WAIT_HOURS": 23}],
    "MAIL_SERVER": [{"MAIL_SERVER": ""}],
    "MAIL_FROM": [{"MAIL_FROM": ""}],
    "MAIL_USE_TLS": [{"MAIL_USE_TLS": False}],
    "MAIL_PASSWORD": [{"MAIL_USERNAME": "portaria"}],
    "SMS_GATEWAY_TOKEN": [{"SMS_GATEWAY_URL": "https://sms.bank.example"}],
}


@asvs("6.3.2", "12.2.1", "13.2.3", "15.2.3")
@mission("S124", "S53", "C32")
@pytest.mark.parametrize("name", REFUSED_IN_PRODUCTION)
def test_production_refuses_what_is_for_development(name):
    for change in REFUSED_IN_PRODUCTION[name]:
        assert names(refused(**SAFE | change)) == [name]


def test_production_refuses_a_bank_that_cannot_ask_about_tokens_or_sign_deeds():
    found = names(refused(config.Bank, ISSUER=SAFE["ISSUER"]))

    assert found == ["SEALING_KEYS", "BANK_CLIENT_SECRET"]


@mission("S105")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"PROVIDER_URL": "https://pay.example", "PROVIDER_TOKEN": ""}, ["PROVIDER_TOKEN"]),
        ({"PROVIDER_URL": "http://pay.example"}, ["PROVIDER_URL"]),
        ({"PROVIDER_URL": "http://127.0.0.1:5000"}, ["PROVIDER_URL"]),
        ({"PROVIDER_URL": "pay.example"}, ["PROVIDER_URL"]),
        ({"APP_ENV": "development", "PROVIDER_URL": "http://10.0.0.1"}, ["PROVIDER_URL"]),
    ],
)
def test_the_provider_of_payments_is_spoken_to_under_tls_and_knows_us(change, told):
    bank = {"ISSUER": SAFE["ISSUER"], "BANK_CLIENT_SECRET": "s", "SEALING_KEYS": SEALING_KEY}

    assert names(refused(config.Bank, **bank | {"PROVIDER_TOKEN": "t"} | change)) == told


def test_in_development_the_provider_may_be_on_loopback():
    bank = {"APP_ENV": "development", "SEALING_KEYS": SEALING_KEY}

    assert load(config.Bank, **bank, PROVIDER_URL="http://127.0.0.1:5000")


@mission("S53", "C32")
@pytest.mark.parametrize("issuer", ["http://10.0.0.1", "http://auth.bank.example:3000"])
def test_even_in_development_plain_http_is_for_loopback(issuer):
    found = refused(APP_ENV="development", SEALING_KEYS=SEALING_KEY, ISSUER=issuer)

    assert names(found) == ["ISSUER"]


def test_an_issuer_with_a_path_is_refused_since_nothing_of_ours_stands_under_one():
    found = refused(APP_ENV="development", SEALING_KEYS=SEALING_KEY, ISSUER="https://a.example/id")

    assert names(found) == ["ISSUER"]


@pytest.mark.parametrize("issuer", ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:3"])
def test_in_development_loopback_may_be_plain_http(issuer):
    settings = load(APP_ENV="development", SEALING_KEYS=SEALING_KEY, ISSUER=issuer)

    assert issuer == settings.ISSUER


def test_a_setting_comes_from_the_environment_then_from_the_file(monkeypatch, tmp_path):
    file = tmp_path / ".env"
    told = SAFE | {"ISSUER": "https://a.example", "PORT": "4000", "SHELL": "x"}
    file.write_text("".join(f"{name}={value}\n" for name, value in told.items()))
    monkeypatch.setenv("PORT", "5000")
    monkeypatch.setenv("issuer", "https://small.example")

    settings = config.load(config.Auth, _env_file=file)

    assert (settings.PORT, settings.ISSUER) == (5000, "https://a.example")
