"""The dashboard (UX C01)."""

from app.auth.admin import guard
from app.auth.admin.dashboard import duties, figures
from app.auth.audit.chain import standing
from app.auth.hosted import forms, signed_in
from app.auth.staff.permissions import DASHBOARD
from app.foundation import clock, words

dashboard = guard.door("admin_dashboard", DASHBOARD)


@dashboard.get("/admin/dashboard")
def index():
    """Show what went on of late, what is wrong, and how the record stands."""
    counted, pictures = figures.read()
    chain = standing.now()
    return forms.page(
        "admin/dashboard/dashboard",
        figures=counted,
        pictures=pictures,
        warnings=duties.warnings(),
        steps=duties.first_steps(),
        chain=chain,
        sealed=chain.head_at and words.ago(chain.head_at, clock.now()),
        **signed_in.page(),
    )
