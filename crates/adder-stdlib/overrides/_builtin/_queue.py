"""The part of the module _queue that is written in Python; it runs in the module's own namespace."""


class Empty(Exception):
    pass


Empty.__module__ = "_queue"
