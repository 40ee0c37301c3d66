# MD5, SHA-1 and SHA-2.
import _md5
import _sha1
import _sha2


def fails(f, *args):
    try:
        print("no error:", f(*args))
    except Exception as error:
        print(type(error).__name__, error)


for make in (_md5.md5, _sha1.sha1, _sha2.sha224, _sha2.sha256, _sha2.sha384, _sha2.sha512):
    h = make()
    print(h.name, h.block_size, h.digest_size, h.hexdigest(), type(h).__name__)
    h.update(b"abc")
    half = h.copy()
    h.update(bytearray(b"d" * 1000))
    print(h.hexdigest(), h.digest() == make(b"abc" + b"d" * 1000).digest())
    print(half.hexdigest() == make(memoryview(b"abc")).hexdigest(), len(half.digest()))
    print(make(b"x", usedforsecurity=False).hexdigest()[:16])
    fails(make, "text")
    fails(make, 5)
    fails(type(h))
