"""Applications: looked for, registered, changed, switched off, by administrators."""
