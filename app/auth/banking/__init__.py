"""The bank, asked over HTTP on behalf of the person who is here."""
