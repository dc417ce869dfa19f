"""A frozen wallet: nothing leaves it."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.marks import abuse


def run(bank, *arguments):
    return bank.app.test_cli_runner().invoke(args=["wallets", *arguments])


@abuse("F-19")
def test_nothing_leaves_a_frozen_wallet_and_money_still_comes_in(generous):
    maria, joana = generous.person(money=1_000), generous.person(money=1_000)

    assert run(generous, "freeze", maria).exit_code == 0

    refused = generous.transfer(maria, joana, 1)
    assert (refused.status_code, refused.json["code"]) == (403, "wallet_frozen")
    assert generous.transfer(joana, maria, 500).status_code == 201
    assert generous.available(maria) == 1_500
    run(generous, "thaw", maria)
    assert generous.transfer(maria, joana, 1).status_code == 201


@abuse("F-19")
def test_no_money_leaves_after_the_freezing_is_kept(generous):
    maria, joana = generous.person(money=100_000), generous.person(money=1)

    with ThreadPoolExecutor(20) as pool:
        orders = [pool.submit(generous.transfer, maria, joana, 1) for _ in range(60)]
        assert run(generous, "freeze", maria).exit_code == 0
        left = generous.available(maria)
        for order in orders:
            assert order.result().status_code in {201, 403}

    assert generous.available(maria) == left


def test_who_has_no_wallet_has_none_to_freeze(bank):
    refused = run(bank, "freeze", "nobody")

    assert refused.exit_code == 1
    assert "no wallet" in refused.output
