"""``/openapi.json``: every route for programs is in it, and what it says of each holds together."""

import json
import re

import jsonschema
import openapi_spec_validator
import pytest
from werkzeug.test import Client

import config
from app.auth import description as auth
from app.auth import doors
from app.bank import description as bank
from app.foundation.openapi import merging
from app.foundation.openapi.document import ADDED
from app.roof import Roof
from tests.support import houses
from tests.support.marks import asvs, mission

HOUSES = {"auth": auth.DESCRIBED, "bank": bank.DESCRIBED}
# For browsers: pages, parts of pages, and where a journey comes back to.
PAGES = {blueprint.name for blueprint in (*doors.PAGES, *doors.ADMIN, *doors.IN_DEVELOPMENT)}
FOR_SERVICES = {blueprint.name for blueprint in doors.INTERNAL}  # of ours: published nowhere
FOR_BROWSERS = {
    "authorize.come_back",
    "device_return.come_back",
    "logout_endpoint.come_back",
    "docs.show",
    "docs.file",
    "receipts.static",
    "static",
}
TEXT_FOR_MACHINES = {"metrics.show"}  # Prometheus's own format


@pytest.fixture
def database_kind():
    """What is described has nothing to do with the database."""
    return "sqlite"


@pytest.fixture
def described(create_house):
    """The documents of both houses, and of both under one roof."""
    found = {name: create_house(name) for name in HOUSES}
    found["both"] = Roof(found["auth"], found["bank"])
    return {name: Client(app).get("/openapi.json").get_json() for name, app in found.items()}


def operations(document):
    """Yield each operation's name for people, and what is said of it."""
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            yield f"{method} {path}", said


def is_for_programs(rule):
    """Is this no page, nor part of one, and for others than services of our own?"""
    known = FOR_BROWSERS | TEXT_FOR_MACHINES
    if rule.endpoint.partition(".")[0] in FOR_SERVICES:
        return False
    return rule.endpoint not in known and rule.endpoint.partition(".")[0] not in PAGES


@asvs("2.1.1")
@mission("S119")
@pytest.mark.parametrize("house", HOUSES)
def test_every_route_for_programs_is_described_and_every_described_route_is_there(
    create_house, described, house
):
    rules = [rule for rule in create_house(house).url_map.iter_rules() if is_for_programs(rule)]

    there = {}
    for rule in rules:
        path = re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule)
        there.setdefault(path, set()).update(method.lower() for method in rule.methods - ADDED)
    assert {path: set(said) for path, said in described[house]["paths"].items()} == there


@pytest.mark.parametrize("house", HOUSES)
def test_no_table_describes_a_route_that_is_not_there(create_house, house):
    known = {rule.endpoint for rule in create_house(house).url_map.iter_rules()}

    keys = [key for table in HOUSES[house].operations for key in table]

    assert {key if isinstance(key, str) else key[0] for key in keys} <= known


@pytest.mark.parametrize("name", ["auth", "bank", "both"])
def test_the_document_is_valid_openapi_3_1(described, name):
    document = described[name]

    openapi_spec_validator.validate(document)

    assert document["openapi"].startswith("3.1.")
    ids = [said["operationId"] for _, said in operations(document)]
    assert len(set(ids)) == len(ids)
    for where, said in operations(document):
        assert said["summary"], where
        variables = set(re.findall(r"{(\w+)}", where))
        given = said.get("parameters", ())
        assert {each["name"] for each in given if each["in"] == "path"} == variables, where


@pytest.mark.parametrize("name", ["auth", "bank", "both"])
def test_every_example_is_as_its_schema_says(described, name):
    document = described[name]
    checked = 0

    for place, body in media_types(document, document):
        for shown in body.get("examples", {}).values():
            schema = body["schema"] | {"components": document["components"]}
            checker = jsonschema.Draft202012Validator(
                schema, format_checker=jsonschema.FormatChecker()
            )
            assert not list(checker.iter_errors(shown["value"])), place
            checked += 1
    assert checked > 5


