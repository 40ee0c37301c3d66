//! Special methods and the slots that stand for them: operators, hooks of attributes, iteration, `super`, copies.

mod written;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use adder_objects::typeobject::{OBJECT_TYPE, TYPE_TYPE};
use adder_objects::{Cx, TypeObject, Value, int::INT_TYPE, list::LIST_TYPE};
use written::*;

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
