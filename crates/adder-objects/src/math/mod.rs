//! The functions of the module `math`, as a table: making the module is a matter of the layers above.

mod floats;
mod ints;
mod sums;

pub use sums::{Sum, norm};

use crate::typeobject::Method;

/// The functions of `math`. Their `self` is not looked at.
pub static MATH: &[&[Method]] = &[floats::FLOATS, ints::INTS, sums::SUMS];

/// The constants of `math`.
pub static MATH_CONSTANTS: &[(&str, f64)] = &[
    ("pi", core::f64::consts::PI),
    ("e", core::f64::consts::E),
    ("tau", core::f64::consts::TAU),
    ("inf", f64::INFINITY),
    ("nan", f64::NAN),
];
