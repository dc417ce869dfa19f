"""What an agent's till may pay out: at once, and in a day."""

from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Date, bindparam, text

from app.bank.database import db
from app.foundation import clock
from app.foundation.problems import Problem

_COUNT = text(
    "INSERT INTO atm_agent_days (terminal_id, day, paid_minor)"
    " SELECT till.id, :day, :amount FROM atm_terminals AS till"
    " WHERE till.id = :terminal AND till.deed_limit_minor >= :amount"
    " AND till.day_limit_minor >= :amount"
    " ON CONFLICT (terminal_id, day) DO UPDATE"
    " SET paid_minor = atm_agent_days.paid_minor + excluded.paid_minor"
    " WHERE atm_agent_days.paid_minor + excluded.paid_minor <="
    " (SELECT day_limit_minor FROM atm_terminals WHERE id = :terminal) RETURNING paid_minor"
).bindparams(bindparam("day", type_=Date))
_GIVE_BACK = text(
    "UPDATE atm_agent_days SET paid_minor = paid_minor - :amount"
    " WHERE terminal_id = :terminal AND day = :day AND paid_minor >= :amount"
).bindparams(bindparam("day", type_=Date))


class AgentLimit(Problem):
    """The agent may not pay out so much, at once or today."""

    code = "agent_limit"
    status = 422
    description = "This agent may not pay out so much. The voucher is good elsewhere."


def count(terminal_id, amount_minor):
    """Count ``amount_minor`` towards what an agent's till may pay out.

    One conditional statement: of many at once, those beyond the limit are refused. Asked, as
    :func:`give_back` is, under the locks of the wallets. Raises AgentLimit.
    """
    counted = {"terminal": terminal_id, "day": _day(clock.now()), "amount": amount_minor}
    if db.session.execute(_COUNT, counted).first() is None:
        raise AgentLimit


def give_back(terminal_id, amount_minor, moment):
    """What was counted at ``moment`` was not paid out."""
    counted = {"terminal": terminal_id, "day": _day(moment), "amount": amount_minor}
    db.session.execute(_GIVE_BACK, counted)


def _day(moment):
    return moment.astimezone(ZoneInfo(current_app.config["TIME_ZONE"])).date()
