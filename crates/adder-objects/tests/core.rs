//! The core of the object model: values, strings, dicts, lists, attributes, errors; and that all of it is given back.

mod interpreter;

use adder_objects::class::subclasses;
use adder_objects::{TypeObject, Value, exceptions as exc};
use interpreter::with;

#[test]
fn an_interpreter_gives_everything_back() {
    with(|_| {});
}

#[test]
fn values_know_their_types() {
    with(|cx| {
        assert_eq!(Value::small(-5).as_small(), Some(-5));
        assert_eq!(Value::small(1).ty().name(), "int");
        assert_eq!(Value::none().ty().name(), "NoneType");
        assert_eq!(Value::bool(true).ty().name(), "bool");
        assert_eq!(Value::bool(true).as_i64(), Some(1));
        assert_eq!(Value::bool(false).as_i64(), Some(0));
        let big = cx.int(i64::MAX).unwrap();
        assert!(!big.is_small());
        assert_eq!(big.as_i64(), Some(i64::MAX));
        assert_eq!(cx.float(1.5).unwrap().as_float(), Some(1.5));
        let text = cx.str("grüße 🎉").unwrap();
        assert_eq!((text.len(), text.kind(), text.as_str()), (7, 4, Some("grüße 🎉")));
    });
}

#[test]
fn interned_strings_are_one_object() {
    with(|cx| {
        let a = cx.intern("spam").unwrap();
        let b = cx.intern("spam").unwrap();
        assert!(a.is(&b));
        drop((a, b));
        assert_eq!(cx.intern("spam").unwrap().references(), 1, "the table owns nothing");
    });
}

#[test]
fn a_dict_keeps_order_and_finds_what_it_holds() {
    with(|cx| {
        let dict = cx.dict().unwrap();
        for i in 0..1000 {
            dict.set(cx, &cx.str_value(&format!("key {i}")).unwrap(), Value::small(i)).unwrap();
        }
        for i in (0..1000).step_by(3) {
            let key = cx.str_value(&format!("key {i}")).unwrap();
            assert_eq!(dict.remove(cx, &key).unwrap().unwrap().as_small(), Some(i));
            assert!(dict.get(cx, &key).unwrap().is_none());
        }
        let left: Vec<i64> = dict.entries().iter().map(|(_, value)| value.as_small().unwrap()).collect();
        assert_eq!(left, (0..1000).filter(|i| i % 3 != 0).collect::<Vec<_>>());
        assert_eq!(dict.len(), left.len());
        assert!(dict.get_text(cx, "key 1").unwrap().is_some());
        // Coming and going at the end does not fill the table for good.
        for i in 0..10_000 {
            let key = cx.str_value(&format!("passing {i}")).unwrap();
            dict.set(cx, &key, Value::none()).unwrap();
            dict.remove(cx, &key).unwrap();
        }
        assert!(dict.get_text(cx, "never there").unwrap().is_none());
    });
}

#[test]
fn lists_grow_and_shrink() {
    with(|cx| {
        let list = cx.list((0..10_i32).map(|i| Value::small(i.into()))).unwrap();
        list.push(cx, Value::none()).unwrap();
        assert_eq!(list.remove(0).as_small(), Some(0));
        let old = list.splice(cx, 2, 3, vec![Value::bool(true)]).unwrap();
        assert_eq!(old.iter().map(|v| v.as_small().unwrap()).collect::<Vec<_>>(), [3, 4, 5]);
        assert_eq!(list.len(), 8);
        assert_eq!(list.get(2).unwrap().as_bool(), Some(true));
        assert!(list.get(7).unwrap().is_none());
    });
}

#[test]
fn errors_are_instances_of_their_classes() {
    with(|cx| {
        let error = cx.call(&Value::none(), &[]).unwrap_err();
        assert!(error.is(&exc::TYPE_ERROR) && error.is(&exc::EXCEPTION) && !error.is(&exc::VALUE_ERROR));
        let base = error.value().downcast::<exc::PyBaseException>().unwrap();
        let args = base.args.get();
        let args = args.downcast::<adder_objects::tuple::PyTuple>().unwrap();
        assert_eq!(cx.display(&args.items()[0]).unwrap(), "'NoneType' object is not callable");
        let class = exc::VALUE_ERROR.value();
        let made = cx.call(&class, &[Value::small(1)]).unwrap();
        assert_eq!(made.ty().name(), "ValueError");
        // An exception has a dict of its own.
        let name = cx.intern("extra").unwrap();
        cx.setattr(&made, &name, Some(&Value::small(7))).unwrap();
        assert_eq!(cx.getattr(&made, &name).unwrap().as_small(), Some(7));
        assert!(cx.getattr(&made, &cx.intern("missing").unwrap()).unwrap_err().is(&exc::ATTRIBUTE_ERROR));
    });
}

#[test]
fn a_cycle_of_containers_is_collected() {
    with(|cx| {
        let list = cx.list([]).unwrap();
        let dict = cx.dict().unwrap();
        dict.set_text(cx, "list", list.clone().into_value()).unwrap();
        list.push(cx, dict.into_value()).unwrap();
        drop(list);
        assert_eq!(cx.heap.collect().unreachable, 2);
    });
}

#[test]
fn a_weak_reference_is_told() {
    with(|cx| {
        let list = cx.list([]).unwrap();
        let weak = cx.weak_ref_in(&adder_objects::weakref::REF_TYPE, list.as_value(), None).unwrap();
        assert!(weak.target().unwrap().is(list.as_value()));
        drop(list);
        assert!(weak.target().is_none());
    });
}

#[test]
fn a_type_is_an_object() {
    with(|cx| {
        let int = adder_objects::int::INT_TYPE.value();
        assert_eq!(int.ty().name(), "type");
        assert!(int.downcast::<TypeObject>().is_some());
        assert!(cx.is_instance(&Value::bool(true), &int).unwrap());
    });
}

#[test]
fn a_built_in_type_that_the_limit_refused_first_is_one_subclass() {
    with(|cx| {
        let object = &adder_objects::typeobject::OBJECT_TYPE;
        let (unused, named) = (&adder_objects::set::FROZENSET_TYPE, "frozenset");
        let times = || {
            subclasses(cx, object)
                .iter()
                .filter(|class| class.downcast::<TypeObject>().unwrap().name() == named)
                .count()
        };
        assert_eq!(times(), 0, "nobody asked for it yet");
        cx.heap.set_limit(Some(0));
        cx.state(unused);
        cx.heap.set_limit(None);
        assert_eq!(times(), 1);
    });
}
