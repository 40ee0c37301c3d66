//! Functions of ints.

use dashu_int::ops::{Gcd, SquareRoot};

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int::{self, Int, division_words};
use crate::typeobject::{CompareOp, Method};
use crate::value::Value;

pub(super) const INTS: &[Method] = &[
    Method::one("factorial", factorial),
    Method::positional("comb", 2, 2, comb),
    Method::positional("perm", 1, 2, perm),
    Method::positional("gcd", 0, u16::MAX, gcd_of_all),
    Method::positional("lcm", 0, u16::MAX, lcm_of_all),
    Method::one("isqrt", isqrt),
];

fn int_of<'a>(value: &'a Value) -> Int<'a> {
    Int::of(value).unwrap_or(Int::from_i64(0))
}

/// The product of the ints from `low` to `high`, halved again and again so that the factors are of one size.
fn product(cx: &Cx, low: i64, high: i64) -> R {
    match high - low {
        ..0 => Ok(Value::small(1)),
        0 => cx.int(low),
        1 => int::mul(cx, &cx.int(low)?, &cx.int(high)?),
        _ => {
            let middle = low + (high - low) / 2;
            int::mul(cx, &product(cx, low, middle)?, &product(cx, middle + 1, high)?)
        }
    }
}

fn factorial(cx: &Cx, _: &Value, n: &Value) -> R {
    let n = cx.index(n)?;
    let n = int_of(&n);
    if n.negative {
        return raise!(cx, exc::VALUE_ERROR, "factorial() not defined for negative values");
    }
    match n.to_i64() {
        // The result has more bits than the argument: it is refused before work is done for nothing.
        Some(n) if n > 1 << 40 => Err(cx.no_memory()),
        Some(n) => product(cx, 2, n),
        None => raise!(cx, exc::OVERFLOW_ERROR, "factorial() argument should not exceed {}", i64::MAX),
    }
}

/// Both arguments of `comb` and `perm`.
fn both(cx: &Cx, n: &Value, k: &Value) -> R<(Value, Value)> {
    let (n, k) = (int::exact(cx, &cx.index(n)?)?, int::exact(cx, &cx.index(k)?)?);
    for (name, value) in [("n", &n), ("k", &k)] {
        if int_of(value).negative {
            return raise!(cx, exc::VALUE_ERROR, "{name} must be a non-negative integer");
        }
    }
    Ok((n, k))
}

fn comb(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (n, mut k) = both(cx, &args[0], &args[1])?;
    let rest = int::sub(cx, &n, &k)?;
    if int_of(&rest).negative {
        return Ok(Value::small(0));
    }
    if cx.compares(&rest, &k, CompareOp::Lt)? {
        k = rest;
    }
    let Some(k) = k.as_i64() else {
        return raise!(cx, exc::OVERFLOW_ERROR, "min(n - k, k) must not exceed {}", i64::MAX);
    };
    combinations(cx, &n, k)
}

/// The ways to choose `k` of `n`, halved as long as `k` is large: of the first half, of the second, and divided by the ways to
/// divide what was chosen among them.
fn combinations(cx: &Cx, n: &Value, k: i64) -> R {
    if k > 16 {
        let half = k / 2;
        let rest = int::sub(cx, n, &cx.int(half)?)?;
        let both = int::mul(cx, &combinations(cx, n, half)?, &combinations(cx, &rest, k - half)?)?;
        return int::floor_div(cx, &both, &combinations(cx, &cx.int(k)?, half)?);
    }
    let mut result = Value::small(1);
    for i in 0..k {
        let factor = int::sub(cx, n, &cx.int(i)?)?;
        result = int::floor_div(cx, &int::mul(cx, &result, &factor)?, &cx.int(i + 1)?)?;
    }
    Ok(result)
}

/// `n`, times the int below it, and so on: `k` factors.
fn falling(cx: &Cx, n: &Value, k: i64) -> R {
    match k {
        0 => Ok(Value::small(1)),
        1 => Ok(n.clone()),
        _ => {
            let half = k / 2;
            let rest = int::sub(cx, n, &cx.int(half)?)?;
            int::mul(cx, &falling(cx, n, half)?, &falling(cx, &rest, k - half)?)
        }
    }
}

fn perm(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let k = match args.get(1) {
        None => return factorial(cx, this, &args[0]),
        Some(none) if none.is_none() => return factorial(cx, this, &args[0]),
        Some(k) => k,
    };
    let (n, k) = both(cx, &args[0], k)?;
    if cx.compares(&n, &k, CompareOp::Lt)? {
        return Ok(Value::small(0));
    }
    let Some(k) = k.as_i64() else {
        return raise!(cx, exc::OVERFLOW_ERROR, "k must not exceed {}", i64::MAX);
    };
    falling(cx, &n, k)
}

/// The greatest common divisor of two ints.
fn gcd(cx: &Cx, a: &Value, b: &Value) -> R {
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small()) {
        let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        return cx.int_from_u64(a);
    }
    let (x, y) = (int_of(a), int_of(b));
    if x.is_zero() || y.is_zero() {
        return cx.absolute(if x.is_zero() { b } else { a });
    }
    let (n, m) = (x.digits().len(), y.digits().len());
    let _scratch = int::Scratch::words(cx, division_words(n.max(m), n.min(m)).saturating_add(8 * (n + m)))?;
    cx.int_from_ubig(&x.magnitude().gcd(y.magnitude()), false)
}

fn gcd_of_all(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let mut result = Value::small(0);
    for value in args {
        result = gcd(cx, &result, &int::exact(cx, &cx.index(value)?)?)?;
    }
    Ok(result)
}

fn lcm_of_all(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let mut result = Value::small(1);
    for value in args {
        let value = int::exact(cx, &cx.index(value)?)?;
        if int_of(&value).is_zero() {
            result = value;
        } else if !int_of(&result).is_zero() {
            let divisor = gcd(cx, &result, &value)?;
            result = cx.absolute(&int::mul(cx, &int::floor_div(cx, &result, &divisor)?, &value)?)?;
        }
    }
    Ok(result)
}

fn isqrt(cx: &Cx, _: &Value, n: &Value) -> R {
    let n = cx.index(n)?;
    let n = int_of(&n);
    if n.negative {
        return raise!(cx, exc::VALUE_ERROR, "isqrt() argument must be nonnegative");
    }
    let words = n.digits().len();
    let _scratch = int::Scratch::words(cx, division_words(words, words / 2 + 1).saturating_add(4 * words))?;
    cx.int_from_ubig(&n.magnitude().sqrt(), false)
}
