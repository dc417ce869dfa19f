"""Is everything prepared already? Asked at each start, so it must cost next to nothing.

A stamp says what was prepared: for which address, from which files, and which databases were
there. Whoever removes a database removes its file or changes its address; both are seen.
"""

import hashlib
import json
from pathlib import Path

import config

STAMP = Path("instance") / "prepared.json"
SOURCES = ("migrations/*/versions/*.py", "dev/*.py", "dev/demo/mounted.py", "app/auth/first_run.py")
SQLITE = "sqlite:///"


def remember(issuer):
    """Write down that everything is prepared for ``issuer``."""
    STAMP.write_text(json.dumps(_now(issuer)))


def is_everything(issuer):
    """Is everything prepared for ``issuer``, as far as can be seen without opening a database?

    Only for database files: a database server may have been emptied by others.
    """
    now = _now(issuer)
    files = all(made is not None for made in now["databases"].values())
    return files and STAMP.exists() and json.loads(STAMP.read_text()) == now


def _now(issuer):
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for file in sorted(Path().glob(pattern)):
            digest.update(file.read_bytes())
    urls = (config.Auth().AUTH_DATABASE_URL, config.Bank().BANK_DATABASE_URL)
    return {
        "issuer": issuer,
        "sources": digest.hexdigest(),
        "databases": {url: _born(url) for url in urls},
    }


def _born(url):
    file = Path(url.removeprefix(SQLITE))
    return file.stat().st_ino if url.startswith(SQLITE) and file.exists() else None
