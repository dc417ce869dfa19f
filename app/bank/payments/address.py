"""A payment's id in an address: told by its shape from what payments are made by."""

from werkzeug.routing import BaseConverter


class PaymentId(BaseConverter):
    """``pay_…``; so ``/payments/bill`` is never taken for a payment called so."""

    regex = "pay_[A-Za-z0-9_-]+"
