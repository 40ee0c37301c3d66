//! Interesting operands, and expressions made of them.

pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

pub const INTS: &[&str] = &[
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

pub const FLOATS: &[&str] = &[
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

pub const COMPLEXES: &[&str] = &[
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

pub fn pairs(left: &[&str], operators: &[&str], right: &[&str]) -> Vec<String> {
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

pub const COMPARISONS: &[&str] = &["==", "!=", "<", "<=", ">", ">="];
