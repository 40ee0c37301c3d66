//! Iterators that are built-in types of their own.

mod interpreter;

use adder_objects::iterators::{ENUMERATE_TYPE, FILTER_TYPE, MAP_TYPE, REVERSED_TYPE, ZIP_TYPE};
use adder_objects::{Cx, Value};
use interpreter::*;

fn small(n: i64) -> Value {
    Value::small(n)
}

fn rows(cx: &Cx, iterable: &Value) -> Vec<Vec<i64>> {
    cx.collect(iterable).unwrap().iter().map(|row| to_ints(cx, row)).collect()
}

#[test]
fn enumerate_counts() {
    with(|cx| {
        let it = make(cx, &ENUMERATE_TYPE, &[ints(cx, &[7, 8])]).unwrap();
        assert_eq!(rows(cx, &it), [[0, 7], [1, 8]]);
        let class = ENUMERATE_TYPE.value();
        let it = call_with(cx, &class, &[ints(cx, &[7])], &[("start", small(5))]).unwrap();
        assert_eq!(rows(cx, &it), [[5, 7]]);
        assert_eq!(
            said(cx, make(cx, &ENUMERATE_TYPE, &[])),
            "TypeError: enumerate() missing required argument 'iterable'"
        );
        assert_eq!(
            said(cx, call_with(cx, &class, &[ints(cx, &[7])], &[("foo", small(5))])),
            "TypeError: 'foo' is an invalid keyword argument for enumerate()"
        );
        assert_eq!(
            said(cx, call_with(cx, &class, &[], &[("start", small(5))])),
            "TypeError: 'start' is an invalid keyword argument for enumerate()"
        );
    });
}

#[test]
fn zip_ends_with_the_shortest_or_complains() {
    with(|cx| {
        let (a, b, c) = (ints(cx, &[1, 2]), ints(cx, &[3, 4]), ints(cx, &[5]));
        assert_eq!(rows(cx, &make(cx, &ZIP_TYPE, &[a.clone(), b.clone()]).unwrap()), [[1, 3], [2, 4]]);
        assert_eq!(rows(cx, &make(cx, &ZIP_TYPE, &[a.clone(), b.clone(), c.clone()]).unwrap()), [[1, 3, 5]]);
        assert_eq!(rows(cx, &make(cx, &ZIP_TYPE, &[]).unwrap()), [[0; 0]; 0]);
        let strict = |args: &[Value]| {
            let it = call_with(cx, &ZIP_TYPE.value(), args, &[("strict", Value::bool(true))]).unwrap();
            cx.collect(&it).map(drop)
        };
        strict(&[a.clone(), b.clone()]).unwrap();
        let raised = |args: &[Value]| said(cx, strict(args));
        assert_eq!(raised(&[c.clone(), a.clone()]), "ValueError: zip() argument 2 is longer than argument 1");
        assert_eq!(raised(&[a.clone(), c.clone()]), "ValueError: zip() argument 2 is shorter than argument 1");
        assert_eq!(
            raised(&[a.clone(), b.clone(), c.clone()]),
            "ValueError: zip() argument 3 is shorter than arguments 1-2"
        );
        assert_eq!(
            raised(&[c.clone(), c.clone(), a.clone()]),
            "ValueError: zip() argument 3 is longer than arguments 1-2"
        );
        assert_eq!(
            said(cx, call_with(cx, &ZIP_TYPE.value(), &[], &[("foo", small(1))])),
            "TypeError: zip() got an unexpected keyword argument 'foo'"
        );
    });
}

#[test]
fn map_and_filter_call() {
    with(|cx| {
        let first = function!(cx, |_, _, args| Ok(args[0].clone()));
        let last = function!(cx, |_, _, args| Ok(args[args.len() - 1].clone()));
        let (a, b) = (ints(cx, &[0, 1, 2]), ints(cx, &[5, 6]));
        assert_eq!(to_ints(cx, &make(cx, &MAP_TYPE, &[first.clone(), a.clone()]).unwrap()), [0, 1, 2]);
        assert_eq!(to_ints(cx, &make(cx, &MAP_TYPE, &[last, a.clone(), b.clone()]).unwrap()), [5, 6]);
        let strict = call_with(cx, &MAP_TYPE.value(), &[first.clone(), a.clone(), b], &[("strict", Value::bool(true))]);
        assert_eq!(said(cx, cx.collect(&strict.unwrap())), "ValueError: map() argument 2 is shorter than argument 1");
        assert_eq!(
            said(cx, make(cx, &MAP_TYPE, core::slice::from_ref(&first))),
            "TypeError: map() must have at least two arguments."
        );
        assert_eq!(to_ints(cx, &make(cx, &FILTER_TYPE, &[Value::none(), a.clone()]).unwrap()), [1, 2]);
        assert_eq!(to_ints(cx, &make(cx, &FILTER_TYPE, &[first, a.clone()]).unwrap()), [1, 2]);
        assert_eq!(said(cx, make(cx, &FILTER_TYPE, &[a])), "TypeError: filter expected 2 arguments, got 1");
    });
}

#[test]
fn reversed_asks_the_object_or_goes_by_number() {
    with(|cx| {
        assert_eq!(to_ints(cx, &make(cx, &REVERSED_TYPE, &[ints(cx, &[1, 2])]).unwrap()), [2, 1]);
        let it = make(cx, &REVERSED_TYPE, &[int_tuple(cx, &[1, 2, 3])]).unwrap();
        assert_eq!(it.ty().name(), "reversed");
        assert_eq!(cx.length_hint(&it, 0).unwrap(), 3);
        assert_eq!(cx.next(&it).unwrap().unwrap().as_small(), Some(3));
        method(cx, &it, "__setstate__", &[small(0)]).unwrap();
        assert_eq!(to_ints(cx, &it), [1]);
        assert_eq!(said(cx, make(cx, &REVERSED_TYPE, &[small(5)])), "TypeError: 'int' object is not reversible");
        let set = cx.set().unwrap().into_value();
        assert_eq!(said(cx, make(cx, &REVERSED_TYPE, &[set])), "TypeError: 'set' object is not reversible");
    });
}

#[test]
fn a_callable_is_called_until_the_sentinel_comes() {
    with(|cx| {
        let list = ints(cx, &[1, 2, 3, 4]);
        let pop = function!(cx, list.clone(), |cx, this, _| method(cx, this, "pop", &[Value::small(0)]));
        let it = cx.callable_iterator(&pop, &small(3)).unwrap();
        assert_eq!(to_ints(cx, &it), [1, 2]);
        assert!(cx.next(&it).unwrap().is_none());
        assert_eq!(to_ints(cx, &list), [4]);
        assert_eq!(said(cx, cx.callable_iterator(&small(1), &small(2))), "TypeError: iter(v, w): v must be callable");
    });
}

#[test]
fn anything_with_items_by_number_is_gone_through() {
    with(|cx| {
        let it = cx.sequence_iterator(&int_tuple(cx, &[4, 5])).unwrap();
        assert_eq!(cx.length_hint(&it, 0).unwrap(), 2);
        assert_eq!(to_ints(cx, &it), [4, 5]);
        assert!(cx.next(&it).unwrap().is_none());
        let it = cx.sequence_iterator(&int_tuple(cx, &[4, 5])).unwrap();
        method(cx, &it, "__setstate__", &[small(1)]).unwrap();
        assert_eq!(to_ints(cx, &it), [5]);
    });
}
