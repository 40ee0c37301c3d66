"""Writes src/unicode/database.rs: what a Python's own `unicodedata` answers for each code point.

    python3.13 tools/unicode_database.py > src/unicode/database.rs
"""

import unicodedata
from unicodedata import ucd_3_2_0 as old

POINTS = 0x110000
CATEGORIES = sorted({unicodedata.category(chr(p)) for p in range(POINTS)})
DIRECTIONS = sorted({unicodedata.bidirectional(chr(p)) for p in range(POINTS)})
WIDTHS = sorted({unicodedata.east_asian_width(chr(p)) for p in range(POINTS)})


def table(name, doc, items, ty, per_line=12):
    items = list(items)
    print(f"\n/// {doc}\npub(super) static {name}: [{ty}; {len(items)}] = [")
    for at in range(0, len(items), per_line):
        print("    " + ", ".join(items[at:at + per_line]) + ",")
    print("];")


def texts(items):
    return (f'"{item}"' for item in items)


records = {}


def runs(data):
    made, last = [], None
    for point in range(POINTS):
        c = chr(point)
        record = (
            CATEGORIES.index(data.category(c)), DIRECTIONS.index(data.bidirectional(c)), data.combining(c),
            WIDTHS.index(data.east_asian_width(c)), data.mirrored(c),
        )
        if record != last:
            made.append(f"{point << 10 | records.setdefault(record, len(records)):#x}")
            last = record
    return made


now, then = runs(unicodedata), runs(old)
assert len(records) < 1024

print(f"//! Unicode {unicodedata.unidata_version} (and 3.2.0), as a Python's `unicodedata` answers it; made by")
print("//! `tools/unicode_database.py`. What `str` itself asks for (`isalpha`, cases, …) is in `tables`, in one word a code point.")
print("\n#![cfg_attr(rustfmt, rustfmt_skip)]")
table("CATEGORIES", "General categories.", texts(CATEGORIES), "&str")
table("DIRECTIONS", "Bidirectional classes.", texts(DIRECTIONS), "&str")
table("WIDTHS", "East Asian widths.", texts(WIDTHS), "&str")
table("RECORDS", "Category, bidirectional class, combining class, width, mirrored.",
      (f"({a}, {b}, {c}, {d}, {e})" for a, b, c, d, e in records), "(u8, u8, u8, u8, u8)", 8)
table("RUNS", "Where a run of code points with the same record begins, times 1024, plus its place in `RECORDS`.", now, "u32")
table("OLD_RUNS", "The same of Unicode 3.2.0.", then, "u32")


def parts(text):
    tag, _, rest = text.partition("> ") if text.startswith("<") else ("", "", text)
    return tag + ">" if tag else "", [int(p, 16) for p in rest.split()]


found = {p: parts(unicodedata.decomposition(chr(p))) for p in range(POINTS) if unicodedata.decomposition(chr(p))}
tags = sorted({tag for tag, _ in found.values()})
points, rows = [], []
for point, (tag, to) in found.items():
    rows.append(f"({point:#x}, {tags.index(tag)}, {len(to)}, {len(points)})")
    points += to
table("TAGS", "Kinds of decompositions; the first is the canonical one.", texts(tags), "&str")
table("DECOMPOSITIONS", "Code point; kind; how many code points it becomes; where they begin in `DECOMPOSED`.", rows,
      "(u32, u8, u8, u16)", 6)
table("DECOMPOSED", "Code points of decompositions.", (f"{p:#x}" for p in points), "u32")
changed = []
for point in range(POINTS):
    c = chr(point)
    was = old.normalize("NFD", c)
    if old.category(c) not in ("Cn", "Cs") and was != unicodedata.normalize("NFD", c):
        assert len(was) == 1
        changed.append(f"({point:#x}, {ord(was):#x})")
assert not any(old.decomposition(chr(p)) for p in range(POINTS) if p not in found)
table("OLD_DECOMPOSITIONS", "Those that became others in Unicode 3.2.0.", changed, "(u32, u32)", 6)
pairs = sorted((*to, point) for point, (tag, to) in found.items()
               if tag == "" and len(to) == 2 and unicodedata.normalize("NFC", "".join(map(chr, to))) == chr(point))
table("COMPOSITIONS", "First, second, and what they are together.", (f"({a:#x}, {b:#x}, {c:#x})" for a, b, c in pairs),
      "(u32, u32, u32)", 5)
table("DIGITS", "Values of digits that are no decimal digits.",
      (f"({p:#x}, {unicodedata.digit(chr(p))})" for p in range(POINTS)
       if unicodedata.digit(chr(p), None) is not None and unicodedata.decimal(chr(p), None) is None), "(u32, u8)", 8)
table("NUMBERS", "Values of what stands for a number and is no digit.",
      (f"({p:#x}, {unicodedata.numeric(chr(p))!r})" for p in range(POINTS)
       if unicodedata.numeric(chr(p), None) is not None and unicodedata.digit(chr(p), None) is None), "(u32, f64)", 6)
