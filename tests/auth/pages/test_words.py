"""The two catalogues are complete, plain, and the only place where pages get their words."""

import ast
import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

from app.auth import assembly
from app.auth.consents import scopes
from app.foundation.problems import Problem
from app.foundation.words import PLURAL_FORMS, Catalogue
from tests.support.marks import asvs

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "app" / "auth" / "pages" / "words"
RECEIPTS = ROOT / "app" / "bank" / "payments" / "words"
PORTUGUESE, ENGLISH = (Catalogue(FOLDER / f"{tag}.toml") for tag in ("pt-BR", "en"))
KINDS = ("*.html", "*.txt")
FILES = sorted(path for kind in KINDS for path in (ROOT / "templates").rglob(kind))
TEMPLATES = {path: path.read_text() for path in FILES}
MODULES = {path: path.read_text() for path in sorted((ROOT / "app").rglob("*.py"))}

# Families that a rule completes: the rule's own tests are below or beside.
MADE = (
    r"admin\.people\.(state|roles|since|order|fact|pending|done)\..+",
    r"admin\.people\.(lock|unlock|sign-out|require-password|send-recovery)\..+",
    r"admin\.people\.(about|sessions|factors|apps|happened|joined)",
    r"helped\.(allow|refuse|end|done_allowed|done_refused|done_ended)",
    *(
        r"scope\.\w+\.(title|detail)",
        r"claim\.\w+",
        r"document\.\w+",
        r"method\.\w+",
        r"http\.\d+",
        r"factor\.\w+",
        r"act\.\w+",
        r"heading\..+",
        r".+_heading",
        r"(activity|reason)\.\w+",
        r"apps\.order\.\w+",
        r"account\.check\.\w+",
        r"not_me\.step_\w+",
        r"sessions\.order_\w+",
        r"money\.((kind|transfer|direction|wrong)_\w+|from|to)",
        r"contact\.(email|phone)\.\w+",
        r"contact\.done_\w+",
        r"notices\.(kind|channel|no)_\w+",
        r"profile\.theme_\w+",
        r"otp\.(hint|send)_\w+_code",
        r"code_factor\.(no_)?(sms|email)_\w+",
        r"security\.(sms|email)_code_detail",
        r"lost\.(heading|lead|code_hint|do)_\w+",
        r"payment\.fact\.\w+",
        r"record\.(event|group)\.\w+",
        r"admin\.dashboard\.(figure|picture|step|warning)\.\w+",
        r"admin\.roles\.(order|about|done)\.\w+",
        r"permission\.\w+",
        r"admin\.record\.(since|until|(chain|proof)_\w+)",
        r"deed\.\w+\.(act|title|heading|asks|to|deny)",
        r"detail\.action\.\w+",
    ),
    *(r"admin\.(field|hint|kind|choice|grant|state|order|done)\..+", r"metadata\.\w+"),
    *(
        r"admin\.(keys|messages|consents|evidence|settings|scopes|health)\..+",
        r"admin\.approvals\.(state|by|order|kind|done|member)\.\w+",
        r"(taken|retention)\.\w+",
        r"admin\.institutions\.(dress|policy|four_eyes|order|members_order|member|invitation)\.\w+",
        r"admin\.institutions\.(theme|colour|token|done)\.[\w-]+",
        r"admin\.institutions\.preview_(light|dark)",
        r"admin\.client\.(identity|addresses|security)",
        r"admin\.(rotate|disable|enable|verify|delete)\.\w+",
        r"admin\.check\.(addresses_)?\w+",
        *(
            r"mail\.(subject|lead|otherwise|fact|factor|contact|limit)\.\w+",
            r"(mail|push|sms)\.good_for\.\w+",
        ),
        r"(sms|pushed)\.\w+",
    ),
)
# What people should never have to read (UX rubric 22).
JARGON = re.compile(
    r"webauthn|credencia|credential|escopo|\bscopes?\b|\btokens?\b|\bmfa\b|inválid[oa]\b|\binvalid\b"
    r"|!|\bcookie",
    re.I,
)


def sentences(text):
    return [text] if isinstance(text, str) else list(text.values())


def placeholders(text):
    return {name for each in sentences(text) for _, name, _, _ in Formatter().parse(each) if name}


def test_both_languages_have_the_same_keys():
    assert PORTUGUESE.texts.keys() == ENGLISH.texts.keys()


