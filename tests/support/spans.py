"""How long work takes, on a machine that does other things as well."""

import gc
import time


def least(work, times=5):
    """Return the seconds that ``work`` takes: the least of some times.

    What else the machine does can only add to one of them, so the least is the work itself.
    """
    return min(_seconds(work) for _ in range(times))


def _seconds(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def work(deed):
    """Return what ``deed`` returns, and the seconds of processor that this thread spent on it.

    To collect what other tests left behind, or what runs beside this thread, is none of its work.
    """
    gc.disable()
    try:
        begun = time.thread_time()
        answer = deed()
        return answer, time.thread_time() - begun
    finally:
        gc.enable()
