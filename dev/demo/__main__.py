"""Run Cofrinho on a port of its own: ``python -m dev.demo --port 4000``."""

import argparse
import os

from werkzeug.serving import run_simple

from dev.demo.app import create_app


def main():
    """Read the command line, else the environment, and serve until stopped."""
    wish = argparse.ArgumentParser(prog="python -m dev.demo", description=__doc__)
    wish.add_argument("--port", type=int, default=4000)
    wish.add_argument("--issuer", default=os.environ.get("ISSUER", "http://localhost:3000"))
    wish.add_argument("--bank", help="default: the issuer's address")
    wish.add_argument("--client-id", default=os.environ.get("DEMO_CLIENT_ID", "cofrinho"))
    wish.add_argument("--client-secret", default=os.environ.get("DEMO_CLIENT_SECRET", ""))
    wish.add_argument("--payee", default=os.environ.get("DEMO_PAYEE", ""), help="a sub")
    wish.add_argument("--friend", default=os.environ.get("DEMO_FRIEND", ""), help="or an e-mail")
    asked = wish.parse_args()
    app = create_app(
        asked.issuer,
        asked.bank or asked.issuer,
        asked.client_id,
        asked.client_secret,
        f"http://localhost:{asked.port}/demo/callback",
        payee=asked.payee,
        friend=asked.friend,
    )
    print(f"Cofrinho: http://localhost:{asked.port}/demo/")
    run_simple("localhost", asked.port, app, threaded=True)


if __name__ == "__main__":
    main()
