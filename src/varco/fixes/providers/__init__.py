"""One hosting provider per file, found by listing: each offers a `PROVIDER`."""
