//! `set` and `frozenset`.

mod interpreter;

use adder_objects::set::{FROZENSET_TYPE, SET_TYPE};
use adder_objects::typeobject::{CompareOp, number};
use adder_objects::{Cx, Value};
use interpreter::*;

fn small(n: i64) -> Value {
    Value::small(n)
}

fn set(cx: &Cx, values: &[i64]) -> Value {
    make(cx, &SET_TYPE, &[ints(cx, values)]).unwrap()
}

fn frozen(cx: &Cx, values: &[i64]) -> Value {
    make(cx, &FROZENSET_TYPE, &[ints(cx, values)]).unwrap()
}

fn sorted(cx: &Cx, set: &Value) -> Vec<i64> {
    let mut all = to_ints(cx, set);
    all.sort();
    all
}

#[test]
fn values_come_and_go() {
    with(|cx| {
        let s = cx.set().unwrap();
        let expected: std::collections::BTreeSet<i64> = (0..3000).filter(|n| n % 7 != 3).map(|n| n * n).collect();
        for n in 0..3000 {
            assert!(s.add(cx, &small(n * n)).unwrap());
            assert!(!s.add(cx, &small(n * n)).unwrap());
        }
        for n in (3..3000).step_by(7) {
            method(cx, s.as_value(), "remove", &[small(n * n)]).unwrap();
        }
        assert_eq!(s.len(), expected.len());
        assert_eq!(sorted(cx, s.as_value()), expected.iter().copied().collect::<Vec<_>>());
        for n in 0..3000 {
            assert_eq!(cx.contains(s.as_value(), &small(n * n)).unwrap(), n % 7 != 3);
        }
        let mut popped = Vec::new();
        while let Some(value) = s.pop() {
            popped.push(value.as_small().unwrap());
        }
        popped.sort();
        assert_eq!(popped, expected.iter().copied().collect::<Vec<_>>());
        assert_eq!(said(cx, method(cx, s.as_value(), "pop", &[])), "KeyError: pop from an empty set");
        // Coming and going does not fill the table for good.
        for n in 0..10_000 {
            s.add(cx, &small(n)).unwrap();
            method(cx, s.as_value(), "discard", &[small(n)]).unwrap();
        }
        assert!(!s.contains(cx, &small(-1)).unwrap());
        assert!(method(cx, s.as_value(), "__sizeof__", &[]).unwrap().as_small().unwrap() < 1000);
    });
}

#[test]
fn ints_come_in_cpythons_order() {
    with(|cx| {
        assert_eq!(to_ints(cx, &set(cx, &[3, 1, 2])), [1, 2, 3]);
        assert_eq!(to_ints(cx, &set(cx, &[100, 8, 16, 0, -1])), [0, 100, 8, 16, -1]);
        assert_eq!(to_ints(cx, &set(cx, &[64, 32, 128, 5, 37])), [64, 32, 128, 37, 5]);
    });
}

#[test]
fn operators() {
    with(|cx| {
        let (a, b) = (set(cx, &[1, 2, 3]), frozen(cx, &[2, 3, 4]));
        let of = |number| cx.binary(number, &a, &b).unwrap();
        assert_eq!(sorted(cx, &of(number::OR)), [1, 2, 3, 4]);
        assert_eq!(sorted(cx, &of(number::AND)), [2, 3]);
        assert_eq!(sorted(cx, &of(number::SUB)), [1]);
        assert_eq!(sorted(cx, &of(number::XOR)), [1, 4]);
        assert!(of(number::XOR).is_exact(&SET_TYPE));
        assert!(cx.binary(number::OR, &b, &a).unwrap().is_exact(&FROZENSET_TYPE));
        assert_eq!(
            said(cx, cx.binary(number::OR, &a, &ints(cx, &[]))),
            "TypeError: unsupported operand type(s) for |: 'set' and 'list'"
        );
        for (number, left) in
            [(number::OR, vec![1, 2, 3, 4]), (number::AND, vec![2, 3, 4]), (number::XOR, vec![]), (number::SUB, vec![])]
        {
            assert!(cx.in_place(number, &a, &b).unwrap().is(&a));
            assert_eq!(sorted(cx, &a), left);
        }
    });
}

