"""Registering an application by the form: what becomes of it, and what it refuses."""

import json

import pytest

from app.auth.audit import events
from app.auth.clients import metadata, registry
from app.auth.clients.models import Client
from app.auth.consents import scopes
from app.auth.database import db
from tests.auth.admin.conftest import CALLBACK, text_of
from tests.auth.clients import test_metadata
from tests.auth.clients.conftest import public
from tests.auth.institutions import aurora
from tests.support.marks import abuse, asvs, rfc

NEW = "/admin/clients/new"


def count(app):
    """Return how many clients there are."""
    with app.app_context():
        return db.session.query(Client).count()


def described(stored, page):
    """Return what the page has just registered."""
    return stored(text_of(page, "client-id")).described


@abuse("C-10")
def test_a_web_server_gets_an_id_and_a_secret_shown_this_once(app, olga, stored):
    page = olga.filled(post_logout_redirect_uris="https://loja.example/", scope=["openid", "email"])

    client_id, secret = text_of(page, "client-id"), text_of(page, "client-secret")
    client = stored(client_id)
    assert (page.status, page.name[0]) == (200, "admin-client-secret")
    assert page.headers["Cache-Control"] == "no-store"
    assert secret not in page.address
    assert client.described["client_name"] == "Loja"
    assert client.described["redirect_uris"] == [CALLBACK]
    assert client.described["post_logout_redirect_uris"] == ["https://loja.example/"]
    assert client.described["scope"] == "openid email"
    assert client.described["grant_types"] == ["authorization_code"]
    assert client.described["token_endpoint_auth_method"] == "client_secret_basic"
    assert client.described["require_pkce"] is True
    assert client.verified_at is not None
    with app.app_context():
        assert registry.find(client_id).check_client_secret(secret)
    for again in ("", "/edit", "/rotate-secret"):
        assert secret not in olga.open(f"/admin/clients/{client_id}{again}").html
    assert secret not in olga.open("/admin/clients").html


@abuse("C-10")
def test_sending_the_form_again_registers_nothing_more_and_shows_no_secret(app, olga):
    form = olga.open(NEW)
    typed = olga.typing(NEW)
    first = olga.submit(form, "client-form", **typed)

    again = olga.submit(form, "client-form", **typed | {"client_name": "Outra"})

    assert count(app) == 1
    assert again.address.startswith(f"/admin/clients/{text_of(first, 'client-id')}?done=already")
    assert "já tinha sido enviado" in again.text
    assert text_of(first, "client-secret") not in again.html


def test_forms_opened_twice_register_two(app, olga):
    first, second = olga.open(NEW), olga.open(NEW)
    for form in (first, second):
        olga.submit(form, "client-form", **olga.typing(NEW))

    assert count(app) == 2


def test_a_drawn_id_that_is_none_of_ours_is_not_taken(app, olga, stored):
    page = olga.filled(drawn="admin' --")

    assert text_of(page, "client-id").startswith("cli_")


def test_it_is_on_the_record_with_who_did_it(olga, recorded, sub_of):
    page = olga.filled()

    client_id = text_of(page, "client-id")
    assert recorded(client_id) == [(events.CLIENT_REGISTERED, sub_of("olga"))]
    assert "Olga Prado" in olga.open(f"/admin/clients/{client_id}").text


KINDS = [
    (
        {"kind": "native"},
        {
            "application_type": "native",
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code"],
        },
    ),
    (
        {"kind": "service", "redirect_uris": "", "scope": ["openid", "profile"]},
        {
            "application_type": "web",
            "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["client_credentials"],
            "scope": "",
        },
    ),
    (
        {"kind": "service", "scope": ["openid", "wallet:read"]},
        {"scope": "wallet:read", "redirect_uris": [CALLBACK]},
    ),
    (
        {"kind": "native", "grant_types": [metadata.members.DEVICE], "redirect_uris": ""},
        {"grant_types": [metadata.members.DEVICE], "redirect_uris": []},
    ),
    (
        {"grant_types": ["refresh_token", "client_credentials"]},
        {"grant_types": ["authorization_code", "refresh_token", "client_credentials"]},
    ),
    (
        {
            "token_endpoint_auth_method": "client_secret_post",
            "contacts": " a@b.example \n\nc@d.example",
        },
        {
            "token_endpoint_auth_method": "client_secret_post",
            "contacts": ["a@b.example", "c@d.example"],
        },
    ),
    (
        {"require_pkce": None, "require_pushed_authorization_requests": "1"},
        {"require_pkce": False, "require_pushed_authorization_requests": True},
    ),
    (
        {"id_token_signed_response_alg": "ES256", "userinfo_signed_response_alg": "RS256"},
        {"id_token_signed_response_alg": "ES256", "userinfo_signed_response_alg": "RS256"},
    ),
    (
        {"subject_type": "pairwise", "frontchannel_logout_uri": "https://loja.example/fc"},
        {"subject_type": "pairwise", "frontchannel_logout_uri": "https://loja.example/fc"},
    ),
    (
        {"backchannel_logout_uri": "https://loja.example/bc", "audiences": "https://api.example"},
        {"backchannel_logout_uri": "https://loja.example/bc", "audiences": ["https://api.example"]},
    ),
]


