"""The README's tour, typed word for word beside the server that ``make run`` starts."""

import subprocess
from pathlib import Path

from dev import cast
from tests.journeys.visitor import Visitor, answers
from tests.support import mailbox, services, typed
from tests.support.marks import mission

ROOT = Path(__file__).parents[2]


def refresh_token_from(address, served):
    """Do what the README says with the browser; return the token a person copies."""
    services.wait_for(lambda: answers(address), "the second demo")
    email, password = served.person
    visitor = Visitor()
    page = visitor.send(visitor.go(address), "sign-in-form")
    page = visitor.send(page, "login-form", username=email, password=password)
    page = visitor.send(page, "consent-form")
    return page.texts["refresh_token"]


def pay_a_friend(served):
    """Do what the README says with the browser: pay Marina, and approve it by the code sent."""
    email, password = served.person
    visitor = Visitor()
    page = visitor.send(visitor.go(served.url + "/demo"), "sign-in-form")
    page = visitor.send(page, "login-form", username=email, password=password)
    page = visitor.send(page, "consent-form") if page.name == "consent" else page
    page = visitor.send(visitor.go(served.url + "/demo/pay"), "do-form")
    page = visitor.send(visitor.send(page, "approve-form"), "otp-send-form")
    code = mailbox.code_sent_to(served.url, cast.PERSON["phone"])
    page = visitor.send(page, "otp-form", otp=code)
    assert 'id="receipt"' in page.text
    return "evidence list"


@mission("S7")
def test_the_tour_of_the_readme_works_word_for_word(served, shell, tmp_path):
    second = services.free_port()
    client = (ROOT / "docs/samples/tour-client.json").read_text().replace("4000", str(second))
    (tmp_path / "tour-client.json").write_text(client)
    here = [
        ("localhost:3000", f"localhost:{served.port}"),
        ("4000", str(second)),
        ("docs/samples/tour-client.json", str(tmp_path / "tour-client.json")),
    ]
    pasted = {
        "paste-it-here": lambda _: refresh_token_from(f"http://localhost:{second}/demo/", served),
        "evidence list": lambda _: pay_a_friend(served),
    }

    assert len(typed.type_out("README.md", shell, here, pasted)) > 15


@mission("S127")
def test_make_run_starts_what_the_tour_stands_on():
    plan = subprocess.run(
        ["make", "-n", "run"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "dev/run.py" in plan.stdout
    assert '"-m", "dev.serve"' in (ROOT / "dev/run.py").read_text()


def test_the_demo_under_the_servers_own_roof_works_too(served):
    email, password = served.person
    visitor = Visitor()

    page = visitor.send(visitor.go(served.url + "/demo"), "sign-in-form")
    page = visitor.send(page, "login-form", username=email, password=password)
    page = visitor.send(page, "consent-form") if page.name == "consent" else page

    assert page.name == "demo-tokens"
    for step in ("userinfo", "balance", "transfer", "introspection", "refresh", "reuse"):
        page = visitor.go(f"{served.url}/demo/{step}")
        page = visitor.send(page, "do-form")
        assert page.status == 200
    assert 'id="family-ended"' in page.text
    page = visitor.send(visitor.go(served.url + "/demo/sign-out"), "sign-out-form")
    assert 'id="signed-out"' in page.text
