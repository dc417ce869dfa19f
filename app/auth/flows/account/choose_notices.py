"""By which channels a person hears of their money: a browser found open must not silence that."""

from app.auth.accounts import lookup
from app.auth.audit import events, trail
from app.auth.flows.factors import step_up
from app.auth.notifications import choices, post, subscriptions


def reaches(user):
    """Return the channels by which the person can be told something now."""
    return post.reaches(user, subscriptions.of(user.id))


def choose(wanted):
    """Keep what who is here wants: kind → channel → yes or no, all of them.

    Raises NotFresh. Raises choices.Silent.
    """
    user = lookup.held(step_up.require_fresh().user_id)
    if wanted != choices.of(user.id):
        choices.keep(user.id, wanted, reaches(user))
        trail.record(events.NOTICES_CHOSEN, actor=user.sub, subject=user.sub)
