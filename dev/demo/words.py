"""The words of the pages, in Portuguese and English: one TOML file a language, same keys."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from flask import g, request

LANGUAGES = {"pt-BR": "Português", "en": "English"}
FIRST = "pt-BR"
COOKIE = "cofrinho_lang"
MOMENTS = {"exp", "iat", "auth_time", "nbf", "updated_at"}
_FOLDER = Path(__file__).parent / "words"


def _flat(table, before=""):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


CATALOGUE = {
    language: dict(_flat(tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))))
    for language in LANGUAGES
}


def language():
    """Return the language of this page: ``?lang``, then the cookie, then the browser's wish."""
    if "language" not in g:
        wishes = (request.args.get("lang"), request.cookies.get(COOKIE))
        known = [wish for wish in wishes if wish in LANGUAGES]
        g.language = (
            known[0] if known else request.accept_languages.best_match(LANGUAGES, default=FIRST)
        )
    return g.language


def say(key, **values):
    """Return the words of ``key`` in this page's language.

    Raises KeyError: when there are none.
    """
    return CATALOGUE[language()][key].format(**values)


def meaning(name):
    """Return what a claim or parameter called ``name`` means, or nothing when we cannot say."""
    return CATALOGUE[language()].get(f"meaning.{name}", "")


def money(minor):
    """Write ``minor`` centavos of real for people."""
    text = f"{minor / 100:,.2f}"
    if language() == "pt-BR":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"R$\N{NO-BREAK SPACE}{text}"


def plain(minor):
    """Write ``minor`` as people type it, without the currency; anything else as it is."""
    return money(minor)[3:] if isinstance(minor, int) else minor


def moment(name, value):
    """Return the moment a claim counts in seconds, in words, or nothing when it counts none."""
    if name not in MOMENTS or not isinstance(value, int | float):
        return ""
    form = "%d/%m/%Y %H:%M:%S UTC" if language() == "pt-BR" else "%Y-%m-%d %H:%M:%S UTC"
    return datetime.fromtimestamp(value, UTC).strftime(form)