def media_types(document, part, place=""):
    """Yield every media type object in the document, and where it is."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "content":
                yield from ((f"{place}/{media}", body) for media, body in value.items())
            yield from media_types(document, value, f"{place}/{key}")
    elif isinstance(part, list):
        for value in part:
            yield from media_types(document, value, place)


def test_a_token_got_by_signing_in_opens_whatever_a_pasted_one_does(described):
    for where, said in operations(described["both"]):
        by_name = {name: scopes for way in said["security"] for name, scopes in way.items()}
        assert by_name.get("sign_in") == by_name.get("bearer"), where


def test_under_one_roof_everything_of_both_houses_is_told(described):
    paths = {*described["auth"]["paths"], *described["bank"]["paths"]}

    assert set(described["both"]["paths"]) == paths
    assert "sign_in" in described["both"]["components"]["securitySchemes"]


def test_two_schemas_of_one_name_are_not_merged_in_silence(described):
    other = json.loads(json.dumps(described["bank"]))
    other["components"]["schemas"]["Error"] = {"type": "null"}

    with pytest.raises(merging.Differ):
        merging.merge(described["auth"], other, bearer="bearer", sign_in="sign_in")


@pytest.mark.parametrize("name", ["auth", "both"])
def test_the_document_is_made_once_and_asked_for_again_by_its_tag(create_house, name):
    app = create_house("auth")
    client = Client(Roof(app, create_house("bank")) if name == "both" else app)

    first = client.get("/openapi.json")
    app.extensions["described"] = None  # there is nothing to make another of
    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    other = client.get("/openapi.json", headers={"If-None-Match": '"another"'})
    head = client.head("/openapi.json")

    assert (again.status_code, again.data) == (304, b"")
    assert (other.status_code, other.data) == (200, first.data)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(first.data))
    assert first.headers["X-Content-Type-Options"] == "nosniff"


def test_a_first_request_with_somebody_elses_tag_still_gets_the_whole(create_house):
    client = Client(Roof(create_house("auth"), create_house("bank")))

    answer = client.get("/openapi.json", headers={"If-None-Match": "*"})

    assert answer.status_code == 304
    assert "/oauth/token" in client.get("/openapi.json").get_json()["paths"]


def test_switched_off_neither_the_document_nor_its_page_is_there(create_house):
    off = {"API_DOCS": "off"}
    auth_house, bank_house = create_house("auth", **off), create_house("bank", **off)

    for app in (auth_house, bank_house, Roof(auth_house, bank_house)):
        for path in ("/openapi.json", "/docs", "/docs/docs.js", "/docs/oauth2-redirect.html"):
            assert Client(app).get(path).status_code == 404, path


@asvs("13.4.5")
@pytest.mark.parametrize(("environment", "stands"), [("production", "off"), ("development", "on")])
def test_in_production_the_documentation_is_there_only_when_somebody_wants_it(environment, stands):
    given = {"_env_file": None, "APP_ENV": environment}

    assert stands == config.Common(**given).API_DOCS
    assert config.Common(**given, API_DOCS="on").API_DOCS == "on"


def test_what_registration_leaves_shut_is_not_described(create_house):
    document = Client(create_house("auth", REGISTRATION="off")).get("/openapi.json").get_json()

    assert not [path for path in document["paths"] if path.startswith("/oauth/register")]
    assert "Registration" not in {tag["name"] for tag in document["tags"]}


@mission("A13-29")
@pytest.mark.parametrize("house", HOUSES)
def test_the_page_and_its_parts_come_under_a_narrow_policy(create_house, house):
    client = Client(create_house(house))

    page = client.get("/docs")

    policy = page.headers["Content-Security-Policy"]
    assert page.status_code == 200
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    for part in re.findall(r'(?:src|href)="(/docs/[^"]+)"', page.text):
        answer = client.get(part)
        assert answer.status_code == 200, part
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/docs/config.py").status_code == 404
    assert client.get("/docs/../config.py").status_code == 404
    shown = houses.SETTINGS[house]
    assert all(str(shown[name]) not in page.text for name in shown if "SECRET" in name)
