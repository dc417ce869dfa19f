"""The physical floor, timed inside this process: signatures, and a commit that is on the disk."""

import statistics
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

MESSAGE = b"x" * 500


def signature_rs256(batches=9, size=40):
    """Return the processor time of one RSA-2048 PKCS #1 v1.5 signature, ms: S of the budget."""
    key = rsa.generate_private_key(65537, 2048)
    return _median(lambda: key.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256()), batches, size)


def signature_es256(batches=9, size=400):
    """Return the processor time of one P-256 signature, ms."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _median(lambda: key.sign(MESSAGE, ec.ECDSA(hashes.SHA256())), batches, size)


def commit(store, rounds=1500):
    """Return how long one durable single-row commit takes, ms, prepared, on one connection."""
    with store.connect() as connection:
        connection.execute("CREATE TABLE bench_floor (id bigint PRIMARY KEY, body text)")
        sql = "INSERT INTO bench_floor VALUES (%s, %s)"
        took = _timed(connection, sql, [(n, "x" * 100) for n in range(rounds)])
        connection.execute("DROP TABLE bench_floor")
    return took


def select(store, rounds=3000):
    """Return how long one select by key takes, ms, prepared, on one connection."""
    with store.connect() as connection:
        sql = "SELECT oid, typname FROM pg_type WHERE oid = %s"
        return _timed(connection, sql, [(16 + n % 4,) for n in range(rounds)])


def _timed(connection, sql, values):
    cursor = connection.cursor()
    took = []
    for value in values:
        begun = time.perf_counter()
        cursor.execute(sql, value, prepare=True)
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000


def _median(deed, batches, size):
    """The median over batches stands firm when something else takes the processor a moment."""
    took = []
    for _ in range(batches):
        begun = time.process_time()
        for _ in range(size):
            deed()
        took.append((time.process_time() - begun) / size)
    return statistics.median(took) * 1000
