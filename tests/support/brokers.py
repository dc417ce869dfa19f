"""Queues of others, for tests: on Valkey; on RabbitMQ too where ``TEST_AMQP_URL`` names one."""

import os

RABBITMQ = os.environ.get("TEST_AMQP_URL")
KINDS = ["valkey", "rabbitmq"] if RABBITMQ else ["valkey"]


def empty(queue):
    """Take everything out of ``queue`` (a :class:`Broker`), and consume from it no more."""
    with queue.taken(100, 0.1):
        pass
    queue.let_go()  # whoever consumes and does not look would get some
