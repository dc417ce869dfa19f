"""The browser's own authenticator, driven over its protocol."""


class Device:
    """What makes passkeys and shows them: the phone or computer itself, or a key on a cable.

    transport: ``internal`` or ``usb``.
    """

    def __init__(self, page, transport="internal"):
        """Plug it into the browser of ``page``."""
        self._talk = page.context.new_cdp_session(page)
        self._talk.send("WebAuthn.enable", {"enableUI": False})
        kind = KIND | {"transport": transport}
        made = self._talk.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
        self._named = {"authenticatorId": made["authenticatorId"]}

    def keys(self):
        """Return the passkeys in it."""
        return self._talk.send("WebAuthn.getCredentials", self._named)["credentials"]

    def refuse(self):
        """The person does not show finger or face."""
        self._talk.send("WebAuthn.setUserVerified", self._named | {"isUserVerified": False})

    def stop_answering(self, stopped):
        """Nobody touches the device, or somebody does again."""
        still = self._named | {"enabled": not stopped}
        self._talk.send("WebAuthn.setAutomaticPresenceSimulation", still)


KIND = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
