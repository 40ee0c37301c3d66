//! `dict` and its views.

mod interpreter;

use adder_objects::dict::{DICT_TYPE, PyDict};
use adder_objects::set::SET_TYPE;
use adder_objects::typeobject::{CompareOp, number};
use adder_objects::{Cx, Value};
use interpreter::*;

fn small(n: i64) -> Value {
    Value::small(n)
}

fn dict(cx: &Cx, entries: &[(i64, i64)]) -> Value {
    let dict = cx.dict().unwrap();
    for &(key, value) in entries {
        dict.set(cx, &small(key), small(value)).unwrap();
    }
    dict.into_value()
}

fn pairs(cx: &Cx, dict: &Value) -> Vec<(i64, i64)> {
    let items = method(cx, dict, "items", &[]).unwrap();
    cx.collect(&items).unwrap().iter().map(|pair| to_ints(cx, pair)).map(|pair| (pair[0], pair[1])).collect()
}

#[test]
fn methods() {
    with(|cx| {
        let d = dict(cx, &[(1, 10), (2, 20)]);
        assert_eq!(method(cx, &d, "get", &[small(1)]).unwrap().as_small(), Some(10));
        assert!(method(cx, &d, "get", &[small(3)]).unwrap().is_none());
        assert_eq!(method(cx, &d, "setdefault", &[small(3), small(30)]).unwrap().as_small(), Some(30));
        assert_eq!(method(cx, &d, "setdefault", &[small(3), small(31)]).unwrap().as_small(), Some(30));
        assert_eq!(method(cx, &d, "pop", &[small(1)]).unwrap().as_small(), Some(10));
        assert_eq!(method(cx, &d, "pop", &[small(1), small(7)]).unwrap().as_small(), Some(7));
        assert_eq!(to_ints(cx, &method(cx, &d, "popitem", &[]).unwrap()), [3, 30]);
        assert_eq!(pairs(cx, &d), [(2, 20)]);
        method(cx, &d, "update", &[dict(cx, &[(2, 21), (5, 50)])]).unwrap();
        let more = cx.list([int_tuple(cx, &[6, 60]), ints(cx, &[7, 70])]).unwrap().into_value();
        method(cx, &d, "update", &[more]).unwrap();
        assert_eq!(pairs(cx, &d), [(2, 21), (5, 50), (6, 60), (7, 70)]);
        let copy = method(cx, &d, "copy", &[]).unwrap();
        assert!(cx.equals(&copy, &d).unwrap());
        method(cx, &d, "clear", &[]).unwrap();
        assert_eq!((pairs(cx, &d).len(), pairs(cx, &copy).len()), (0, 4));
        let keys = method(cx, &DICT_TYPE.value(), "fromkeys", &[ints(cx, &[3, 1, 3]), small(0)]).unwrap();
        assert_eq!(pairs(cx, &keys), [(3, 0), (1, 0)]);
        let named = call_with(cx, &DICT_TYPE.value(), &[dict(cx, &[(1, 1)])], &[("a", small(2))]).unwrap();
        assert_eq!(to_texts(cx, &named)[1..], ["a"]);
        let back = method(cx, &copy, "__reversed__", &[]).unwrap();
        assert_eq!(to_ints(cx, &back), [7, 6, 5, 2]);
    });
}

