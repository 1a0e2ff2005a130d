"""What is wrong with the installation itself: each look has a name, an outcome and advice.

`inside` asks the database, the disk and the settings; `outside` calls the hub's own public address, the mail server
and a connected shop. Pages show what a worker found: they call nobody.
"""

from varco.hub.selfcheck.inside import inside
from varco.hub.selfcheck.outside import Facts, facts, outside
from varco.hub.selfcheck.result import Result, State

__all__ = ["Facts", "Result", "State", "facts", "inside", "outside"]
