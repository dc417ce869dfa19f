"""Many at once."""

import threading


def at_once(work, threads):
    """Run ``work`` in so many threads that begin together."""
    gate = threading.Barrier(threads)

    def run():
        gate.wait()
        work()

    crowd = [threading.Thread(target=run) for _ in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
