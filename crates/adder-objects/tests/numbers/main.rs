//! Numbers, ranges and slices: expressions whose results and error texts CPython 3.13 decides, and limits of memory.

mod expression;
mod floats;
#[path = "../interpreter/mod.rs"]
mod interpreter;
mod ints;
mod judge;
mod limits;
mod math;
mod operands;
mod sequences;
mod subclasses;
mod unary;

use interpreter::{with, with_heap};

/// Checks expressions against CPython.
pub fn check(expressions: &[String]) {
    let Some(expected) = judge::outcomes(expressions) else { return };
    with(|cx| {
        let mut wrong = Vec::new();
        for (expression, expected) in expressions.iter().zip(&expected) {
            let got = expression::outcome(cx, expression);
            if &got != expected {
                wrong.push(format!("{expression}\n    CPython: {expected}\n    Adder:   {got}"));
            }
        }
        assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), expressions.len(), wrong.join("\n"));
    });
}
