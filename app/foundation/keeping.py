"""*Return to keep, raise to undo*: the only place that commits.

A request that returns an answer commits, even a refusal; one that raises is rolled back before
anybody handles the error. So a verb never commits, and nothing is half done.
"""

from flask import Flask, g

from app.foundation import clock


class House(Flask):
    """A Flask application that keeps what a returned answer wrote and undoes what raised."""

    database = None

    def dispatch_request(self):
        """Run the view; keep its work once it has returned."""
        answer = super().dispatch_request()
        self._keep()
        for step in g.pop("steps", ()):
            answer = self.make_response(step(self.make_response(answer)))
            self._keep()
        _wait()
        return answer

    def preprocess_request(self):
        """Run what comes before the view; an answer from there is kept too."""
        answer = super().preprocess_request()
        if answer is not None:
            self._keep()
        return answer

    def handle_user_exception(self, error):
        """Undo first, then answer."""
        if self._used():
            self.database.session.rollback()
        _wait()
        return super().handle_user_exception(error)

    def _keep(self):
        if self._used():
            self.database.session.commit()

    def _used(self):
        return self.database is not None and self.database.session.registry.has()


def then(step):
    """Once this request's work is kept, let ``step`` make its answer, and keep its work as well.

    For what is slow and must hold no lock, yet tell whoever waits how it went. step: takes the
    answer so far (a response) and returns another; what it raises undoes its own work alone.
    """
    g.setdefault("steps", []).append(step)


def goes_on():
    """Is there a step that :func:`then` put off?"""
    return "steps" in g


def answer_no_sooner(moment):
    """Let this request's answer wait for ``moment`` (:func:`clock.ticks`) once its work is kept.

    So how long the keeping took tells nobody what was written.
    """
    g.no_sooner = moment


def _wait():
    if "no_sooner" in g:
        clock.sleep_until(g.pop("no_sooner"))
