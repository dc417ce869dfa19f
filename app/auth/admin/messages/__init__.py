"""Messages to people: what waits, what is given up and why; never what they say."""
