//! Classes derived from numbers, and what is Python 3.14's own.

use std::cell::RefCell;

use adder_objects::{Args, Cx, TypeObject, Value, bool, complex, float, int, slice};

use crate::expression::{evaluate, show};
use crate::with;

/// `class NAME(BASE): pass`
fn class(cx: &Cx, name: &str, base: &TypeObject) -> Value {
    let bases = cx.tuple([base.value()]).expect("room").into_value();
    let namespace = cx.dict().expect("room").into_value();
    let args = [cx.str_value(name).expect("room"), bases, namespace];
    cx.call(&adder_objects::typeobject::TYPE_TYPE.value(), &args).expect("a class")
}

fn text(cx: &Cx, value: &Value) -> String {
    show(cx, value).expect("a repr")
}

#[test]
fn instances_of_classes_derived_from_int_are_ints_with_attributes() {
    with(|cx| {
        let class = class(cx, "Int", &int::INT_TYPE);
        let name = cx.intern("note").expect("room");
        for literal in ["0", "5", "-7", "2**61", "-10**40"] {
            let plain = evaluate(cx, literal).expect("an int");
            let made = cx.call(&class, std::slice::from_ref(&plain)).expect("an instance");
            assert!(made.ty().name() == "Int" && made.is_int());
            cx.setattr(&made, &name, Some(&Value::bool(true))).expect("it has a dict");
            assert_eq!(cx.getattr(&made, &name).expect("set").as_bool(), Some(true));
            assert!(cx.equals(&made, &plain).expect("equal"));
            assert_eq!(cx.hash(&made).expect("a hash"), cx.hash(&plain).expect("a hash"));
            assert_eq!(text(cx, &made), text(cx, &plain));
            // What is computed with it is a plain int.
            for result in [
                int::add(cx, &made, &Value::small(0)).expect("a sum"),
                cx.positive(&made).expect("itself"),
                int::mul(cx, &made, &Value::small(1)).expect("a product"),
                int::rshift(cx, &made, &Value::small(0)).expect("itself"),
                int::exact(cx, &made).expect("itself"),
            ] {
                assert!(result.is_exact(&int::INT_TYPE) && cx.equals(&result, &plain).expect("equal"));
            }
        }
        let made = cx.call(&class, &[cx.str_value("ff").expect("room"), Value::small(16)]).expect("an instance");
        assert_eq!((made.ty().name(), made.as_i64()), ("Int", Some(255)));
        let from_bytes = cx.getattr(&class, &cx.intern("from_bytes").expect("room")).expect("inherited");
        let bytes = cx.bytes(&[1, 0]).expect("room").into_value();
        let made = cx.call(&from_bytes, &[bytes]).expect("an instance");
        assert_eq!((made.ty().name(), made.as_i64()), ("Int", Some(256)));
    });
}

#[test]
fn instances_of_classes_derived_from_float_and_complex() {
    with(|cx| {
        let name = cx.intern("note").expect("room");
        let made = cx
            .call(&class(cx, "Float", &float::FLOAT_TYPE), &[cx.str_value("1.5").expect("room")])
            .expect("an instance");
        cx.setattr(&made, &name, Some(&Value::none())).expect("it has a dict");
        assert_eq!((made.ty().name(), made.as_float(), text(cx, &made)), ("Float", Some(1.5), "1.5".to_owned()));
        assert!(float::add(cx, &made, &Value::small(1)).expect("a sum").is_exact(&float::FLOAT_TYPE));
        let class = class(cx, "Complex", &complex::COMPLEX_TYPE);
        let made = cx.call(&class, &[made, Value::small(2)]).expect("an instance");
        cx.setattr(&made, &name, Some(&Value::none())).expect("it has a dict");
        assert_eq!((made.ty().name(), text(cx, &made)), ("Complex", "(1.5+2j)".to_owned()));
        assert_eq!(made.as_complex(), Some(complex::Complex { real: 1.5, imag: 2.0 }));
    });
}

#[test]
fn from_number_takes_no_text() {
    with(|cx| {
        let call = |expression: &str| crate::expression::outcome(cx, expression);
        assert_eq!(call("float.from_number(5)"), "5.0");
        assert_eq!(call("float.from_number(2.5)"), "2.5");
        assert_eq!(call("float.from_number('5')"), "TypeError: must be real number, not str");
        assert_eq!(call("complex.from_number(5)"), "(5+0j)");
        assert_eq!(call("complex.from_number(2.5j)"), "2.5j");
        assert_eq!(call("complex.from_number('5')"), "TypeError: must be real number, not str");
    });
}

thread_local! {
    static WARNINGS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

#[test]
fn inverting_a_bool_warns() {
    with(|cx| {
        cx.hooks.warn.set(Some(|_, category, text, _| {
            WARNINGS.with_borrow_mut(|all| all.push(format!("{}: {text}", category.name())));
            Ok(())
        }));
        assert_eq!(evaluate(cx, "~True").expect("an int").as_small(), Some(-2));
        WARNINGS.with_borrow(|all| {
            assert_eq!(all.len(), 1);
            assert!(
                all[0].starts_with("DeprecationWarning: Bitwise inversion '~' on bool is deprecated"),
                "{}",
                all[0]
            );
            assert!(all[0].ends_with("of the underlying int."), "{}", all[0]);
        });
        assert!(!bool::BOOL_TYPE.has(adder_objects::typeobject::flag::BASE));
    });
}

#[test]
fn slices_for_sequences() {
    with(|cx| {
        let made = evaluate(cx, "slice(-2, None)").expect("a slice");
        let places = slice::unpack(cx, &made).expect("bounds").adjust(5);
        assert_eq!((places.start, places.count, places.step), (3, 2, 1));
        assert_eq!(places.iter().collect::<Vec<_>>(), [3, 4]);
        assert!(slice::unpack(cx, &Value::small(1)).is_err());
    });
}

#[test]
fn the_limit_of_digits_can_be_changed() {
    with(|cx| {
        cx.int_max_str_digits.set(640);
        assert!(evaluate(cx, "str(10**639)").is_ok());
        assert!(evaluate(cx, "str(10**640)").is_err());
        cx.int_max_str_digits.set(0);
        assert_eq!(evaluate(cx, "len(str(10**10000))").expect("no limit").as_small(), Some(10_001));
    });
}

#[test]
fn range_iterators_lie_open_to_the_evaluation_loop() {
    with(|cx| {
        let iterator = evaluate(cx, "iter(range(3, 9, 2))").expect("an iterator");
        let fields = iterator.downcast::<adder_objects::range::PyRangeIterator>().expect("of machine words");
        assert_eq!((fields.next.get(), fields.step, fields.left.get()), (3, 2, 3));
        assert_eq!(cx.next(&iterator).expect("a number").and_then(|n| n.as_small()), Some(3));
        assert_eq!((fields.next.get(), fields.left.get()), (5, 2));
        let state = cx.getattr(&iterator, &cx.intern("__setstate__").expect("room")).expect("a method");
        cx.call_args(&state, Args::positional(&[Value::small(1)])).expect("set");
        assert_eq!(cx.next(&iterator).expect("a number").and_then(|n| n.as_small()), Some(7));
        assert!(cx.next(&iterator).expect("the end").is_none());
    });
}
