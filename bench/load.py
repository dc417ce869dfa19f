"""The load: a process of its own that keeps every connection busy, and checks every answer.

Closed loop: a connection sends its next request when it has its answer. An operation is a
generator that yields requests and is sent their answers, so one operation may be many requests.
Run as ``python -m bench.load``: a plan as JSON comes in, the words ``begin`` and ``end`` go out at
the edges of the measured time, then the result as JSON.
"""

import json
import select
import socket
import sys
import time

from bench import samples, wire
from bench.rows import ROWS
from bench.setting import Mine, Setting

PATIENCE = 10  # seconds without any answer before the row is given up


class Connection:
    """One connection and the operation under way on it."""

    def __init__(self, address, mine):
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.mine = mine
        self.received = bytearray()

    def start(self, operation):
        """Begin ``operation``: send its first request."""
        self.operation = operation(self.mine)
        self.begun = time.perf_counter()
        self.socket.sendall(next(self.operation))

    def hear(self):
        """Take what arrived; return True when the operation is done.

        Raises Wrong: when an answer is.
        """
        heard = self.socket.recv(262144)
        if not heard:
            raise wire.Wrong("the server closed the connection")
        self.received += heard
        answer = wire.parse(self.received)
        if answer is None:
            return False
        self.received.clear()
        try:
            self.socket.sendall(self.operation.send(answer))
        except StopIteration:
            return True
        return False


class Load:
    """All connections together."""

    def __init__(self, connections):
        self.poll = select.epoll()
        self.by_number = {c.socket.fileno(): c for c in connections}
        for number in self.by_number:
            self.poll.register(number, select.EPOLLIN)

    def once(self, operation):
        """Run ``operation`` once on every connection."""
        waiting = set(self.by_number.values())
        for connection in waiting:
            connection.start(operation)
        while waiting:
            for connection in self._heard():
                if connection.hear():
                    waiting.discard(connection)

    def during(self, operation, seconds):
        """Repeat ``operation`` on every connection; return how long each one done took."""
        took = []
        for connection in self.by_number.values():
            connection.start(operation)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            for connection in self._heard():
                if connection.hear():
                    took.append(time.perf_counter() - connection.begun)
                    connection.start(operation)
        return took

    def settle(self):
        """Hear the end of every operation under way, so that none is cut in the middle."""
        waiting = set(self.by_number.values())
        while waiting:
            for connection in self._heard():
                if connection.hear():
                    waiting.discard(connection)

    def _heard(self):
        ready = self.poll.poll(PATIENCE)
        if not ready:
            raise wire.Wrong(f"no answer within {PATIENCE} seconds")
        return [self.by_number[number] for number, _ in ready]


def run(plan, say):
    """Carry out ``plan``, telling ``say`` the edges of the measured time; return the result."""
    setting = Setting(**plan["setting"])
    row = next(r for r in ROWS if r.name == plan["row"])
    mine = [Mine(setting, number) for number in range(plan["connections"])]
    load = Load([Connection((setting.address, setting.port), m) for m in mine])
    if row.prepare:
        load.once(row.prepare)
    load.during(row.operation, plan["warm"])
    load.settle()
    begun = time.perf_counter()
    say("begin")
    took = load.during(row.operation, plan["seconds"])
    say("end")
    seconds = time.perf_counter() - begun
    load.settle()
    verified = samples.verify(setting, [kept for m in mine for kept in m.kept])
    return {"took": _summary(took), "seconds": seconds, "verified": verified}


def _summary(took):
    took.sort()
    if not took:
        raise wire.Wrong("nothing was done in the measured time")
    return {
        "count": len(took),
        "p50": took[len(took) // 2] * 1000,
        "p99": took[min(len(took) - 1, len(took) * 99 // 100)] * 1000,
    }


def main():
    """Read a plan from standard input, carry it out, print the result."""
    try:
        result = run(json.load(sys.stdin), lambda word: print(word, flush=True))
    except (wire.Wrong, OSError) as error:
        result = {"wrong": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
