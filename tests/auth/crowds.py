"""Many at once."""

import threading


def at_once(work, threads):
    """Run ``work``, or each of a list of works, in so many threads that begin together."""
    works = work if isinstance(work, list) else [work] * threads
    gate = threading.Barrier(threads)

    def run(one):
        gate.wait()
        one()

    crowd = [threading.Thread(target=run, args=(one,)) for one in works]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
