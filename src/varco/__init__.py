"""Varco connects self-hosted web shops to shipping, and names the wall when a server shuts it out."""

__version__ = "0.1.0"
