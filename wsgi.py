"""``auth()`` and ``bank()``: one house a process; ``both()``: the two under one roof.

Any WSGI server takes them: ``granian --interface wsgi --factory wsgi:both``, ``gunicorn
'wsgi:auth()'``. Each loads only its own house.
"""


def auth():
    """Return the authorization server, with first keys and administrator if it is new."""
    from app.auth import first_run
    from app.auth.assembly import create_app

    app = create_app()
    first_run.ensure(app)
    return app


def bank():
    """Return the resource servers, on a database that keeps what it says it kept."""
    from app.bank import durable
    from app.bank.assembly import create_app

    app = create_app()
    durable.ensure(app)
    return app


def both():
    """Return both houses in one process, told apart by the first segment of the path.

    Each asks the other within the process: a server that called itself over the network would
    starve its own threads (`decisions.md` §2).
    """
    import httpx

    import config
    from app.bank import durable
    from app.bank.assembly import create_app as create_bank
    from app.foundation import readings
    from app.roof import Roof

    house = auth()
    rooms = create_bank(transport=httpx.WSGITransport(app=house))
    durable.ensure(rooms)
    readings.join(house, rooms)
    for asked in ("bank", "bank_keys"):
        house.extensions[asked].within(rooms)
    roof = Roof(house, rooms)
    if not config.load(config.Common).production:
        from dev.demo.mounted import mount

        mount(roof)
    return roof
