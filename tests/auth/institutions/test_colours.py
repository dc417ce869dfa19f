"""A brand's colours: five given, the others derived, each pair measured by another hand."""

import pytest

from app.auth.institutions import colours
from tests.auth.institutions.aurora import COLOURS
from tests.auth.pages import test_palette as palette
from tests.support.marks import abuse

GROUPS = ((palette.TEXT, 4.5), (palette.EDGES, 3))


def dressed(given):
    """The light and the dark colours of a page under the brand's style sheet."""
    light, by_browser, chosen = palette.themes(colours.sheet(given))
    assert by_browser == chosen
    return palette.LIGHT | light, palette.DARK | chosen


def test_every_pair_of_a_second_banks_brand_can_be_read_in_both_themes():
    for theme in dressed(COLOURS):
        for pairs, needed in GROUPS:
            low = [p for p in pairs if palette.contrast(theme[p[0]], theme[p[1]]) < needed]
            assert low == []
    assert colours.too_alike(COLOURS) == []


def test_the_houses_own_colours_are_those_of_its_palette():
    for ours, theme in (
        (colours.HOUSE["light"], palette.LIGHT),
        (colours.HOUSE["dark"], palette.DARK),
    ):
        assert ours == {name: theme[name] for name in ours}


def test_a_style_sheet_sets_the_brands_tokens_and_no_others():
    tokens = {name for name in palette.LIGHT if name.startswith("brand-")}

    assert set(palette.colours(colours.sheet(COLOURS))) == tokens
    assert all(set(theme) == tokens for theme in colours.tokens(COLOURS).values())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"action": "#ec7000"}, "light: brand-on on brand-1 has 3.05, needs 4.5"),
        ({"action": "#ffef00"}, "light: brand-1 on c-surface has 1.19, needs 3.0"),
        ({"action_text": "#8a5ab5"}, "light: brand-on on brand-1 has 1.98, needs 4.5"),
        ({"action_dark": "#2a2140"}, "dark: brand-1 on c-surface has 1.13, needs 3.0"),
        ({"panel_to": "#f0f0f0"}, "light: brand-panel-on on brand-panel-1 has 1.25, needs 4.5"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_figure(changed, told):
    assert told in [str(pair) for pair in colours.too_alike(COLOURS | changed)]


def test_a_figure_below_its_need_is_never_shown_as_met():
    assert "has 4.49" in str(colours.Pair("light", "a", "b", 4.4999, 4.5))


@abuse("B-05")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "red",
        "#fff",
        "#12345g",
        "#0a5a50;",
        "#0a5a50}body{display:none",
        "#0a5a5٠",
        "#0a5a50\n#",
        "url(x)",
    ],
)
def test_what_is_no_colour_is_none(text):
    assert colours.read(text) is None


def test_a_colour_is_kept_as_we_write_it():
    assert colours.read(" #0A5A50 ") == "#0a5a50"
