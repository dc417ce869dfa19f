"""Where an address is, by a local file; and what the signals make of it."""

import pytest

from app.auth.risk import places
from tests.auth import doors, persons
from tests.auth.flows.test_sign_in_risk import sign_in, weighed
from tests.auth.risk import city_file
from tests.support.marks import mission

RECIFE, LONDON = "203.0.113.7", "198.51.100.1"


@pytest.fixture
def cities(tmp_path):
    path = tmp_path / "cities.mmdb"
    record = {"city": {"names": {"en": "Recife"}}, "country": {"iso_code": "BR"}}
    record |= {"location": {"latitude": -8.05, "longitude": -34.9}}
    london = {"city": {"names": {"en": "London", "pt-BR": "Londres"}}}
    london |= {"country": {"iso_code": "GB"}, "location": {"latitude": 51.5, "longitude": -0.12}}
    city_file.write(path, {"203.0.113.0/24": record, "198.51.100.0/24": london})
    return str(path)


@mission("S81")
def test_an_address_has_a_town_and_a_country(create_house, cities):
    with create_house("auth", PLACES_FILE=cities).app_context():
        assert places.named(RECIFE) == "Recife, BR"
        assert places.named(LONDON) == "Londres, GB"
        for unknown in ("192.0.2.1", "2001:db8::1", "nowhere", "", None):
            assert places.named(unknown) is None


def test_what_is_no_such_file_is_refused_at_the_start(create_house, tmp_path):
    other = tmp_path / "other.mmdb"
    other.write_bytes(b"not a file of places")
    for path in (other, tmp_path / "missing.mmdb"):
        with pytest.raises(SystemExit, match="PLACES_FILE: must name"):
            create_house("auth", PLACES_FILE=str(path))


def test_without_a_file_no_address_has_a_place(auth_context):
    assert places.of(RECIFE) is None


@mission("S83")
def test_nobody_is_in_two_towns_within_the_hour(create_house, cities, held_clock):
    app = create_house("auth", PLACES_FILE=cities)
    with app.app_context():
        persons.open_account()
    ana = doors.open_all(app).test_client()
    sign_in(ana, address=RECIFE)
    held_clock.shift(1500)  # the session is still open

    sign_in(ana, address=LONDON)

    assert weighed(app) == [("step_up", "new_network impossible_travel")]


def test_by_the_next_day_there_was_time_to_fly(create_house, cities, held_clock):
    app = create_house("auth", PLACES_FILE=cities)
    with app.app_context():
        persons.open_account()
    ana = doors.open_all(app).test_client()
    sign_in(ana, address=RECIFE)
    held_clock.shift(43_000)

    sign_in(ana, address=LONDON)

    assert [verdict for verdict, _ in weighed(app)] == ["allow", "allow"]
