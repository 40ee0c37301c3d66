//! `list`: methods, texts of errors, sorting.

mod interpreter;

use adder_objects::list::{LIST_TYPE, PyList};
use adder_objects::typeobject::number;
use adder_objects::{Cx, Value};
use interpreter::*;

fn small(n: i64) -> Value {
    Value::small(n)
}

#[test]
fn methods_change_the_list_as_python_does() {
    with(|cx| {
        let list = ints(cx, &[1, 2, 3]);
        method(cx, &list, "append", &[small(4)]).unwrap();
        method(cx, &list, "insert", &[small(-1), small(9)]).unwrap();
        method(cx, &list, "insert", &[small(-100), small(0)]).unwrap();
        method(cx, &list, "insert", &[small(100), small(7)]).unwrap();
        assert_eq!(to_ints(cx, &list), [0, 1, 2, 3, 9, 4, 7]);
        assert_eq!(method(cx, &list, "pop", &[]).unwrap().as_small(), Some(7));
        assert_eq!(method(cx, &list, "pop", &[small(-2)]).unwrap().as_small(), Some(9));
        method(cx, &list, "remove", &[small(2)]).unwrap();
        method(cx, &list, "reverse", &[]).unwrap();
        assert_eq!(to_ints(cx, &list), [4, 3, 1, 0]);
        method(cx, &list, "extend", core::slice::from_ref(&list)).unwrap();
        assert_eq!(to_ints(cx, &list), [4, 3, 1, 0, 4, 3, 1, 0]);
        assert_eq!(method(cx, &list, "count", &[small(3)]).unwrap().as_small(), Some(2));
        assert_eq!(method(cx, &list, "index", &[small(3), small(2)]).unwrap().as_small(), Some(5));
        assert_eq!(method(cx, &list, "index", &[small(3), small(-4), small(-1)]).unwrap().as_small(), Some(5));
        let copy = method(cx, &list, "copy", &[]).unwrap();
        assert!(cx.equals(&copy, &list).unwrap() && !copy.is(&list));
        method(cx, &list, "clear", &[]).unwrap();
        assert_eq!(cx.len(&list).unwrap(), 0);
        assert!(cx.contains(&copy, &small(4)).unwrap() && !cx.contains(&copy, &small(5)).unwrap());
    });
}

#[test]
fn errors_say_what_cpython_says() {
    with(|cx| {
        let (empty, one) = (ints(cx, &[]), ints(cx, &[1]));
        let none = Value::none();
        assert_eq!(said(cx, method(cx, &empty, "pop", &[])), "IndexError: pop from empty list");
        assert_eq!(said(cx, method(cx, &one, "pop", &[small(4)])), "IndexError: pop index out of range");
        assert_eq!(
            said(cx, method(cx, &one, "pop", core::slice::from_ref(&none))),
            "TypeError: 'NoneType' object cannot be interpreted as an integer"
        );
        assert_eq!(said(cx, method(cx, &one, "remove", &[small(2)])), "ValueError: list.remove(x): x not in list");
        assert_eq!(
            said(cx, method(cx, &one, "index", core::slice::from_ref(&none))),
            "ValueError: None is not in list"
        );
        assert_eq!(said(cx, cx.getitem(&one, &small(5))), "IndexError: list index out of range");
        assert_eq!(
            said(cx, cx.getitem(&one, &none)),
            "TypeError: list indices must be integers or slices, not NoneType"
        );
        assert_eq!(
            said(cx, cx.setitem(&one, &small(5), Some(&none))),
            "IndexError: list assignment index out of range"
        );
        assert_eq!(said(cx, cx.setitem(&one, &small(-2), None)), "IndexError: list assignment index out of range");
        assert_eq!(
            said(cx, cx.binary(number::ADD, &one, &int_tuple(cx, &[1]))),
            "TypeError: can only concatenate list (not \"tuple\") to list"
        );
        assert_eq!(
            said(cx, make(cx, &LIST_TYPE, &[one.clone(), one.clone()])),
            "TypeError: list expected at most 1 argument, got 2"
        );
        assert_eq!(said(cx, method(cx, &one, "sort", &[small(1)])), "TypeError: sort() takes no positional arguments");
        assert_eq!(
            said(cx, method_with(cx, &one, "sort", &[], &[("foo", small(1))])),
            "TypeError: sort() got an unexpected keyword argument 'foo'"
        );
        assert_eq!(
            said(cx, method(cx, &one, "sort", &[none.clone(), none.clone(), none])),
            "TypeError: sort() takes at most 2 arguments (3 given)"
        );
        let append = cx.getattr_text(&one, "append").unwrap();
        assert_eq!(said(cx, cx.call(&append, &[])), "TypeError: list.append() takes exactly one argument (0 given)");
        assert_eq!(said(cx, cx.hash(&one)), "TypeError: unhashable type: 'list'");
        assert_eq!(said(cx, cx.binary(number::MUL, &one, &small(1 << 60))), "MemoryError");
    });
}

