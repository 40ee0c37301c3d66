"""hashlib and hmac: digests, keys from passwords, digests with keys."""
import hashlib, hmac, io
for n in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(n, b"abc")
    h.update(b"def")
    print(n, h.name, h.block_size, h.digest_size, (h.hexdigest(8) if n.startswith("shake") else h.hexdigest()))
print(hashlib.algorithms_guaranteed <= hashlib.algorithms_available)
for n in ["sha1", "SHA256", "sha512", "md5", "sha3_256", "sha224", "sha384"]:
    print(n, hashlib.pbkdf2_hmac(n, b"password", b"salt", 1000).hex(), hashlib.pbkdf2_hmac(n, b"p", bytearray(b"s"), 3, 100).hex())
def t(f, *a, **k):
    try: print(f(*a, **k))
    except Exception as e: print(type(e).__mro__[-4:-1], e)
t(hashlib.pbkdf2_hmac, "sha1", b"a", b"b", 0)
t(hashlib.pbkdf2_hmac, "sha1", b"a", b"b", 1, 0)
t(hashlib.pbkdf2_hmac, "sha1", "a", b"b", 1, 0)
print(hashlib.scrypt(b"password", salt=b"NaCl", n=1024, r=8, p=16, maxmem=2**25).hex())
print(hashlib.scrypt(b"", salt=b"", n=16, r=1, p=1, dklen=20).hex())
t(hashlib.scrypt, b"", salt=b"", n=15, r=1, p=1)
t(hashlib.scrypt, b"", salt=b"", n=16, r=8, p=1, dklen=0)
for d in ["sha256", "md5", "sha3_512", hashlib.sha1, hashlib.blake2b, "blake2s"]:
    h = hmac.new(b"key" * 50, b"msg", d); h2 = h.copy(); h.update(b"more")
    print(h.name, h.hexdigest(), h2.hexdigest(), h.block_size, h.digest_size)
    print(hmac.digest(b"k", b"m", d).hex())
t(hmac.new, b"k", b"m", "nope")
t(hmac.new, b"k", b"m")
t(hmac.new, "k", b"m", "md5")
print(hmac.compare_digest(b"a", b"a"), hmac.compare_digest("a", "b"))
print(hashlib.file_digest(io.BytesIO(b"x" * 100), "sha256").hexdigest())
with open(__file__, "rb") as f: print(len(hashlib.file_digest(f, hashlib.md5).digest()))
t(hashlib.new, "foo")
