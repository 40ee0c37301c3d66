//! Classes made at run time: metaclasses, orders of resolution, layouts, `__slots__`.

mod written;

use std::cell::RefCell;
use std::rc::Rc;

use adder_objects::typeobject::{OBJECT_TYPE, TYPE_TYPE};
use adder_objects::{Args, Cx, TypeObject, Value, int::INT_TYPE, list::LIST_TYPE, str::STR_TYPE, tuple::TUPLE_TYPE};
use written::*;

fn block(object: &Value) -> usize {
    // SAFETY: a live object.
    unsafe { adder_gc::raw::block_size(core::ptr::NonNull::from_ref(object.head().unwrap())) }
}

fn mro_names(class: &Value) -> Vec<String> {
    let cx = Cx::current();
    let mro = attr(cx, class, "__mro__");
    mro.downcast::<adder_objects::tuple::PyTuple>()
        .unwrap()
        .items()
        .iter()
        .map(|c| c.downcast::<TypeObject>().unwrap().name().to_owned())
        .collect()
}

#[test]
fn a_class_makes_instances_with_attributes() {
    with(|cx| {
        let init = def(cx, |cx, args| {
            set(cx, &args[0], "x", &args[1]);
            set(cx, &args[0], "y", &args[2]);
            Ok(Value::none())
        });
        let point = class(cx, "Point", &[], &[("__init__", init), ("__static_attributes__", names(cx, &["x", "y"]))]);
        let p = shown(cx, cx.call(&point, &[int(3), int(4)]));
        assert_eq!(attr(cx, &p, "x").as_small(), Some(3));
        assert_eq!(attr(cx, &p, "y").as_small(), Some(4));
        assert_eq!(block(&p), 56, "head, dict word, room for four attributes");
        assert!(repr(cx, &p).starts_with("<__main__.Point object at 0x"));
        assert_eq!(repr(cx, &point), "<class '__main__.Point'>");
        set(cx, &p, "z", &int(5));
        assert_eq!(attr(cx, &p, "z").as_small(), Some(5));
        assert_eq!(attr(cx, &p, "x").as_small(), Some(3));
        assert_eq!(error(cx, cx.getattr_text(&p, "w")), "AttributeError: 'Point' object has no attribute 'w'");
        assert_eq!(error(cx, try_set(cx, &p, "w", None)), "AttributeError: 'Point' object has no attribute 'w'");
        let dict = attr(cx, &p, "__dict__");
        assert_eq!(dict.downcast::<adder_objects::dict::PyDict>().unwrap().len(), 3);
    });
}

#[test]
fn the_order_of_resolution_is_c3() {
    with(|cx| {
        let o = OBJECT_TYPE.value();
        let a = class(cx, "A", &[&o], &[]);
        let b = class(cx, "B", &[&a], &[]);
        let c = class(cx, "C", &[&a], &[]);
        let d = class(cx, "D", &[&b, &c], &[]);
        assert_eq!(mro_names(&d), ["D", "B", "C", "A", "object"]);
        assert_eq!(
            error(cx, try_class(cx, "E", &[&a, &b], &[])),
            "TypeError: Cannot create a consistent method resolution order (MRO) for bases A, B"
        );
        assert_eq!(error(cx, try_class(cx, "E", &[&a, &a], &[])), "TypeError: duplicate base class A");
    });
}

