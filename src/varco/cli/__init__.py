"""The `varco` command: it parses, calls and shows; what it does is done elsewhere."""
