"""How the recovery of an account without factors reads to a person."""

from app.auth.recoveries import waiting
from app.foundation import clock, masks, words


def moment(at):
    """Return the day and the hour of ``at``."""
    return words.t("mail.when", day=words.date(at), time=words.time(at))


def ways(contacts):
    """Return ``(channel, contact)`` of each of the ``contacts``, a part of it hidden."""
    hidden = {"email": masks.email, "sms": masks.phone}
    return [(each.channel, hidden[each.channel](each.where)) for each in contacts]


def alert(user_id):
    """Return the sentence for who is signed in while somebody recovers the account, or None."""
    recovery = waiting.live(user_id)
    if recovery is None:
        return None
    if recovery.asked_by:
        return words.t("lost.alert_asked", when=moment(recovery.opens_at))
    if recovery.is_open(clock.now()):
        return words.t("lost.alert_open", until=moment(recovery.closes_at))
    return words.t("lost.alert_waiting", when=moment(recovery.opens_at))
