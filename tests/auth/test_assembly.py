"""``create_app``: everything in place, nothing opened, and no two applications share anything."""

import base64

import pytest

import config
from app.auth import assembly
from app.auth.clients import registry
from app.auth.keys import ring
from app.auth.oauth import server
from tests.auth import stage
from tests.support import houses
from tests.support.marks import asvs

PARTS = ("sealing", "keys", "clients", "verified_tokens", "oauth", "hot_auth", "limits")


@pytest.fixture
def database_kind():
    """Putting together opens no database."""
    return "sqlite"


def test_it_opens_nothing(tmp_path):
    file = tmp_path / "never.sqlite3"

    houses.close(houses.create("auth", f"sqlite:///{file}"))
    houses.close(houses.create("auth", "postgresql+psycopg://x@nowhere.invalid/none"))

    assert list(tmp_path.iterdir()) == []


def test_every_part_is_there(auth_app):
    assert set(PARTS) <= set(auth_app.extensions)
    assert auth_app.config["ACCESS_TOKEN_SECONDS"] == 900
    assert auth_app.database is not None
    with auth_app.app_context():
        assert isinstance(ring.current(), ring.Ring)
        assert isinstance(server.current(), server.Server)


@asvs("15.4.1")
def test_two_applications_share_no_cache(create_house):
    first, second = create_house("auth"), create_house("auth")

    with first.app_context():
        stage.app_named()
    for name in PARTS:
        assert first.extensions[name] is not second.extensions[name], name
    with second.app_context():
        assert registry.find("shop") is None


def test_without_settings_it_reads_them_from_outside(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APP_ENV", "development")
    monkeypatch.setenv("ISSUER", "http://localhost:3456")
    key = base64.b64encode(bytes(32)).decode()
    monkeypatch.setenv("SEALING_KEYS", f"k1:{key}")

    app = assembly.create_app()

    assert app.config["ISSUER"] == "http://localhost:3456"
    houses.close(app)


def test_unsafe_settings_refuse_the_start(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("APP_ENV", "SEALING_KEYS", "ISSUER"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(config.Unsafe, match="SEALING_KEYS"):
        assembly.create_app()


def test_a_request_leaves_no_connection_behind(auth_app):
    client = auth_app.test_client()
    for path in ("/health/ready", "/oauth/jwks", "/login", "/.well-known/openid-configuration"):
        client.get(path)

    with auth_app.app_context():
        assert auth_app.database.engine.pool.checkedout() == 0
