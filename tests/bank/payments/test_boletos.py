"""Boletos: both kinds, typed and scanned, and every slip of a digit that their schemes promise."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.payments.boletos import reading
from app.bank.payments.boletos.boleto import InvalidBarcode
from tests.bank.payments.boletos_made import (
    double_and_add,
    eleven,
    of_bank,
    of_collection,
    weigh,
)
from tests.support.marks import mission

TODAY = date(2026, 11, 22)
amounts = st.integers(1, 10**10 - 1)
banks = st.from_regex(r"[0-79][0-9]{2}", fullmatch=True)
free = st.from_regex(r"[0-9]{25}", fullmatch=True)
days = st.dates(TODAY - timedelta(days=3000), TODAY + timedelta(days=5000))
rests = st.from_regex(r"[0-9]{29}", fullmatch=True)


def refused(read, written):
    """Return in which part, or None when it is taken."""
    try:
        read(written, TODAY)
    except InvalidBarcode as invalid:
        return invalid.part
    return None


def slipped(digits, place, by):
    """Return ``digits`` with one of them changed."""
    return digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]


@mission("S103")
@given(amounts, days, banks, free)
def test_a_banks_boleto_says_the_same_typed_and_scanned(amount, due, bank, rest):
    barcode, line = of_bank(amount, due, bank, rest)

    scanned, typed = reading.barcode(barcode, TODAY), reading.line(line, TODAY)

    assert scanned == typed
    assert (typed.barcode, typed.line) == (barcode, line)
    assert (typed.amount_minor, typed.due_date) == (amount, due)


@given(st.integers(1, 10**11 - 1), st.sampled_from("12345679"), st.sampled_from("68"), rests)
def test_a_boleto_of_collection_says_the_same_typed_and_scanned(amount, segment, kind, rest):
    barcode, line = of_collection(amount, segment, kind, rest)

    scanned, typed = reading.barcode(barcode, TODAY), reading.line(line, TODAY)

    assert scanned == typed
    assert (typed.barcode, typed.line, typed.amount_minor) == (barcode, line, amount)


def test_a_line_that_many_know_is_read_as_they_know_it():
    found = reading.line("00190.50095 40144.816069 06809.350314 3 37370000000100", TODAY)

    assert found.barcode == "00193373700000001000500940144816060680935031"
    assert (found.amount_minor, found.payee) == (100, "Banco do Brasil")


def test_a_line_is_printed_as_papers_do():
    _, ours = of_collection()

    assert reading.grouped("00190500954014481606906809350314337370000000100") == (
        "00190.50095 40144.816069 06809.350314 3 37370000000100"
    )
    assert reading.line(reading.grouped(ours), TODAY).line == ours


@mission("S103")
@given(amounts, free, st.integers(1, 31), st.integers(1, 9))
def test_every_slip_in_the_three_fields_of_a_line_is_told_of(amount, rest, place, by):
    _, line = of_bank(amount, free=rest)
    number = 1 + (place > 9) + (place > 20)

    assert refused(reading.line, slipped(line, place, by)) == f"field_{number}"


@given(amounts, free, st.integers(1, 43), st.integers(1, 9))
def test_a_slip_in_a_barcode_is_told_of_where_modulo_11_promises_it(amount, rest, place, by):
    barcode, _ = of_bank(amount, free=rest)
    wrong = slipped(barcode, place, by)
    before, after = (weigh(each[:4] + each[5:]) for each in (barcode, wrong))
    unseen = {before, after} <= {0, 1, 10} and place not in {3, 4}  # all of these are written 1

    assert (refused(reading.barcode, wrong) in {None, "due_date"}) == unseen


@given(st.integers(1, 10**11 - 1), rests, st.integers(0, 47), st.integers(1, 9))
def test_every_slip_in_a_line_of_collection_by_modulo_10_is_told_of(amount, rest, place, by):
    _, line = of_collection(amount, rest=rest)

    assert refused(reading.line, slipped(line, place, by)) is not None


@given(st.integers(1, 10**11 - 1), rests, st.integers(3, 47), st.integers(1, 9))
def test_a_slip_in_a_line_of_collection_by_modulo_11_is_told_of_where_promised(
    amount, rest, place, by
):
    _, line = of_collection(amount, kind="8", rest=rest)
    wrong = slipped(line, place, by)
    blocks = [wrong[start : start + 12] for start in range(0, 48, 12)]
    barcode = "".join(block[:-1] for block in blocks)
    agree = all(eleven(block[:-1]) == int(block[-1]) for block in blocks)
    agree = agree and eleven(barcode[:3] + barcode[4:]) == int(barcode[3])

    assert (refused(reading.line, wrong) is None) == agree


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        (date(2025, 2, 21), "9999"),
        (date(2025, 2, 22), "1000"),
        (date(2026, 11, 22), "1638"),
        (date(2022, 5, 29), "9000"),
    ],
)
def test_the_due_dates_factor_begins_again_in_february_2025(day, factor):
    barcode, _ = of_bank(due=day)

    assert barcode[5:9] == factor
    assert reading.barcode(barcode, TODAY).due_date == day


def test_without_a_factor_there_is_no_due_date():
    assert reading.barcode(of_bank(due=None)[0], TODAY).due_date is None


@pytest.mark.parametrize(
    ("read", "written", "part"),
    [
        (reading.barcode, "1" * 43, "length"),
        (reading.line, "1" * 46, "length"),
        (reading.line, "1" * 48, "length"),
        (reading.line, "8" * 47, "length"),
        (reading.barcode, "0" * 44, "currency"),
        (reading.barcode, "x" * 44, "digits"),
        (reading.barcode, "١" * 44, "digits"),
        (reading.barcode, "", "digits"),
        (reading.barcode, "8201" + "0" * 40, "value_kind"),
        (reading.barcode, "8061" + "0" * 40, "segment"),
    ],
)
def test_what_is_no_boleto_is_told_by_its_part(read, written, part):
    assert refused(read, written) == part


def test_a_reference_is_no_amount():
    barcode, _ = of_collection(kind="7")

    assert reading.barcode(barcode, TODAY).amount_minor is None


def test_the_rules_of_the_tests_are_those_on_paper():
    """Worked by hand: 2·4 + 1·3 + 2·2 + 1·1 = 16, so 4; and 2·4 + 3·3 + 4·2 + 5·1 = 30, so 8."""
    assert double_and_add("1234") == 4
    assert weigh("1234") == 30 % 11