#[test]
fn operators_and_comparisons() {
    with(|cx| {
        let (a, b) = (ints(cx, &[1, 2]), ints(cx, &[1, 3]));
        assert_eq!(to_ints(cx, &cx.binary(number::ADD, &a, &b).unwrap()), [1, 2, 1, 3]);
        assert_eq!(to_ints(cx, &cx.binary(number::MUL, &a, &small(3)).unwrap()), [1, 2, 1, 2, 1, 2]);
        assert_eq!(to_ints(cx, &cx.binary(number::MUL, &small(-1), &a).unwrap()), [0; 0]);
        use adder_objects::typeobject::CompareOp::*;
        for (op, holds) in [(Lt, true), (Le, true), (Eq, false), (Ne, true), (Gt, false), (Ge, false)] {
            assert_eq!(cx.compares(&a, &b, op).unwrap(), holds, "{op:?}");
        }
        let longer = ints(cx, &[1, 2, 0]);
        assert!(cx.compares(&a, &longer, Lt).unwrap() && !cx.compares(&a, &longer, Eq).unwrap());
        let same = cx.in_place(number::ADD, &a, &int_tuple(cx, &[5])).unwrap();
        assert!(same.is(&a));
        assert!(cx.in_place(number::MUL, &a, &small(2)).unwrap().is(&a));
        assert_eq!(to_ints(cx, &a), [1, 2, 5, 1, 2, 5]);
        cx.in_place(number::MUL, &a, &small(0)).unwrap();
        assert_eq!(to_ints(cx, &a), [0; 0]);
    });
}

#[test]
fn a_list_in_itself_is_shown_short() {
    with(|cx| {
        let list = cx.list([Value::none()]).unwrap();
        list.push(cx, list.as_value().clone()).unwrap();
        assert_eq!(repr(cx, list.as_value()), "[None, [...]]");
        let tuple = cx.tuple([list.as_value().clone()]).unwrap();
        assert_eq!(repr(cx, tuple.as_value()), "([None, [...]],)");
    });
}

#[test]
fn iterators_go_forwards_and_backwards_and_see_changes() {
    with(|cx| {
        let list = ints(cx, &[1, 2, 3]);
        let forward = cx.iter(&list).unwrap();
        let back = method(cx, &list, "__reversed__", &[]).unwrap();
        assert_eq!(forward.ty().name(), "list_iterator");
        assert_eq!(back.ty().name(), "list_reverseiterator");
        assert_eq!(cx.next(&forward).unwrap().unwrap().as_small(), Some(1));
        assert_eq!(cx.length_hint(&forward, 0).unwrap(), 2);
        method(cx, &list, "append", &[small(4)]).unwrap();
        assert_eq!(to_ints(cx, &forward), [2, 3, 4]);
        method(cx, &list, "append", &[small(5)]).unwrap();
        assert!(cx.next(&forward).unwrap().is_none(), "it stays at its end");
        assert_eq!(to_ints(cx, &back), [3, 2, 1]);
        let again = cx.iter(&list).unwrap();
        method(cx, &again, "__setstate__", &[small(3)]).unwrap();
        assert_eq!(to_ints(cx, &again), [4, 5]);
    });
}

/// A plain way to numbers that look random.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Lists of many shapes: runs, saw teeth, equal values, chance.
fn shapes() -> Vec<Vec<i64>> {
    let mut random = Random(7);
    let mut all = vec![vec![], vec![1], vec![2, 1], (0..100).rev().collect(), (0..1000).collect(), vec![5; 300]];
    for n in [3, 31, 32, 63, 64, 65, 127, 200, 1000, 3000] {
        all.push((0..n).map(|_| random.below(n as u64 * 2) as i64).collect());
        all.push((0..n).map(|_| random.below(4) as i64).collect());
        all.push((0..n).map(|i| i % 37).collect());
        all.push((0..n).map(|i| if i < n / 2 { i * 2 } else { (i - n / 2) * 2 + 1 }).collect());
        all.push((0..n).chain((0..n).rev()).collect());
    }
    all
}

