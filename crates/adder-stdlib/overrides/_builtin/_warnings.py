"""The module _warnings: the library's own _py_warnings does all of it.

Only what importlib needs is here. Without the other names the module warnings keeps to _py_warnings.
"""

from _py_warnings import filters, warn, warn_explicit
