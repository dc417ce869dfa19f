"""``docs/register-a-client.md``, typed word for word beside the server that ``make run`` starts."""

from tests.journeys.typed import commands
from tests.support.marks import mission, rfc


@mission("S135")
@rfc("7591", "3")
@rfc("7592", "2")
@rfc("7523", "2.2")
def test_the_guide_to_registering_works_word_for_word(served, shell):
    typed = 0

    for said, expected in commands("docs/register-a-client.md"):
        ours = [
            text.replace("localhost:3000", f"localhost:{served.port}") for text in (said, *expected)
        ]
        shell.try_out(ours[0], ours[1:])
        typed += 1

    assert typed > 30
