"""Python's parser, used by one thread at a time.

Before Python 3.11.8, two threads that make syntax trees at once can disturb each other: one gets
a `SystemError` (CPython's issue 106905). NumPy reads the header of every array in this way, so an
answer could be refused for a mistake of the grader's.
"""

from threading import Lock

PARSER = Lock()
