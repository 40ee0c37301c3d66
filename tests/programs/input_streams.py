# input() on streams that are not files.
import io
import sys

out, ahead = sys.stdout, sys.stdin


def asked(*prompt):
    try:
        line = input(*prompt)
    except Exception as error:
        line = f"{type(error).__name__}: {error}"
    kept, sys.stdout = sys.stdout, out
    print(repr(line))
    sys.stdout = kept


class Gives:
    def __init__(self, line):
        self.line = line

    def readline(self):
        return self.line


class Takes:
    """Has no flush."""

    def write(self, text):
        out.write(f"<{text}>")


sys.stdin = io.StringIO("one\r\ntwo \udcff\nlast")
asked()
asked("? ")
asked(5)
asked()
for line in ("no end", "\n", "", 5, None):
    sys.stdin = Gives(line)
    asked()
sys.stdout = Takes()
sys.stdin = Gives("x\n")
asked("prompt")
sys.stdout = None
asked()
sys.stdout = out
sys.stdin = None
asked()
del sys.stdin
asked()
sys.stdin = ahead