@pytest.mark.parametrize(("typed", "expected"), KINDS)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_typed_is_registered(olga, stored, typed, expected):
    page = olga.filled(**typed)

    assert page.status == 200
    assert described(stored, page).items() >= expected.items()


def test_a_client_without_a_secret_leads_to_its_page(olga):
    page = olga.filled(kind="native")

    assert page.name[0] == "admin-client"
    assert "Aplicativo registrado." in page.text
    assert "client-secret" not in page.elements


def test_keys_may_be_pasted(olga, stored):
    jwks = {"keys": [public()]}

    page = olga.filled(token_endpoint_auth_method="private_key_jwt", jwks=json.dumps(jwks))

    assert described(stored, page)["jwks"] == jwks


def test_what_is_wrong_is_told_beside_its_field_and_what_was_typed_is_kept(app, olga):
    typed = {
        "client_name": "",
        "redirect_uris": f"{CALLBACK}\n\nhttp://loja.example/b\nhttps://loja.example/#c",
        "jwks_uri": "http://loja.example/keys",
        "logo_uri": "nada",
        "scope": [],
        "contacts": "a@loja.example",
    }

    page = olga.filled(**typed)

    assert (page.status, page.name) == (422, ("admin-client-new", "error"))
    assert "Há 6 problemas para corrigir." in page.text
    for name in ("client_name", "redirect_uris", "jwks_uri", "logo_uri"):
        assert page.elements[name]["aria-invalid"] == "true"
        assert f"{name}-error" in page.elements[name]["aria-describedby"].split()
        assert f"#{name}" in page.links
    assert "#scope" in page.links
    assert "Linha 3: use https://." in page.text
    assert "Linha 4: escreva o endereço exato, sem #" in page.text
    assert "open" in page.elements["rarer"]
    for name, value in page.forms["client-form"]["fields"].items():
        if name in typed and name != "scope":
            assert value.strip() == typed[name]
    assert count(app) == 0


def test_one_problem_is_one(olga):
    assert "Há 1 problema para corrigir." in olga.filled(redirect_uris="").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"token_endpoint_auth_method": "private_key_jwt"}, "Este aplicativo assina"),
        ({"kind": "native", "require_pkce": None}, "Sem segredo, o PKCE é obrigatório."),
        ({"kind": "native", "grant_types": ["client_credentials"]}, "não age em nome próprio"),
        ({"kind": "service", "grant_types": ["urn:x"]}, "Escolha uma das opções da lista."),
        ({"scope": ["openid", "everything"]}, "Há uma permissão que não pode ser registrada"),
        ({"jwks": "{"}, "não pode ser lido como JSON"),
        ({"jwks": "[]"}, "não pode ser lido como JSON"),
        ({"jwks": '{"keys": []}'}, "Estas chaves não servem"),
        ({"jwks": '{"keys": [{"kty": "oct", "k": "aaaa"}]}'}, "Estas chaves não servem"),
        ({"jwks": "[" * 5000}, "não pode ser lido como JSON"),
        (
            {"jwks": '{"keys": []}', "jwks_uri": "https://loja.example/k"},
            "Escolha um dos dois",
        ),
        ({"token_endpoint_auth_method": "tls"}, "Escolha uma das opções da lista."),
        ({"frontchannel_logout_uri": "https://elsewhere.example"}, "Use o mesmo servidor de um"),
        ({"subject_type": "pairwise", "scope": ["wallet:read"]}, "não recebe permissões do banco"),
        ({"sector_identifier_uri": "https://127.0.0.1/s"}, "Este endereço não respondeu."),
        ({"id_token_signed_response_alg": "none"}, "Escolha uma das opções da lista."),
        ({"contacts": "a@b.example\n" * 51}, "São itens demais"),
        ({"client_name": "a" * 3000}, "O que foi escrito não serve aqui."),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_rule_has_words(app, olga, typed, said):
    page = olga.filled(**typed)

    assert page.status == 422
    assert said in page.text
    assert count(app) == 0


