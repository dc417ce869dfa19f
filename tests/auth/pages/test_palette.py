"""Every pair of colours that meets on a page can be read, in both themes (WCAG 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[3] / "static" / "css" / "palette.css").read_text()
STATUSES = ("danger", "warn", "ok", "info")

TEXT = [
    *((text, ground) for text in ("c-text", "c-text-2") for ground in ("c-bg", "c-surface")),
    ("c-text", "c-surface-2"),
    ("c-text-2", "c-surface-2"),
    ("c-text", "brand-soft"),
    ("brand-link", "c-bg"),
    ("brand-link", "c-surface"),
    ("brand-link", "c-surface-2"),
    ("brand-link", "brand-soft"),
    ("c-text-2", "brand-soft"),
    ("brand-on", "brand-1"),
    ("brand-on", "brand-1-hover"),
    *((t, f"brand-panel-{n}") for t in ("brand-panel-on", "brand-panel-on-2") for n in (1, 2)),
    *((f"c-{status}", f"c-{status}-soft") for status in STATUSES),
    *((f"c-{status}", "c-surface") for status in STATUSES),
    *(("c-text", f"c-{status}-soft") for status in STATUSES),
]
EDGES = [
    ("c-border-strong", "c-surface"),
    ("c-border-strong", "c-bg"),
    ("c-border-strong", "c-info-soft"),
    ("c-border-strong", "c-ok-soft"),
    ("c-focus", "c-bg"),
    ("c-focus", "c-surface"),
    ("c-focus", "c-danger-soft"),
    ("brand-1", "c-surface"),
    ("brand-1", "brand-soft"),
    ("c-danger", "c-surface"),
    ("c-danger", "c-bg"),
]


def colours(css):
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", css))


def themes(css):
    """Return the light colours of a style sheet, and the dark ones: by the browser, by choice."""
    by_browser, chosen = css.index("@media"), css.index(':root[data-theme="dark"]')
    return colours(css[:by_browser]), colours(css[by_browser:chosen]), colours(css[chosen:])


LIGHT, BY_BROWSER, CHOSEN = themes(CSS)
DARK = LIGHT | BY_BROWSER


def light(channel):
    share = int(channel, 16) / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(colour):
    red, green, blue = (light(colour[n : n + 2]) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(theme, text, ground):
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen(theme, edge, ground):
    assert contrast(theme[edge], theme[ground]) >= 3


def test_both_themes_name_the_same_colours():
    assert LIGHT.keys() == BY_BROWSER.keys()


def test_the_dark_theme_is_the_same_whoever_chose_it():
    assert BY_BROWSER == CHOSEN