#[test]
fn what_cannot_be_a_class_is_said() {
    with(|cx| {
        let (i, s, o) = (INT_TYPE.value(), STR_TYPE.value(), OBJECT_TYPE.value());
        let t = TYPE_TYPE.value();
        assert_eq!(
            error(cx, try_class(cx, "C", &[&i, &s], &[])),
            "TypeError: multiple bases have instance lay-out conflict"
        );
        assert_eq!(
            error(cx, try_class(cx, "C", &[&adder_objects::bool::BOOL_TYPE.value()], &[])),
            "TypeError: type 'bool' is not an acceptable base type"
        );
        assert_eq!(error(cx, cx.call(&t, &[])), "TypeError: type() takes 1 or 3 arguments");
        let empty = cx.tuple([]).unwrap().into_value();
        let dict = cx.dict().unwrap().into_value();
        assert_eq!(
            error(cx, cx.call(&t, &[int(1), empty.clone(), dict.clone()])),
            "TypeError: type.__new__() argument 1 must be str, not int"
        );
        let m = class(cx, "M", &[&t], &[]);
        let n = class(cx, "N", &[&t], &[]);
        let a = shown(cx, try_class_of(cx, &m, "A", &[], &[]));
        let b = shown(cx, try_class_of(cx, &n, "B", &[], &[]));
        assert_eq!(
            error(cx, try_class(cx, "C", &[&a, &b], &[])),
            "TypeError: metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
             metaclasses of all its bases"
        );
        let c = class(cx, "C", &[&a], &[]);
        assert!(core::ptr::eq(c.ty(), m.downcast::<TypeObject>().unwrap()), "the metaclass is inherited");
        assert_eq!(
            error(
                cx,
                cx.call_args(
                    &t,
                    Args::with_names(
                        &[text(cx, "a"), cx.tuple([]).unwrap().into_value(), dict, int(1)],
                        names(cx, &["x"]).downcast(),
                    )
                )
            ),
            "TypeError: a.__init_subclass__() takes no keyword arguments"
        );
        drop(o);
    });
}

#[test]
fn members_of_slots() {
    with(|cx| {
        let a = class(cx, "A", &[], &[("__slots__", names(cx, &["x", "__y"]))]);
        let object = shown(cx, cx.call(&a, &[]));
        assert_eq!(block(&object), 32);
        assert_eq!(error(cx, cx.getattr_text(&object, "x")), "AttributeError: 'A' object has no attribute 'x'");
        set(cx, &object, "x", &int(1));
        set(cx, &object, "_A__y", &int(2));
        assert_eq!(attr(cx, &object, "x").as_small(), Some(1));
        assert_eq!(
            error(cx, try_set(cx, &object, "z", Some(&int(1)))),
            "AttributeError: 'A' object has no attribute 'z' and no __dict__ for setting new attributes"
        );
        assert_eq!(repr(cx, &attr(cx, &a, "x")), "<member 'x' of 'A' objects>");
        // A derived class has its own behind, and a dict if it says nothing.
        let b = class(cx, "B", &[&a], &[("__slots__", names(cx, &["w"]))]);
        let c = class(cx, "C", &[&b], &[]);
        let object = shown(cx, cx.call(&c, &[]));
        for (at, name) in ["x", "_A__y", "w", "free"].into_iter().enumerate() {
            set(cx, &object, name, &int(at as i64));
        }
        for (at, name) in ["x", "_A__y", "w", "free"].into_iter().enumerate() {
            assert_eq!(attr(cx, &object, name).as_small(), Some(at as i64));
        }
        let wrong = |slots: Value| error(cx, try_class(cx, "W", &[], &[("__slots__", slots), ("a", int(1))]));
        assert_eq!(wrong(names(cx, &["a"])), "ValueError: 'a' in __slots__ conflicts with class variable");
        assert_eq!(wrong(names(cx, &["1"])), "TypeError: __slots__ must be identifiers");
        assert_eq!(
            wrong(cx.tuple([int(1)]).unwrap().into_value()),
            "TypeError: __slots__ items must be strings, not 'int'"
        );
        assert_eq!(
            wrong(names(cx, &["__dict__", "__dict__"])),
            "TypeError: __dict__ slot disallowed: we already got one"
        );
        assert_eq!(
            error(cx, try_class(cx, "W", &[&TUPLE_TYPE.value()], &[("__slots__", names(cx, &["a"]))])),
            "TypeError: nonempty __slots__ not supported for subtype of 'tuple'"
        );
        assert_eq!(
            error(cx, try_class(cx, "W", &[&TYPE_TYPE.value()], &[("__slots__", names(cx, &["a"]))])),
            "TypeError: nonempty __slots__ not supported for subtype of 'type'"
        );
    });
}

