# Files, buffers and streams in memory, as the native module io has them.
import gc
import io
import os
import pickle
import tempfile
import threading
import weakref

folder = tempfile.mkdtemp()
path = os.path.join(folder, "lines.txt")


def shown(call, *args):
    try:
        print(repr(call(*args)))
    except Exception as error:
        print(type(error).__name__, error)


# Ends of lines, in each mode of newline, read and written.
raw_ends = b"one\ntwo\r\nthree\rfour\r\n\r\nlast\r"
for newline in (None, "", "\n", "\r", "\r\n"):
    with open(path, "wb") as file:
        file.write(raw_ends)
    with open(path, encoding="utf-8", newline=newline) as file:
        lines = list(file)
        print(repr(newline), lines, file.newlines)
    with open(path, encoding="utf-8", newline=newline) as file:
        file._CHUNK_SIZE = 1
        print(lines == [line for line in iter(file.readline, "")], file.newlines)
    with open(path, "w", encoding="utf-8", newline=newline) as file:
        print(file.write("a\nb\r\nc"))
    with open(path, "rb") as file:
        print(file.read())

# Encodings, with characters cut by the chunks.
text = "plain\nmore \u00e9\u00e8\n\u4e2d\u6587 \U0001F600 wide\nend"
for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "ascii", "cp1252"):
    for errors in ("strict", "replace", "backslashreplace"):
        try:
            with open(path, "w", encoding=encoding, errors=errors) as file:
                file.write(text)
            with open(path, encoding=encoding, errors=errors) as file:
                file._CHUNK_SIZE = 3
                print(encoding, errors, ascii(file.read(7)), ascii(file.readline()), ascii(file.read()))
        except UnicodeError as error:
            print(encoding, errors, type(error).__name__, ascii(str(error)))

# Bytes that are no text.
with open(path, "wb") as file:
    file.write(b"good\nbad \xff\xfe\xe4\xb8 rest\n\xf0\x9f")
for errors in ("strict", "ignore", "replace", "surrogateescape", "backslashreplace"):
    try:
        with open(path, encoding="utf-8", errors=errors) as file:
            print(errors, ascii(list(file)))
    except UnicodeDecodeError as error:
        print(errors, error.start, error.end, error.reason)

# Places in text.
with open(path, "w+", encoding="utf-8") as file:
    file.write("".join(f"l\u00efne {n}\n" for n in range(3000)))
    file.seek(0)
    places = []
    while True:
        places.append(file.tell())
        if not file.readline():
            break
    picked = []
    for n in (0, 1, 7, 1500, 2999):
        file.seek(places[n])
        picked.append(file.readline())
    print(picked, places[:3], places[-1])
    file.seek(places[10])
    print(file.read(4), file.tell() - places[10], file.read(3))
    shown(file.seek, 3, 1)
    shown(file.seek, -1)
    next(file)
    shown(file.tell)
    file.seek(0, 2)
    print(file.write("behind\n"), file.tell() == places[-1] + 7)

# Reading and writing through one buffer.
with open(path, "wb+", buffering=8) as file:
    print(repr(file).replace(folder, "F"), file.write(b"0123456789abcdef"), file.tell())
    file.seek(3)
    print(file.read(4), file.write(b"XY"), file.read(3), file.tell())
    file.seek(0)
    print(file.peek(2)[:2], file.read1(3), file.readline(), file.readinto(bytearray(3)))
    file.truncate(5)
    file.seek(0)
    target = bytearray(9)
    print(file.readinto(target), target, file.read(), file.readlines())
with open(path, "rb", buffering=0) as file:
    print(file.mode, file.readall(), file.read(1), file.seekable())
print(repr(file).replace(folder, "F"))
shown(file.read)


# Raw streams of a program.
class Slow(io.RawIOBase):
    def __init__(self, parts):
        self.parts = parts

    def readable(self):
        return True

    def readinto(self, into):
        if not self.parts:
            return 0
        part = self.parts.pop(0)
        if part is None:
            return None
        into[: len(part)] = part
        return len(part)


print(io.BufferedReader(Slow([b"ab", b"c\nd", b"", b"e"]), 4).read())
print(io.BufferedReader(Slow([b"ab", None, b"c\nd", b"e"]), 4).read(5))
print(list(io.TextIOWrapper(io.BufferedReader(Slow([b"\xc3", b"\xa9\r", b"\nx"]), 4), encoding="utf-8")))
shown(io.BufferedReader(Slow([b"123456789"]), 4).read, 6)


class Sink(io.RawIOBase):
    def __init__(self):
        self.got = []

    def writable(self):
        return True

    def write(self, data):
        self.got.append(bytes(data[:3]))
        return len(self.got[-1])


sink = Sink()
with io.TextIOWrapper(io.BufferedWriter(sink, 4), encoding="ascii", write_through=True) as out:
    out.write("abcdefg\n")
print(sink.got)

# Streams in memory.
memory = io.BytesIO(b"first\nsecond\n")
view = memory.getbuffer()
view[0:1] = b"F"
shown(memory.write, b"longer than before, so that it grows")
view.release()
memory.seek(0, 2)
memory.write(b"third")
memory.attribute = "kept"
print(memory.getvalue(), memory.tell(), pickle.loads(pickle.dumps(memory)).attribute)
words = io.StringIO("a\r\nb\rc\n", newline=None)
words.seek(0, 2)
words.write("\u4e2d\r\n\U0001F600")
print(ascii(words.getvalue()), words.newlines, words.tell(), words.__getstate__()[1:3])
words.seek(20)
words.write("far")
print(ascii(words.getvalue()))
words.truncate(4)
words.seek(1)
print(words.readlines())
print(pickle.loads(pickle.dumps(io.StringIO("x\ny"))).read())


# Streams that nobody closes; subclasses; cycles; weak references.
class Named(io.TextIOWrapper):
    __slots__ = ("more",)


class Told(io.BytesIO):
    def close(self):
        print("closed with", self.getvalue())
        super().close()


Told(b"by count")
told = Told(b"by collection")
told.myself = told
gone = weakref.ref(told)
del told
gc.collect()
print(gone())
file = Named(open(path, "wb"), encoding="utf-8")
file.more = file
file.write("written at the end")
known = weakref.ref(file)
del file
gc.collect()
print(known(), open(path).read())

# One stream and many threads.
with open(path, "wb") as shared:
    workers = [
        threading.Thread(target=lambda n=n: [shared.write(b"%d\n" % n) for _ in range(500)]) for n in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
with open(path) as file:
    lines = sorted(file)
print(len(lines), lines[0], lines[-1])

# Errors.
for args in (("x", "q"), ("x", "rw"), ("x", "rbt"), ("x", ""), ("x", "rb", -1, "utf-8"), ("x", "r", 0), (1.5,), (-1,)):
    shown(open, *args)

shown(io.BytesIO().seek, -1)
shown(io.StringIO().seek, 1, 1)
shown(io.StringIO().write, b"bytes")
shown(io.BytesIO().write, "text")
shown(io.TextIOWrapper(io.BytesIO(), encoding="utf-8").write, b"bytes")
shown(io.IncrementalNewlineDecoder(None, True).decode, "a\r\nb\r")
shown(io.BufferedRWPair(io.BytesIO(b"in"), io.BytesIO()).read)
pair = io.BufferedRWPair(io.BytesIO(b"in"), io.BytesIO())
print(pair.read(1), pair.write(b"out"), pair.readable(), pair.closed)
detached = io.TextIOWrapper(io.BytesIO(b"x"), encoding="utf-8")
detached.detach()
shown(detached.read)
os.unlink(path)
os.rmdir(folder)
