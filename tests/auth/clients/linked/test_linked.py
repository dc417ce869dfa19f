"""What a description links to is fetched once, through the guard, before anything is written."""

import base64

import pytest

from app.auth.clients import metadata
from app.auth.clients.linked import logos
from app.auth.clients.models import Client, ClientLogo
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.foundation.database import kept
from tests.support.marks import abuse, behaviour, rfc

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
ADDRESSES = ["https://shop.example/cb", "https://shop.example.br/cb"]


@pytest.fixture
def house(create_house, listener):
    """A server that may call the listener."""
    with create_house("auth", **listener.settings).app_context():
        yield


def register(**described):
    """Register a client so described; return its answer."""
    with kept(db):
        return register_client.register(
            {"redirect_uris": ADDRESSES} | described, scopes=scopes.CATALOGUE
        )


def refusal(**described):
    """Return why a client so described is refused; nothing is left of it."""
    with pytest.raises(metadata.InvalidMetadata) as refused:
        register(**described)
    assert db.session.query(Client).count() == 0
    return refused.value


class TestSectors:
    @behaviour(141)
    @rfc("OIDC Registration", "5")
    def test_a_document_that_lists_every_address_makes_a_sector(self, house, listener):
        listener.answer("/sector", json=[*ADDRESSES, "https://another.example/"])

        answer = register(subject_type="pairwise", sector_identifier_uri=listener.url("/sector"))

        assert answer["sector_identifier_uri"] == listener.url("/sector")

    @behaviour(141)
    @pytest.mark.parametrize(
        "document",
        [{"json": ADDRESSES[:1]}, {"json": []}, {"json": {"uris": ADDRESSES}}, {"status": 404},
         {"body": b"not JSON", "media_type": "application/json"}, {"json": [None, 5]},
         {"body": b"[" * 50_000, "media_type": "application/json"}],
    )  # fmt: skip
    def test_any_other_document_is_refused(self, house, listener, document):
        listener.answer("/sector", **document)

        wrong = refusal(sector_identifier_uri=listener.url("/sector"), subject_type="pairwise")

        assert wrong.code == "invalid_client_metadata"
        assert wrong.member == "sector_identifier_uri"

    @abuse("C-05")
    @pytest.mark.parametrize(
        "address", ["https://127.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/"]
    )
    def test_an_address_inside_is_never_asked(self, auth_context, address):
        wrong = refusal(sector_identifier_uri=address)

        assert wrong.member == "sector_identifier_uri"


class TestLogos:
    @behaviour(139, 142)
    def test_a_logo_is_fetched_once_and_kept(self, house, listener):
        listener.answer("/logo.png", body=PNG, media_type="image/png")

        client_id = register(logo_uri=listener.url("/logo.png"))["client_id"]

        fingerprint = logos.of(client_id)["logo_uri"]
        assert tuple(logos.find(fingerprint)) == ("image/png", PNG)
        with kept(db):
            described = {"redirect_uris": ADDRESSES, "logo_uri": listener.url("/logo.png")}
            register_client.change(client_id, described, scopes=scopes.CATALOGUE)
        assert len([r for r in listener.requests if r.path == "/logo.png"]) == 1
        assert logos.of(client_id) == {"logo_uri": fingerprint}

    def test_a_logo_that_is_no_longer_named_goes(self, house, listener):
        listener.answer("/logo.png", body=PNG, media_type="image/png")
        client_id = register(logo_uri=listener.url("/logo.png"))["client_id"]

        with kept(db):
            described = {"redirect_uris": ADDRESSES}
            register_client.change(client_id, described, scopes=scopes.CATALOGUE)

        assert logos.of(client_id) == {}

    @abuse("C-05", "B-05")
    @pytest.mark.parametrize(
        "answer",
        [{"body": b"<svg onload=alert(1)>", "media_type": "image/svg+xml"},
         {"body": b"<script>alert(1)</script>", "media_type": "image/png"},
         {"body": PNG + b"x" * 300_000, "media_type": "image/png"},
         {"status": 302, "headers": {"Location": "https://169.254.169.254/"}},
         {"status": 404}],
    )  # fmt: skip
    def test_what_is_no_small_picture_is_left_out(self, house, listener, answer):
        listener.answer("/logo.png", **answer)

        client_id = register(logo_uri=listener.url("/logo.png"))["client_id"]

        assert logos.of(client_id) == {}
        assert db.session.query(ClientLogo).count() == 0
