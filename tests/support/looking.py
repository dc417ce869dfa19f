"""What axe finds on a page, in every look of it that can differ."""

from axe_playwright_python.base import AXE_SCRIPT

COLOURS = ["color-contrast", "link-in-text-block"]  # all that a theme can break
AT_FAULT = """(rules) => axe.run({resultTypes: ["violations"], ...(rules && {runOnly: rules})})
    .then((found) => found.violations.map((fault) => [fault.id, fault.nodes.map((n) => n.target)]))
"""
# What inherits a colour begins its own way to it when that one has arrived.
COME_TO_REST = """new Promise((rest) => {
    let still = 0;
    const look = () => {
        const moving = document.getAnimations().filter((each) => each instanceof CSSTransition);
        moving.forEach((each) => each.finish());
        still = moving.length ? 0 : still + 1;
        still < 3 ? requestAnimationFrame(look) : rest();
    };
    requestAnimationFrame(look);
})"""


def looks(wide, narrow, rules=None):
    """Return ``(width, theme, rules)`` of four looks: colours in all, the rest once a width."""
    return (
        (wide, "light", rules),
        (wide, "dark", COLOURS),
        (narrow, "dark", rules),
        (narrow, "light", COLOURS),
    )


def turn(page, width, theme):
    """Show ``page`` in this width and theme; return when nothing moves any more."""
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme)
    page.evaluate(COME_TO_REST)


def at_fault(page, rules=None):
    """Return each rule that ``page`` breaks, and where; rules: of axe or its tags, else its own."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(AT_FAULT, rules)
