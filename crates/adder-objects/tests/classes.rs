//! Classes made at run time: metaclasses, orders of resolution, layouts, `__slots__`, what dies when.

mod written;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use adder_objects::class::subclasses;
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
fn a_class_dies_with_its_last_instance() {
    with(|cx| {
        let a = class(cx, "A", &[], &[]);
        let b = class(cx, "B", &[&a], &[]);
        let object = shown(cx, cx.call(&b, &[]));
        let weak = cx.weak_ref_in(&adder_objects::weakref::REF_TYPE, &b, None).unwrap();
        let a_type = a.downcast::<TypeObject>().unwrap();
        assert_eq!(subclasses(cx, a_type).len(), 1);
        drop(b);
        cx.heap.collect();
        assert!(weak.target().is_some(), "the instance holds it");
        drop(object);
        cx.heap.collect();
        assert!(weak.target().is_none());
        assert!(subclasses(cx, a_type).is_empty());
        assert!(subclasses(cx, &OBJECT_TYPE).iter().any(|c| c.is(&a)));
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
fn finalizers_run_once_and_may_bring_back() {
    with(|cx| {
        let runs = Rc::new(Cell::new(0));
        let count = Rc::clone(&runs);
        let keep = cx.list([]).unwrap();
        let kept = keep.clone();
        let del = def_holding(cx, keep.clone().into_value(), move |cx, args| {
            count.set(count.get() + 1);
            // SAFETY: the function holds the list, which outlives this call.
            let list = unsafe { kept.as_value().borrow_word() };
            let list = std::mem::ManuallyDrop::new(list);
            list.downcast::<adder_objects::list::PyList>().unwrap().push(cx, args[0].clone())?;
            Ok(Value::none())
        });
        let a = class(cx, "A", &[], &[("__del__", del)]);
        drop(shown(cx, cx.call(&a, &[])));
        assert_eq!((runs.get(), keep.len()), (1, 1));
        keep.splice(cx, 0, 1, vec![]).unwrap();
        assert_eq!((runs.get(), keep.len()), (1, 0), "only once");
        // In a cycle.
        let object = shown(cx, cx.call(&a, &[]));
        set(cx, &object, "me", &object);
        drop(object);
        cx.heap.collect();
        assert_eq!((runs.get(), keep.len()), (2, 1));
        let old = keep.take_items().collect::<Vec<_>>();
        drop(old);
        cx.heap.collect();
        assert_eq!(runs.get(), 2);
        // What the closure holds beside what the collector sees goes with the class.
        shown(cx, try_set(cx, &a, "__del__", None));
    });
}

#[test]
fn a_finalizer_that_comes_later_counts() {
    with(|cx| {
        let a = class(cx, "A", &[], &[]);
        let object = shown(cx, cx.call(&a, &[]));
        let ran = Rc::new(Cell::new(false));
        let it = Rc::clone(&ran);
        set(
            cx,
            &a,
            "__del__",
            &def(cx, move |_, _| {
                it.set(true);
                Ok(Value::none())
            }),
        );
        drop(object);
        assert!(ran.get());
    });
}

#[test]
fn slots_follow_what_is_set_later() {
    with(|cx| {
        let a = class(cx, "A", &[], &[]);
        let b = class(cx, "B", &[&a], &[]);
        let object = shown(cx, cx.call(&b, &[]));
        assert!(cx.len(&object).is_err());
        set(cx, &a, "__len__", &def(cx, |_, _| Ok(int(5))));
        assert_eq!(cx.len(&object).unwrap(), 5);
        set(cx, &b, "__len__", &def(cx, |_, _| Ok(int(6))));
        assert_eq!(cx.len(&object).unwrap(), 6);
        shown(cx, try_set(cx, &b, "__len__", None));
        assert_eq!(cx.len(&object).unwrap(), 5);
        shown(cx, try_set(cx, &a, "__len__", None));
        assert!(cx.len(&object).is_err());
        // Plain attributes: no stale answer.
        set(cx, &a, "x", &int(1));
        assert_eq!(attr(cx, &object, "x").as_small(), Some(1));
        set(cx, &a, "x", &int(2));
        assert_eq!(attr(cx, &object, "x").as_small(), Some(2));
        set(cx, &b, "x", &int(3));
        assert_eq!(attr(cx, &object, "x").as_small(), Some(3));
    });
}

#[test]
fn operators_reflected_and_by_priority() {
    with(|cx| {
        let say = |what: &'static str| def(cx, move |cx, _| cx.str_value(what));
        let a = class(cx, "A", &[], &[("__add__", say("A.add")), ("__radd__", say("A.radd"))]);
        let b = class(cx, "B", &[&a], &[("__radd__", say("B.radd"))]);
        let c = class(cx, "C", &[&a], &[]);
        let make = |class: &Value| shown(cx, cx.call(class, &[]));
        let add = |x: &Value, y: &Value| cx.display(&shown(cx, cx.binary(0, x, y))).unwrap();
        assert_eq!(add(&make(&a), &int(1)), "A.add");
        assert_eq!(add(&int(1), &make(&a)), "A.radd");
        assert_eq!(add(&make(&a), &make(&b)), "B.radd", "the derived class goes first");
        assert_eq!(add(&make(&a), &make(&c)), "A.add", "but only if it says something else");
        assert_eq!(
            error(cx, cx.binary(1, &make(&a), &int(1))),
            "TypeError: unsupported operand type(s) for -: 'A' and 'int'"
        );
    });
}

#[test]
fn equality_and_hashes() {
    with(|cx| {
        let eq = def(cx, |_, _| Ok(Value::bool(true)));
        let a = class(cx, "A", &[], &[("__eq__", eq)]);
        let object = shown(cx, cx.call(&a, &[]));
        assert!(cx.equals(&object, &int(1)).unwrap());
        assert_eq!(error(cx, cx.hash(&object).map(Value::small)), "TypeError: unhashable type: 'A'");
        let b = class(cx, "B", &[&a], &[("__hash__", def(cx, |_, _| Ok(int(-1))))]);
        assert_eq!(cx.hash(&shown(cx, cx.call(&b, &[]))).unwrap(), -2);
        let c = class(cx, "C", &[], &[]);
        let (x, y) = (shown(cx, cx.call(&c, &[])), shown(cx, cx.call(&c, &[])));
        assert_ne!(cx.hash(&x).unwrap(), cx.hash(&y).unwrap());
        assert!(!cx.equals(&x, &y).unwrap());
        assert!(cx.is_true(&shown(cx, cx.compare(&x, &y, adder_objects::typeobject::CompareOp::Ne))).unwrap());
        assert_eq!(
            error(cx, cx.compare(&x, &y, adder_objects::typeobject::CompareOp::Lt)),
            "TypeError: '<' not supported between instances of 'C' and 'C'"
        );
    });
}

#[test]
fn attribute_hooks() {
    with(|cx| {
        let getattr = def(cx, |cx, args| {
            if cx.display(&args[1])? == "no" { Err(cx.no_attribute(&args[0], &args[1])) } else { Ok(args[1].clone()) }
        });
        let a = class(cx, "A", &[], &[("__getattr__", getattr), ("there", int(1))]);
        let object = shown(cx, cx.call(&a, &[]));
        assert_eq!(attr(cx, &object, "there").as_small(), Some(1));
        assert_eq!(cx.display(&attr(cx, &object, "missing")).unwrap(), "missing");
        assert!(cx.getattr_opt(&object, &cx.intern("no").unwrap()).unwrap().is_none());
        let seen = Rc::new(RefCell::new(Vec::new()));
        let log = Rc::clone(&seen);
        let setattr = def(cx, move |cx, args| {
            log.borrow_mut().push(cx.display(&args[1])?);
            Ok(Value::none())
        });
        let b = class(cx, "B", &[], &[("__setattr__", setattr)]);
        let object = shown(cx, cx.call(&b, &[]));
        set(cx, &object, "x", &int(1));
        assert!(cx.getattr_text(&object, "x").is_err());
        assert_eq!(*seen.borrow(), ["x"]);
        assert_eq!(error(cx, try_set(cx, &object, "x", None)), "AttributeError: 'B' object has no attribute 'x'");
    });
}

#[test]
fn what_special_methods_must_give() {
    with(|cx| {
        let make = |name: &str, value: Value| {
            let a = class(cx, "C", &[], &[(name, def(cx, move |_, _| Ok(value.clone())))]);
            cx.call(&a, &[])
        };
        let len = |value: Value| error(cx, cx.len(&shown(cx, make("__len__", value))).map(|n| int(n as i64)));
        assert_eq!(len(int(-1)), "ValueError: __len__() should return >= 0");
        assert_eq!(len(text(cx, "a")), "TypeError: 'str' object cannot be interpreted as an integer");
        let object = shown(cx, make("__bool__", int(1)));
        assert_eq!(
            error(cx, cx.is_true(&object).map(Value::bool)),
            "TypeError: __bool__ should return bool, returned int"
        );
        assert_eq!(error(cx, make("__init__", int(1))), "TypeError: __init__() should return None, not 'int'");
        let a = class(cx, "C", &[], &[("__contains__", Value::none()), ("__iter__", Value::none())]);
        let object = shown(cx, cx.call(&a, &[]));
        assert_eq!(
            error(cx, cx.contains(&object, &int(1)).map(Value::bool)),
            "TypeError: 'C' object is not a container"
        );
        assert_eq!(error(cx, cx.iter(&object)), "TypeError: 'C' object is not iterable");
        let a = class(cx, "C", &[], &[("__setitem__", def(cx, |_, _| Ok(Value::none())))]);
        let object = shown(cx, cx.call(&a, &[]));
        assert_eq!(error(cx, cx.setitem(&object, &int(0), None).map(|()| int(0))), "AttributeError: __delitem__");
    });
}

#[test]
fn iteration_by_methods() {
    with(|cx| {
        let left = Rc::new(Cell::new(3));
        let n = Rc::clone(&left);
        let next = def(cx, move |cx, _| {
            if n.get() == 0 {
                return Err(cx.stop_iteration(Value::none()));
            }
            n.set(n.get() - 1);
            Ok(int(n.get()))
        });
        let iter = def(cx, |_, args| Ok(args[0].clone()));
        let a = class(cx, "Down", &[], &[("__next__", next), ("__iter__", iter)]);
        let items = cx.collect(&shown(cx, cx.call(&a, &[]))).unwrap();
        assert_eq!(items.iter().map(|v| v.as_small().unwrap()).collect::<Vec<_>>(), [2, 1, 0]);
        // By items: until IndexError.
        let getitem = def(cx, |cx, args| match args[1].as_small() {
            Some(n @ 0..2) => Ok(int(n * 10)),
            _ => Err(cx.error(&adder_objects::exceptions::INDEX_ERROR, format_args!("end"))),
        });
        let a = class(cx, "Items", &[], &[("__getitem__", getitem)]);
        let items = cx.collect(&shown(cx, cx.call(&a, &[]))).unwrap();
        assert_eq!(items.iter().map(|v| v.as_small().unwrap()).collect::<Vec<_>>(), [0, 10]);
    });
}

#[test]
fn arguments_of_object() {
    with(|cx| {
        let o = OBJECT_TYPE.value();
        assert_eq!(error(cx, cx.call(&o, &[int(1)])), "TypeError: object() takes no arguments");
        let c = class(cx, "C", &[], &[]);
        assert_eq!(error(cx, cx.call(&c, &[int(1)])), "TypeError: C() takes no arguments");
        let new = attr(cx, &o, "__new__");
        let say = |args: &[Value]| error(cx, cx.call(&new, args));
        assert_eq!(say(&[]), "TypeError: object.__new__(): not enough arguments");
        assert_eq!(say(&[int(1)]), "TypeError: object.__new__(X): X is not a type object (int)");
        assert_eq!(say(&[TYPE_TYPE.value()]), "TypeError: object.__new__(type) is not safe, use type.__new__()");
        // A class with its own `__new__` may take more.
        let own = def(cx, move |cx, args| {
            let class = args[0].clone();
            method(cx, &OBJECT_TYPE.value(), "__new__", &[class])
        });
        let d = class(cx, "D", &[], &[("__new__", own)]);
        let made = shown(cx, cx.call(&d, &[int(1), int(2)]));
        assert!(core::ptr::eq(made.ty(), d.downcast::<TypeObject>().unwrap()));
        set(cx, &c, "__abstractmethods__", &cx.list([text(cx, "g"), text(cx, "f")]).unwrap().into_value());
        assert_eq!(
            error(cx, cx.call(&c, &[])),
            "TypeError: Can't instantiate abstract class C without an implementation for abstract methods 'f', 'g'"
        );
        shown(cx, try_set(cx, &c, "__abstractmethods__", None));
        shown(cx, cx.call(&c, &[]));
    });
}

#[test]
fn wrappers_of_slots() {
    with(|cx| {
        let l = LIST_TYPE.value();
        let wrapper = attr(cx, &OBJECT_TYPE.value(), "__repr__");
        assert_eq!(repr(cx, &wrapper), "<slot wrapper '__repr__' of 'object' objects>");
        assert_eq!(cx.display(&attr(cx, &wrapper, "__qualname__")).unwrap(), "object.__repr__");
        let c = class(cx, "C", &[], &[]);
        let object = shown(cx, cx.call(&c, &[]));
        let eq = attr(cx, &object, "__eq__");
        assert!(repr(cx, &eq).starts_with("<method-wrapper '__eq__' of C object at 0x"));
        assert_eq!(error(cx, cx.call(&eq, &[])), "TypeError: expected 1 argument, got 0");
        assert_eq!(
            error(cx, cx.call(&wrapper, &[])),
            "TypeError: descriptor '__repr__' of 'object' object needs an argument"
        );
        let meta_repr = attr(cx, &TYPE_TYPE.value(), "__call__");
        drop(meta_repr);
        let call = cx.state(&TYPE_TYPE).dict.get_text(cx, "__call__").unwrap().unwrap();
        assert_eq!(
            error(cx, cx.call(&call, &[int(1)])),
            "TypeError: descriptor '__call__' requires a 'type' object but received a 'int'"
        );
        let setattr = attr(cx, &OBJECT_TYPE.value(), "__setattr__");
        assert_eq!(
            error(cx, cx.call(&setattr, &[l, text(cx, "x"), int(1)])),
            "TypeError: can't apply this __setattr__ to type object"
        );
        assert_eq!(
            error(cx, try_set(cx, &INT_TYPE.value(), "foo", Some(&int(1)))),
            "TypeError: cannot set 'foo' attribute of immutable type 'int'"
        );
    });
}

#[test]
fn a_class_can_be_changed() {
    with(|cx| {
        let attributes = names(cx, &["x", "y"]);
        let a = class(cx, "A", &[], &[("__static_attributes__", attributes), ("who", int(1))]);
        let more = names(cx, &["a", "b", "c", "d", "e", "f"]);
        let b = class(cx, "B", &[], &[("__static_attributes__", more), ("who", int(2))]);
        let slots = class(cx, "S", &[], &[("__slots__", names(cx, &["x"]))]);
        let object = shown(cx, cx.call(&a, &[]));
        set(cx, &object, "x", &int(1));
        // More inline slots than there is room for.
        set(cx, &object, "__class__", &b);
        assert_eq!(attr(cx, &object, "who").as_small(), Some(2));
        assert_eq!(attr(cx, &object, "x").as_small(), Some(1));
        for name in ["a", "b", "c", "d", "e"] {
            set(cx, &object, name, &int(9));
        }
        assert_eq!(attr(cx, &object, "e").as_small(), Some(9));
        set(cx, &object, "__class__", &a);
        assert_eq!(attr(cx, &object, "who").as_small(), Some(1));
        let fresh = shown(cx, cx.call(&b, &[]));
        set(cx, &fresh, "a", &int(4));
        set(cx, &fresh, "__class__", &a);
        assert_eq!(attr(cx, &fresh, "a").as_small(), Some(4));
        let say = |value: &Value| error(cx, try_set(cx, &object, "__class__", Some(value)));
        assert_eq!(say(&slots), "TypeError: __class__ assignment: 'S' object layout differs from 'A'");
        assert_eq!(say(&int(1)), "TypeError: __class__ must be set to a class, not 'int' object");
        assert_eq!(
            say(&INT_TYPE.value()),
            "TypeError: __class__ assignment only supported for mutable types or ModuleType subclasses"
        );
        // The empty instance of a class with few slots, moved to one with many, and filled there.
        let empty = shown(cx, cx.call(&a, &[]));
        set(cx, &empty, "__class__", &b);
        for name in ["a", "b", "c", "d", "e", "f"] {
            set(cx, &empty, name, &int(3));
        }
        assert_eq!(attr(cx, &empty, "f").as_small(), Some(3));
    });
}

#[test]
fn bases_can_be_changed() {
    with(|cx| {
        let a = class(cx, "A", &[], &[("who", int(1))]);
        let b = class(cx, "B", &[], &[("who", int(2)), ("__len__", def(cx, |_, _| Ok(int(7))))]);
        let c = class(cx, "C", &[&a], &[]);
        let d = class(cx, "D", &[&c], &[]);
        let object = shown(cx, cx.call(&d, &[]));
        assert_eq!(attr(cx, &object, "who").as_small(), Some(1));
        set(cx, &c, "__bases__", &cx.tuple([b.clone()]).unwrap().into_value());
        assert_eq!(attr(cx, &object, "who").as_small(), Some(2));
        assert_eq!(cx.len(&object).unwrap(), 7);
        assert_eq!(mro_names(&d), ["D", "C", "B", "object"]);
        assert!(subclasses(cx, a.downcast().unwrap()).is_empty());
        assert_eq!(subclasses(cx, b.downcast().unwrap()).len(), 1);
        let say = |class: &Value, value: Value| error(cx, try_set(cx, class, "__bases__", Some(&value)));
        let tuple =
            |items: &[&Value]| cx.tuple(items.iter().map(|&v| v.clone()).collect::<Vec<_>>()).unwrap().into_value();
        assert_eq!(say(&c, tuple(&[])), "TypeError: can only assign non-empty tuple to C.__bases__, not ()");
        assert_eq!(say(&c, int(1)), "TypeError: can only assign tuple to C.__bases__, not int");
        assert_eq!(say(&c, tuple(&[&int(1)])), "TypeError: C.__bases__ must be tuple of classes, not 'int'");
        assert_eq!(say(&b, tuple(&[&d])), "TypeError: a __bases__ item causes an inheritance cycle");
        assert_eq!(
            say(&c, tuple(&[&INT_TYPE.value()])),
            "TypeError: __bases__ assignment: 'int' deallocator differs from 'B'"
        );
    });
}

#[test]
fn super_goes_on_behind_a_class() {
    use adder_objects::super_type::{lookup_super, lookup_super_method};
    with(|cx| {
        let say = |what: &'static str| def(cx, move |cx, _| cx.str_value(what));
        let a = class(cx, "A", &[], &[("f", say("A"))]);
        let b = class(cx, "B", &[&a], &[("f", say("B"))]);
        let c = class(cx, "C", &[&a], &[("f", say("C"))]);
        let d = class(cx, "D", &[&b, &c], &[]);
        let object = shown(cx, cx.call(&d, &[]));
        let f = cx.intern("f").unwrap();
        let b_type = b.downcast::<TypeObject>().unwrap();
        let bound = lookup_super(cx, b_type, &object, &f).unwrap().unwrap();
        assert_eq!(cx.display(&cx.call(&bound, &[]).unwrap()).unwrap(), "C");
        let (function, this) = lookup_super_method(cx, b_type, &object, &f).unwrap().unwrap();
        assert!(this.unwrap().is(&object) && function.ty().name() == "function");
        assert!(lookup_super(cx, b_type, &object, &cx.intern("g").unwrap()).unwrap().is_none());
        assert!(lookup_super(cx, b_type, &int(1), &f).is_err());
    });
}

#[test]
fn a_million_steps_of_classes_leave_nothing() {
    with(|cx| {
        let step = || {
            let a = class(cx, "A", &[], &[("__slots__", names(cx, &["x"])), ("me", int(1))]);
            let object = shown(cx, cx.call(&a, &[]));
            set(cx, &object, "x", &a);
            set(cx, &a, "object", &object);
        };
        for _ in 0..50 {
            step();
        }
        cx.heap.collect();
        let before = cx.heap.stats().objects;
        for _ in 0..500 {
            step();
        }
        cx.heap.collect();
        assert_eq!(cx.heap.stats().objects, before);
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
fn iterators_end_with_a_value() {
    use adder_objects::dunder::python::Step;
    with(|cx| {
        let next = def(cx, |cx, _| Err(cx.stop_iteration(int(7))));
        let a = class(cx, "A", &[], &[("__next__", next)]);
        let iterator = shown(cx, cx.call(&a, &[]));
        assert!(cx.next(&iterator).unwrap().is_none());
        let Ok(Step::End(result)) = cx.step(&iterator, &Value::none()) else { panic!("it ends") };
        assert_eq!(result.as_small(), Some(7));
        let list = cx.list([int(1)]).unwrap().into_value();
        let iterator = cx.iter(&list).unwrap();
        assert!(matches!(cx.step(&iterator, &Value::none()), Ok(Step::Value(_))));
        assert!(matches!(cx.step(&iterator, &Value::none()), Ok(Step::End(result)) if result.is_none()));
        assert!(cx.step(&int(1), &Value::none()).is_err());
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

#[test]
fn a_finalizer_may_change_the_class() {
    with(|cx| {
        let b = class(cx, "B", &[], &[("__static_attributes__", names(cx, &["a", "b", "c"]))]);
        let holder = b.clone();
        let del = def_holding(cx, b.clone(), move |cx, args| {
            // SAFETY: the function holds the class.
            let b = std::mem::ManuallyDrop::new(unsafe { holder.borrow_word() });
            set(cx, &args[0], "__class__", &b);
            Ok(Value::none())
        });
        let a = class(cx, "A", &[], &[("__del__", del)]);
        let before = (a.references(), b.references());
        drop(shown(cx, cx.call(&a, &[])));
        assert_eq!((a.references(), b.references()), before, "died by count");
        let object = shown(cx, cx.call(&a, &[]));
        set(cx, &object, "me", &object);
        drop(object);
        cx.heap.collect();
        // The change gave it a dict, which that collection did not know: another one takes both, as in CPython.
        assert_eq!((a.references(), b.references()), (before.0, before.1 + 1), "alive with its new class");
        cx.heap.collect();
        assert_eq!((a.references(), b.references()), before, "each class is released once");
    });
}

#[test]
fn objects_say_how_they_are_copied() {
    // A module with what `copyreg` has.
    fn import(cx: &Cx, name: &str) -> adder_objects::R {
        assert_eq!(name, "copyreg");
        let attributes = cx.dict()?;
        attributes.set_text(cx, "__newobj__", cx.str_value("newobj")?)?;
        attributes.set_text(cx, "__newobj_ex__", cx.str_value("newobj_ex")?)?;
        let slot_names = def(cx, |cx, args| {
            let list = cx.list([])?;
            for (name, _) in cx.state(args[0].downcast().unwrap()).dict.entries() {
                if cx.state(args[0].downcast().unwrap()).dict.get(cx, &name)?.unwrap().ty().name()
                    == "member_descriptor"
                {
                    list.push(cx, name)?;
                }
            }
            Ok(list.into_value())
        });
        attributes.set_text(cx, "_slotnames", slot_names)?;
        Ok(cx.namespace(attributes)?.into_value())
    }
    with(|cx| {
        cx.hooks.import.set(Some(import));
        let c = class(cx, "C", &[], &[]);
        let object = shown(cx, cx.call(&c, &[]));
        let reduce = |object: &Value| {
            let parts = shown(cx, method(cx, object, "__reduce_ex__", &[int(2)]));
            parts.downcast::<adder_objects::tuple::PyTuple>().unwrap().items()[..3]
                .iter()
                .map(|p| repr(cx, p))
                .collect::<Vec<_>>()
        };
        assert_eq!(reduce(&object), ["'newobj'", "(<class '__main__.C'>,)", "None"]);
        set(cx, &object, "x", &text(cx, "y"));
        assert_eq!(reduce(&object), ["'newobj'", "(<class '__main__.C'>,)", "{'x': 'y'}"]);
        let s = class(cx, "S", &[], &[("__slots__", names(cx, &["a", "b"]))]);
        let object = shown(cx, cx.call(&s, &[]));
        set(cx, &object, "a", &text(cx, "one"));
        assert_eq!(reduce(&object)[2], "(None, {'a': 'one'})");
        let own = def(cx, |cx, _| cx.str_value("own way"));
        let d = class(cx, "D", &[], &[("__reduce__", own)]);
        let object = shown(cx, cx.call(&d, &[]));
        assert_eq!(cx.display(&shown(cx, method(cx, &object, "__reduce_ex__", &[int(4)]))).unwrap(), "own way");
        let cell = cx.cell(Value::UNSET).unwrap().into_value();
        assert_eq!(error(cx, method(cx, &cell, "__reduce_ex__", &[int(2)])), "TypeError: cannot pickle 'cell' object");
    });
}

#[test]
fn what_a_format_and_a_directory_say() {
    with(|cx| {
        let a = class(cx, "A", &[], &[("f", int(1))]);
        let b = class(cx, "B", &[&a], &[("g", int(1))]);
        let object = shown(cx, cx.call(&b, &[]));
        set(cx, &object, "own", &int(1));
        let listed = shown(cx, method(cx, &object, "__dir__", &[]));
        for name in ["f", "g", "own", "__class__", "__repr__"] {
            assert!(cx.contains(&listed, &text(cx, name)).unwrap(), "{name}");
        }
        assert_eq!(
            error(cx, method(cx, &object, "__format__", &[text(cx, "x")])),
            "TypeError: unsupported format string passed to B.__format__"
        );
        assert_eq!(
            error(cx, method(cx, &object, "__format__", &[int(1)])),
            "TypeError: __format__() argument must be str, not int"
        );
        assert!(repr(cx, &object).contains("__main__.B object at"));
        assert!(
            cx.display(&shown(cx, method(cx, &object, "__format__", &[text(cx, "")]))).unwrap().contains("B object")
        );
    });
}