#[test]
fn errors_say_what_cpython_says() {
    with(|cx| {
        let d = dict(cx, &[]);
        let raised = |name: &str, args: &[Value]| said(cx, method(cx, &d, name, args));
        assert_eq!(raised("popitem", &[]), "KeyError: popitem(): dictionary is empty");
        assert_eq!(raised("pop", &[text(cx, "a")]), "KeyError: a");
        assert_eq!(raised("get", &[]), "TypeError: get expected at least 1 argument, got 0");
        assert_eq!(raised("update", &[small(5)]), "TypeError: 'int' object is not iterable");
        let bad = cx.list([small(5)]).unwrap().into_value();
        assert_eq!(
            raised("update", &[bad]),
            "TypeError: cannot convert dictionary update sequence element #0 to a sequence"
        );
        let bad = cx.list([int_tuple(cx, &[1, 2]), int_tuple(cx, &[1, 2, 3])]).unwrap().into_value();
        assert_eq!(
            raised("update", &[bad]),
            "ValueError: dictionary update sequence element #1 has length 3; 2 is required"
        );
        assert_eq!(said(cx, cx.getitem(&d, &text(cx, "b"))), "KeyError: b");
        assert_eq!(said(cx, cx.setitem(&d, &text(cx, "b"), None)), "KeyError: b");
        assert_eq!(said(cx, cx.setitem(&d, &ints(cx, &[]), Some(&small(1)))), "TypeError: unhashable type: 'list'");
        assert_eq!(
            said(cx, make(cx, &DICT_TYPE, &[d.clone(), d.clone()])),
            "TypeError: dict expected at most 1 argument, got 2"
        );
        assert_eq!(
            said(cx, cx.binary(number::OR, &d, &ints(cx, &[]))),
            "TypeError: unsupported operand type(s) for |: 'dict' and 'list'"
        );
        assert_eq!(
            said(cx, cx.compare(&d, &d, CompareOp::Lt)),
            "TypeError: '<' not supported between instances of 'dict' and 'dict'"
        );
    });
}

#[test]
fn operators_and_comparisons() {
    with(|cx| {
        let (a, b) = (dict(cx, &[(1, 1), (2, 2)]), dict(cx, &[(2, 3), (4, 4)]));
        assert_eq!(pairs(cx, &cx.binary(number::OR, &a, &b).unwrap()), [(1, 1), (2, 3), (4, 4)]);
        assert!(cx.in_place(number::OR, &a, &b).unwrap().is(&a));
        assert_eq!(pairs(cx, &a), [(1, 1), (2, 3), (4, 4)]);
        assert!(cx.equals(&a, &dict(cx, &[(4, 4), (2, 3), (1, 1)])).unwrap(), "without regard to order");
        assert!(!cx.equals(&a, &dict(cx, &[(4, 4), (2, 3), (1, 2)])).unwrap());
        assert!(!cx.equals(&a, &b).unwrap());
    });
}

#[test]
fn a_dict_in_itself_is_shown_short() {
    with(|cx| {
        let d = cx.dict().unwrap();
        d.set(cx, &Value::none(), d.as_value().clone()).unwrap();
        d.set(cx, &Value::bool(true).ty().value(), Value::none()).unwrap_or(());
        let shown = repr(cx, d.as_value());
        assert!(shown.starts_with("{None: {...}"), "{shown}");
        let values = method(cx, d.as_value(), "values", &[]).unwrap();
        d.set(cx, &Value::none(), values.clone()).unwrap();
        let shown = repr(cx, &values);
        assert!(shown.starts_with("dict_values([..."), "{shown}");
    });
}

#[test]
fn iterators_notice_changes() {
    with(|cx| {
        let d = dict(cx, &[(1, 1), (2, 2), (3, 3)]);
        let iterator = cx.iter(&d).unwrap();
        assert_eq!(cx.next(&iterator).unwrap().unwrap().as_small(), Some(1));
        assert_eq!(cx.length_hint(&iterator, 9).unwrap(), 2);
        cx.setitem(&d, &small(9), Some(&small(9))).unwrap();
        for _ in 0..2 {
            assert_eq!(said(cx, cx.next(&iterator)), "RuntimeError: dictionary changed size during iteration");
        }
        // The size is the same, the keys are not.
        let d = dict(cx, &[(1, 1)]);
        let iterator = cx.iter(&d).unwrap();
        cx.next(&iterator).unwrap();
        cx.setitem(&d, &small(2), Some(&small(2))).unwrap();
        cx.setitem(&d, &small(1), None).unwrap();
        assert_eq!(said(cx, cx.next(&iterator)), "RuntimeError: dictionary keys changed during iteration");
    });
}

