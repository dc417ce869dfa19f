"""The signals, one by one, over cases; and what they weigh together."""

from datetime import UTC, datetime, timedelta

import pytest

from app.auth.risk import assessment, signals
from app.auth.risk.facts import Facts
from app.auth.risk.places import Place
from tests.support.marks import abuse, asvs, mission

NOON = datetime(2026, 11, 20, 15, tzinfo=UTC)
LIMITS = {
    "RISK_FAILED_TRIES": 5,
    "RISK_ACCOUNTS_PER_ADDRESS": 20,
    "RISK_SPEED_KMH": 900,
    "RISK_HABIT_SIGN_INS": 10,
}
RECIFE = Place("Recife", "BR", -8.05, -34.9)
SAO_PAULO = Place("São Paulo", "BR", -23.55, -46.63)
OLINDA = Place("Olinda", "BR", -8.01, -34.85)


def facts(**told):
    known = {"at": NOON, "hour": 12, "limits": LIMITS}
    return Facts(**known | {"device_known": True, "network_known": True} | told)


def names(told):
    return [signal.name for signal in signals.SIGNALS if signal.applies(told)]


def ago(**span):
    return NOON - timedelta(**span)


@asvs("8.2.4")
@mission("S83")
@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({}, []),
        ({"device_known": False}, ["new_device"]),
        ({"network_known": False}, ["new_network"]),
        ({"is_first": True, "device_known": False, "network_known": False}, []),
        ({"failed": 4}, []),
        ({"failed": 5}, ["many_failures"]),
        ({"others": 19}, []),
        ({"others": 20}, ["many_people"]),
        ({"hours": (9, 10, 11) * 4}, []),
        ({"hours": (0, 1, 2) * 4}, ["odd_hour"]),
        ({"hours": (0, 1, 2) * 3}, []),  # too few to be a habit
        ({"hours": (14,) * 12}, []),
        ({"hours": (15,) * 12}, ["odd_hour"]),
        ({"hour": 23, "hours": (1,) * 12}, []),  # over midnight
        ({"place": RECIFE, "before": (SAO_PAULO, ago(hours=1))}, ["impossible_travel"]),
        ({"place": RECIFE, "before": (SAO_PAULO, ago(hours=4))}, []),
        ({"place": OLINDA, "before": (RECIFE, ago(seconds=0))}, []),
        ({"place": None, "before": (RECIFE, ago(hours=1))}, []),
        ({"place": RECIFE, "before": None}, []),
    ],
)
def test_each_signal_has_its_cases(told, found):
    assert names(facts(**told)) == found


STRANGE = {"device_known": False, "network_known": False}


@mission("S83")
@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({}, "allow"),
        ({"network_known": False}, "allow"),
        ({"device_known": False}, "notify"),
        (STRANGE, "notify"),
        (STRANGE | {"failed": 5}, "step_up"),
        (STRANGE | {"failed": 5, "others": 20}, "step_up"),
        (STRANGE | {"failed": 5, "others": 20, "hours": (0,) * 12}, "step_up"),
        (
            STRANGE
            | {"failed": 5, "others": 20, "hours": (0,) * 12}
            | {"place": RECIFE, "before": (SAO_PAULO, ago(hours=1))},
            "block",
        ),
    ],
)
def test_together_they_weigh(auth_context, told, verdict):
    assert assessment.weigh(facts(**told)).verdict == verdict


@abuse("L-09")
@pytest.mark.parametrize("failed", [5, 100])
def test_from_a_known_device_nobody_is_shut_out(auth_context, failed):
    worst = {"network_known": False, "failed": failed, "others": 1000, "hours": (0,) * 12}

    assert assessment.weigh(facts(**worst)).verdict == "notify"
    moved = worst | {"place": RECIFE, "before": (SAO_PAULO, ago(hours=1))}
    assert assessment.weigh(facts(**moved)).verdict == "step_up"


def test_what_the_record_says_names_the_signals_alone(auth_context):
    weighed = assessment.weigh(facts(**STRANGE))

    assert weighed.told() == {"risk": "notify", "reasons": ["new_device", "new_network"]}
    assert assessment.weigh(facts()).told() == {}


@pytest.fixture
def database_kind():
    """No rule here asks the database."""
    return "sqlite"
