"""A list, a page at a time."""

from dataclasses import dataclass

from sqlalchemy import func, select

PAGE = 25
BATCH = 500  # rows read at a time for a file


@dataclass(frozen=True)
class Found:
    """One page of what fits; ``total``: how much there is on all ``pages`` pages."""

    rows: list
    total: int
    page: int

    @property
    def pages(self):
        """How many pages there are, one at least."""
        return max(1, -(-self.total // PAGE))


def paged(session, query, order, page=1):
    """Return the :class:`Found` page of what ``query`` selects, or the last when there are fewer.

    query: of one thing a row (an entity), or of several columns; order: that of the rows, to the
    last doubt.
    """
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    page = min(max(1, page), max(1, -(-total // PAGE)))
    rows = session.execute(query.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).all()
    single = len(query.column_descriptions) == 1
    return Found([row[0] for row in rows] if single else list(rows), total, page)


def batches(session, query, order, key):
    """Yield what :func:`paged` would show on all pages, in lists of ``BATCH`` at most.

    key: the column that names a row. Which rows there are is settled at the beginning; what was
    removed since is passed over. Between two lists nothing is held of the database.
    """
    keys = session.scalars(query.with_only_columns(key).order_by(*order)).all()
    for start in range(0, len(keys), BATCH):
        wanted = keys[start : start + BATCH]
        found = {
            row[-1]: row for row in session.execute(query.add_columns(key).where(key.in_(wanted)))
        }
        single = len(query.column_descriptions) == 1
        rows = (found[each][:-1] for each in wanted if each in found)
        yield [row[0] if single else row for row in rows]