#[test]
fn a_metaclass_hears_of_its_classes() {
    with(|cx| {
        let calls = Rc::new(RefCell::new(Vec::new()));
        let log = Rc::clone(&calls);
        let set_name = def(cx, move |cx, args| {
            log.borrow_mut().push(format!("{} {}", repr(cx, &args[1]), cx.display(&args[2]).unwrap()));
            Ok(Value::none())
        });
        let attribute = class(cx, "Attribute", &[], &[("__set_name__", set_name)]);
        let log = Rc::clone(&calls);
        let init_subclass = def_any(cx, move |cx, args| {
            log.borrow_mut().push(format!("{} {:?}", repr(cx, &args.given()[0]), args.keyword("color")));
            Ok(Value::none())
        });
        let base =
            class(cx, "Base", &[], &[("__init_subclass__", init_subclass), ("a", shown(cx, cx.call(&attribute, &[])))]);
        let args =
            [text(cx, "Derived"), cx.tuple([base]).unwrap().into_value(), cx.dict().unwrap().into_value(), int(7)];
        let keyword = names(cx, &["color"]);
        let args = Args::with_names(&args, keyword.downcast());
        shown(cx, cx.call_args(&TYPE_TYPE.value(), args));
        assert_eq!(*calls.borrow(), ["<class '__main__.Base'> a", "<class 'Derived'> Some(7)"]);
    });
}

#[test]
fn a_class_cell_gets_the_class() {
    with(|cx| {
        let cell = cx.cell(Value::UNSET).unwrap();
        let a = class(cx, "A", &[], &[("__classcell__", cell.clone().into_value())]);
        assert!(cell.contents.get().is(&a));
        assert!(cx.getattr_text(&a, "__classcell__").is_err());
        assert_eq!(
            error(cx, try_class(cx, "A", &[], &[("__classcell__", int(1))])),
            "TypeError: __classcell__ must be a nonlocal cell, not <class 'int'>"
        );
    });
}

#[test]
fn classes_derived_from_built_in_types() {
    with(|cx| {
        let l = class(cx, "L", &[&LIST_TYPE.value()], &[]);
        let t = class(cx, "T", &[&TUPLE_TYPE.value()], &[]);
        let l_type = l.downcast::<TypeObject>().unwrap();
        let t_type = t.downcast::<TypeObject>().unwrap();
        // Made by hand: `list.__new__` is another file's.
        let tuple = cx.tuple_in(t_type, vec![int(1), l.clone()].into_iter()).unwrap().into_value();
        set(cx, &tuple, "x", &int(5));
        set(cx, &tuple, "me", &tuple);
        assert_eq!(attr(cx, &tuple, "x").as_small(), Some(5));
        assert_eq!(tuple.downcast::<adder_objects::tuple::PyTuple>().unwrap().items().len(), 2);
        assert!(cx.is_instance(&tuple, &TUPLE_TYPE.value()).unwrap());
        drop((tuple, l_type));
        assert!(cx.heap.collect().unreachable >= 2, "the tuple and its dict");
    });
}

#[test]
fn names_made_at_run_time_find_attributes() {
    with(|cx| {
        let a = class(cx, "A", &[], &[("__static_attributes__", names(cx, &["long_name"])), ("other_name", int(2))]);
        let object = shown(cx, cx.call(&a, &[]));
        set(cx, &object, "long_name", &int(1));
        let fresh = |name: &str| cx.str_value(name).unwrap();
        assert_eq!(shown(cx, cx.getattr(&object, &fresh("long_name"))).as_small(), Some(1));
        assert_eq!(shown(cx, cx.getattr(&object, &fresh("other_name"))).as_small(), Some(2));
        cx.setattr(&object, &fresh("long_name"), Some(&int(3))).unwrap();
        assert_eq!(attr(cx, &object, "long_name").as_small(), Some(3));
        cx.setattr(&object, &fresh("long_name"), None).unwrap();
        assert!(cx.getattr_text(&object, "long_name").is_err());
        assert_eq!(block(&object), 56, "head, dict word, room for four attributes");
    });
}