#[test]
fn views_are_sets() {
    with(|cx| {
        let (a, b) = (dict(cx, &[(1, 1), (2, 2)]), dict(cx, &[(2, 2), (3, 3)]));
        let keys = |d: &Value| method(cx, d, "keys", &[]).unwrap();
        let items = |d: &Value| method(cx, d, "items", &[]).unwrap();
        let sorted = |set: &Value| {
            assert!(set.is_exact(&SET_TYPE));
            let mut all = to_ints(cx, set);
            all.sort();
            all
        };
        assert_eq!(sorted(&cx.binary(number::AND, &keys(&a), &keys(&b)).unwrap()), [2]);
        assert_eq!(sorted(&cx.binary(number::OR, &keys(&a), &ints(cx, &[7])).unwrap()), [1, 2, 7]);
        assert_eq!(sorted(&cx.binary(number::SUB, &keys(&a), &keys(&b)).unwrap()), [1]);
        assert_eq!(sorted(&cx.binary(number::XOR, &keys(&a), &keys(&b)).unwrap()), [1, 3]);
        assert_eq!(cx.len(&cx.binary(number::AND, &items(&a), &items(&b)).unwrap()).unwrap(), 1);
        assert!(cx.contains(&items(&a), &int_tuple(cx, &[1, 1])).unwrap());
        assert!(!cx.contains(&items(&a), &int_tuple(cx, &[1, 2])).unwrap());
        assert!(cx.contains(&keys(&a), &small(1)).unwrap());
        let some = make(cx, &SET_TYPE, &[ints(cx, &[1, 2, 3])]).unwrap();
        assert!(cx.compares(&keys(&a), &some, CompareOp::Lt).unwrap());
        assert!(!cx.compares(&keys(&a), &some, CompareOp::Eq).unwrap());
        let apart = method(cx, &keys(&a), "isdisjoint", &[ints(cx, &[3])]).unwrap();
        assert_eq!(apart.as_bool(), Some(true));
        assert_eq!(to_ints(cx, &method(cx, &a, "values", &[]).unwrap()), [1, 2]);
        assert_eq!(repr(cx, &keys(&cx.dict().unwrap().into_value())), "dict_keys([])");
        assert_eq!(
            said(cx, cx.compare(&keys(&a), &small(5), CompareOp::Lt)),
            "TypeError: '<' not supported between instances of 'dict_keys' and 'int'"
        );
    });
}

#[test]
fn an_empty_dict_is_small_and_a_queue_of_entries_stays_small() {
    with(|cx| {
        let d = cx.dict().unwrap();
        assert_eq!(method(cx, d.as_value(), "__sizeof__", &[]).unwrap().as_small(), Some(48));
        for n in 0..10_000 {
            d.set(cx, &small(n), Value::none()).unwrap();
            let pair = method(cx, d.as_value(), "popitem", &[]).unwrap();
            assert_eq!(cx.getitem(&pair, &small(0)).unwrap().as_small(), Some(n));
            assert!(d.get(cx, &small(n)).unwrap().is_none());
        }
        assert!(method(cx, d.as_value(), "__sizeof__", &[]).unwrap().as_small().unwrap() < 400);
        for n in 0..1000 {
            d.set(cx, &small(n), small(n)).unwrap();
        }
        for n in (0..1000).rev() {
            assert_eq!(to_ints(cx, &method(cx, d.as_value(), "popitem", &[]).unwrap()), [n, n]);
        }
        assert!(d.downcast_is_empty());
    });
}

trait IsEmpty {
    fn downcast_is_empty(&self) -> bool;
}

impl IsEmpty for PyDict {
    fn downcast_is_empty(&self) -> bool {
        self.is_empty() && self.entries().is_empty()
    }
}
