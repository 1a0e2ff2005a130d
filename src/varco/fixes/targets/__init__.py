"""Each file holds a `TARGET`. A new one is found by listing: nothing shared is edited."""