@pytest.mark.parametrize("key", PORTUGUESE.texts)
def test_both_languages_fill_in_the_same_values(key):
    assert placeholders(PORTUGUESE.texts[key]) == placeholders(ENGLISH.texts[key])


@pytest.mark.parametrize("catalogue", [PORTUGUESE, ENGLISH], ids=lambda c: c.language)
def test_plural_texts_have_the_forms_of_their_language(catalogue):
    spoken = Locale.parse(catalogue.language, sep="-")
    needed = {spoken.plural_form(number) for number in range(200)}

    for text in catalogue.texts.values():
        assert isinstance(text, str) or needed | {"other"} <= text.keys() <= PLURAL_FORMS


@pytest.mark.parametrize("catalogue", [PORTUGUESE, ENGLISH], ids=lambda c: c.language)
def test_texts_are_plain(catalogue):
    for key, text in catalogue.texts.items():
        for each in sentences(text):
            assert not JARGON.search(each), key
            assert each == each.strip(), key
            assert "  " not in each, key


def test_the_files_hold_nothing_but_texts():
    for path in FOLDER.glob("*.toml"):
        assert tomllib.loads(path.read_text())
        assert Catalogue(path).texts.keys() == PORTUGUESE.texts.keys()


def keys_said():
    """Every key that a template or a module names outright, with where."""
    for path, text in TEMPLATES.items():
        for key in re.findall(r"\bt\(\s*['\"]([\w.:]+)['\"]\s*[,)]", text):
            yield key, path
    for path, text in MODULES.items():
        for key in re.findall(r"words\.t\(\s*\"([\w.]+)\"", text):
            yield key, path


def test_every_key_that_is_said_exists():
    for key, where in keys_said():
        assert all(key in catalogue.texts for catalogue in spoken_in(where)), where.name


def spoken_in(path):
    """Return the catalogues of the house that ``path`` is of, in both languages."""
    if "bank" not in path.relative_to(ROOT).parts:
        return PORTUGUESE, ENGLISH
    return [Catalogue(RECEIPTS / f"{tag}.toml") for tag in ("pt-BR", "en")]


def problems(kind=Problem):
    for each in kind.__subclasses__():
        yield each
        yield from problems(each)


@pytest.mark.parametrize(
    "problem",
    [each for each in problems() if each.key and each.__module__.startswith(assembly.__package__)],
    ids=lambda p: p.__name__,
)
def test_every_problem_that_names_a_message_has_one(problem):
    assert problem.key in PORTUGUESE.texts


@asvs("10.7.2")
@pytest.mark.parametrize("name", scopes.CATALOGUE)
def test_every_scope_says_what_it_allows_and_what_it_does_not(name):
    words = name.replace(":", "_")

    assert PORTUGUESE.texts[f"scope.{words}.title"]
    detail = PORTUGUESE.texts[f"scope.{words}.detail"]
    assert re.search(r"\bNão\b|Somente", detail)


def test_no_text_is_unused():
    literals = set()
    for text in MODULES.values():
        literals |= {n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant)}
    for text in TEMPLATES.values():
        literals |= set(re.findall(r"['\"]([\w.:]+)['\"]", text))
    made = re.compile("|".join(MADE))

    unused = [k for k in PORTUGUESE.texts if k not in literals and not made.fullmatch(k)]

    assert unused == []


def test_a_heading_belongs_to_a_message():
    for key in PORTUGUESE.texts:
        if key.startswith("heading."):
            assert key.removeprefix("heading.") in PORTUGUESE.texts
        if key.endswith("_heading"):
            assert key.removesuffix("_heading") in PORTUGUESE.texts


FOR_DEVELOPERS = "docs"  # in the one language of the document that it shows, in a house of no words


@pytest.mark.parametrize(
    "path", [p for p in TEMPLATES if p.parent.name != FOR_DEVELOPERS], ids=lambda p: p.name
)
def test_templates_have_no_words_of_their_own(path):
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", TEMPLATES[path], flags=re.S)
    bare = re.sub(r"<!doctype html>|<[^<>]*>|aria-[a-z]+=\"[a-z]*\"", "", bare, flags=re.S)

    assert not re.search(r"\w{2,}", bare)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_templates_have_no_inline_script_or_style(path):
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", TEMPLATES[path])
