"""A list is shown a page at a time, and read whole in lists that hold nothing between them."""

import pytest
from sqlalchemy import Integer, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.foundation import paging


class Base(DeclarativeBase):
    """The tables of this test."""


class Thing(Base):
    """A thing with a number."""

    __tablename__ = "things"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)


@pytest.fixture
def session():
    """Sixty things."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Thing(id=number) for number in range(60))
        session.flush()
        yield session


@pytest.mark.parametrize(
    ("asked", "page", "first", "rows"),
    [(1, 1, 0, 25), (3, 3, 50, 10), (9, 3, 50, 10), (0, 1, 0, 25), (-4, 1, 0, 25)],
)
def test_a_page_that_is_not_there_is_the_nearest_that_is(session, asked, page, first, rows):
    found = paging.paged(session, select(Thing), [Thing.id], asked)

    assert (found.total, found.pages, found.page) == (60, 3, page)
    assert (found.rows[0].id, len(found.rows)) == (first, rows)


def test_nothing_is_one_empty_page(session):
    found = paging.paged(session, select(Thing).where(Thing.id > 99), [Thing.id], 2)

    assert (found.rows, found.total, found.pages, found.page) == ([], 0, 1, 1)


def test_all_of_it_comes_in_order_and_what_went_meanwhile_is_passed_over(session, monkeypatch):
    monkeypatch.setattr(paging, "BATCH", 25)
    lists = paging.batches(session, select(Thing), [Thing.id.desc()], Thing.id)

    first = next(lists)
    session.delete(session.get(Thing, 1))
    session.flush()
    rest = [thing.id for each in lists for thing in each]

    assert [thing.id for thing in first] == list(range(59, 34, -1))
    assert rest == [number for number in range(34, -1, -1) if number != 1]
