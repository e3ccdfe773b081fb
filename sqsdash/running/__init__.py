"""What `manage.py up` does: check, prepare, start every program under one supervisor, stop it all.

Read `up.py` first: it tells the story; the other modules are its chapters.
"""


class CannotStart(Exception):
    """A sentence for the person who starts the program."""
