"""An institution's colours: five are given, the rest follow, every pair is measured. Pure.

Given are those that a brand book has and nobody can guess; derived are those that only serve them
(`docs/decisions/0014`). A page's own colours, on which they meet, are the house's.
"""

import re
from typing import NamedTuple

GIVEN = ("action", "action_text", "action_dark", "panel_from", "panel_to")
TEXT, EDGE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11

# What ``palette.css`` calls the house's own colours; a test holds the two together.
HOUSE = {
    "light": {
        "c-bg": "#f3f6f7",
        "c-surface": "#ffffff",
        "c-surface-2": "#f0f4f5",
        "c-text": "#10202a",
        "c-text-2": "#485862",
    },
    "dark": {
        "c-bg": "#0b1317",
        "c-surface": "#121d23",
        "c-surface-2": "#19272e",
        "c-text": "#e9f0f3",
        "c-text-2": "#abbac3",
    },
}
_WHITE, _BLACK = "#ffffff", "#000000"
_PANELS = ("brand-panel-1", "brand-panel-2")
_TEXTS = (
    *((text, "brand-soft") for text in ("c-text", "c-text-2", "brand-link")),
    *(("brand-link", ground) for ground in ("c-bg", "c-surface", "c-surface-2")),
    ("brand-on", "brand-1"),
    ("brand-on", "brand-1-hover"),
    *((text, panel) for text in ("brand-panel-on", "brand-panel-on-2") for panel in _PANELS),
)
_EDGES = (("brand-1", "c-surface"), ("brand-1", "brand-soft"))
_HEX = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_STEPS = 20


class Pair(NamedTuple):
    """Two colours that meet on a page and are too alike, by token and as they are.

    theme: ``light`` or ``dark``; contrast: what they have, of what is ``needed``.
    """

    theme: str
    front: str
    ground: str
    contrast: float
    needed: float

    def __str__(self):
        """Say it in one line, rounded down: what is under its need is never shown as met."""
        has = int(self.contrast * 100) / 100
        return f"{self.theme}: {self.front} on {self.ground} has {has:.2f}, needs {self.needed}"


def read(text):
    """Return a colour as we write it, ``#0a5a50``, or None when ``text`` is none."""
    text = text.strip().lower()
    return text if _HEX.fullmatch(text) else None


def tokens(given):
    """Return the brand's tokens by theme (dict of dicts) for the five ``given`` colours (dict)."""
    return {"light": _light(given), "dark": _dark(given)}


def too_alike(given):
    """Return each :class:`Pair` that the five ``given`` colours would make hard to see."""
    return [
        Pair(theme, front, ground, found, needed)
        for theme, brand in tokens(given).items()
        for pairs, needed in ((_TEXTS, TEXT), (_EDGES, EDGE))
        for front, ground in pairs
        if (found := contrast(*((HOUSE[theme] | brand)[name] for name in (front, ground)))) < needed
    ]


def contrast(one, other):
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, *contrast ratio*)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def sheet(given):
    """Return the style sheet that puts a brand's tokens, and nothing else, over the house's."""
    light, dark = ("".join(f"--{n}:{c};" for n, c in t.items()) for t in tokens(given).values())
    return (
        f"@layer palette{{:root{{{light}}}"
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{dark}}}}}'
        f':root[data-theme="dark"]{{{dark}}}}}\n'
    )


def _light(given):
    action, on = given["action"], given["action_text"]
    away = _BLACK if _luminance(on) > _luminance(action) else _WHITE  # from the text on it
    soft = _mixed(action, HOUSE["light"]["c-surface"], 0.88)
    return {
        "brand-1": action,
        "brand-1-hover": _mixed(action, away, 0.2),
        "brand-on": on,
        "brand-soft": soft,
        "brand-link": _legible(action, _BLACK, [*_grounds("light"), soft]),
        **_panel(given["panel_from"], given["panel_to"]),
    }


def _dark(given):
    action = given["action_dark"]
    soft = _mixed(action, HOUSE["dark"]["c-surface"], 0.85)
    on = _clearer(_mixed(action, _BLACK, 0.85), _WHITE, [action])
    away = _WHITE if on != _WHITE else _BLACK
    return {
        "brand-1": action,
        "brand-1-hover": _mixed(action, away, 0.2),
        "brand-on": on,
        "brand-soft": soft,
        "brand-link": _legible(action, _WHITE, [*_grounds("dark"), soft]),
        **_panel(*(_mixed(given[name], _BLACK, 0.35) for name in ("panel_from", "panel_to"))),
    }


def _panel(one, two):
    on = _clearer(_mixed(one, _BLACK, 0.85), _WHITE, [one, two])
    return {
        "brand-panel-1": one,
        "brand-panel-2": two,
        "brand-panel-on": on,
        "brand-panel-on-2": _mixed(on, one, 0.18),
    }


def _grounds(theme):
    return [HOUSE[theme][name] for name in ("c-bg", "c-surface", "c-surface-2")]


def _clearer(one, other, grounds):
    """Whichever of two can be read better on the worst of ``grounds``."""
    return max(one, other, key=lambda front: min(contrast(front, ground) for ground in grounds))


def _legible(colour, towards, grounds):
    """The nearest to ``colour`` on the way ``towards`` another that can be read on ``grounds``."""
    for step in range(_STEPS + 1):
        nearer = _mixed(colour, towards, step / _STEPS)
        if all(contrast(nearer, ground) >= TEXT for ground in grounds):
            break
    return nearer


def _mixed(colour, other, share):
    """``colour`` with a ``share`` (0 to 1) of ``other`` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(mine + (its - mine) * share):02x}" for mine, its in pairs)


def _luminance(colour):
    red, green, blue = (_light_of(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _light_of(share):
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _channels(colour):
    return [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
