"""Files of people: a bad line is told by itself, a bad file before anything is written."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.auth.import_commands import reading, tables
from app.auth.import_commands.reading import Unusable

HEAD = "email,name,email_verified,roles\r\n"


@pytest.fixture
def read(tmp_path):
    """Survey the file that says this, and read its lines: ``read("csv", text or bytes)``."""

    def all_of(kind, said, delimiter=","):
        path = tmp_path / "people"
        path.write_bytes(said if isinstance(said, bytes) else said.encode())
        count = reading.survey(path, kind, delimiter)
        found = list(reading.lines(path, kind, delimiter))
        assert count == len(found)
        return found

    return all_of


def told(lines):
    return [(line.number, line.told or line.fault) for line in lines]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_json_lines_are_read_with_or_without_a_mark_however_they_end(read, mark, end):
    said = f'{mark}{{"email": "ána@example.com", "cpf": null}}{end}{end}{{"email": "b@b.co"}}'

    assert told(read("jsonl", said)) == [
        (1, {"email": "ána@example.com"}),
        (3, {"email": "b@b.co"}),
    ]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_with_quotes_that_hold_ends_of_lines(read, mark, end):
    body = 'a@b.co,"Ana ""Bia""\nSouza",TRUE,support user\nc@d.co,,0,\n'
    said = f"{mark}{HEAD.strip()}\n{body}".replace("\n", end)

    found = told(read("csv", said))

    ana = {"email": "a@b.co", "name": f'Ana "Bia"{end}Souza', "email_verified": True}
    assert found == [
        (2, ana | {"roles": ["support", "user"]}),
        (4, {"email": "c@d.co", "email_verified": False}),
    ]


def test_csv_may_be_divided_by_something_else_when_that_is_said(read):
    assert told(read("csv", "email;cpf\na@b.co;1\n", delimiter=";")) == [
        (2, {"email": "a@b.co", "cpf": "1"})
    ]


@pytest.mark.parametrize(
    ("kind", "said", "why"),
    [
        ("csv", "email;cpf\na@b.co;1\n", "The columns seem to be divided by ';'"),
        ("csv", "email,shoe_size\n", "Unknown columns: shoe_size."),
        ("csv", "email,ana@b.co\n", "Unknown columns: 1 that cannot be told."),
        ("csv", "ana@b.co,Ana\n", "The first line must name the columns, email among them."),
        ("csv", "email,email\n", "A column is there twice."),
        ("csv", "email,name\n", "There is nobody in the file."),
        ("csv", "", "There is nobody in the file."),
        ("csv", "email,name\n\n".encode("utf-16"), "The file is UTF-16"),
        ("jsonl", "", "There is nobody in the file."),
        ("jsonl", "\n \n", "There is nobody in the file."),
        ("jsonl", '{"email": "a@b.co"}\n{"shoe_size": 41}\n', "Unknown members: shoe_size."),
        ("jsonl", '{"email": "a@b.co"}'.encode("utf-16"), "The file is UTF-16"),
    ],
)
def test_a_file_that_is_none_is_told_before_anything_is_written(read, kind, said, why):
    with pytest.raises(Unusable) as refused:
        read(kind, said)

    assert str(refused.value).startswith(why)


HUGE = "x" * 3 * tables.LONGEST


@pytest.mark.parametrize(
    ("kind", "bad", "fault"),
    [
        ("jsonl", "{", reading.NOT_JSON),
        ("jsonl", "[1]", reading.NOT_JSON),
        ("jsonl", '{"email": "a@b.co", "email": "c@d.co"}', reading.NOT_JSON),
        ("jsonl", "[" * 10_000, reading.NOT_JSON),
        ("jsonl", '{"cpf": %s}' % ("9" * 10_000), reading.NOT_JSON),
        ("jsonl", b'{"name": "S\xe3o"}', reading.NOT_UTF8),
        ("jsonl", f'{{"name": "{HUGE}"}}', reading.TOO_LONG),
        ("csv", f"x@b.co,{HUGE},,", tables.TOO_LONG),
        ("csv", b"x@b.co,S\xe3o,,", tables.NOT_UTF8),
        ("csv", "x@b.co", tables.OTHER_WIDTH),
        ("csv", 'x@b.co,"Ana"Souza,,', tables.NOT_CSV),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_the_next_is_read(read, kind, bad, fault):
    good = json.dumps({"email": "a@b.co"}) if kind == "jsonl" else "a@b.co,,,"
    head = good if kind == "jsonl" else HEAD.strip()
    bad = bad if isinstance(bad, bytes) else bad.encode()

    found = read(kind, b"\n".join([head.encode(), bad, good.encode(), b""]))

    assert told(found)[-2:] == [(2, fault), (3, {"email": "a@b.co"})]


def test_a_quote_that_is_never_closed_is_told_by_the_line_it_begins_on(read):
    found = read("csv", HEAD + 'x@b.co,"Ana,,\n' + "a@b.co,,,\n" * 3)

    assert told(found) == [(2, tables.NOT_CSV)]


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.binary(max_size=200))
def test_any_bytes_are_lines_or_told_to_be_none(read, kind, said):
    try:
        read(kind, HEAD.encode() + said if kind == "csv" else said)
    except Unusable:
        return
