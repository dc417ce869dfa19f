"""The design card's own rows: the brand, the packages, the top of the tree; and a row for each."""

import re
from pathlib import Path

from tests.support import coverage_table
from tests.support.marks import mission

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "authlib flask flask-sqlalchemy flask-migrate psycopg pyotp webauthn argon2-cffi"
    " flask-limiter redis pytest"
)
TOP = "app migrations templates static config.py wsgi.py tests requirements.txt"


@mission("S3")
def test_the_brand_is_a_setting_and_stands_on_the_pages(create_house):
    browser = create_house("auth", BRAND_NAME="Banco Exemplo").test_client()

    page = browser.get("/", headers={"Accept": "text/html"}).text

    assert "Banco Exemplo" in page
    assert "Portaria" not in page


@mission("S132")
def test_the_sign_in_page_is_hosted_here_and_works_without_script(create_house):
    browser = create_house("auth").test_client()

    page = browser.get("/login", headers={"Accept": "text/html"}, follow_redirects=True).text

    assert 'id="login-form"' in page
    assert 'method="post"' in page


@mission("S136")
def test_the_requirements_hold_every_package_of_the_card():
    text = (ROOT / "requirements.txt").read_text().lower()

    pinned = set(re.findall(r"^([a-z0-9-]+)(?:\[[a-z]+\])?==", text, re.MULTILINE))
    assert set(PACKAGES.split()) <= pinned


@mission("S137")
def test_the_top_of_the_tree_is_the_cards():
    assert [name for name in TOP.split() if not (ROOT / name).exists()] == []


@mission("S38")
def test_the_guide_for_phones_says_where_tokens_are_kept():
    text = (ROOT / "docs" / "sign-in-from-a-mobile-app.md").read_text("utf-8")

    assert "Keychain" in text
    assert "Keystore" in text


def test_every_row_has_a_test_or_says_what_it_waits_for():
    proved, awaited = set(coverage_table.found()["mission"]), set(coverage_table.awaited())

    assert [row for row in coverage_table.asked() if row not in proved | awaited] == []
    assert sorted(proved & awaited) == []


def test_no_test_names_a_row_that_is_not_there():
    rows = set(coverage_table.asked())

    assert rows >= {*(f"S{n}" for n in range(1, 138)), *(f"C{n}" for n in range(1, 34))}
    assert set(coverage_table.found()["mission"]) | set(coverage_table.awaited()) <= rows
