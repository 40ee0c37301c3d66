//! Numbers, ranges and slices: expressions whose results and error texts CPython 3.13 decides, and limits of memory.

mod expression;
mod floats;
mod ints;
mod judge;
mod limits;
mod math;
mod operands;
mod sequences;
mod subclasses;
mod unary;

use adder_gc::Heap;
use adder_objects::Cx;

/// Runs with an interpreter, and checks that everything is given back.
pub fn with(f: impl FnOnce(&Cx)) {
    with_heap(Heap::new(), f);
}

/// The same with a heap of one's own.
pub fn with_heap(heap: Heap, f: impl FnOnce(&Cx)) {
    let stats = heap.clone();
    {
        let cx = Cx::new(heap).expect("room for an interpreter");
        let _entered = cx.enter();
        f(&cx);
    }
    stats.collect();
    let left = stats.stats();
    assert_eq!((left.objects, left.charged_bytes), (0, 0), "everything is given back");
}

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
