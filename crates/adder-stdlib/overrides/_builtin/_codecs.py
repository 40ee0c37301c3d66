"""The part of the module _codecs that is written in Python: the registry, and the codecs that the library has in Python."""

_search = []
_found = {}


def register(search_function, /):
    if not callable(search_function):
        raise TypeError("argument must be callable")
    _search.append(search_function)


def unregister(search_function, /):
    if search_function in _search:
        _search.remove(search_function)
        _found.clear()


def _normalized(encoding):
    name, gap = "", False
    for c in encoding:
        if c.isalnum() or c == ".":
            if gap and name:
                name += "_"
            gap = False
            if c.isascii():
                name += c.lower()
        else:
            gap = True
    return name


def lookup(encoding, /):
    if not isinstance(encoding, str):
        raise TypeError(f"lookup() argument must be str, not {type(encoding).__name__}")
    if "\0" in encoding:
        raise ValueError("embedded null character")
    name = _normalized(encoding)
    if name in _found:
        return _found[name]
    if not _search:
        import encodings
    for function in _search:
        found = function(name)
        if found is None:
            continue
        if not isinstance(found, tuple) or len(found) != 4:
            raise TypeError("codec search functions must return 4-tuples")
        _found[name] = found
        return found
    raise LookupError(f"unknown encoding: {encoding}")


def encode(obj, encoding="utf-8", errors="strict"):
    result = lookup(encoding)[0](obj, errors)
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError("encoder must return a tuple (object, integer)")
    return result[0]


def decode(obj, encoding="utf-8", errors="strict"):
    result = lookup(encoding)[1](obj, errors)
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError("decoder must return a tuple (object,integer)")
    return result[0]


def _forget_codec(encoding, /):
    _found.pop(_normalized(encoding), None)


_handlers = {}


def _handler(name):
    def handle(exception, /):
        return _handle_error(name, exception)
    handle.__name__ = handle.__qualname__ = name + "_errors"
    return handle


def lookup_error(name, /):
    if not isinstance(name, str):
        raise TypeError(f"lookup_error() argument must be str, not {type(name).__name__}")
    found = _registered_error(name)
    if found is not None:
        return found
    if not _is_built_in_error(name):
        raise LookupError(f"unknown error handler name '{name}'")
    if name not in _handlers:
        _handlers[name] = _handler(name)
    return _handlers[name]


def _in_library(name):
    def function(*args):
        import _pycodecs
        return getattr(_pycodecs, name)(*args)
    function.__name__ = function.__qualname__ = name
    return function


for _name in (
    "utf_7_encode", "utf_7_decode", "utf_16_ex_decode", "utf_32_ex_decode", "escape_encode", "escape_decode",
    "unicode_escape_encode", "unicode_escape_decode", "raw_unicode_escape_encode", "raw_unicode_escape_decode",
):
    globals()[_name] = _in_library(_name)
del _name


def charmap_build(map, /):
    return {ord(char): at for at, char in enumerate(map)}


def _repaired(error, errors, length):
    replacement, at = lookup_error(errors or "strict")(error)
    if at < 0:
        at += length
    if not 0 <= at <= length:
        raise IndexError(f"position {at} from error handler out of bounds")
    return replacement, at


def charmap_decode(data, errors="strict", mapping=None, /):
    if mapping is None:
        return latin_1_decode(data, errors)
    data = bytes(memoryview(data))
    if isinstance(mapping, str):
        try:
            text = "".join([mapping[byte] for byte in data])
        except IndexError:
            text = "\ufffe"
        if "\ufffe" not in text:
            return text, len(data)
    parts, at = [], 0
    while at < len(data):
        try:
            char = mapping[data[at]]
        except LookupError:
            char = None
        if isinstance(char, int):
            if not 0 <= char <= 0x10FFFF:
                raise TypeError("character mapping must be in range(0x110000)")
            char = chr(char)
        if char is None or char == "\ufffe":
            error = UnicodeDecodeError("charmap", data, at, at + 1, "character maps to <undefined>")
            char, at = _repaired(error, errors, len(data))
            parts.append(char)
            continue
        if not isinstance(char, str):
            raise TypeError("character mapping must return integer, None or str")
        parts.append(char)
        at += 1
    return "".join(parts), len(data)


def _mapped(mapping, char):
    try:
        found = mapping[ord(char)]
    except LookupError:
        return None
    if isinstance(found, int):
        if not 0 <= found <= 255:
            raise TypeError("character mapping must be in range(256)")
        return bytes([found])
    if found is None or isinstance(found, bytes):
        return found
    raise TypeError(f"character mapping must return integer, bytes or None, not {type(found).__name__}")


def charmap_encode(str, errors="strict", mapping=None, /):
    if mapping is None:
        return latin_1_encode(str, errors)
    parts, at = [], 0
    while at < len(str):
        found = _mapped(mapping, str[at])
        if found is not None:
            parts.append(found)
            at += 1
            continue
        end = at + 1
        while end < len(str) and _mapped(mapping, str[end]) is None:
            end += 1
        error = UnicodeEncodeError("charmap", str, at, end, "character maps to <undefined>")
        replacement, at = _repaired(error, errors, len(str))
        if isinstance(replacement, bytes):
            parts.append(replacement)
            continue
        for char in replacement:
            found = _mapped(mapping, char)
            if found is None:
                raise error
            parts.append(found)
    return b"".join(parts), len(str)
