"""`bz2` on `_bz2`: streams in pieces, limits, what is left over, errors."""
import bz2
import io
import random


def tell(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


random.seed(1)
text = b"".join(random.choice([b"spam", b"eggs", b"ham ", b"\n"]) for _ in range(50_000))
noise = random.randbytes(300_000)
for data in (b"", b"a", text, noise):
    for level in (1, 5, 9):
        packed = bz2.compress(data, level)
        print(level, len(data), len(packed), packed[:4], bz2.decompress(packed) == data)

compressor = bz2.BZ2Compressor(2)
pieces = [compressor.compress(text[at : at + 997]) for at in range(0, len(text), 997)]
packed = b"".join(pieces) + compressor.flush()
print(len(packed), bz2.decompress(packed) == text, packed == bz2.compress(text, 2))
tell(compressor.compress, b"")
tell(compressor.flush)

decompressor = bz2.BZ2Decompressor()
out = [decompressor.decompress(packed + b"behind it", max_length=100)]
print(len(out[0]), decompressor.needs_input, decompressor.eof, decompressor.unused_data)
while not decompressor.eof:
    out.append(decompressor.decompress(b"", 70_000))
    print(len(out[-1]), decompressor.needs_input, decompressor.eof, decompressor.unused_data)
print(b"".join(out) == text)
tell(decompressor.decompress, b"")

decompressor = bz2.BZ2Decompressor()
for at in range(len(packed)):
    decompressor.decompress(packed[at : at + 1])
print(decompressor.eof, decompressor.needs_input, decompressor.unused_data)

for arguments in ((0,), (10,), ("9",), (1, 2)):
    tell(bz2.BZ2Compressor, *arguments)
tell(bz2.BZ2Compressor, compresslevel=9)
tell(bz2.BZ2Decompressor, 1)
tell(bz2.BZ2Decompressor, a=1)
tell(bz2.BZ2Decompressor().decompress, b"no stream of this kind at all")
tell(bz2.BZ2Decompressor().decompress, "text")
tell(bz2.BZ2Decompressor().decompress)
tell(bz2.BZ2Compressor().compress, "text")
tell(bz2.decompress, packed[:-10])
tell(bz2.decompress, packed + b"x" * 20)
print(bz2.decompress(bz2.compress(b"one ") + bz2.compress(b"two")))
for kind in (bz2.BZ2Compressor, bz2.BZ2Decompressor):
    print(kind, kind.__module__, kind.__name__)
    tell(__import__("pickle").dumps, kind())

with bz2.open(file := io.BytesIO(), "wt", encoding="utf-8") as stream:
    print(*("line %d é" % n for n in range(1000)), sep="\n", file=stream)
file.seek(0)
with bz2.open(file, "rt", encoding="utf-8") as stream:
    lines = stream.read().splitlines()
print(len(lines), lines[-1])
