//! The functions of `math`.

use crate::check;
use crate::operands::lines;

const NUMBERS: &[&str] = &[
    "0",
    "-0.0",
    "1",
    "-1",
    "0.5",
    "-0.5",
    "2",
    "3.7",
    "-2.5",
    "1e-9",
    "1e10",
    "-1e300",
    "1e308",
    "5e-324",
    "math.inf",
    "-math.inf",
    "math.nan",
    "True",
    "10**20",
    "10**400",
    "'a'",
    "100.25",
    "0.1",
    "1000",
];

#[test]
fn functions_of_one_number() {
    let functions = [
        "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "degrees", "erf", "erfc", "exp", "exp2",
        "expm1", "fabs", "log1p", "radians", "sin", "sinh", "sqrt", "tan", "tanh", "log2", "log10", "log", "isfinite",
        "isinf", "isnan", "ulp", "frexp", "modf", "ceil", "floor", "trunc",
    ];
    let mut all = Vec::new();
    for function in functions {
        for x in NUMBERS {
            all.push(format!("math.{function}({x})"));
        }
    }
    // C libraries differ in the last bit of cube roots.
    for x in ["0", "-0.0", "1", "-1.0", "math.inf", "-math.inf", "math.nan", "'a'"] {
        all.push(format!("math.cbrt({x})"));
    }
    // A gamma function is right but for a few of the last bits; these values are exact.
    for x in ["1", "2", "5.0", "11", "0", "-1", "-5.0", "172", "1e300", "-math.inf", "math.inf", "math.nan", "'a'"] {
        all.push(format!("math.gamma({x})"));
    }
    for x in ["1", "2", "0", "-3", "1e308", "math.inf", "-math.inf", "math.nan"] {
        all.push(format!("math.lgamma({x})"));
    }
    check(&all);
}

#[test]
fn functions_of_two_numbers() {
    let mut all = Vec::new();
    for function in ["atan2", "copysign", "fmod", "remainder", "pow", "log", "nextafter", "hypot", "isclose"] {
        for x in NUMBERS {
            for y in NUMBERS {
                all.push(format!("math.{function}({x}, {y})"));
            }
        }
    }
    for x in NUMBERS {
        for n in ["0", "1", "-1", "1000", "-1080", "10**20", "-10**20", "1.0", "True"] {
            all.push(format!("math.ldexp({x}, {n})"));
        }
        for steps in ["0", "1", "5", "2**40", "2**70", "-1", "1.5", "None"] {
            all.push(format!("math.nextafter({x}, 2.5, steps={steps})"));
            all.push(format!("math.nextafter({x}, -math.inf, steps={steps})"));
        }
    }
    check(&all);
}

#[test]
fn functions_of_ints() {
    let mut all = Vec::new();
    for n in ["0", "1", "2", "10", "20", "21", "100", "1000", "-1", "1.0", "10**20", "-10**20", "True", "'a'"] {
        all.push(format!("math.factorial({n})"));
        all.push(format!("math.perm({n})"));
        all.push(format!("math.isqrt({n})"));
        for k in ["0", "1", "3", "10", "50", "-1", "1.5", "2**70"] {
            if !n.contains("**") || k != "50" {
                all.push(format!("math.comb({n}, {k})"));
                all.push(format!("math.perm({n}, {k})"));
            }
        }
    }
    let ints = ["0", "1", "-12", "18", "2**61", "2**64*3", "-6**50", "10**30", "3**150", "True", "1.0"];
    for a in ints {
        for b in ints {
            all.push(format!("math.gcd({a}, {b})"));
            all.push(format!("math.lcm({a}, {b})"));
        }
    }
    all.extend(lines(
        "math.gcd()
        math.lcm()
        math.gcd(12, 18, 27)
        math.lcm(2, 3, 4, 5)
        math.isqrt(10**100)
        math.isqrt(2**1000 - 1)
        math.isqrt(2**64)
        math.comb(5)
        math.comb(500, 250)
        math.comb(10**30, 40)
        math.comb(2000, 17)
        math.perm(10**30, 33)
        math.perm(50, 33)
        math.factorial(300)
        math.perm(5, None)",
    ));
    check(&all);
}

#[test]
fn sums() {
    check(&lines(
        "math.fsum([])
        math.fsum([0.1] )
        math.fsum([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
        math.fsum([1e16, 1, -1e16])
        math.fsum([1, 1e100, 1, -1e100])
        math.fsum([1e16, 1.0, 1e-16])
        math.fsum([2.0**53, -0.5, -2.0**-54])
        math.fsum([2.0**53, 1.0, 2.0**-100])
        math.fsum([1e308, 1e308])
        math.fsum([1e308, 1e308, -1e308])
        math.fsum([math.inf, 1])
        math.fsum([math.inf, -math.inf])
        math.fsum([math.nan, 1])
        math.fsum([5, 10**20])
        math.fsum(['a'])
        math.fsum(5)
        math.fsum(range(100))
        math.hypot()
        math.hypot(3, 4)
        math.hypot(1, 1, 1)
        math.hypot(1e308, 1e308)
        math.hypot(1e200, 1e200, 1e200)
        math.hypot(5e-324, 5e-324)
        math.hypot(0.1, 0.2, 0.3, 0.4)
        math.hypot(math.inf, math.nan)
        math.hypot(math.nan)
        math.hypot('a')
        math.dist((1, 2), (3, 5))
        math.dist([1.5], [0.25])
        math.dist((1,), (1, 2))
        math.dist((), ())
        math.dist(5, (1,))
        math.dist((1, 'a'), (1, 2))
        math.prod([])
        math.prod([2, 3, 4])
        math.prod([2, 3.0], start=2)
        math.prod([1], 2)
        math.prod(5)
        math.sumprod([], [])
        math.sumprod([1, 2], [3, 4])
        math.sumprod([1], [1, 2])
        math.sumprod([0.1, 0.2, 0.3], [1e16, 1, -1e16])
        math.sumprod([10, 20.5], [0.1, 3])
        math.sumprod([1e308, 1.0], [10.0, 1])
        math.sumprod([math.inf], [0.0])
        math.sumprod([2**70, 1.5], [3, 2])
        math.sumprod([1, 1j], [2, 3])
        math.sumprod(1, 2)
        math.fma(2, 3, 4)
        math.fma(0.1, 10, -1)
        math.fma(math.inf, 0, 1)
        math.fma(1e308, 10, 1)
        math.fma(1e308, 10, -math.inf)
        math.fma(math.nan, 1, 1)
        math.isclose(1, 1 + 1e-10)
        math.isclose(1, 1.1, rel_tol=0.2)
        math.isclose(1, 1.1, abs_tol=0.05)
        math.isclose(1, 1, rel_tol=-1)
        math.isclose(1)
        math.isclose(1, 2, 3)
        math.log(8, 2)
        math.log(2**70, 2)
        math.log(10**400, 10)
        math.log(5, 1)
        math.log()
        math.log(1, 2, 3)
        math.pi
        math.tau",
    ));
}
