"""What an operator switches off is off at every address, and takes nothing else with it."""

import base64

import pytest

from app.auth import doors
from app.auth.clients import documents, registration
from app.auth.database import db
from app.auth.flows import disable_client
from app.auth.tokens.documents import envelopes
from app.foundation.database import kept
from tests.auth.api import ways
from tests.auth.api.phone import Phone
from tests.support import factories
from tests.support.marks import mission

NUMBERS = tuple(doors.DOCUMENTS)
FOR_ANY_CLIENT = {"/auth/introspect"}  # C22: whoever proves itself asks, of tokens that concern it


@pytest.fixture
def counted(server):
    """Return the uses of each document that the metrics tell of, by number."""

    def read():
        text = server.test_client().get("/metrics").text
        mark = 'portaria_document_requests_total{document="'
        rows = [line.removeprefix(mark) for line in text.splitlines() if line.startswith(mark)]
        return {row[:3]: float(row.rpartition(" ")[2]) for row in rows}

    return read


@pytest.mark.parametrize("off", NUMBERS)
def test_a_document_that_is_off_has_no_address_and_the_others_have_theirs(server, own_server, off):
    left = own_server(LEGACY_DOCUMENTS=",".join(n for n in NUMBERS if n != off))
    phone = Phone(left)

    for method, path in ways.addresses(server, off, alone=True):
        assert phone.call(method, path, {}).status_code == 404, path
    for number in NUMBERS:
        if number != off:
            assert ways.addresses(left, number) == ways.addresses(server, number)


def test_with_every_document_off_none_of_them_answers(server, own_server):
    phone = Phone(own_server(LEGACY_DOCUMENTS=""))

    for number in NUMBERS:
        for method, path in ways.addresses(server, number):
            assert phone.call(method, path, {}).status_code == 404, path


@mission("C9")
def test_the_refresh_token_of_a_document_that_is_off_is_refused(server, own_server, ana):
    pair = Phone(server).sign_in(ana).json
    left = own_server(url=server.config["AUTH_DATABASE_URL"], LEGACY_DOCUMENTS="002,004")
    phone = Phone(left)

    renewed = phone.post("/auth/refresh", refresh_token=pair["refresh_token"])

    assert (renewed.status_code, renewed.json["error"]) == (401, "invalid_grant")
    assert Phone(server).post("/auth/refresh", refresh_token=pair["refresh_token"]).json


@mission("C27", "C30")
def test_a_document_whose_app_is_disabled_lets_nobody_in_and_ends_its_tokens(own_server):
    server = own_server()
    ana = factories.person(server, verified=True)
    phone = Phone(server)
    pair = phone.sign_in(ana).json
    with server.app_context(), kept(db):
        disable_client.now(documents.COINPAY.client_id)

    refused = phone.sign_in(ana)
    renewed = phone.post("/auth/refresh", refresh_token=pair["refresh_token"])

    assert (refused.status_code, refused.json["error"]) == (403, "unauthorized_client")
    assert phone.call("GET", "/dados-pessoais", token=pair["access_token"]).status_code == 401
    assert renewed.status_code == 401
    with server.app_context(), kept(db):
        registration.enable(documents.COINPAY.client_id)
    assert phone.post("/auth/refresh", refresh_token=pair["refresh_token"]).status_code == 401
    assert phone.sign_in(ana).status_code == 200


@mission("C27")
@pytest.mark.parametrize("number", NUMBERS)
def test_the_app_of_somebody_else_is_refused_at_every_address(server, phone, number):
    theirs = factories.app(server)
    basic = base64.b64encode(f"{theirs.client_id}:{theirs.client_secret}".encode()).decode()

    for method, path in ways.addresses(server, number):
        if path in FOR_ANY_CLIENT:
            continue
        answer = phone.call(method, path, {}, Authorization=f"Basic {basic}")

        assert (answer.status_code, answer.json["error"]) == (403, "unauthorized_client"), path


@mission("C27")
@pytest.mark.parametrize("number", NUMBERS)
def test_every_request_is_counted_for_its_document(server, phone, counted, number):
    for method, path in ways.addresses(server, number, alone=True):
        before = counted()
        phone.call(method, path, {})

        assert counted() == before | {number: before.get(number, 0) + 1}, path


@mission("C9")
def test_renewing_is_counted_for_the_document_whose_token_it_is(phone, ana, counted):
    token = phone.sign_in(ana).json["refresh_token"]
    before = counted()

    phone.post("/auth/refresh", refresh_token=token)

    assert counted() == before | {"001": before["001"] + 1}


@mission("C10")
def test_the_envelope_of_one_document_is_none_of_anothers(server, phone, ana):
    """A family names its client: the JWT alone moves no token to another document."""
    value = phone.sign_in(ana).json["refresh_token"]
    with server.app_context():
        token, document = envelopes.open(value)

    assert document == documents.COINPAY
    forged = factories.signed(
        server,
        {"iss": server.config["ISSUER"], "exp": 9_999_999_999, "jti": token.value}
        | {"client_id": documents.NEST.client_id},
        typ=envelopes.TYPE,
        alg="RS256",
    )
    assert phone.post("/auth/refresh", refresh_token=forged).status_code == 401
    assert phone.post("/auth/refresh", refresh_token=value).status_code == 200
