"""The verification beside the form, as a script asks for it while one types."""

import json
from urllib.parse import parse_qsl, urlencode

import pytest

from app.auth.clients.models import Client
from app.auth.database import db
from tests.auth.admin.conftest import CALLBACK
from tests.auth.clients.conftest import public

CHECK = "/admin/clients/check"


@pytest.fixture
def check(olga):
    """Ask what the server thinks: ``check(client_name="Loja")``; the findings by their text."""

    def ask(**typed):
        form = olga.open("/admin/clients/new").forms["client-form"]["fields"]
        fields = form | {"kind": "web", "redirect_uris": CALLBACK} | typed
        fields = {name: value for name, value in fields.items() if value is not None}
        headers = {"Accept": "application/json"}
        answer = olga.client.post(CHECK, data=fields, headers=headers)
        assert answer.status_code == 200
        return {finding["text"]: finding["state"] for finding in answer.json["findings"]}

    return ask


def test_a_good_form_is_told_so(check):
    assert check(client_name="Loja") == {
        "1 endereço de retorno": "good",
        "PKCE obrigatório": "good",
        "Um segredo vai aparecer uma única vez": "todo",
        "2 permissões": "good",
    }


def test_addresses_are_told_with_their_lines(check):
    uris = f"http://a.example\n{CALLBACK}\n\nhttp://b.example/\nhttps://c.example/#d"

    found = check(client_name="Loja", redirect_uris=uris)

    assert found["2 endereços sem https (linhas 1, 4)"] == "bad"
    assert found["1 endereço com problema (linha 5)"] == "bad"


@pytest.mark.parametrize(
    ("typed", "text", "state"),
    [
        ({"redirect_uris": ""}, "Falta o endereço de retorno", "todo"),
        ({"require_pkce": None}, "PKCE não é exigido deste aplicativo", "todo"),
        ({"require_pkce": None, "kind": "native"}, "Sem segredo, o PKCE é obrigatório.", "bad"),
        ({"kind": "native"}, "Sem segredo: o PKCE protege a entrada", "good"),
        ({"scope": []}, "Marque ao menos uma permissão.", "todo"),
        ({"scope": ["x"]}, "Há uma permissão que não pode ser registrada aqui.", "bad"),
        (
            {"token_endpoint_auth_method": "private_key_jwt"},
            "Faltam chaves públicas que sirvam",
            "todo",
        ),
        ({"jwks": "x"}, "Faltam chaves públicas que sirvam", "bad"),
        ({"jwks_uri": "http://a.example"}, "Faltam chaves públicas que sirvam", "bad"),
        (
            {"jwks": json.dumps({"keys": [public("PS256") | {"alg": "PS256"}, public()]})},
            "Chaves públicas lidas: 2 chaves (EC, PS256)",
            "good",
        ),
        (
            {"client_name": ""},
            "Nome mostrado às pessoas: Digite o nome que as pessoas vão ver.",
            "todo",
        ),
        (
            {"logo_uri": "http://a.example/l.png"},
            "Logotipo (logo_uri): Use um endereço completo que comece com https://,"
            " sem nome de usuário.",
            "bad",
        ),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_each_thing_is_told(check, typed, text, state):
    found = check(**{"client_name": "Loja"} | typed)

    assert found.get(text) == state, found


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestPublishedKeys:
    """Keys at an address are read there, through the guard."""

    @pytest.fixture
    def auth_app(self, create_house, listener):
        return create_house("auth", **listener.settings)

    def test_keys_are_read(self, check, listener):
        listener.answer("/jwks", json={"keys": [public() | {"alg": "ES256"}]})

        found = check(client_name="Loja", jwks_uri=listener.url("/jwks"))

        assert found["Chaves públicas lidas: 1 chave (ES256)"] == "good"

    def test_an_address_that_does_not_answer_is_told(self, check, listener):
        found = check(client_name="Loja", jwks_uri=listener.url("/nothing"))

        assert found["Nenhuma chave pôde ser lida em jwks_uri"] == "bad"

    def test_keys_of_odd_kinds_are_text(self, check, listener):
        odd = {"kty": "<b>", "alg": ["x"], "kid": "a" * 9000}
        listener.answer("/jwks", json={"keys": [odd]})

        found = check(client_name="Loja", jwks_uri=listener.url("/jwks"))

        assert found["Chaves públicas lidas: 1 chave (?)"] == "good"

    def test_the_applications_page_shows_them(self, olga, register, listener):
        listener.answer("/jwks", json={"keys": [public(kid="k7")]})
        register(jwks_uri=listener.url("/jwks"), token_endpoint_auth_method="private_key_jwt")
        register("gone", jwks_uri=listener.url("/gone"))

        assert "Chaves EC k7" in olga.open("/admin/clients/loja").text
        assert "Nenhuma chave pôde ser lida." in olga.open("/admin/clients/gone").text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_our_own_network_is_not_asked(check):
    found = check(client_name="Loja", jwks_uri="https://127.0.0.1/jwks")

    assert found["Nenhuma chave pôde ser lida em jwks_uri"] == "bad"


def test_nothing_is_kept(app, check, recorded):
    check(client_name="Loja")

    with app.app_context():
        assert db.session.query(Client).count() == 0


def test_the_secret_of_a_client_that_ceases_to_have_one_is_told(olga, register):
    register()
    form = olga.open("/admin/clients/loja/edit").forms["client-form"]["fields"]

    answer = olga.client.post(CHECK, data=form | {"token_endpoint_auth_method": "none"})

    texts = [finding["text"] for finding in answer.json["findings"]]
    assert "O segredo atual deixa de valer" in texts
    assert answer.json["command"].startswith("flask --app wsgi:auth clients change loja --file -")


def test_a_client_that_was_removed_meanwhile_is_checked_as_a_new_one(olga):
    form = olga.open("/admin/clients/new").forms["client-form"]["fields"]

    answer = olga.client.post(CHECK, data=form | {"client": "gone"})

    assert answer.status_code == 200


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_odd_forms_are_answered(olga):
    fields = olga.open("/admin/clients/new").forms["client-form"]["fields"]
    token = {"csrf_token": fields["csrf_token"]}

    for odd in ({}, {"kind": "x"}, {"redirect_uris": "\n" * 500}, {"scope": "a b"}, {"jwks": "0"}):
        answer = olga.client.post(CHECK, data=token | odd)
        assert answer.status_code == 200, odd
    many = urlencode([*token.items(), *(("scope", str(n)) for n in range(300))])
    answer = olga.client.post(CHECK, data=many, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert len(parse_qsl(many)) == 301