@abuse("C-03", "C-09")
@rfc("7591", "5")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_unsafe_address_is_refused_by_the_form_too(app, olga):
    for case, uri in test_metadata.UNSAFE.items():
        for name in ("redirect_uris", "post_logout_redirect_uris"):
            if not uri and name != "redirect_uris":
                continue  # an empty field is no address
            for kind in ("web", "native"):
                status = olga.filled(kind=kind, **{name: uri}).status
                assert status in {400, 422}, (case, name, kind)

    assert count(app) == 0


@abuse("C-09")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_metadata_refuses_is_refused_by_the_form_too(app, olga):
    unsaid = {"redirect_uri", "response_types", "grant_types#en", "token_endpoint_auth_method#en"}
    for case, members in test_metadata.WRONG.items():
        if unsaid & set(members) or case in {"truth in letters", "name of another kind"}:
            continue  # the form has no field for it, or cannot say it
        typed = {name: in_a_form(name, value) for name, value in members.items()}
        typed["require_pkce"] = None if members.get("require_pkce") is False else "1"
        page = olga.filled(**typed)
        known = members | {"redirect_uris": [CALLBACK]}
        refused = list(metadata.refusals(known, scopes.CATALOGUE))
        assert refused, case
        assert page.status in {400, 422} or is_sayable_otherwise(case), case
        if page.status == 422:
            fields = {refusal.member for refusal in refused}
            assert any(f"#{name}" in page.links for name in fields), case

    assert count(app) == 2  # those


def in_a_form(name, value):
    """What a posted form holds where metadata holds ``value``."""
    if name == "scope":
        return value.split()
    if name == "grant_types":
        return [str(item) for item in value]
    if isinstance(value, list) and name != "token_endpoint_auth_method":
        return "\n".join(map(str, value))
    return str(value)


def is_sayable_otherwise(case):
    """A list that is none is a list of one in a field of lines."""
    return case in {"list that is none", "list of numbers"}


@asvs("15.3.3")
@abuse("L-17")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_fields_that_the_form_does_not_have_are_passed_over(olga, stored):
    page = olga.filled(
        client_id="mine", client_secret="a" * 40, disabled_at="1", id="mine", tls="x"
    )

    assert text_of(page, "client-id").startswith("cli_")
    assert text_of(page, "client-secret") != "a" * 40
    assert not {"client_id", "client_secret", "disabled_at", "tls"} & described(stored, page).keys()


def test_checking_by_a_button_keeps_everything_and_registers_nothing(app, olga):
    page = olga.filled(check="1", redirect_uris="http://loja.example/b")

    assert (page.status, page.name) == (200, ("admin-client-new", "checked"))
    assert "1 endereço sem https (linha 1)" in page.text
    assert "PKCE obrigatório" in page.text
    assert page.forms["client-form"]["fields"]["redirect_uris"].strip() == "http://loja.example/b"
    assert page.elements["redirect_uris"]["aria-invalid"] == "true"
    assert count(app) == 0


def test_the_form_shows_the_same_call_of_the_command_line(app, olga):
    page = olga.filled(check="1", client_name="Loja d'Água", scope=["openid"])

    command = page.html.partition('<pre id="command" translate="no">')[2].partition("</pre>")[0]
    assert "flask --app wsgi:auth clients register --file -" in command
    assert "Loja d&#39;Água" in command


def test_in_english_too(office):
    browser = office("olga", Accept_Language="en")

    page = browser.filled(redirect_uris="http://loja.example/b")

    assert "Line 1: use https://." in page.text
    assert "There is 1 problem to fix." in page.text


def test_an_app_is_given_the_institution_whose_pages_its_people_see(app, olga, stored):
    assert "institution" not in olga.open(NEW).elements
    with app.app_context():
        aurora.open_bank()

    page = olga.filled(institution="aurora")
    other = olga.filled(institution="nowhere")

    assert described(stored, page)["institution"] == "aurora"
    assert (other.status, other.name[0]) == (422, "admin-client-new")
    assert other.elements["institution"]["aria-invalid"] == "true"
