"""House one, the authorization server: who someone is, and what they let others do."""
