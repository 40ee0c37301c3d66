//! Large computations under limits: MemoryError or success, and what was charged is given back.

use adder_gc::Heap;
use adder_objects::{Cx, exceptions as exc, int};

use crate::expression::evaluate;
use crate::with_heap;

fn limited(mebibytes: usize, f: impl FnOnce(&Cx)) {
    let heap = Heap::new();
    heap.set_limit(Some(mebibytes << 20));
    with_heap(heap, f);
}

#[test]
fn large_results_are_refused_or_made() {
    let expressions = [
        "2**10**9",
        "10**10**8",
        "1 << 10**12",
        "3**10**7",
        "(2**10**7) * (2**10**7 - 1)",
        "7**10**6 // 3**10**6",
        "2**2**62",
        "2**2**70",
    ];
    for mebibytes in [1, 2, 4, 8, 16, 32, 64] {
        limited(mebibytes, |cx| {
            cx.int_max_str_digits.set(0);
            for expression in expressions {
                let before = cx.heap.stats().charged_bytes;
                match evaluate(cx, expression) {
                    Ok(value) => assert!(int::Int::of(&value).is_some(), "{expression}"),
                    Err(raised) => assert!(raised.is(&exc::MEMORY_ERROR), "{expression}: {raised:?}"),
                }
                assert_eq!(cx.heap.stats().charged_bytes, before, "{expression} gives back what it took");
            }
            assert!(evaluate(cx, "2**2**70").is_err());
            // After all that there is room for small things.
            assert_eq!(evaluate(cx, "2**1000 % 1000").expect("room").as_small(), Some(376));
        });
    }
}

#[test]
fn what_grows_step_by_step_ends_at_the_limit() {
    limited(1, |cx| {
        for expression in ["math.factorial(10**15)", "math.comb(10**9, 5 * 10**8)", "math.perm(10**30, 10**12)"] {
            let before = cx.heap.stats().charged_bytes;
            let raised = evaluate(cx, expression).expect_err("too large");
            assert!(raised.is(&exc::MEMORY_ERROR), "{expression}: {raised:?}");
            assert_eq!(cx.heap.stats().charged_bytes, before, "{expression} gives back what it took");
        }
    });
}

#[test]
fn long_texts_are_refused_or_read() {
    let digits = "9".repeat(10_000_000);
    for mebibytes in [1, 8, 16, 64] {
        limited(mebibytes, |cx| {
            cx.int_max_str_digits.set(0);
            match int::parse(cx, digits.as_bytes(), 10) {
                Ok(int::Parsed::Int(value)) => {
                    assert_eq!(int::Int::of(&value).map(|int| int.bit_length()), Some(33_219_281))
                }
                Ok(int::Parsed::Invalid) => panic!("valid digits"),
                Err(raised) => assert!(raised.is(&exc::MEMORY_ERROR), "{raised:?}"),
            }
        });
    }
}

#[test]
fn a_computation_that_fits_succeeds() {
    limited(16, |cx| {
        // 415 kB: well within the limit.
        let value = evaluate(cx, "3**(2*10**6)").expect("it fits");
        assert_eq!(int::Int::of(&value).map(|int| int.bit_length()), Some(3_169_926));
    });
}