/// Keys that are one-item tuples go the general way, through comparisons that could run code.
#[test]
fn sorting_is_right_and_stable_for_every_kind_of_key() {
    with(|cx| {
        let wrap: [fn(&Cx, i64) -> Value; 4] = [
            |_, n| Value::small(n),
            |cx, n| cx.float(n as f64).unwrap(),
            |cx, n| cx.str_value(&format!("{n:05}")).unwrap(),
            |cx, n| cx.tuple([Value::small(n)]).unwrap().into_value(),
        ];
        for (kind, make) in wrap.iter().enumerate() {
            for (shape, values) in shapes().into_iter().enumerate() {
                for reverse in [false, true] {
                    // Items are pairs of key and place, sorted by the key alone.
                    let items: Vec<Value> = values
                        .iter()
                        .enumerate()
                        .map(|(at, &n)| cx.tuple([make(cx, n), Value::small(at as i64)]).unwrap().into_value())
                        .collect();
                    let list = cx.list(items).unwrap();
                    let key = function!(cx, |cx, _, args| cx.getitem(&args[0], &Value::small(0)));
                    list.sort(cx, Some(&key), reverse).unwrap();
                    let mut expected: Vec<usize> = (0..values.len()).collect();
                    match reverse {
                        false => expected.sort_by_key(|&at| values[at]),
                        true => expected.sort_by_key(|&at| core::cmp::Reverse(values[at])),
                    }
                    let got: Vec<usize> = list
                        .to_vec()
                        .iter()
                        .map(|item| cx.getitem(item, &Value::small(1)).unwrap().as_small().unwrap() as usize)
                        .collect();
                    assert_eq!(got, expected, "kind {kind}, shape {shape}, reverse {reverse}");
                }
            }
        }
    });
}

#[test]
fn sorting_without_a_key_and_of_what_cannot_be_sorted() {
    with(|cx| {
        for values in shapes() {
            let list = cx.list(values.iter().map(|&n| Value::small(n))).unwrap();
            list.sort(cx, None, false).unwrap();
            let mut expected = values.clone();
            expected.sort();
            assert_eq!(to_ints(cx, list.as_value()), expected);
        }
        let mixed = cx.list([small(1), Value::none(), small(0)]).unwrap();
        assert_eq!(
            said(cx, mixed.sort(cx, None, false)),
            "TypeError: '<' not supported between instances of 'NoneType' and 'int'"
        );
        assert_eq!(mixed.len(), 3, "nothing is lost");
    });
}

#[test]
fn a_key_that_raises_loses_nothing() {
    with(|cx| {
        let list =
            cx.list((0..500).map(|n| cx.tuple([Value::small(n)]).unwrap().into_value()).collect::<Vec<_>>()).unwrap();
        let key = function!(cx, |cx, _, _| raise_value_error(cx));
        assert_eq!(said(cx, list.sort(cx, Some(&key), false)), "ValueError: no key");
        assert_eq!(list.len(), 500);
    });
}

fn raise_value_error(cx: &Cx) -> adder_objects::R {
    Err(cx.value_error(format_args!("no key")))
}

#[test]
fn a_list_that_is_changed_while_it_is_sorted() {
    with(|cx| {
        let list = ints(cx, &[3, 1, 2]);
        let key = function!(cx, list.clone(), |cx, this, args| {
            let list = this.downcast::<PyList>().unwrap();
            assert_eq!(list.len(), 0, "it looks empty meanwhile");
            list.push(cx, Value::none())?;
            drop(list.take_items());
            Ok(args[0].clone())
        });
        let result = list.downcast::<PyList>().unwrap().sort(cx, Some(&key), false);
        assert_eq!(said(cx, result), "ValueError: list modified during sort");
        assert_eq!(to_ints(cx, &list), [1, 2, 3]);
    });
}

#[test]
fn a_list_gives_room_back() {
    with(|cx| {
        let list = cx.list((0..10_000_i32).map(|n| Value::small(n.into()))).unwrap();
        let before = cx.heap.stats().charged_bytes;
        while list.len() > 10 {
            method(cx, list.as_value(), "pop", &[]).unwrap();
        }
        assert!(cx.heap.stats().charged_bytes + 70_000 < before);
        assert_eq!(to_ints(cx, list.as_value()), (0..10).collect::<Vec<_>>());
        let size = method(cx, list.as_value(), "__sizeof__", &[]).unwrap().as_small().unwrap();
        assert_eq!(size as usize, 40 + list.capacity() * 8);
    });
}
