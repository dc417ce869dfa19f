"""Whoever is gone has no key left: their contact leads to nobody, and is kept by nobody."""

import pytest

from app.bank.authority import asking
from app.bank.wallet import forgetting
from tests.bank.wallet.test_contacts import claim, prove
from tests.support.marks import asvs, mission

EMAIL, PHONE = "joana@exemplo.com.br", "+5511987654321"


@pytest.fixture
def joana(bank):
    """Joana, who is paid by two contacts."""
    sub = bank.person(money=1)
    for kind, contact in (("email", EMAIL), ("phone", PHONE)):
        prove(bank, sub, contact)
        claim(bank, sub, {kind: contact})
    return sub


def look(bank):
    """Let the worker look once; return what it did."""
    with bank.app.app_context():
        return forgetting.run_once()


def owners(bank):
    """Whose keys there are."""
    return {row.owner_sub for row in bank.rows("SELECT owner_sub FROM wallet_keys")}


@mission("S100", "S118")
@asvs("14.2.7")
def test_the_keys_of_who_is_gone_go_and_nobody_elses(bank, joana):
    maria = bank.person(money=1_000)
    prove(bank, maria, "maria@exemplo.com.br")
    claim(bank, maria, {"email": "maria@exemplo.com.br"})
    assert look(bank) == {}
    bank.issuer.unknown.add(joana)

    done = bank.app.test_cli_runner().invoke(args=["worker", "--once", "--duty", "owners"])

    assert (done.exit_code, "duty failed" in done.output) == (0, False), done.output
    assert owners(bank) == {maria}
    assert bank.transfer(maria, PHONE, 1).json["code"] == "unknown_payee"
    told = bank.rows("SELECT actor, subject FROM bank_records WHERE event = 'wallet:key:removed'")
    assert [(row.actor, row.subject[:4]) for row in told] == [("system", "wky_")] * 2
    assert look(bank) == {}


def test_all_are_asked_after_in_time_a_few_at_once(bank, joana, monkeypatch):
    monkeypatch.setattr(forgetting, "BATCH", 2)
    people = [bank.person(money=1) for _ in range(4)]
    for number, sub in enumerate(people):
        prove(bank, sub, f"p{number}@exemplo.com.br")
        claim(bank, sub, {"email": f"p{number}@exemplo.com.br"})
    bank.issuer.unknown |= {joana, *people}

    removed = [look(bank) for _ in range(3)]

    assert sum(each["keys_removed"] for each in removed) == 6
    assert owners(bank) == set()


@pytest.mark.parametrize(("status", "told"), [(404, {}), (400, {"code": "not_found"}), (502, {})])
def test_who_is_not_said_to_be_gone_keeps_them(bank, joana, monkeypatch, status, told):
    def ask(*_):
        if status >= 500:
            raise asking.Away
        return status, told

    monkeypatch.setattr(asking, "ask", ask)

    if status >= 500:
        with pytest.raises(asking.Away):
            look(bank)
    else:
        assert look(bank) == {}
    assert owners(bank) == {joana}
