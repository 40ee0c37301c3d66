//! `tuple`.

mod interpreter;

use adder_objects::Value;
use adder_objects::tuple::{PyTuple, TUPLE_TYPE};
use adder_objects::typeobject::{CompareOp, number};
use interpreter::*;

fn small(n: i64) -> Value {
    Value::small(n)
}

#[test]
fn hashes_are_cpythons() {
    with(|cx| {
        assert_eq!(cx.hash(&int_tuple(cx, &[])).unwrap(), 5_740_354_900_026_072_187);
        assert_eq!(cx.hash(&int_tuple(cx, &[1, 2, 3])).unwrap(), 529_344_067_295_497_451);
        assert_eq!(cx.hash(&int_tuple(cx, &[-1])).unwrap(), cx.hash(&int_tuple(cx, &[-2])).unwrap());
        assert_eq!(cx.hash(&cx.tuple([Value::none()]).unwrap().into_value()).unwrap(), 9_181_102_132_670_838_864);
        let unhashable = cx.tuple([ints(cx, &[])]).unwrap().into_value();
        assert_eq!(said(cx, cx.hash(&unhashable)), "TypeError: unhashable type: 'list'");
    });
}

#[test]
fn there_is_one_empty_tuple() {
    with(|cx| {
        let empty = make(cx, &TUPLE_TYPE, &[]).unwrap();
        assert!(empty.is(&cx.empty_tuple().unwrap().into_value()));
        assert!(empty.is(&make(cx, &TUPLE_TYPE, &[ints(cx, &[])]).unwrap()));
        assert_eq!(repr(cx, &empty), "()");
        let none = cx.tuple([Value::none()]).unwrap().into_value();
        assert_eq!(repr(cx, &none), "(None,)");
        assert!(none.is(&make(cx, &TUPLE_TYPE, core::slice::from_ref(&none)).unwrap()));
        assert_eq!(repr(cx, &cx.tuple([Value::bool(true), none]).unwrap().into_value()), "(True, (None,))");
    });
}

#[test]
fn a_tuple_of_atoms_is_not_tracked() {
    with(|cx| {
        let tracked = |value: &Value| value.head().unwrap().is_tracked();
        let atoms = cx.tuple([small(1), text(cx, "x"), Value::none()]).unwrap().into_value();
        assert!(!tracked(&atoms));
        assert!(!tracked(&cx.tuple([atoms]).unwrap().into_value()));
        let list = ints(cx, &[]);
        assert!(tracked(&cx.tuple([list.clone()]).unwrap().into_value()));
        // A dict is not tracked while it holds atoms, but it may be later.
        let dict = cx.dict().unwrap();
        dict.set_text(cx, "x", small(1)).unwrap();
        assert!(!tracked(dict.as_value()));
        assert!(tracked(&cx.tuple([dict.as_value().clone()]).unwrap().into_value()));
        dict.set_text(cx, "x", list).unwrap();
        assert!(tracked(dict.as_value()));
    });
}

#[test]
fn a_dict_that_is_tracked_late_is_collected() {
    with(|cx| {
        let dict = cx.dict().unwrap();
        cx.heap.collect();
        let tuple = cx.tuple([dict.as_value().clone()]).unwrap();
        dict.set_text(cx, "me", tuple.into_value()).unwrap();
        drop(dict);
        assert_eq!(cx.heap.collect().unreachable, 2);
    });
}

#[test]
fn items_operators_comparisons() {
    with(|cx| {
        let tuple = int_tuple(cx, &[1, 2, 3]);
        assert_eq!(cx.getitem(&tuple, &small(-1)).unwrap().as_small(), Some(3));
        assert_eq!(said(cx, cx.getitem(&tuple, &small(3))), "IndexError: tuple index out of range");
        assert_eq!(
            said(cx, cx.getitem(&tuple, &Value::none())),
            "TypeError: tuple indices must be integers or slices, not NoneType"
        );
        assert_eq!(to_ints(cx, &cx.binary(number::ADD, &tuple, &int_tuple(cx, &[4])).unwrap()), [1, 2, 3, 4]);
        assert_eq!(to_ints(cx, &cx.binary(number::MUL, &tuple, &small(2)).unwrap()), [1, 2, 3, 1, 2, 3]);
        assert!(cx.binary(number::MUL, &tuple, &small(1)).unwrap().is(&tuple));
        assert_eq!(
            said(cx, cx.binary(number::ADD, &tuple, &ints(cx, &[]))),
            "TypeError: can only concatenate tuple (not \"list\") to tuple"
        );
        assert_eq!(method(cx, &tuple, "index", &[small(2)]).unwrap().as_small(), Some(1));
        assert_eq!(said(cx, method(cx, &tuple, "index", &[small(9)])), "ValueError: tuple.index(x): x not in tuple");
        assert_eq!(method(cx, &tuple, "count", &[small(3)]).unwrap().as_small(), Some(1));
        assert!(cx.contains(&tuple, &small(2)).unwrap() && !cx.contains(&tuple, &small(4)).unwrap());
        assert!(cx.compares(&tuple, &int_tuple(cx, &[1, 3]), CompareOp::Lt).unwrap());
        assert!(cx.compares(&tuple, &int_tuple(cx, &[1, 2]), CompareOp::Gt).unwrap());
        assert!(cx.equals(&tuple, &int_tuple(cx, &[1, 2, 3])).unwrap());
        assert!(!cx.equals(&tuple, &ints(cx, &[1, 2, 3])).unwrap());
        let args = method(cx, &tuple, "__getnewargs__", &[]).unwrap();
        assert!(cx.equals(&args.downcast::<PyTuple>().unwrap().items()[0], &tuple).unwrap());
        let iterator = cx.iter(&tuple).unwrap();
        assert_eq!(cx.length_hint(&iterator, 0).unwrap(), 3);
        assert_eq!(to_ints(cx, &iterator), [1, 2, 3]);
        assert_eq!(cx.length_hint(&iterator, 9).unwrap(), 0);
    });
}
