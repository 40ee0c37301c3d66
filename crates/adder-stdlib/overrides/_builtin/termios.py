"""The part of the module termios that is written in Python; it runs in the module's own namespace."""


class error(Exception):
    pass


error.__module__ = "termios"
