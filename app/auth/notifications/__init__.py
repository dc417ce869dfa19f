"""The post office: messages to people, kept with the deed they tell of and delivered beside it."""
