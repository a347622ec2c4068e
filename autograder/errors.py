"""The one error that a person is meant to read."""


class UserError(Exception):
    """Something that a person gave us is wrong; the text says what, in one line.

    It names what was expected, what was found and what to do. The command line prints it
    without a traceback and exits with status 2.
    """