#[test]
fn a_metaclass_may_say_the_order() {
    with(|cx| {
        let extra = class(cx, "Extra", &[], &[("x", int(1))]);
        let held = extra.clone();
        let mro = def_holding(cx, extra.clone(), move |cx, args| {
            // SAFETY: the function holds the class.
            let extra = std::mem::ManuallyDrop::new(unsafe { held.borrow_word() });
            Ok(cx.tuple([args[0].clone(), Value::clone(&extra), OBJECT_TYPE.value()])?.into_value())
        });
        let meta = class(cx, "Meta", &[&TYPE_TYPE.value()], &[("mro", mro)]);
        let a = shown(cx, try_class_of(cx, &meta, "A", &[], &[]));
        assert_eq!(mro_names(&a), ["A", "Extra", "object"]);
        let object = shown(cx, cx.call(&a, &[]));
        assert_eq!(attr(cx, &object, "x").as_small(), Some(1));
        set(cx, &extra, "x", &int(2));
        assert_eq!(attr(cx, &object, "x").as_small(), Some(2), "nothing about it is kept in caches");
        let wrong = |result: Value| {
            let mro = def(cx, move |_, _| Ok(result.clone()));
            let meta = class(cx, "Meta", &[&TYPE_TYPE.value()], &[("mro", mro)]);
            error(cx, try_class_of(cx, &meta, "A", &[], &[]))
        };
        let list = |item: Value| cx.list([item]).unwrap().into_value();
        assert_eq!(wrong(list(int(1))), "TypeError: mro() returned a non-class ('int')");
        assert_eq!(wrong(list(INT_TYPE.value())), "TypeError: mro() returned base with unsuitable layout ('int')");
    });
}

#[test]
fn classes_derived_from_containers_behave_as_these() {
    with(|cx| {
        let append = def(cx, |cx, args| {
            use adder_objects::super_type::lookup_super;
            let class = args[0].ty();
            let append = lookup_super(cx, class, &args[0], &cx.intern("append")?)?.unwrap();
            cx.call(&append, &[cx.binary(0, &args[1], &int(100))?])
        });
        let l = class(cx, "L", &[&LIST_TYPE.value()], &[("append", append)]);
        let list = shown(cx, cx.call(&l, &[names(cx, &["a"])]));
        assert_eq!(cx.len(&list).unwrap(), 1);
        set(cx, &list, "note", &int(1));
        assert_eq!(repr(cx, &list), "['a']");
        let plain = cx.list([text(cx, "a")]).unwrap().into_value();
        assert!(cx.equals(&list, &plain).unwrap());
        let both = shown(cx, cx.binary(0, &list, &plain));
        assert_eq!((cx.len(&both).unwrap(), both.ty().name()), (2, "list"));
        drop(shown(cx, cx.call(&attr(cx, &LIST_TYPE.value(), "__new__"), std::slice::from_ref(&l))));
        assert_eq!(
            error(cx, cx.call(&attr(cx, &OBJECT_TYPE.value(), "__new__"), std::slice::from_ref(&l))),
            "TypeError: object.__new__(L) is not safe, use list.__new__()"
        );
        // A mapping whose items are made when missing.
        let missing = def(cx, |_, args| Ok(args[1].clone()));
        let dict_type = adder_objects::dict::DICT_TYPE.value();
        let d = class(cx, "D", &[&dict_type], &[("__missing__", missing)]);
        let dict = shown(cx, cx.call(&d, &[]));
        assert_eq!(shown(cx, cx.getitem(&dict, &int(4))).as_small(), Some(4));
        // Two bases: the container's slots are there too.
        let mixin = class(cx, "Mixin", &[], &[]);
        let m = class(cx, "M", &[&mixin, &LIST_TYPE.value()], &[]);
        let list = shown(cx, cx.call(&m, &[names(cx, &["a", "b"])]));
        assert_eq!((cx.len(&list).unwrap(), repr(cx, &list)), (2, "['a', 'b']".to_owned()));
        let t = class(cx, "T", &[&TUPLE_TYPE.value()], &[]);
        let tuple = shown(cx, cx.call(&t, &[names(cx, &["a", "b", "c"])]));
        set(cx, &tuple, "x", &tuple);
        assert_eq!(cx.len(&tuple).unwrap(), 3);
        assert!(attr(cx, &tuple, "x").is(&tuple));
        let s = class(cx, "S", &[&STR_TYPE.value()], &[]);
        let string = shown(cx, cx.call(&s, &[text(cx, "grüße")]));
        set(cx, &string, "x", &string);
        assert_eq!(cx.len(&string).unwrap(), 5);
        assert!(cx.equals(&string, &text(cx, "grüße")).unwrap());
    });
}
