"""The module marshal: values in CPython's format, version 2.

Code objects are a format of our own: a number that says which instructions they are for, and what types.CodeType takes. What is
read is checked like any code from outside.
"""

version = 2

_code = type((lambda: None).__code__)
_PARTS = (
    "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_stacksize", "co_flags", "co_code",
    "co_consts", "co_names", "co_varnames", "co_filename", "co_name", "co_qualname", "co_firstlineno", "co_linetable",
    "co_exceptiontable", "co_freevars", "co_cellvars",
)

_BY_TAG = {b"N": None, b"T": True, b"F": False, b".": ...}


def _long(value):
    digits = []
    rest = abs(value)
    while rest:
        digits.append((rest & 0x7FFF).to_bytes(2, "little"))
        rest >>= 15
    size = -len(digits) if value < 0 else len(digits)
    return b"l" + size.to_bytes(4, "little", signed=True) + b"".join(digits)


def _float(value):
    import struct
    return struct.pack("<d", value)


def _fingerprint():
    import _opcode
    return _opcode._FINGERPRINT.to_bytes(4, "little")


def _write(value, out, depth, allow_code):
    if depth > 2000:
        raise ValueError("object too deeply nested to marshal")
    for tag, constant in _BY_TAG.items():
        if value is constant:
            out.append(tag)
            return
    kind = type(value)
    if kind is int:
        if -(1 << 31) <= value < 1 << 31:
            out.append(b"i" + value.to_bytes(4, "little", signed=True))
        else:
            out.append(_long(value))
    elif kind is float:
        out.append(b"g" + _float(value))
    elif kind is complex:
        out.append(b"y" + _float(value.real) + _float(value.imag))
    elif kind is str:
        data = value.encode("utf-8", "surrogatepass")
        out.append(b"u" + len(data).to_bytes(4, "little") + data)
    elif kind in (tuple, list, set, frozenset):
        tag = {tuple: b"(", list: b"[", set: b"<", frozenset: b">"}[kind]
        out.append(tag + len(value).to_bytes(4, "little"))
        for item in value:
            _write(item, out, depth + 1, allow_code)
    elif kind is dict:
        out.append(b"{")
        for key, item in value.items():
            _write(key, out, depth + 1, allow_code)
            _write(item, out, depth + 1, allow_code)
        out.append(b"0")
    elif kind is _code:
        if not allow_code:
            raise ValueError("marshalling code objects is disallowed")
        out.append(b"c" + _fingerprint())
        _write(tuple(getattr(value, part) for part in _PARTS), out, depth + 1, allow_code)
    else:
        try:
            data = bytes(memoryview(value))
        except TypeError:
            raise ValueError("unmarshallable object") from None
        out.append(b"s" + len(data).to_bytes(4, "little") + data)


def dumps(value, version=version, /, *, allow_code=True):
    out = []
    _write(value, out, 0, allow_code)
    return b"".join(out)


def dump(value, file, version=version, /, *, allow_code=True):
    return file.write(dumps(value, version, allow_code=allow_code))


_END = object()


class _Reader:
    def __init__(self, read, allow_code):
        self.read = read
        self.allow_code = allow_code
        self.seen = []

    def take(self, n):
        data = self.read(n)
        if len(data) != n:
            raise EOFError("marshal data too short")
        return data

    def number(self, size, signed=True):
        return int.from_bytes(self.take(size), "little", signed=signed)

    def float(self):
        import struct
        return struct.unpack("<d", self.take(8))[0]

    def value(self):
        tag = self.read(1)
        if not tag:
            raise EOFError("EOF read where object expected")
        flagged, tag = tag[0] & 0x80, bytes([tag[0] & 0x7F])
        if tag in _BY_TAG:
            return _BY_TAG[tag]
        if tag == b"0":
            return _END
        if tag == b"r":
            at = self.number(4)
            if not 0 <= at < len(self.seen):
                raise ValueError("bad marshal data (invalid reference)")
            return self.seen[at]
        place = None
        if flagged:
            place = len(self.seen)
            self.seen.append(None)
        made = self.compound(tag, place)
        if flagged:
            self.seen[place] = made
        return made

    def compound(self, tag, place):
        if tag == b"i":
            return self.number(4)
        if tag == b"l":
            size = self.number(4)
            value = sum(self.number(2, False) << 15 * at for at in range(abs(size)))
            return -value if size < 0 else value
        if tag == b"g":
            return self.float()
        if tag == b"y":
            return complex(self.float(), self.float())
        if tag == b"s":
            return self.take(self.number(4))
        if tag in b"ut":
            return self.take(self.number(4)).decode("utf-8", "surrogatepass")
        if tag in b"aA":
            return self.take(self.number(4)).decode("latin-1")
        if tag in b"zZ":
            return self.take(self.number(1, False)).decode("latin-1")
        if tag == b")":
            return tuple([self.item() for _ in range(self.number(1, False))])
        if tag in b"(<>":
            items = [self.item() for _ in range(self.number(4))]
            return {b"(": tuple, b"<": set, b">": frozenset}[tag](items)
        if tag in b"[{":
            made = [] if tag == b"[" else {}
            if place is not None:
                self.seen[place] = made
            if tag == b"[":
                made.extend(self.item() for _ in range(self.number(4)))
            else:
                while (key := self.value()) is not _END:
                    made[key] = self.item()
            return made
        if tag == b"c":
            if not self.allow_code:
                raise ValueError("unmarshalling code objects is disallowed")
            if self.take(4) != _fingerprint():
                raise ValueError("bad marshal data (code of another interpreter or version)")
            parts = self.item()
            if type(parts) is not tuple or len(parts) != len(_PARTS):
                raise ValueError("bad marshal data (code)")
            try:
                return _code(*parts)
            except (TypeError, ValueError, OverflowError) as error:
                raise ValueError("bad marshal data (%s)" % error) from None
        raise ValueError("bad marshal data (unknown type code)")

    def item(self):
        value = self.value()
        if value is _END:
            raise TypeError("NULL object in marshal data for object")
        return value


def loads(data, /, *, allow_code=True):
    data, at = bytes(memoryview(data)), 0

    def read(n):
        nonlocal at
        part = data[at:at + n]
        at += n
        return part

    return _Reader(read, allow_code).item()


def load(file, /, *, allow_code=True):
    return _Reader(file.read, allow_code).item()
