"""The module _tokenize: its native part gives the tokens of a whole text."""
from token import EXACT_TOKEN_TYPES as _EXACT, COMMENT as _COMMENT, NL as _NL, OP as _OP


class TokenizerIter:
    """Iterates over the tokens of what `readline` gives."""

    def __init__(self, readline, /, *, encoding=None, extra_tokens=False):
        self._readline = readline
        self._encoding = encoding
        self._extra = extra_tokens
        self._tokens = None

    def __iter__(self):
        return self

    def __next__(self):
        if self._tokens is None:
            self._tokens = self._all()
        return next(self._tokens)

    def _text(self):
        lines = []
        while True:
            try:
                line = self._readline()
            except StopIteration:
                break
            if self._encoding is None:
                if not isinstance(line, str):
                    raise TypeError(f"readline() returned a non-string object")
            elif not isinstance(line, (bytes, bytearray)):
                raise TypeError(f"readline() returned a non-bytes object")
            else:
                line = line.decode(self._encoding, "replace")
            if not line:
                break
            lines.append(line)
        return "".join(lines)

    def _all(self):
        rows, error = _tokens(self._text())
        for row in rows:
            if not self._extra:
                if row[0] == _COMMENT or row[0] == _NL:
                    continue
                if row[0] == _OP:
                    row = (_EXACT.get(row[1], _OP), *row[1:])
            yield row
        if error is not None:
            kind, message, line, offset, text = error
            raise kind(message, ("<string>", line, offset, text, None, None))
