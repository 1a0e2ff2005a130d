"""Wiring of the rooms for the faces, without Django."""
