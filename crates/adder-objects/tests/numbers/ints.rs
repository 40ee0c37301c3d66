//! Tables of expressions: ints and bools.

use crate::check;
use crate::operands::{COMPARISONS, INTS, lines, pairs};

#[test]
fn ints_with_ints() {
    check(&pairs(INTS, &["+", "-", "*", "/", "//", "%", "divmod", "&", "|", "^"], INTS));
    check(&pairs(INTS, COMPARISONS, INTS));
}

#[test]
fn shifts() {
    let counts = ["0", "1", "3", "61", "62", "63", "64", "65", "128", "1000", "-1", "True", "(2**70)", "(-2**70)"];
    check(&pairs(INTS, &[">>"], &counts));
    check(&pairs(INTS, &["<<"], &counts[..12]));
    check(&lines("1 << (1<<70)\n 0 << (1<<70)\n 0 << -1\n 5 >> 1.0\n 5.0 << 1"));
}

#[test]
fn powers_of_ints() {
    check(&pairs(INTS, &["**"], &["0", "1", "2", "3", "13", "64", "True", "-1", "-3"]));
    check(&pairs(&["2", "-2", "3", "-3", "10", "0", "1", "-1", "(2**70)"], &["**"], &["100", "101", "1000", "4000"]));
    let mut triples = Vec::new();
    for a in ["0", "3", "-3", "(10**25)", "(-2**64)", "(7**1100)"] {
        for b in ["0", "1", "5", "-1", "-7", "(2**65)", "(10**30+1)"] {
            for c in ["1", "-1", "2", "10", "-10", "97", "(2**61-1)", "(2**64)", "-(10**30+57)", "0", "(3**150)"] {
                triples.push(format!("pow({a}, {b}, {c})"));
            }
        }
    }
    check(&triples);
    check(&lines(
        "pow(2, 3, 1.0)
        pow(2.0, 3, 1)
        pow(2, 3j, 1)
        pow(2, 'a', 3)
        pow(2, 3, None)
        2 ** 'a'
        2 ** -1000
        10 ** -400
        (10**400) ** -1",
    ));
}

#[test]
fn ints_from_text() {
    let texts = [
        "0",
        "1",
        "-1",
        "+5",
        " 12 ",
        "\\t12\\n",
        "1_000",
        "_1",
        "1_",
        "1__0",
        "",
        " ",
        "-",
        "+-1",
        "- 1",
        "x",
        "1x",
        "12 34",
        "0x10",
        "0X1F",
        "0b101",
        "0o17",
        "0x",
        "0b",
        "0b2",
        "0x_1f",
        "0_0",
        "00",
        "010",
        "0_7",
        "0x1_f",
        "z",
        "Zz",
        "1e3",
        "1.5",
        "١٢٣",
        "-٣",
        "1\\xa02",
        "\\xa05\\xa0",
        "５",
        "\\x1c5",
        "123456789012345678901234567890",
        "-0",
        "ffffffffffffffffffffffff",
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "1010101010101010101010101010101010101010101010101010101010101010101010101010",
        "it's",
        "a\\\"b",
        "é",
        "a\\nb",
    ];
    let mut all = Vec::new();
    for text in texts {
        all.push(format!("int('{text}')").replace("'it's'", "\"it's\""));
        for base in [0, 2, 3, 8, 10, 16, 36] {
            all.push(format!("int('{text}', {base})").replace("'it's'", "\"it's\""));
        }
    }
    all.extend(lines(
        "int()
        int('5', 1)
        int('5', 37)
        int('5', -1)
        int('5', 10**30)
        int(5, 10)
        int(base=10)
        int('11', base=2)
        int('11', True)
        int([])
        int(None)
        int('5', None)
        int('5', '2')
        int('5', 2.0)
        int(x=1)
        int('1', 2, 3)
        int(1.9)
        int(-1.9)
        int(1e30)
        int(-1.7976931348623157e308)
        int(float('nan'))
        int(float('inf'))
        int(True)
        int('1' * 1) if 0 else 0"
            .rsplit_once('\n')
            .expect("lines")
            .0,
    ));
    for n in [19, 20, 39, 100, 640, 4300] {
        let digits: String = "9876543210".chars().cycle().take(n).collect();
        all.push(format!("int('{digits}')"));
        all.push(format!("int('-{digits}') + 1"));
        all.push(format!("int('{digits}', 16) % (10**30)"));
    }
    let digits = "7".repeat(4301);
    all.push(format!("int('{digits}')"));
    all.push(format!("int('{digits}', 16) % (10**30)"));
    all.push("str(10**4299) == str(10**4299)".to_owned());
    all.extend(lines("str(10**4300)\n repr(-10**4299)\n repr(10**5000)\n hash(10**5000)\n 7**3000"));
    check(&all);
}

