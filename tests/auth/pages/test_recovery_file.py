"""Recovery codes as a file: what was shown, for who saw it, for a while."""

import re

import pytest

from tests.auth.pages.passkeys import ANA, add_passkey, post

CODE = re.compile(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}")
FILE = "/account/recovery-codes/file"


@pytest.fixture
def database_kind():
    """The file has nothing to do with the database."""
    return "sqlite"


@pytest.fixture
def shown(held_clock, browser):
    """Ana's browser, and the page that shows her codes."""
    ana = browser()
    ana.sign_in(ana.open("/account"), ANA)
    return ana, add_passkey(ana)


def download(visitor, page, **form):
    fields = page.forms["codes-file-form"]["fields"] | form
    return visitor.client.post(FILE, data=fields, headers=visitor.headers)


def test_the_codes_that_are_shown_come_as_plain_text_that_nobody_keeps(shown):
    ana, page = shown

    file = download(ana, page)

    assert file.mimetype == "text/plain"
    assert (
        file.headers["Content-Disposition"] == 'attachment; filename="codigos-de-recuperacao.txt"'
    )
    assert file.headers["Cache-Control"] == "no-store"
    assert CODE.findall(file.text) == CODE.findall(page.text)
    assert not CODE.search(page.forms["codes-file-form"]["fields"]["codes"])
    assert download(ana, page).text == file.text


def test_late_or_in_another_session_or_changed_there_is_no_file(shown, browser, held_clock):
    ana, page = shown
    bia = browser()
    bia.sign_in(bia.open("/account"), "bia@exemplo.com.br")
    sealed = page.forms["codes-file-form"]["fields"]["codes"]
    theirs = bia.open("/account")

    assert "codes-draw" not in post(bia, theirs, FILE, codes=sealed).elements
    for changed in ("", "x", "é", sealed[:-8] + "AAAAAAA=", sealed[:40]):
        assert download(ana, page, codes=changed).status_code == 303
    held_clock.shift(900)
    assert download(ana, page).headers["Location"] == "/account/recovery-codes"
