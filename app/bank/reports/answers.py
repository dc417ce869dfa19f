"""What reports look like as JSON: the names of document 003, whole minor units, UTC moments."""

from app.bank.reports import cursors, trends
from app.foundation import clock


def of_page(wallet, lines, more):
    """Return a page of history."""
    return {
        "items": [_item(line) for line in lines],
        "next": cursors.write(wallet.id, lines[-1].place) if more else None,
    }


def of_usage(months, flows):
    """Return ``months`` with what came and went in each, in all and by kind."""
    return [
        {"month": month.name, **_totals([flow for flow in flows if flow.period == number])}
        for number, month in enumerate(months)
    ]


def of_statement(statement):
    """Return a month without its movements."""
    return {
        "month": statement.month.name,
        "from": clock.iso(statement.month.start),
        "to": clock.iso(statement.month.end),
        "opening": statement.opening_minor,
        "closing": statement.closing_minor,
        **_totals(statement.flows),
    }


def of_trend(trend):
    """Return a series, its average and its change."""
    return {
        "series": [_point(point) for point in trend.series],
        "average": trend.average,
        "change": _change(*trend.change) if trend.change else None,
    }


def _item(line):
    told = {
        "id": line.id,
        "type": line.kind,
        "direction": line.direction,
        "amount": abs(line.amount_minor),
        "currency": line.currency,
        "counterparty": {"id": line.counterparty} if line.counterparty else {},
        "description": line.description,
        "status": line.status,
        "createdAt": clock.iso(line.place.made_at),
    }
    balance = line.balance_minor
    return told if balance is None else told | {"balanceAfter": balance}


def _totals(flows):
    return {
        "in": _sum(flow for flow in flows if flow.inward),
        "out": _sum(flow for flow in flows if not flow.inward),
        "byType": [
            {
                "type": flow.kind,
                "direction": "in" if flow.inward else "out",
                "count": flow.count,
                "amount": flow.amount_minor,
            }
            for flow in flows
        ],
    }


def _sum(flows):
    counted = [(flow.count, flow.amount_minor) for flow in flows]
    count, amount = map(sum, zip(*counted, strict=True)) if counted else (0, 0)
    return {"count": count, "amount": amount}


def _point(point):
    told = {"period": point.period.name, "complete": point.complete, "count": point.count}
    told |= {"from": clock.iso(point.period.start), "to": clock.iso(point.period.end)}
    return told | point.values


def _change(before, after):
    told = {"period": after.period.name, "against": before.period.name}
    for name in trends.MEASURES:
        was, now = before.values[name], after.values[name]
        told[name] = {"amount": now - was, "percent": trends.percent(was, now)}
    return told
