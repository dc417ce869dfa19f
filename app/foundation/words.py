"""Words for people: one catalogue a language, chosen anew for each request.

A catalogue is a TOML file named after its language; its nested keys are joined by dots. Every
text a person reads comes from there, so a language is complete or its test fails.
"""

import tomllib
from contextlib import contextmanager
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import urlsplit

from babel import Locale, dates, numbers
from flask import current_app, g, request
from markupsafe import Markup

PLURAL_FORMS = {"zero", "one", "two", "few", "many", "other"}  # CLDR, UTS #35 part 3 §5
CHOSEN_DAYS = 365
MOST_WISHES = 8


class Catalogue:
    """The texts of one language, by key."""

    def __init__(self, path):
        self.language = path.stem
        self.texts = dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))

    @cached_property
    def locale(self):
        """How this language writes dates, numbers and plurals (CLDR, by Babel)."""
        return Locale.parse(self.language, sep="-")

    def find(self, key, number):
        """Return the text of ``key``, in the plural form that ``number`` asks for.

        Raises KeyError: when the catalogue has no such key.
        """
        text = self.texts[key]
        if isinstance(text, str):
            return text
        return text.get(self.locale.plural_form(number), text["other"])


@cache
def _catalogue(path, _changed_at):
    """Read once for all the applications of a process."""
    return Catalogue(path)


class Words:
    """The catalogues of an app, and the language that is spoken when none is asked for."""

    def __init__(self, folder, default):
        paths = sorted(Path(folder).glob("*.toml"))
        found = (_catalogue(path, path.stat().st_mtime_ns) for path in paths)
        self.catalogues = {each.language: each for each in found}
        self.default = self.catalogues[default].language

    def best(self, tags):
        """Return our language for the first of ``tags`` we have any of, or None (RFC 4647 §3.4).

        Another region's is better than none: *pt-PT* finds *pt-BR*.
        """
        ours = [(language.lower(), language) for language in self.catalogues]
        for tag in map(str.lower, tags):
            for near in (tag, tag.partition("-")[0]):
                found = next((name for low, name in ours if f"{low}-".startswith(f"{near}-")), None)
                if found:
                    return found
        return None


def init_app(app, folder, default):
    """Read the catalogues in ``folder`` and give templates their words."""
    app.extensions["words"] = Words(folder, default)
    app.jinja_env.globals.update(t=t, known=known, locale=locale, languages=languages)
    app.jinja_env.tests["known_message"] = known


def t(key, **values):
    """Return the text of ``key`` in this request's language, with ``values`` filled in.

    A value ``n`` chooses the plural form. A value that is markup makes the answer markup, in
    which everything else has been escaped.

    Raises KeyError: for an unknown key, or a value that the text needs and was not given.
    """
    text = _speaking().find(key, values.get("n"))
    if any(hasattr(value, "__html__") for value in values.values()):
        text = Markup.escape(text)
    return text.format(**values)


def known(key):
    """Is there a text for ``key``?"""
    return key in _speaking().texts


@contextmanager
def spoken_as(language):
    """Speak ``language``, one of ours, in the block, whoever asks; no request is needed there."""
    before = g.get("spoken")
    g.spoken = language
    try:
        yield
    finally:
        g.spoken = before


def locale():
    """Return the language of this request (OIDC Core §3.1.2.1, ``ui_locales``).

    What the address asks for, then what the journey asked for (``g.ui_locales``), then what this
    browser chose before, then what it accepts, then the institution's own.
    """
    if g.get("spoken"):
        return g.spoken
    words = current_app.extensions["words"]
    for wish in (request.args.get("ui_locales"), g.get("ui_locales"), _chosen_before()):
        found = wish and words.best(wish.split()[:MOST_WISHES])
        if found:
            return found
    accepted = [tag for tag, quality in request.accept_languages if quality > 0]
    return words.best(accepted[:MOST_WISHES]) or words.default


def languages():
    """Return the other languages, as pairs of tag and own name."""
    here = locale()
    return [(tag, name) for tag, name in every_language() if tag != here]


def every_language():
    """Return every language, as pairs of tag and own name."""
    catalogues = current_app.extensions["words"].catalogues.values()
    return [(c.language, c.find("language.name", 1)) for c in catalogues]


def best(tag):
    """Return our language for ``tag``, or None when it is none of ours."""
    return current_app.extensions["words"].best([tag]) if tag else None


def remember(answer):
    """Keep in this browser the language that the address asked for; return ``answer``."""
    if "ui_locales" in request.args:
        seconds = CHOSEN_DAYS * 86400
        answer.set_cookie(
            cookie_name(), locale(), seconds, secure=_secure(), httponly=True, samesite="Lax"
        )
    return answer


def cookie_name():
    """Return the name of the language cookie; on loopback http it carries the port."""
    issuer = urlsplit(current_app.config["ISSUER"])
    return "__Host-locale" if _secure() else f"locale_{issuer.port or 80}"


def date(moment):
    """Return the day of ``moment`` where the institution is, such as 20/11/2026."""
    return _written(moment, "format.date")


def day(date):
    """Return a calendar day, in no time zone, such as 15/01/1990."""
    spoken = _speaking()
    return dates.format_date(date, spoken.find("format.date", 1), locale=spoken.locale)


def month(first, *, short=False):
    """Return the month of the day ``first``: *novembro de 2026*, or in short *nov.*"""
    spoken = _speaking()
    pattern = spoken.find("format.month_short" if short else "format.month", 1)
    return dates.format_date(first, pattern, locale=spoken.locale)


def time(moment):
    """Return the hour of ``moment`` where the institution is, such as 14:35."""
    return _written(moment, "format.time")


def when(moment, now):
    """Return day and hour as said on the day of ``now``: *hoje, 08:02* or *12 nov., 19:40*."""
    day, today = (each.astimezone(_zone()).date() for each in (moment, now))
    if day == today:
        return t("format.today", time=time(moment))
    written = _written(moment, "format.day") if day.year == today.year else date(moment)
    return t("format.day_and_time", day=written, time=time(moment))


def ago(moment, now):
    """Return how long before ``now`` it was, such as *há 20 minutos*."""
    spoken = _speaking().locale
    return dates.format_timedelta(moment - now, add_direction=True, locale=spoken, threshold=1)


def zone_name():
    """Return the institution's time zone in words, such as *Horário de Brasília*."""
    return dates.get_timezone_name(_zone(), locale=_speaking().locale, zone_variant="generic")


def money(amount_minor, currency):
    """Return ``amount_minor`` whole minor units as people write them, such as R$ 1.250,00."""
    places = numbers.get_currency_precision(currency)
    amount = Decimal(amount_minor).scaleb(-places)
    return numbers.format_currency(amount, currency, locale=_speaking().locale)


def decimal(number):
    """Return ``number`` with two places, as people write it, such as 4,50."""
    return numbers.format_decimal(number, "0.00", locale=_speaking().locale)


def _speaking():
    return current_app.extensions["words"].catalogues[locale()]


def _written(moment, pattern):
    spoken = _speaking()
    local = moment.astimezone(_zone())
    return dates.format_datetime(local, spoken.find(pattern, 1), locale=spoken.locale)


def _zone():
    return dates.get_timezone(current_app.config["TIME_ZONE"])


def _chosen_before():
    return request.cookies.get(cookie_name())


def _secure():
    return current_app.config["ISSUER"].startswith("https:")


def _flat(table, prefix=""):
    for name, value in table.items():
        if isinstance(value, dict) and not set(value) <= PLURAL_FORMS:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
