"""What the person who asks must be told in one line."""


class WrongUse(Exception):
    """An argument cannot be right: nothing was done."""
