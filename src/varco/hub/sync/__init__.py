"""Talking to shops: polls, refresh, write-back. Asynchronous towards the network; the tables are in `store`."""
