"""The history as a file: whole, in little memory, and harmless in a spreadsheet."""

import csv
import io
import os
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.reports import export
from app.foundation import spreadsheets
from tests.support.marks import asvs, mission

MANY = 1_000_000 if os.environ.get("SOAK") else 20_000
MOST_BYTES = 6 * 2**20  # beside what was in memory before, however many lines there are


def read(answer):
    """Return the rows of a CSV answer as dicts, as a spreadsheet in Brazil reads them."""
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


@asvs("5.4.2")
@mission("S114")
def test_the_file_says_what_the_pages_say(reports, held_clock):
    bank = reports.bank
    maria, joana = bank.person(money=10_000), bank.person(money=500)
    held_clock.shift(60)
    sent = bank.transfer(maria, joana, 1_250, description='Pão; "queijo"\u00a0ção').json

    answer = reports.ask(maria, format="csv")

    assert answer.mimetype == "text/csv"
    assert answer.get_data().startswith("\ufeff".encode())
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="transactions-2026-11-20.csv"'
    )
    assert "no-store" in answer.headers["Cache-Control"]
    out, funded = read(answer)
    assert out == {
        "createdAt": "2026-11-20 09:01:00",  # there, not in UTC
        "type": "transfer",
        "description": 'Pão; "queijo"\u00a0ção',
        "counterparty": joana,
        "in": "",
        "out": "12,50",
        "balanceAfter": "87,50",
        "currency": "BRL",
        "status": "completed",
        "id": sent["transferId"],
    }
    assert (funded["in"], funded["out"], funded["balanceAfter"]) == ("100,00", "", "100,00")


@asvs("1.2.10")
@mission("S114")
@pytest.mark.parametrize(
    "words", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "＝1+1", '=HYPERLINK("http://evil")', "-"]
)
def test_words_that_could_be_a_formula_are_text(reports, words):
    bank = reports.bank
    maria, joana = bank.person(money=10_000), bank.person(money=500)
    bank.transfer(maria, joana, 1, description=words)

    row = read(reports.ask(maria, format="csv"))[0]

    assert row["description"] == f"'{words}"
    assert reports.ask(maria).json["items"][0]["description"] == words


@asvs("1.2.10")
@mission("S114")
@given(st.text(max_size=60))
def test_no_text_at_all_reads_as_a_formula(words):
    shown = spreadsheets.plain(words)

    assert shown.endswith(words)
    assert not shown.strip().startswith(("=", "+", "-", "@"))
    assert shown[:1] not in {"\t", "\r", "\n"}


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [(125_000, "BRL", "1250,00"), (5, "USD", "0,05"), (700, "JPY", "700"), (None, "BRL", "")],
)
def test_amounts_are_written_as_their_currency_is(minor, currency, shown):
    assert export.amount(minor, currency) == shown


def test_the_file_holds_what_was_filtered(reports):
    maria = reports.bank.person(money=50)
    reports.past(maria, 10)

    rows = read(reports.ask(maria, format="csv", type="transfer", direction="out"))

    assert len(rows) == 5
    assert {row["balanceAfter"] for row in rows} == {""}


@mission("S114")
def test_a_large_history_is_sent_in_little_memory(reports):
    """A million lines with ``SOAK=1``."""
    maria = reports.bank.person(money=50)
    reports.ask(maria, format="csv").get_data()  # what the first one loads, it loads for all
    for part in range(0, MANY, 20_000):
        reports.past(maria, min(20_000, MANY - part))

    # What another thread of this process keeps meanwhile can only add: the least is ours.
    lines, peak = min((sent(reports, maria) for _ in range(3)), key=lambda found: found[1])

    assert lines == MANY + 2  # the heading, and the money that came first
    assert peak < MOST_BYTES


def sent(reports, sub):
    """Return how many lines are sent of a history, and the most bytes kept meanwhile."""
    lines = 0
    tracemalloc.start()
    for piece in reports.ask(sub, format="csv").iter_encoded():
        lines += piece.count(b"\r\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return lines, peak


def test_nothing_of_the_database_is_held_while_somebody_reads_slowly(reports):
    maria = reports.bank.person(money=50)
    reports.past(maria, 3_000)
    pool = reports.bank.app.database

    reading = iter(reports.ask(maria, format="csv").iter_encoded())
    next(reading), next(reading)

    with reports.bank.app.app_context():
        assert pool.engine.pool.checkedout() == 0
    assert sum(piece.count(b"\r\n") for piece in reading) == 2_001
