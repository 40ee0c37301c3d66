//! Everything that is done with one number, with every number.

use crate::check;
use crate::operands::{COMPLEXES, FLOATS, INTS, lines};

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
            all.push(form.replace('X', &format!("({x})")));
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
fn formats() {
    let mut all = Vec::new();
    let specs = [
        "", "d", "b", "o", "x", "#X", "n", "e", ".3f", "g", "%", "+", " ", "010", ",", "_", "_x", "^20", "*<12,d",
        "=+12", ".2", "s", "z", "#b", ">+30_b", ".10e", "08.2f", "#.0f", "zf", "q", "ee",
    ];
    for x in INTS.iter().chain(FLOATS).chain(COMPLEXES) {
        for spec in specs {
            all.push(format!("format({x}, '{spec}')"));
        }
    }
    all.extend(lines("(1).__format__(5)\n (1.5).__format__(5)\n (1j).__format__(5)\n format(10**5000, 'd')\n format(10**5000, 'x')\n format(True, '')\n format(True, 'd')\n format(65, 'c')\n format(-1, 'c')\n format(2**31, 'c')\n format(2**70, 'c')"));
    check(&all);
}
