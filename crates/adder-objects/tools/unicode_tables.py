"""Writes src/unicode/tables.rs: what a Python's own `str` answers for each code point.

    python3.13 tools/unicode_tables.py > src/unicode/tables.rs
"""

import sys
import unicodedata

SIGMA, FINAL = "\u03a3", "\u03c2"


def flags(point):
    c = chr(point)
    # Whether a sigma behind it is a final one tells what the rule passes over.
    alone = (c + SIGMA).lower()[-1] == FINAL
    after = ("a" + c + SIGMA).lower()[-1] == FINAL
    bits = (
        c.isalpha(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.islower(), c.isupper(),
        unicodedata.category(c) == "Lt", c.isspace(), c.isprintable(), c.isidentifier(), ("a" + c).isidentifier(),
        (c + "a").title()[-1] == "a", after and not alone,
    )
    return sum(bit << at for at, bit in enumerate(bits))


def numbers(name, doc, items, ty, per_line=12):
    items = list(items)
    print(f"\n/// {doc}\npub(super) static {name}: [{ty}; {len(items)}] = [")
    for at in range(0, len(items), per_line):
        print("    " + ", ".join(items[at:at + per_line]) + ",")
    print("];")


def mapping(name, change):
    simple, full = [], []
    for point in range(0x110000):
        mapped = change(chr(point))
        if len(mapped) > 1:
            full.append((point, [ord(c) for c in mapped] + [0] * (3 - len(mapped))))
        elif mapped != chr(point):
            simple.append((point, ord(mapped) - point))
    runs = []
    for point, delta in simple:
        if runs:
            first, last, step, old = runs[-1]
            if old == delta and (point - last == step or first == last and point - last <= 2):
                runs[-1] = (first, point, point - last, delta)
                continue
        runs.append((point, point, 1, delta))
    numbers(f"{name}_RUNS", "First, last, step, difference.", (f"({a:#x}, {b:#x}, {s}, {d})" for a, b, s, d in runs),
            "(u32, u32, u32, i32)", 5)
    numbers(f"{name}_FULL", "Those that become more than one code point; 0 fills up.",
            (f"({p:#x}, [{', '.join(f'{c:#x}' for c in m)}])" for p, m in full), "(u32, [u32; 3])", 4)


runs, kinds, last = [], [], None
for point in range(0x110000):
    f = flags(point)
    if f != last:
        if f not in kinds:
            kinds.append(f)
        runs.append(f"{point << 6 | kinds.index(f):#x}")
        last = f
assert len(kinds) <= 64

print(f"//! Unicode {unicodedata.unidata_version}, as a Python answers it; made by `tools/unicode_tables.py`.\n")
print("#![cfg_attr(rustfmt, rustfmt_skip)]")
print(f"\n/// The version of the data.\npub const VERSION: &str = \"{unicodedata.unidata_version}\";")
numbers("KINDS", "Properties: bits as in the module above.", (f"{k:#x}" for k in kinds), "u16")
numbers("RUNS", "Where a run of code points with the same properties begins, times 64, plus its place in `KINDS`.", runs, "u32")
zeros = [p for p in range(0x110000) if unicodedata.decimal(chr(p), None) == 0]
for zero in zeros:
    assert all(unicodedata.decimal(chr(zero + n)) == n for n in range(10))
numbers("ZEROS", "Zeros of decimal digits; one to nine follow each.", (f"{z:#x}" for z in zeros), "u32")
mapping("UPPER", str.upper)
mapping("LOWER", str.lower)
mapping("TITLE", str.title)
mapping("FOLD", str.casefold)
