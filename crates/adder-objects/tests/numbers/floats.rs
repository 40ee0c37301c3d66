//! Tables of expressions: floats and complex numbers.

use crate::check;
use crate::operands::{COMPARISONS, COMPLEXES, FLOATS, INTS, lines, pairs};

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