#[test]
fn methods() {
    with(|cx| {
        let a = set(cx, &[1, 2, 3, 4]);
        let call = |name: &str, args: &[Value]| sorted(cx, &method(cx, &a, name, args).unwrap());
        assert_eq!(call("union", &[ints(cx, &[9]), int_tuple(cx, &[8])]), [1, 2, 3, 4, 8, 9]);
        assert_eq!(call("intersection", &[ints(cx, &[2, 3, 9]), ints(cx, &[3])]), [3]);
        assert_eq!(call("difference", &[ints(cx, &[2]), ints(cx, &[3])]), [1, 4]);
        assert_eq!(call("symmetric_difference", &[ints(cx, &[4, 5, 5])]), [1, 2, 3, 5]);
        assert_eq!(call("copy", &[]), [1, 2, 3, 4]);
        let truth = |name: &str, other: &[i64]| method(cx, &a, name, &[ints(cx, other)]).unwrap().as_bool().unwrap();
        assert!(truth("isdisjoint", &[5]) && !truth("isdisjoint", &[4]));
        assert!(truth("issubset", &[4, 3, 2, 1, 0]) && !truth("issubset", &[1]));
        assert!(truth("issuperset", &[1, 1]) && !truth("issuperset", &[0]));
        method(cx, &a, "update", &[ints(cx, &[5]), ints(cx, &[6])]).unwrap();
        method(cx, &a, "intersection_update", &[ints(cx, &[1, 2, 5, 6])]).unwrap();
        method(cx, &a, "difference_update", &[ints(cx, &[1])]).unwrap();
        method(cx, &a, "symmetric_difference_update", &[ints(cx, &[2, 7])]).unwrap();
        assert_eq!(sorted(cx, &a), [5, 6, 7]);
        method(cx, &a, "difference_update", core::slice::from_ref(&a)).unwrap();
        assert_eq!(cx.len(&a).unwrap(), 0);
        assert_eq!(said(cx, method(cx, &a, "remove", &[text(cx, "x")])), "KeyError: x");
        assert_eq!(said(cx, make(cx, &SET_TYPE, &[small(5)])), "TypeError: 'int' object is not iterable");
        assert_eq!(
            said(cx, make(cx, &FROZENSET_TYPE, &[small(5), small(5)])),
            "TypeError: frozenset expected at most 1 argument, got 2"
        );
        assert_eq!(said(cx, method(cx, &a, "add", &[ints(cx, &[])])), "TypeError: unhashable type: 'list'");
    });
}

#[test]
fn hashes_and_sets_as_keys() {
    with(|cx| {
        assert_eq!(cx.hash(&frozen(cx, &[])).unwrap(), 133_146_708_735_736);
        assert_eq!(cx.hash(&frozen(cx, &[1, 2, 3])).unwrap(), -272_375_401_224_217_160);
        assert_eq!(said(cx, cx.hash(&set(cx, &[]))), "TypeError: unhashable type: 'set'");
        let outer = cx.set().unwrap();
        outer.add(cx, &frozen(cx, &[1])).unwrap();
        // A set stands for the frozenset of its values.
        assert!(cx.contains(outer.as_value(), &set(cx, &[1])).unwrap());
        assert!(!cx.contains(outer.as_value(), &set(cx, &[2])).unwrap());
        method(cx, outer.as_value(), "discard", &[set(cx, &[1])]).unwrap();
        assert!(outer.is_empty());
    });
}

#[test]
fn comparisons() {
    with(|cx| {
        let (a, b) = (set(cx, &[1, 2]), frozen(cx, &[2, 1, 3]));
        use CompareOp::*;
        for (op, holds) in [(Lt, true), (Le, true), (Eq, false), (Ne, true), (Gt, false), (Ge, false)] {
            assert_eq!(cx.compares(&a, &b, op).unwrap(), holds, "{op:?}");
        }
        assert!(cx.equals(&a, &frozen(cx, &[2, 1])).unwrap());
        assert_eq!(
            said(cx, cx.compare(&a, &small(5), Lt)),
            "TypeError: '<' not supported between instances of 'set' and 'int'"
        );
    });
}

#[test]
fn texts_and_iterators() {
    with(|cx| {
        let s = cx.set().unwrap();
        assert_eq!(repr(cx, s.as_value()), "set()");
        s.add(cx, &Value::none()).unwrap();
        assert_eq!(repr(cx, s.as_value()), "{None}");
        assert_eq!(repr(cx, &make(cx, &FROZENSET_TYPE, &[s.as_value().clone()]).unwrap()), "frozenset({None})");
        let iterator = cx.iter(s.as_value()).unwrap();
        assert_eq!(cx.length_hint(&iterator, 9).unwrap(), 1);
        s.add(cx, &small(1)).unwrap();
        assert_eq!(said(cx, cx.next(&iterator)), "RuntimeError: Set changed size during iteration");
        let f = frozen(cx, &[1]);
        assert!(make(cx, &FROZENSET_TYPE, core::slice::from_ref(&f)).unwrap().is(&f));
        assert!(method(cx, &f, "copy", &[]).unwrap().is(&f));
        let reduced = method(cx, &f, "__reduce__", &[]).unwrap();
        assert_eq!(cx.len(&reduced).unwrap(), 3);
    });
}

#[test]
fn a_set_in_a_cycle_is_collected() {
    with(|cx| {
        let s = cx.set().unwrap();
        let holder = cx.bound_method(Value::none(), s.as_value().clone()).unwrap();
        s.add_hashed(cx, holder.as_value(), 5).unwrap();
        drop((s, holder));
        assert_eq!(cx.heap.collect().unreachable, 2);
    });
}
