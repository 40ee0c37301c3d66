"""The module _symtable: tables of the scopes that the compiler finds. The interpreter gives `_scopes`."""


class _Entry:
    __slots__ = ("id", "name", "type", "lineno", "nested", "symbols", "varnames", "children", "__weakref__")

    def __init__(self, scope):
        self.id = id(self)
        self.name, self.type, self.lineno, self.nested, self.symbols, self.varnames, inside = scope
        self.children = [_Entry(child) for child in inside]

    def __repr__(self):
        return "<symtable entry %s(%d), line %d>" % (self.name, self.id, self.lineno)


_Entry.__name__ = _Entry.__qualname__ = "symtable entry"
_Entry.__module__ = "builtins"


def symtable(source, filename, startstr, /):
    """The table of the outermost scope of a source text."""
    return _Entry(_scopes(source, filename, startstr))
