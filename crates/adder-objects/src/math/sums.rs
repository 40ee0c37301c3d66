//! Sums and products of many numbers.

use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::storage::HeapVec;
use crate::typeobject::{Method, number};
use crate::value::Value;

pub(super) const SUMS: &[Method] = &[
    Method::one("fsum", fsum),
    Method::positional("hypot", 0, u16::MAX, hypot),
    Method::positional("dist", 2, 2, dist),
    Method::any("prod", prod),
    Method::positional("sumprod", 2, 2, sum_of_products),
];

/// An exact sum of floats: as parts that do not overlap, the smallest first (Shewchuk, 1997).
pub struct Sum<'h> {
    parts: HeapVec<'h, f64>,
    /// The sum of the terms that are infinite or no numbers.
    special: f64,
    /// The sum of infinite terms only.
    infinite: f64,
}

impl<'h> Sum<'h> {
    /// Nothing yet.
    pub fn new(cx: &'h Cx) -> Sum<'h> {
        Sum { parts: HeapVec::new(cx), special: 0.0, infinite: 0.0 }
    }

    /// Adds a term.
    ///
    /// # Errors
    /// OverflowError where a sum in between is too large; MemoryError.
    pub fn add(&mut self, cx: &Cx, term: f64) -> R<()> {
        let mut x = term;
        let mut kept = 0;
        for at in 0..self.parts.len() {
            let mut y = self.parts[at];
            if x.abs() < y.abs() {
                (x, y) = (y, x);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.parts[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.parts.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            return self.parts.push(x);
        }
        if term.is_finite() {
            return raise!(cx, exc::OVERFLOW_ERROR, "intermediate overflow in fsum");
        }
        if term.is_infinite() {
            self.infinite += term;
        }
        self.special += term;
        self.parts.truncate(0);
        Ok(())
    }

    /// The float nearest to the sum.
    ///
    /// # Errors
    /// ValueError for infinities of both signs.
    pub fn total(&self, cx: &Cx) -> R<f64> {
        if self.special != 0.0 {
            if self.infinite.is_nan() {
                return raise!(cx, exc::VALUE_ERROR, "-inf + inf in fsum");
            }
            return Ok(self.special);
        }
        let mut parts = self.parts.iter().rev().copied();
        let Some(mut high) = parts.next() else { return Ok(0.0) };
        let mut low = 0.0;
        for part in parts.by_ref() {
            let sum = high + part;
            low = part - (sum - high);
            high = sum;
            if low != 0.0 {
                break;
            }
        }
        // What lies exactly half-way was rounded to even; what is left may say that it should not have been.
        if let Some(next) = parts.next()
            && (low < 0.0 && next < 0.0 || low > 0.0 && next > 0.0)
        {
            let twice = low * 2.0;
            let sum = high + twice;
            if twice == sum - high {
                high = sum;
            }
        }
        Ok(high)
    }
}

fn fsum(cx: &Cx, _: &Value, terms: &Value) -> R {
    let mut sum = Sum::new(cx);
    cx.for_each(terms, |term| {
        let term = cx.to_f64(&term)?;
        sum.add(cx, term)
    })?;
    cx.float(sum.total(cx)?)
}

/// The length of a vector, nearly to the last bit: squares and their sum with twice the digits of a float.
pub fn norm(coordinates: &[f64]) -> f64 {
    let largest = coordinates.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
    if coordinates.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    if coordinates.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 {
        return 0.0;
    }
    // Scaled by a power of two, which is exact, so that nothing overflows; in two steps, since it may be no float itself.
    let (mantissa, exponent) = crate::float::parts(largest);
    let exponent = exponent + 64 - i64::from(mantissa.leading_zeros());
    let scale = |x: f64, by: i64| {
        let half = by / 2;
        let power = |n: i64| f64::from_bits(((1023 + n) as u64) << 52);
        x * power(half) * power(by - half)
    };
    let (mut high, mut low) = (0.0, 0.0);
    for &x in coordinates {
        let x = scale(x, -exponent);
        let square = x * x;
        let sum = high + square;
        let (larger, smaller) = if high > square { (high, square) } else { (square, high) };
        low += (smaller - (sum - larger)) + x.mul_add(x, -square);
        high = sum;
    }
    let root = (high + low).sqrt();
    let left = root.mul_add(-root, high) + low;
    scale(root + left / (2.0 * root), exponent)
}

fn hypot(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let mut coordinates = HeapVec::with_capacity(cx, args.len())?;
    for value in args {
        coordinates.push(cx.to_f64(value)?)?;
    }
    cx.float(norm(&coordinates))
}

fn dist(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (p, q) = (cx.tuple_of(&args[0])?, cx.tuple_of(&args[1])?);
    if p.items().len() != q.items().len() {
        return raise!(cx, exc::VALUE_ERROR, "both points must have the same number of dimensions");
    }
    let mut coordinates = HeapVec::with_capacity(cx, p.items().len())?;
    for (p, q) in p.items().iter().zip(q.items()) {
        coordinates.push((cx.to_f64(p)? - cx.to_f64(q)?).abs())?;
    }
    cx.float(norm(&coordinates))
}

const PROD: Params<2> =
    Params { function: "prod", names: ["", "start"], positional_only: 1, positional: 1, required: 1 };

fn prod(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [factors, start] = args.bind(cx, &PROD)?;
    let Some(factors) = factors else { unreachable!("a required argument") };
    let mut result = start.cloned().unwrap_or(Value::small(1));
    cx.for_each(factors, |factor| {
        result = cx.binary(number::MUL, &result, &factor)?;
        Ok(())
    })?;
    Ok(result)
}

/// Products from here on are summed one by one: a sum in between might be infinite.
const LARGE: f64 = 1e300;

/// A term that is a float, or a product of an int and a float: as two floats.
fn exact_product(p: &Value, q: &Value) -> Option<(f64, f64)> {
    let float = |value: &Value| match value.as_float() {
        Some(x) if value.is_exact(&crate::float::FLOAT_TYPE) => Some(x),
        _ => value.as_small().filter(|n| n.abs() <= 1 << 53).map(|n| n as f64),
    };
    if p.is_small() && q.is_small() {
        return None;
    }
    let (x, y) = (float(p)?, float(q)?);
    let high = x * y;
    Some((high, x.mul_add(y, -high)))
}

fn sum_of_products(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (p, q) = (cx.iter(&args[0])?, cx.iter(&args[1])?);
    let mut total = Value::small(0);
    // Floats are summed exactly, as long as no term is special; what came before them is added once they end.
    let mut floats: Option<Sum<'_>> = None;
    loop {
        let (x, y) = (cx.next(&p)?, cx.next(&q)?);
        let term = match (x, y) {
            (Some(x), Some(y)) => Some((x, y)),
            (None, None) => None,
            _ => return raise!(cx, exc::VALUE_ERROR, "Inputs are not the same length"),
        };
        let parts = term.as_ref().and_then(|(x, y)| exact_product(x, y));
        if let Some((high, low)) = parts.filter(|(high, low)| high.abs() < LARGE && low.is_finite()) {
            let sum = floats.get_or_insert_with(|| Sum::new(cx));
            sum.add(cx, high)?;
            sum.add(cx, low)?;
            continue;
        }
        if let Some(sum) = floats.take() {
            total = cx.binary(number::ADD, &total, &cx.float(sum.total(cx)?)?)?;
        }
        let Some((x, y)) = term else { return Ok(total) };
        let product = cx.binary(number::MUL, &x, &y)?;
        total = cx.binary(number::ADD, &total, &product)?;
    }
}
