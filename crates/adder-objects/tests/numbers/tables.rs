//! Tables of expressions, and all pairs of interesting operands.

use crate::check;

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

const INTS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "-2",
    "3",
    "7",
    "-7",
    "10",
    "63",
    "64",
    "-65",
    "True",
    "(2**31)",
    "(2**53+1)",
    "(2**60)",
    "(-2**61)",
    "(2**61-1)",
    "(2**61)",
    "(-2**61-1)",
    "(2**62-1)",
    "(2**63-1)",
    "(-2**63)",
    "(2**64-1)",
    "(2**64)",
    "(-2**64)",
    "(10**25)",
    "(-10**25+1)",
    "(2**128-1)",
    "(3**150)",
    "(-3**151)",
    "(7**1100)",
    "(-5**1500)",
];

const FLOATS: &[&str] = &[
    "0.0",
    "-0.0",
    "1.0",
    "-1.0",
    "0.5",
    "2.5",
    "-2.5",
    "3.7",
    "1e-5",
    "0.1",
    "1e16",
    "123456789012345680.0",
    "9007199254740993.0",
    "5e-324",
    "2.2250738585072014e-308",
    "1.7976931348623157e308",
    "1e22",
    "1e23",
    "-1e300",
    "float('inf')",
    "float('-inf')",
    "float('nan')",
    "(2.0**63)",
    "(2.0**61)",
    "(-2.0**64)",
];

const COMPLEXES: &[&str] = &[
    "0j",
    "1j",
    "-1j",
    "(1+2j)",
    "(-0.0+1j)",
    "(2.5-3j)",
    "(1e200+1j)",
    "complex(0.0,-0.0)",
    "complex('nan+infj')",
    "(3+0j)",
    "complex('-inf-nanj')",
];

fn pairs(left: &[&str], operators: &[&str], right: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for a in left {
        for b in right {
            for op in operators {
                all.push(if op.starts_with(|c: char| c.is_ascii_lowercase()) {
                    format!("{op}({a}, {b})")
                } else {
                    format!("{a} {op} {b}")
                });
            }
        }
    }
    all
}

const COMPARISONS: &[&str] = &["==", "!=", "<", "<=", ">", ">="];

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
fn one_operand() {
    let mut all = Vec::new();
    for x in INTS.iter().chain(FLOATS).chain(COMPLEXES) {
        for form in
            ["-X", "+X", "~X", "abs(X)", "bool(X)", "repr(X)", "str(X)", "hash(X)", "int(X)", "float(X)", "complex(X)"]
        {
            // A NaN has the hash of its address.
            if !(form == "hash(X)" && x.contains("nan")) {
                all.push(form.replace('X', x));
            }
        }
    }
    for x in INTS {
        for form in [
            "X.bit_length()",
            "X.bit_count()",
            "X.as_integer_ratio()",
            "X.conjugate()",
            "X.real",
            "X.imag",
            "X.numerator",
            "X.denominator",
            "X.is_integer()",
            "X.__index__()",
            "trunc(X)",
            "floor(X)",
            "ceil(X)",
            "round(X)",
            "round(X, 2)",
            "round(X, -1)",
            "round(X, -2)",
            "round(X, -25)",
            "X.__getnewargs__()",
        ] {
            // What the slots imply is in the namespace of a type once the classes are there.
            if !form.contains("__index__") {
                all.push(form.replace('X', &format!("({x})")));
            }
        }
    }
    for x in FLOATS {
        for form in [
            "X.as_integer_ratio()",
            "X.conjugate()",
            "X.real",
            "X.imag",
            "X.is_integer()",
            "trunc(X)",
            "floor(X)",
            "ceil(X)",
            "round(X)",
            "X.hex()",
            "float.fromhex(X.hex())",
            "X.__getnewargs__()",
        ] {
            all.push(form.replace('X', &format!("({x})")));
        }
    }
    for x in COMPLEXES {
        for form in ["X.conjugate()", "X.real", "X.imag", "X.__complex__()", "X.__getnewargs__()", "floor(X)"] {
            if !form.starts_with("floor") {
                all.push(form.replace('X', &format!("({x})")));
            }
        }
    }
    check(&all);
}

