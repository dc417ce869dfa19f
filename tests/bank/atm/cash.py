"""What people's apps and terminals ask of the room, by hand."""

import json
import uuid

from tests.bank.approving import approved

SCOPE = "wallet:read wallet:transfer atm:withdraw"
NETWORK, OTHER = "cli_network", "cli_another_network"


class Cash:
    """A bank as those who order cash and those who pay it out see it."""

    def __init__(self, bank):
        self.bank = bank

    def ask(self, path, body=None, *, key=None, **claims):
        """Send ``body`` (or GET without one) with a token of ``claims``."""
        shown = {"Authorization": f"Bearer {self.bank.token(**{'scope': SCOPE} | claims)}"}
        shown |= {"Idempotency-Key": key} if key else {}
        client = self.bank.app.test_client()
        if body is None:
            return client.get(path, headers=shown)
        return client.post(path, json=body, headers=shown)

    def order(self, sub, amount=10_000, channel="atm", key=None, **more):
        """Order cash as an app whose token has no approval, unless ``more`` brings one."""
        claims = {name: more.pop(name) for name in ("acr", "authorization_details") if name in more}
        body = {"amount": amount, "channel": channel} | more
        return self.ask(
            "/atm/withdrawal-request", body, sub=sub, key=key or uuid.uuid4().hex, **claims
        )

    def voucher(self, sub, amount=10_000, channel="atm", **more):
        """Order cash, approve it, and return what the app is answered."""
        challenge = self.order(sub, amount, channel, **more)
        answer = self.order(sub, amount, channel, **more, **approved(challenge))
        assert answer.status_code == 201, answer.json
        return answer.json

    def show(self, sub, withdrawal_id):
        """Ask how a withdrawal stands."""
        return self.ask(f"/atm/withdrawals/{withdrawal_id}", sub=sub)

    def cancel(self, sub, withdrawal_id):
        """Cancel one."""
        return self.ask(f"/atm/withdrawals/{withdrawal_id}/cancel", {}, sub=sub)

    def terminal(self, terminal_id="ATM-1", *, client_id=NETWORK, kind="atm", **limits):
        """Add a terminal as the operator does; return its id."""
        options = [part for name, value in limits.items() for part in (f"--{name}", str(value))]
        names = ["--name", "Caixa 1", "--place", "Av. Paulista, 1000", "--id", terminal_id]
        told = self.run("terminals", "add", client_id, "--kind", kind, *names, *options)
        return told[0]["terminal"]

    def validate(self, token, terminal="ATM-1", *, client_id=NETWORK, key=None, **more):
        """Show ``token`` at ``terminal``, as its client does."""
        body = {"token": token, "terminalId": terminal} | more
        return self.machine("/atm/validate-token", body, client_id, key=key)

    def dispense(self, dispense_id, outcome, terminal="ATM-1", *, client_id=NETWORK):
        """Report what became of the cash."""
        body = {"dispenseId": dispense_id, "terminalId": terminal, "outcome": outcome}
        return self.machine("/atm/dispense", body, client_id)

    def machine(self, path, body, client_id=NETWORK, key=None):
        """Ask with the own token of ``client_id``."""
        return self.ask(
            path, body, key=key, sub=client_id, client_id=client_id, scope="atm:validate"
        )

    def run(self, *command):
        """Run a command that prints JSON; return what it says."""
        done = self.bank.app.test_cli_runner().invoke(args=[*command, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.output)

    def stands(self, sub):
        """Return ``(available, held)`` of the wallet of ``sub``."""
        told = self.bank.balance(sub).json
        return told["available"], told["held"]

    def drawer(self, terminal="ATM-1"):
        """Return what the terminal's cash wallet holds."""
        wallet = f"wal_cash_{terminal}"
        found = self.bank.rows("SELECT balance_minor FROM wallets WHERE id = :id", id=wallet)
        return found[0][0]

    def states(self):
        """Return the states of all withdrawals, the oldest first."""
        return [
            row[0] for row in self.bank.rows("SELECT state FROM atm_withdrawals ORDER BY made_at")
        ]


def code(answer):
    """Return the status and the short name of a refusal."""
    return answer.status_code, answer.json["code"]
