"""Figures of use, trends and monthly statements; months are those of the bank's time zone."""

from datetime import UTC, datetime

import pytest

from tests.bank.reports.test_export import read
from tests.support.marks import mission


@pytest.fixture
def year(reports, held_clock):
    """Maria's year: what she got and sent, the last of it seconds before a month ended there."""
    bank = reports.bank
    held_clock.move_to(datetime(2026, 8, 10, 12, tzinfo=UTC))
    maria, joana = bank.person(money=100_000), bank.person(money=100_000)
    for moment, whose, to, amount in (
        (datetime(2026, 9, 5, 12, tzinfo=UTC), maria, joana, 10_000),
        (datetime(2026, 10, 1, 2, 59, 59, tzinfo=UTC), maria, joana, 5_000),  # September there
        (datetime(2026, 10, 1, 3, tzinfo=UTC), joana, maria, 2_000),
        (datetime(2026, 11, 1, 2, 30, tzinfo=UTC), maria, joana, 40_000),  # October there
        (datetime(2026, 11, 20, 12, tzinfo=UTC), maria, joana, 700),
    ):
        held_clock.move_to(moment)
        bank.transfer(whose, to, amount)
    return maria


@mission("S113", "S115")
def test_use_is_counted_by_month_kind_and_direction(reports, year):
    told = reports.ask(year, "usage", from_="2026-08", to="2026-10").json

    august, september, october = told["months"]
    assert (august["month"], august["in"]) == ("2026-08", {"count": 1, "amount": 100_000})
    assert september["out"] == {"count": 2, "amount": 15_000}
    assert october["byType"] == [
        {"type": "transfer", "direction": "out", "count": 1, "amount": 40_000},
        {"type": "transfer", "direction": "in", "count": 1, "amount": 2_000},
    ]


@mission("S115")
def test_without_a_wish_a_year_of_use_is_told(reports, year):
    months = reports.ask(year, "usage").json["months"]

    assert [each["month"] for each in months] == [
        "2025-12", *(f"2026-{month:02}" for month in range(1, 12))
    ]  # fmt: skip
    assert sum(each["out"]["count"] for each in months) == 4


@mission("S115")
def test_a_trend_tells_what_came_what_went_and_what_was_left(reports, year):
    told = reports.ask(year, "trends", by="month", periods=4).json

    series = [[point[name] for name in ("in", "out", "balance")] for point in told["series"]]
    assert series == [
        [100_000, 0, 100_000],
        [0, 15_000, 85_000],
        [2_000, 40_000, 47_000],
        [0, 700, 46_300],
    ]
    assert [point["complete"] for point in told["series"]] == [True, True, True, False]
    assert told["average"] == {"in": 34_000, "out": 18_333}
    assert told["change"] == {
        "period": "2026-10",
        "against": "2026-09",
        "in": {"amount": 2_000, "percent": None},
        "out": {"amount": 25_000, "percent": 166.7},
        "balance": {"amount": -38_000, "percent": -44.7},
    }


@mission("S115")
def test_weeks_begin_on_monday(reports, year):
    told = reports.ask(year, "trends", by="week", periods=3).json

    _, before, now = told["series"]
    assert (before["period"], now["period"]) == ("2026-W46", "2026-W47")
    assert now["from"] == "2026-11-16T03:00:00.000Z"
    assert (now["out"], now["balance"], told["change"]["against"]) == (700, 46_300, "2026-W45")


def test_figures_of_a_wallet_that_is_none_are_nothing(reports):
    maria = reports.bank.person()

    trend = reports.ask(maria, "trends").json
    statement = reports.ask(maria, "statements", more="/2026-11").json

    assert (len(trend["series"]), trend["average"], trend["change"]) == (12, None, None)
    assert (statement["opening"], statement["closing"], statement["items"]) == (0, 0, [])


@mission("S113")
def test_a_statement_goes_from_what_there_was_to_what_was_left(reports, year):
    told = reports.ask(year, "statements", more="/2026-10").json

    assert (told["month"], told["opening"], told["closing"]) == ("2026-10", 85_000, 47_000)
    assert (told["from"], told["to"]) == ("2026-10-01T03:00:00.000Z", "2026-11-01T03:00:00.000Z")
    assert [item["balanceAfter"] for item in told["items"]] == [87_000, 47_000]
    assert (told["in"]["amount"], told["out"]["amount"]) == (2_000, 40_000)


@mission("S113")
def test_a_statement_goes_on_page_by_page(reports, year):
    first = reports.ask(year, "statements", more="/2026-09", limit=1).json
    second = reports.ask(year, "statements", more="/2026-09", limit=1, cursor=first["next"]).json

    amounts = [page["items"][0]["amount"] for page in (first, second)]
    balances = [page["items"][0]["balanceAfter"] for page in (first, second)]
    assert (amounts, balances, second["next"]) == ([10_000, 5_000], [90_000, 85_000], None)


@mission("S113", "S114")
def test_a_statement_as_a_file_begins_and_ends_with_the_balance(reports, year):
    answer = reports.ask(year, "statements", more="/2026-11", format="csv")

    assert 'filename="statement-2026-11.csv"' in answer.headers["Content-Disposition"]
    rows = [
        (row["createdAt"], row["type"], row["out"], row["balanceAfter"]) for row in read(answer)
    ]
    assert rows == [
        ("2026-11-01 00:00:00", "opening", "", "470,00"),
        ("2026-11-20 09:00:00", "transfer", "7,00", "463,00"),
        ("2026-11-20 09:00:00", "closing", "", "463,00"),
    ]


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "1999-01", "now", "2026-11-01", "0000-00"])
def test_a_month_that_is_none_is_not_there(reports, month):
    answer = reports.ask(reports.bank.person(), "statements", more=f"/{month}")

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
