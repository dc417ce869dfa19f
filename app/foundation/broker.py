"""Queues that others keep for us: RabbitMQ or Redis, by the address, through kombu.

They carry nothing that their keeper could read: names of things to do, or what is sealed. A thing
may come twice, or not at all when the broker loses it; whoever puts it there asks again later.
"""

import importlib
import threading
from contextlib import contextmanager, suppress
from functools import cached_property

from flask import current_app

from app.foundation.problems import Unavailable

SECONDS = 3  # for connecting
MOMENT = 0.05  # how long to look whether more is there
MESSAGES = "portaria.messages"  # within the authorization server
NOTICES = "portaria.notices"  # from a service of ours to it
_OPTIONS = {"max_retries": 1, "interval_start": 0, "socket_timeout": 10}


def init_app(app, *queues):
    """Let ``app`` use ``queues`` at ``BROKER_URL``, if it names one."""
    url = app.config["BROKER_URL"]
    app.extensions["broker"] = {name: Broker(url, name) for name in queues} if url else {}


def current(queue=MESSAGES):
    """Return the :class:`Broker` of this application for ``queue``, or None."""
    return current_app.extensions["broker"].get(queue)


class Broker:
    """One durable queue. Every thread that takes from it has a connection of its own."""

    def __init__(self, url, queue):
        confirmed = {"confirm_publish": True} if url.startswith("amqp") else {}
        self._address = {
            "hostname": url,
            "connect_timeout": SECONDS,
            "transport_options": _OPTIONS | confirmed,
        }
        self._name = queue
        self._mine = threading.local()

    def publish(self, things):
        """Put ``things`` (id → what is carried, as JSON) in the queue, all confirmed.

        Raises Unavailable: when the broker is away; some may be there then.
        """
        with self._reached(), self._kombu.Connection(**self._address) as connection:
            producer = connection.Producer(serializer="json")
            for message_id, body in things.items():
                producer.publish(
                    body,
                    routing_key=self._name,
                    declare=[self._queue],
                    message_id=message_id,
                    delivery_mode="persistent",
                )

    @contextmanager
    def taken(self, most, seconds):
        """Yield what arrives within ``seconds``, ``most`` at once; they are done when it ends well.

        When the block raises, the broker gives them to somebody else. Raises Unavailable.
        """
        with self._reached():
            found = self._wait(most, seconds)
        try:
            yield [message.payload for message in found]
        except BaseException:
            self.let_go()
            raise
        with self._reached():
            for message in found:
                message.ack()

    def let_go(self):
        """Close this thread's connection; what it took and did not finish is given to others."""
        connection = self._mine.__dict__.pop("connection", None)
        self._mine.__dict__.clear()
        if connection:
            with suppress(*self._errors):
                connection.release()

    def _wait(self, most, seconds):
        mine = self._mine
        if "connection" not in mine.__dict__:
            mine.found = []
            mine.connection = self._kombu.Connection(**self._address)
            mine.consumer = mine.connection.Consumer(
                [self._queue], on_message=mine.found.append, accept=["json"], prefetch_count=most
            )
            mine.consumer.consume()
        with suppress(TimeoutError):
            mine.connection.drain_events(timeout=seconds)
            while len(mine.found) < most:
                mine.connection.drain_events(timeout=MOMENT)
        found, mine.found[:] = mine.found[:most], mine.found[most:]
        return found

    @contextmanager
    def _reached(self):
        try:
            yield
        except self._errors as error:
            self.let_go()
            raise Unavailable(detail=f"broker: {type(error).__name__}") from None

    @cached_property
    def _kombu(self):
        """The library, loaded when there is a broker to speak to: others need not pay for it."""
        return importlib.import_module("kombu")

    @cached_property
    def _queue(self):
        return self._kombu.Queue(self._name, durable=True)

    @cached_property
    def _errors(self):
        """What can befall a connection; which errors those are, its kind of broker says."""
        with self._kombu.Connection(**self._address) as never_opened:
            kinds = never_opened.connection_errors + never_opened.channel_errors
        return (*kinds, self._kombu.exceptions.KombuError, OSError)
