"""`unicodedata`: the database over all code points, now and in 3.2.0, and normal forms."""
import hashlib, unicodedata as u

def t(f):
    try:
        print(ascii(f()))
    except BaseException as e:
        print(type(e).__name__, e)

POINTS = [*range(0, 0x20000, 7), *range(0x1F600, 0x1F700), *range(0xE0000, 0xE0200), 0x10FFFF]
print(u.unidata_version, u.ucd_3_2_0.unidata_version)
for d in (u, u.ucd_3_2_0):
    for name in ('category', 'bidirectional', 'combining', 'east_asian_width', 'mirrored', 'decomposition'):
        h = hashlib.sha256()
        f = getattr(d, name)
        for p in POINTS:
            h.update(str(f(chr(p))).encode() + b';')
        print(name, h.hexdigest())
    for name in ('decimal', 'digit', 'numeric', 'name'):
        h = hashlib.sha256()
        f = getattr(d, name)
        for p in POINTS:
            h.update(str(f(chr(p), None)).encode() + b';')
        print(name, h.hexdigest())
    for form in ('NFC', 'NFD', 'NFKC', 'NFKD'):
        h = hashlib.sha256()
        for p in (*POINTS, *range(0x2F800, 0x2FA20)):
            if not 0xD800 <= p < 0xE000:
                c = chr(p)
                h.update(d.normalize(form, c).encode('utf-8', 'surrogatepass'))
        print(form, h.hexdigest())
for s in ('e\u0301', '\u1e9b\u0323', '\uac00', '\u1100\u1161\u11a8', 'a\u0315\u0300\u05ae\u0062', '\ufb01', 'A\u030a', '\u212b', '', 'abc', '\u0344', '\u0958', '\U0001d15e'):
    for form in ('NFC', 'NFD', 'NFKC', 'NFKD'):
        t(lambda: (u.normalize(form, s), u.is_normalized(form, s)))
t(lambda: u.normalize('x', 'a')); t(lambda: u.is_normalized('x', 'a')); t(lambda: u.normalize('NFC', 5)); t(lambda: u.normalize('NFC'))
t(lambda: u.lookup('LATIN SMALL LETTER A')); t(lambda: u.lookup('latin small letter a')); t(lambda: u.lookup('nope')); t(lambda: u.lookup(5)); t(lambda: u.lookup('LINE FEED')); t(lambda: u.lookup('HANGUL SYLLABLE GA')); t(lambda: u.lookup('CJK UNIFIED IDEOGRAPH-4E00'))
t(lambda: u.name('\n')); t(lambda: u.name('a', 'x')); t(lambda: u.name('ab')); t(lambda: u.name(5)); t(lambda: u.name('\ud800', None))
for f in ('decimal', 'digit', 'numeric', 'category', 'bidirectional', 'combining', 'mirrored', 'east_asian_width', 'decomposition'):
    g = getattr(u, f)
    t(lambda: g('ab')); t(lambda: g(5)); t(lambda: g('\u00bd')); t(lambda: g('\u0664')); t(lambda: g('x'))
t(lambda: '\N{GREEK SMALL LETTER ALPHA}'); t(lambda: b'\\N{SNOWMAN}'.decode('unicode_escape')); t(lambda: '\u2603'.encode('ascii', 'namereplace'))
