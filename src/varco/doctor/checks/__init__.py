"""The checks, one file each. They do not know each other: what they share is in the `Scan`."""
