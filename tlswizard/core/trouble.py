"""What a person can put right, told in one sentence."""


class Trouble(Exception):
    """The message says what happened, where, and what to do."""
