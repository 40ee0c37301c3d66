"""An error's class that uses the stream whose error it is."""
import zlib

compressor = zlib.compressobj()
compressor.flush()
decompressor = zlib.decompressobj()
buffered = zlib._ZlibDecompressor()
with_dictionary = zlib.compressobj(zdict=b"spam and eggs")
data = with_dictionary.compress(b"spam") + with_dictionary.flush()
wrong = zlib.decompressobj(zdict=b"something else")
streams = {
    "compressor": compressor.flush,
    "decompressor": lambda: decompressor.decompress(b"garbage"),
    "buffered": lambda: buffered.decompress(b"garbage"),
    "wrong": lambda: wrong.decompress(data),
}
busy = False

def init(self, *args):
    global busy
    if busy:
        return
    busy = True
    try:
        streams[name]()
        print("nothing")
    except zlib.error:
        print("again")
    busy = False

zlib.error.__init__ = init
for name, work in streams.items():
    try:
        work()
    except zlib.error as error:
        print(name, type(error).__name__)
