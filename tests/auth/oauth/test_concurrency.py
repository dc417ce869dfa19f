"""What may happen once happens once, however many ask at once, on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier

import pytest

from app.auth.database import db
from app.auth.tokens import ending
from tests.auth.oauth import devices
from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, rfc

CROWD = {"postgresql": 100, "sqlite": 20}
SCOPE = "openid wallet:read offline_access"


@pytest.fixture
def server(create_house):
    """A server with as many connections as the crowd needs."""
    server = create_house("auth", DATABASE_POOL_SIZE=60)
    factories.keys(server)
    return server


@pytest.fixture
def crowd(server, database_kind):
    """Do a deed in a hundred threads that start together; return what each got.

    A deed is a function of a browser and of the thread's number; each has a browser of its own.
    """
    many = CROWD[database_kind]
    start = Barrier(many)

    def all_at_once(deed):
        def one(number):
            browser = server.test_client()
            start.wait()
            return deed(browser, number)

        with ThreadPoolExecutor(many) as threads:
            return list(threads.map(one, range(many)))

    return all_at_once


def as_the_same_browser(browser, each):
    """Give ``each`` the cookies of ``browser``, as another tab of it has them."""
    for name in ("session_3000", "browser_3000"):
        each.set_cookie(name, browser.get_cookie(name).value)
    return each


def told(answers):
    """Count the answers by status and error."""
    return Counter((answer.status_code, answer.json.get("error")) for answer in answers)


@abuse("T-02", "T-01")
@behaviour(87)
@rfc("6749", "4.1.2")
def test_of_all_who_redeem_one_code_one_gets_tokens_and_then_loses_them(
    browser, app, ana, server, crowd
):
    code = steps.authorize(browser, app, ana, scope=SCOPE).code

    answers = crowd(lambda each, _: steps.exchange(each, app, code))

    assert told(answers) == {(200, None): 1, (400, "invalid_grant"): len(answers) - 1}
    # The others were replays by the same client: what the winner began has ended.
    won = next(answer.json for answer in answers if answer.status_code == 200)
    assert steps.introspect(browser, app, won["access_token"]).json == {"active": False}
    assert steps.userinfo(browser, won["access_token"]).status_code == 401
    steps.refused(steps.refresh(browser, app, won["refresh_token"]), "invalid_grant")


@abuse("M-01")
@rfc("9700", "4.14.2")
def test_all_who_refresh_at_once_hold_one_successor(browser, app, ana, crowd):
    first = steps.tokens(browser, app, ana, scope=SCOPE)["refresh_token"]

    answers = crowd(lambda each, _: steps.refresh(each, app, first))

    assert told(answers) == {(200, None): len(answers)}
    [leaf] = {answer.json["refresh_token"] for answer in answers}
    assert leaf != first
    assert len({answer.json["access_token"] for answer in answers}) == len(answers)
    assert steps.introspect(browser, app, leaf).json["active"]
    assert steps.introspect(browser, app, first).json == {"active": False}
    second = steps.refresh(browser, app, leaf)
    assert second.status_code == 200
    # One live leaf: now that it was used, the first is a reuse and ends the family.
    steps.refused(steps.refresh(browser, app, first), "invalid_grant")
    steps.refused(steps.refresh(browser, app, second.json["refresh_token"]), "invalid_grant")


@abuse("M-01")
def test_a_reuse_among_many_refreshes_ends_the_family(browser, app, ana, crowd):
    first = steps.tokens(browser, app, ana, scope=SCOPE)["refresh_token"]
    second = steps.refresh(browser, app, first).json["refresh_token"]
    third = steps.refresh(browser, app, second).json["refresh_token"]

    answers = crowd(lambda each, n: steps.refresh(each, app, third if n % 2 else first))

    assert set(told(answers)) <= {(200, None), (400, "invalid_grant")}
    assert told(answers)[400, "invalid_grant"] >= len(answers) // 2
    for answer in answers:
        if answer.status_code == 200:
            steps.refused(
                steps.refresh(browser, app, answer.json["refresh_token"]), "invalid_grant"
            )
            active = steps.introspect(browser, app, answer.json["access_token"]).json["active"]
            assert not active
    steps.refused(steps.refresh(browser, app, third), "invalid_grant")


@abuse("T-21")
def test_tokens_of_one_moment_all_differ(browser, app, ana, crowd, database_kind):
    codes = [steps.authorize(browser, app, ana, scope=SCOPE).code for _ in range(20)]

    answers = crowd(lambda each, n: steps.exchange(each, app, codes[n]) if n < 20 else None)

    got = [answer.json for answer in answers if answer]
    assert len(got) == 20
    for name in ("access_token", "refresh_token"):
        assert len({answer[name] for answer in got}) == 20
    assert len({steps.claims_of(answer["access_token"])["jti"] for answer in got}) == 20
    steps.revoke(browser, app, got[0]["access_token"])
    alive = [steps.introspect(browser, app, each["access_token"]).json["active"] for each in got]
    assert alive == [False] + [True] * 19


def test_of_all_tabs_that_come_back_at_once_one_brings_the_code(browser, app, ana, server, crowd):
    page = steps.sign_in(browser, steps.follow(browser, steps.ask(browser, app)), ana)
    form = {"csrf_token": steps.form_token(page), "decision": "allow"}
    allowed = browser.post(page.request.path, data=form, headers=steps.HTML)

    def come_back(each, _):
        mine = as_the_same_browser(browser, each)
        return mine.get(allowed.headers["Location"], headers=steps.HTML)

    answers = crowd(come_back)

    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: len(answers) - 1}


@abuse("R-12")
@behaviour(64)
def test_of_all_tabs_under_one_pushed_request_one_brings_a_code(
    browser, app, ana, crowd, database_kind
):
    request_uri = steps.pushed(browser, app)
    tabs = [
        steps.follow(browser, steps.open_pushed(browser, app, request_uri)).request.path
        for _ in range(CROWD[database_kind])
    ]
    page = steps.sign_in(browser, browser.get(tabs[0], headers=steps.HTML), ana)
    form = {"csrf_token": steps.form_token(page), "decision": "allow"}
    browser.post(page.request.path, data=form, headers=steps.HTML)
    ready = [tab.replace("/login/", "/oauth/authorize/") for tab in tabs]

    answers = crowd(
        lambda each, n: as_the_same_browser(browser, each).get(ready[n], headers=steps.HTML)
    )

    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: len(answers) - 1}
    [won] = [steps.arrival(answer) for answer in answers if answer.status_code == 303]
    assert steps.exchange(browser, app, won.code).status_code == 200


@abuse("R-12")
@behaviour(64)
def test_of_all_who_open_a_pushed_request_that_needs_no_page_one_gets_a_code(
    browser, app, ana, crowd
):
    steps.authorize(browser, app, ana)
    request_uri = steps.pushed(browser, app)

    answers = crowd(
        lambda each, _: steps.open_pushed(as_the_same_browser(browser, each), app, request_uri)
    )

    counts = Counter(answer.status_code for answer in answers)
    assert counts[303] == 1
    assert set(counts) <= {303, 400, 409}  # looked too late, or answered too late


@abuse("R-12")
def test_of_a_yes_and_a_no_at_once_the_client_hears_one(browser, app, ana, crowd):
    steps.authorize(browser, app, ana)
    request_uri = steps.pushed(browser, app, prompt="consent")
    pages = [steps.follow(browser, steps.open_pushed(browser, app, request_uri)) for _ in range(8)]
    paths = []
    for number, page in enumerate(pages):
        decision = "deny" if number % 2 else "allow"
        form = {"csrf_token": steps.form_token(page), "decision": decision}
        decided = browser.post(page.request.path, data=form, headers=steps.HTML)
        paths.append(decided.headers["Location"])

    answers = crowd(
        lambda each, n: (
            as_the_same_browser(browser, each).get(paths[n], headers=steps.HTML)
            if n < len(paths)
            else None
        )
    )

    counts = Counter(answer.status_code for answer in answers if answer)
    assert counts == {303: 1, 409: len(paths) - 1}


@abuse("M-06")
def test_a_code_redeemed_while_its_session_is_being_ended_begins_nothing(browser, app, ana, server):
    first = steps.tokens(browser, app, ana, scope=SCOPE)
    code = steps.authorize(browser, app, ana, scope=SCOPE).code
    sid = steps.claims_of(first["id_token"])["sid"]

    with ThreadPoolExecutor(1) as elsewhere, server.app_context():
        ending.session(sid, "ended_from_list", offline=True)
        coming = elsewhere.submit(steps.exchange, server.test_client(), app, code)
        wait([coming], timeout=0.3)
        db.session.commit()
        answer = coming.result()

    steps.refused(answer, "invalid_grant")


def test_a_code_redeemed_while_the_person_signs_out_leaves_nothing_alive(browser, app, ana, crowd):
    code = steps.authorize(browser, app, ana, scope="openid").code
    page = steps.follow(browser, browser.get("/logout", headers=steps.HTML))

    def either(each, number):
        if number:
            return steps.exchange(each, app, code) if number == 1 else None
        return steps.send(browser, page, decision="yes")

    left, answer, *_ = crowd(either)

    assert left.request.path == "/logout/done"
    if answer.status_code == 200:
        steps.refused(steps.refresh(browser, app, answer.json["refresh_token"]), "invalid_grant")
        assert steps.userinfo(browser, answer.json["access_token"]).status_code == 401


@abuse("T-02", "T-01")
@rfc("8628", "3.5")
def test_of_all_who_redeem_one_device_code_one_gets_tokens_and_then_loses_them(
    browser, ana, server, crowd
):
    tv = devices.television(server)
    code = devices.approved(browser, tv, ana, scope=SCOPE)["device_code"]

    answers = crowd(lambda each, _: devices.poll(each, tv, code))

    assert told(answers) == {(200, None): 1, (400, "invalid_grant"): len(answers) - 1}
    won = next(answer.json for answer in answers if answer.status_code == 200)
    assert steps.introspect(browser, tv, won["access_token"]).status_code == 401  # it has no secret
    assert steps.userinfo(browser, won["access_token"]).status_code == 401
    steps.refused(steps.refresh(browser, tv, won["refresh_token"]), "invalid_grant")


@rfc("8628", "3.5")
def test_of_all_polls_at_once_one_is_in_time(browser, server, crowd):
    tv = devices.television(server)
    code = devices.begun(browser, tv)["device_code"]

    answers = crowd(lambda each, _: devices.poll(each, tv, code))

    late = {(400, "authorization_pending"): 1, (400, "slow_down"): len(answers) - 1}
    assert told(answers) == late


def test_of_all_tabs_in_which_a_device_is_allowed_one_does_it(browser, ana, server, crowd):
    tv = devices.television(server)
    waiting = devices.begun(browser, tv)
    page = steps.sign_in(browser, devices.type_code(browser, waiting["user_code"]), ana)
    form = {"csrf_token": steps.form_token(page), "decision": "allow"}
    allowed = browser.post(page.request.path, data=form, headers=steps.HTML)
    cookies = {name: browser.get_cookie(name).value for name in ("session_3000", "browser_3000")}

    def come_back(each, _):
        for name, value in cookies.items():
            each.set_cookie(name, value)
        return each.get(allowed.headers["Location"], headers=steps.HTML)

    answers = crowd(come_back)

    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: len(answers) - 1}
    assert devices.poll(browser, tv, waiting["device_code"]).status_code == 200
