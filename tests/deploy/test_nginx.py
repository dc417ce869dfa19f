"""Two hosts behind nginx: one after another is restarted, one dies, and people go on (F33)."""

import base64
import os
import ssl
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.deploy.hosts import Asker, Host
from tests.support import factories, houses, parts
from tests.support.marks import abuse
from tests.support.proxy import CONFIGURATION, Nginx
from tests.support.services import Missing


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    """nginx in front of two hosts that are not there yet."""
    folder = tmp_path_factory.mktemp("nginx")
    folder.parent.chmod(0o755)
    try:
        return Nginx(folder, auth=["127.0.0.2:1", "127.0.0.3:1"])
    except Missing as why:
        parts.missing("nginx", why)


@pytest.fixture(scope="module")
def site(databases, run_folder, proxy):
    """Both hosts on one PostgreSQL, and nginx in front; yields (proxy, hosts, app)."""
    try:
        url = databases.new("auth", "postgresql")
    except Missing as why:
        parts.missing("postgresql", why)
    made = houses.create("auth", url)
    factories.keys(made)
    app = factories.app(made)
    houses.close(made)
    settings = {"DRAIN_SECONDS": 1, "DATABASE_POOL_SIZE": 4}
    hosts = [Host(run_folder, number, url, proxy.url, **settings) for number in (2, 3)]
    text = proxy.upstream.read_text()
    for host in hosts:
        text = text.replace(f"{host.ip}:1 ", f"{host.address} ")
        host.start()
    proxy.upstream.write_text(text)
    for host in hosts:
        host.wait()
    proxy.start()
    yield proxy, hosts, app
    proxy.stop()
    for host in hosts:
        host.kill()
    databases.drop(url)


def trusting(proxy):
    """Return a TLS context that trusts ``proxy`` alone."""
    return ssl.create_default_context(cafile=proxy.certificate)


@pytest.fixture
def crowd(site):
    """Three who ask through nginx without pause: for keys, for a page, for tokens."""
    proxy, _, app = site
    known = base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {known}"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = urlencode({"grant_type": "client_credentials"})
    asked = [
        ("GET", "/oauth/jwks"),
        ("GET", "/.well-known/openid-configuration"),
        ("POST", "/oauth/token", body, headers),
    ]
    askers = [Asker(proxy.port, str(proxy.certificate), *send) for send in asked]
    for asker in askers:
        asker.start()
    yield askers
    for asker in askers:
        asker.end()


def test_the_configuration_is_taken_by_nginx(proxy):
    said, status = proxy.test()

    assert status == 0, said
    assert "test is successful" in said
    assert "warn" not in said


def test_the_proxy_names_the_client_and_shows_no_operators_page(site):
    proxy, hosts, _ = site
    with httpx.Client(base_url=proxy.url, verify=trusting(proxy)) as client:
        forged = client.get("/oauth/jwks", headers={"X-Forwarded-For": "203.0.113.9"})
        closed = [client.get(path).status_code for path in ("/metrics", "/health/ready")]
        issuer = client.get("/.well-known/openid-configuration").json()["issuer"]

    assert forged.status_code == 200
    assert closed == [404, 404]
    assert issuer == proxy.url
    logged = "".join(host.log.read_text() for host in hosts)
    assert "203.0.113.9" not in logged
    assert '"address": "127.0.0.1"' in logged


@abuse("F33")
def test_restarting_one_host_after_another_fails_no_request(site, crowd):
    proxy, hosts, _ = site
    script = CONFIGURATION / "rolling-restart.sh"
    time.sleep(0.5)
    before = sum(sum(asker.statuses.values()) for asker in crowd)

    restarter = Restarter(hosts, proxy.folder / "restart")
    restarter.start()
    done = subprocess.run(
        [script, proxy.upstream, " ".join([*proxy.command, "-s", "reload"]),
         f"echo {{}} > {restarter.fifo}; cat {restarter.fifo} >/dev/null",
         *(host.address for host in hosts)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    restarter.join(30)
    time.sleep(0.5)
    for asker in crowd:
        asker.end()

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("restarted") == 2
    assert restarter.statuses == [0, 0]
    assert [asker.failures for asker in crowd] == [[]] * len(crowd)
    assert sum(sum(asker.statuses.values()) for asker in crowd) > before + 100
    assert "down" not in proxy.upstream.read_text()


@abuse("F33")
def test_a_host_that_dies_costs_what_it_had_in_hand_at_most(site, crowd):
    _, hosts, _ = site
    time.sleep(1)
    first = hosts[0]

    first.kill()
    gone = time.monotonic()
    time.sleep(4)
    for asker in crowd:
        asker.end()
    first.start()
    first.wait()

    readers, tokens = crowd[:-1], crowd[-1]
    assert [asker.failures for asker in readers] == [[]] * len(readers)
    # Who had sent a form and waited for its answer: nobody may send it again.
    assert [begun for begun, _ in tokens.failures if begun > gone] == []
    assert tokens.statuses[200] > 20


class Restarter(threading.Thread):
    """Plays the init system of the hosts: restarts the one whose address comes by the FIFO."""

    def __init__(self, hosts, fifo):
        super().__init__(daemon=True)
        self._hosts = {host.address: host for host in hosts}
        self.fifo, self.statuses = Path(fifo), []
        os.mkfifo(self.fifo)

    def run(self):
        """Restart each host once."""
        for _ in self._hosts:
            host = self._hosts[self.fifo.read_text().strip()]
            self.statuses.append(host.stop())
            host.start()
            self.fifo.write_text("done\n")