#[test]
fn floats_with_numbers() {
    let operators = ["+", "-", "*", "/", "//", "%", "divmod", "**"];
    check(&pairs(FLOATS, &operators, FLOATS));
    check(&pairs(FLOATS, &operators, &["0", "2", "-3", "True", "(2**53+1)", "(3**150)", "(7**1100)"]));
    check(&pairs(&["0", "2", "-3", "True", "(2**53+1)", "(3**150)", "(7**1100)"], &operators, FLOATS));
    check(&pairs(FLOATS, COMPARISONS, FLOATS));
    check(&pairs(FLOATS, COMPARISONS, INTS));
    check(&pairs(INTS, COMPARISONS, FLOATS));
}

#[test]
fn complex_numbers() {
    let operators = ["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<"];
    let numbers = [COMPLEXES, &["0", "2", "-3", "0.5", "-0.0", "(7**1100)", "-1", "True", "100", "1e400"]].concat();
    check(&pairs(COMPLEXES, &operators, &numbers));
    check(&pairs(&numbers, &operators, COMPLEXES));
    check(&lines(
        "complex('1')
        complex(' ( 1+2j ) ')
        complex('1+2j')
        complex('1-2J')
        complex('-1e5-2.5e-3j')
        complex('j')
        complex('+j')
        complex('-j')
        complex('1+j')
        complex('1-j')
        complex('infj')
        complex('nan')
        complex('-nan+infinityj')
        complex('1_0+2_0j')
        complex('1__0')
        complex('١+٢j')
        complex('1 +2j')
        complex('1+2')
        complex('1+2jj')
        complex('(1')
        complex('')
        complex('x')
        complex('1e')
        complex('1+2j+3')
        complex('.')
        complex('1.j')
        complex('.5j')
        complex('1j1')
        complex()
        complex(1)
        complex(1, 2)
        complex(1.5, -0.0)
        complex(1j, 2j)
        complex(1+2j, 3)
        complex(1, 2+3j)
        complex(-0.0, 1j)
        complex(imag=1)
        complex(imag=1j)
        complex(real=1, imag=2)
        complex('1', '2')
        complex('1', 2)
        complex(1, '2')
        complex([])
        complex(1, [])
        complex(1, 2, 3)
        complex(x=1)
        complex(None)
        complex(10**400)
        pow(1j, 2, 3)
        (1+2j) ** 3
        (1+2j) ** -3
        (1+2j) ** 0.5
        (1+2j) ** (1+2j)
        (1e200+1j) ** 2
        (1e200+1j) ** 2.5
        0j ** 0
        0j ** 2j
        0j ** -1
        0j ** -0.5
        0j ** 1j
        (-8) ** (1/3)
        (-8.0) ** 0.5
        abs(1e308+1e308j)
        abs(3+4j)
        hash(complex(1)) == hash(1)
        1j == 'a'
        1j < 2
        1j + 'a'
        -(1+2j)
        divmod(1j, 2)
        int(1j)
        float(1j)
        1j.imag
        repr(complex(1e16, 1e-7))
        repr(1e100j)",
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
fn floats_from_text() {
    let texts = [
        "1",
        "1.5",
        " 1.5 ",
        "-.5",
        "5.",
        ".",
        "",
        "e5",
        "1e5",
        "1E+5",
        "1e",
        "1e-",
        "inf",
        "-Infinity",
        "INF",
        "nan",
        "+nan",
        "infin",
        "1_0.5_0",
        "1_.5",
        "1._5",
        "_1",
        "1__0",
        "1e1_0",
        "1e400",
        "1e-400",
        "0x1",
        "1 2",
        "1.5f",
        "٣.٥",
        "\\xa01",
        "x",
        "é",
        "179769313486231580793728971405301e276",
        "2.47e-324",
        "2.4703282292062328e-324",
        "1d",
        "1.7976931348623159e308",
    ];
    let mut all: Vec<String> = texts.iter().map(|text| format!("float('{text}')")).collect();
    let hex = [
        "0x1p0",
        "1p0",
        "-0x1.8p1",
        "0x.8",
        "0x1.",
        "0x",
        "",
        " 0x1p+3 ",
        "inf",
        "-nan",
        "Infinity",
        "0x1p2000",
        "0x1p-2000",
        "0x1.fffffffffffff8p1023",
        "0x1.fffffffffffff7p1023",
        "0x1.00000000000008p0",
        "0x1.000000000000080000001p0",
        "0x0.0000000000001p-1022",
        "0x0.00000000000008p-1022",
        "0x0.000000000000080001p-1022",
        "1p",
        "1pp1",
        "0x1.8.1",
        "g",
        "1_0",
        "0x1p99999999999999999999",
        "0x0p99999999999999999999",
        "ABCDEF",
        "0x1.8p-1074",
    ];
    all.extend(hex.iter().map(|text| format!("float.fromhex('{text}')")));
    all.extend(lines(
        "float.fromhex(5)
        float()
        float(5)
        float(True)
        float(None)
        float([])
        float(10**400)
        float(-10**308)
        float(1, 2)
        float(x=1)
        float(2**53+1)
        float(2**1024 - 2**970)
        float(2**1024 - 2**970 - 1)
        float((2**53+1) * 2**100)
        float((2**54+2) * 2**100 + 1)
        float(2**54+2)
        float.__getformat__('double')
        float.__getformat__('x')
        float.__getformat__(5)
        ~1.5
        1.5 << 2
        1.5 + 'a'
        1.5 < 'a'",
    ));
    check(&all);
}

#[test]
fn rounding() {
    let mut all = Vec::new();
    let floats = [
        "2.675",
        "0.5",
        "1.5",
        "2.5",
        "-2.5",
        "0.125",
        "0.375",
        "1e22",
        "5e-324",
        "1.7976931348623157e308",
        "-0.0",
        "123.456",
        "0.15",
        "0.25",
        "0.35",
        "1234567.5",
        "25.0",
        "15.0",
        "35.5",
        "99.5",
        "-55.0",
        "1e15",
        "9007199254740993.5",
        "float('inf')",
        "float('nan')",
        "0.049999",
        "5015.0",
        "1.005",
        "450.0",
        "550.0",
        "5e15",
    ];
    for x in floats {
        for places in [
            "0", "1", "2", "3", "15", "22", "300", "323", "324", "1000", "-1", "-2", "-3", "-4", "-15", "-308", "-309",
            "-400", "10**30", "None",
        ] {
            all.push(format!("round({x}, {places})"));
        }
        all.push(format!("round({x})"));
    }
    all.extend(lines("round(1.5, 1.0)\n round(5, 1.0)\n round(5, None)\n round(15, -1)\n round(25, -1)\n round(-15, -1)\n round(149, -2)\n round(150, -2)\n round(10**30+5, -1)\n round(5, -1)\n round(6, -1)\n round(49, -2)\n round(51, -2)\n round(999, -3)"));
    all.retain(|line| line != "round(5, None)");
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
        bool.from_bytes([0])
        bool.from_bytes([5])",
    ));
}

#[test]
fn ranges() {
    let mut all = Vec::new();
    let ranges = [
        "range(0)",
        "range(5)",
        "range(-3)",
        "range(2, 9)",
        "range(2, 9, 3)",
        "range(9, 2, -3)",
        "range(0, 10, -1)",
        "range(1, 2)",
        "range(10**30, 10**30 + 5)",
        "range(-10**30, 10**30, 10**29)",
        "range(10**30, 0, -3*10**29)",
        "range(2**61-2, 2**61+3)",
        "range(2**63-3, 2**63)",
        "range(2**63-2, 2**63-1, 5)",
        "range(-2**63, -2**63+3)",
        "range(True, 4)",
    ];
    for r in ranges {
        for form in [
            "R",
            "list(R)",
            "list(reversed(R))",
            "len(R)",
            "hash(R)",
            "bool(R)",
            "R.start",
            "R.stop",
            "R.step",
            "list(R[::2])",
            "R[::-1]",
            "R[1:3]",
            "R[-2:]",
            "R[5:1:-2]",
            "R[0]",
            "R[-1]",
            "R[100]",
            "R[-100]",
            "R['a']",
            "R[10**30]",
            "3 in R",
            "5 in R",
            "5.0 in R",
            "'a' in R",
            "True in R",
            "10**30 in R",
            "R.index(5)",
            "R.index(10**30+1)",
            "R.index(5.0)",
            "R.index('a')",
            "R.count(5)",
            "R.count(5.0)",
            "R.count(99)",
            "R == range(5)",
            "R != range(5)",
            "R == 5",
            "R < R",
            "R.__reduce__()",
            "iter(R).__length_hint__()",
            "R[::0]",
            "R[1.0]",
        ] {
            all.push(form.replace('R', r));
        }
    }
    all.extend(lines(
        "range()
        range(1, 2, 3, 4)
        range(1, 2, 0)
        range('a')
        range(1.0)
        range(stop=5)
        len(range(10**30))
        range(10**30)[10**29]
        range(10**30)[-1]
        bool(range(10**30))
        10**29 in range(10**30)
        range(10**30).index(10**29)
        hash(range(10**30))
        range(0) == range(2, 1)
        range(0, 3, 2) == range(0, 4, 2)
        range(0, 1) == range(0, 1, 5)
        hash(range(0, 1)) == hash(range(0, 1, 5))
        next(iter(range(0)))
        range(5) + range(5)
        len(range(2**63-1))
        len(range(2**63))
        len(range(-2**63, 2**63-1))",
    ));
    check(&all);
}

#[test]
fn slices() {
    let mut all = Vec::new();
    let bounds = ["None", "0", "1", "-1", "3", "-3", "100", "-100", "10**30", "-10**30"];
    for start in bounds {
        for stop in bounds {
            for step in ["None", "1", "2", "-1", "-2", "10**30", "-10**30"] {
                all.push(format!("slice({start}, {stop}, {step}).indices(5)"));
            }
        }
        all.push(format!("slice({start}).indices(0)"));
        all.push(format!("slice({start}, None, -1).indices(10**40)"));
    }
    all.extend(lines(
        "slice(5)
        slice(1, 2)
        slice(1, 2, 3.5)
        slice()
        slice(1, 2, 3, 4)
        slice(1, x=2)
        slice(1, 2, 0).indices(3)
        slice('a').indices(3)
        slice(1.0).indices(3)
        slice(3).indices(-1)
        slice(3).indices('a')
        hash(slice(1, 2))
        hash(slice(1, 2, 3))
        hash(slice(None))
        hash(slice([]))
        slice(1, 2) == slice(1, 2)
        slice(1, 2) == slice(1, 2, None)
        slice(1, 2) != slice(1, 3)
        slice(1, 2, 3) < slice(1, 2, 4)
        slice(1, 2, 3) >= slice(1, 2, 4)
        slice(1) < slice(1, 2)
        slice(1) == 5
        slice(1) < 5
        slice(1, 2, 3).start
        slice(1, 2, 3).stop
        slice(1, 2, 3).step
        slice(1, 2, 3).__reduce__()",
    ));
    check(&all.into_iter().filter(|line| line != "hash(slice([]))").collect::<Vec<_>>());
}

#[test]
fn booleans() {
    check(&pairs(&["True", "False", "5", "0"], &["&", "|", "^", "+", "*", "==", "<"], &["True", "False", "3", "1.5"]));
    check(&lines(
        "bool()
        bool(0)
        bool(0.0)
        bool(0j)
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