#[test]
fn bytes() {
    check(&lines(
        "int.from_bytes([])
        int.from_bytes([1, 2, 3])
        int.from_bytes([1, 2, 3], 'little')
        int.from_bytes([255], signed=True)
        int.from_bytes([128, 0, 0, 0, 0, 0, 0, 0], signed=True)
        int.from_bytes([0, 128], 'little', signed=True)
        int.from_bytes([255, 255, 255, 255, 255, 255, 255, 255], signed=True)
        int.from_bytes([1, 0, 0, 0, 0, 0, 0, 0, 0], byteorder='big', signed=True)
        int.from_bytes([128, 0, 0, 0, 0, 0, 0, 0, 0], byteorder='big', signed=True)
        int.from_bytes((5, 6), 'little')
        int.from_bytes(range(20))
        int.from_bytes([256])
        int.from_bytes([-1])
        int.from_bytes(5)
        int.from_bytes('ab')
        int.from_bytes([1], 'x')
        int.from_bytes([1], 5)
        int.from_bytes(['a'])
        int.from_bytes()
        int.from_bytes(b'abc')
        int.from_bytes(b'')
        int.from_bytes(b'\\xff\\x00', 'little', signed=True)
        int(b'12')
        int(b' 1_0 ', 16)
        int(b'x')
        float(b'1.5')
        float(b'x')
        (5).to_bytes()
        (0).to_bytes(0)
        (1).to_bytes(0)
        (5).to_bytes(4)
        (5).to_bytes(4, 'little')
        (-5).to_bytes(4, 'little', signed=True)
        (-128).to_bytes(1, signed=True)
        (-129).to_bytes(1, signed=True)
        (128).to_bytes(1, signed=True)
        (127).to_bytes(1, signed=True)
        (-1).to_bytes(0, signed=True)
        (0).to_bytes(0, signed=True)
        (-1).to_bytes(10, signed=True)
        (2**64).to_bytes(9)
        (2**64).to_bytes(8)
        (-2**63).to_bytes(8, signed=True)
        (-2**63-1).to_bytes(8, signed=True)
        (10**40).to_bytes(20, byteorder='little')
        (-10**40).to_bytes(20, signed=True)
        (5).to_bytes(-1)
        (500).to_bytes(1)
        (-5).to_bytes(1)
        (5).to_bytes(1, 'x')
        (5).to_bytes(1, 5)
        (5).to_bytes('a')
        (5).to_bytes(10**30)
        True.to_bytes(2)
        int.from_bytes((10**40).to_bytes(20)) == 10**40
        bool.from_bytes([0])
        bool.from_bytes([5])",
    ));
}

#[test]
fn booleans() {
    check(&pairs(&["True", "False", "5", "0"], &["&", "|", "^", "+", "*", "==", "<"], &["True", "False", "3", "1.5"]));
    check(&lines(
        "bool()
        bool(0)
        bool(0.0)
        bool(0j)
        bool('')
        bool('a')
        bool(None)
        bool(2**100)
        bool(range(0))
        bool(1, 2)
        bool(x=1)
        ~True
        ~False
        -True
        repr(True)
        str(False)
        hash(True)
        True.real
        True.numerator
        True.bit_length()
        True + True
        True.conjugate()
        True & 'a'
        int(True)
        True.is_integer()",
    ));
}
