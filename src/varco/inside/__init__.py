"""What looks at a server from the inside: its logs and its configuration.

A host may run it as one file on a machine where nothing can be installed. So this room knows Python 3.8 and its
standard library only, and takes what it needs to know of the rest as data (`known.py`).
"""
