"""The design card's own rows: the brand, the packages, the top of the tree; and a row for each."""

import ast
import re
import tomllib
from pathlib import Path

from tests.support.marks import mission

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "authlib flask flask-sqlalchemy flask-migrate psycopg pyotp webauthn argon2-cffi"
    " flask-limiter redis pytest"
)
TOP = "app migrations templates static config.py wsgi.py tests requirements.txt"
ROWS = [*range(1, 12), *range(131, 135), 136, 137]


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


def test_every_row_of_this_release_has_a_test_or_a_reason():
    reasons = tomllib.loads((ROOT / "tests" / "mission_reasons.toml").read_text())
    proved = {
        argument.value
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for mark in getattr(node, "decorator_list", ())
        if isinstance(mark, ast.Call) and getattr(mark.func, "id", None) == "mission"
        for argument in mark.args
    }

    assert [f"S{n}" for n in ROWS if f"S{n}" not in proved | set(reasons)] == []
