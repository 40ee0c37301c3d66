//! Weak references and proxies.

mod written;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use adder_objects::typeobject::CompareOp;
use adder_objects::weakref::{PyWeakRef, REF_TYPE, count};
use adder_objects::{Args, TypeObject, Value, int::INT_TYPE};
use written::*;

#[test]
fn references_without_callback_are_one() {
    with(|cx| {
        let ref_type = REF_TYPE.value();
        let c = class(cx, "C", &[], &[]);
        let object = shown(cx, cx.call(&c, &[]));
        let new = |args: &[Value]| shown(cx, cx.call(&ref_type, args));
        let a = new(std::slice::from_ref(&object));
        assert!(a.is(&new(&[object.clone(), Value::none()])));
        let callback = def(cx, |_, _| Ok(Value::none()));
        let b = new(&[object.clone(), callback.clone()]);
        assert!(!a.is(&b) && attr(cx, &b, "__callback__").is(&callback) && attr(cx, &a, "__callback__").is_none());
        let derived = class(cx, "R", &[&ref_type], &[]);
        let r = shown(cx, cx.call(&derived, std::slice::from_ref(&object)));
        assert!(!r.is(&shown(cx, cx.call(&derived, std::slice::from_ref(&object)))));
        assert!(cx.equals(&a, &r).unwrap());
        assert_eq!(count(&object), 3);
        set(cx, &r, "extra", &r);
        assert!(shown(cx, cx.call(&a, &[])).is(&object));
        drop(object);
        assert!(shown(cx, cx.call(&a, &[])).is_none());
        assert!(repr(cx, &a).ends_with("; dead>"));
        assert!(attr(cx, &b, "__callback__").is_none());
    });
}

#[test]
fn hashes_and_equality() {
    with(|cx| {
        let eq = def(cx, |_, _| Ok(Value::bool(true)));
        let hash = def(cx, |_, _| Ok(int(7)));
        let c = class(cx, "C", &[], &[("__eq__", eq), ("__hash__", hash)]);
        let (x, y) = (shown(cx, cx.call(&c, &[])), shown(cx, cx.call(&c, &[])));
        let (a, b) = (cx.weak_ref(&x, None).unwrap(), cx.weak_ref(&y, None).unwrap());
        assert!(cx.equals(&a, &b).unwrap());
        assert_eq!(cx.hash(&a).unwrap(), 7);
        drop((x, y));
        assert!(!cx.equals(&a, &b).unwrap(), "dead ones are compared by identity");
        assert!(cx.equals(&a, &a).unwrap());
        assert_eq!(cx.hash(&a).unwrap(), 7, "taken before the death");
        assert_eq!(error(cx, cx.hash(&b).map(int)), "TypeError: weak object has gone away");
        assert_eq!(
            error(cx, cx.compare(&a, &b, CompareOp::Lt)),
            "TypeError: '<' not supported between instances of 'weakref.ReferenceType' and 'weakref.ReferenceType'"
        );
    });
}

#[test]
fn what_cannot_be_referred_to() {
    with(|cx| {
        let say = |args: &[Value]| error(cx, cx.call(&REF_TYPE.value(), args));
        assert_eq!(say(&[int(1)]), "TypeError: cannot create weak reference to 'int' object");
        assert_eq!(say(&[]), "TypeError: __new__ expected at least 1 argument, got 0");
        let slots = class(cx, "S", &[], &[("__slots__", names(cx, &[]))]);
        let object = shown(cx, cx.call(&slots, &[]));
        assert_eq!(say(&[object]), "TypeError: cannot create weak reference to 'S' object");
        let with_weak = class(cx, "W", &[&slots], &[("__slots__", names(cx, &["__weakref__"]))]);
        let object = shown(cx, cx.call(&with_weak, &[]));
        let r = shown(cx, cx.call(&REF_TYPE.value(), std::slice::from_ref(&object)));
        assert!(attr(cx, &object, "__weakref__").is(&r));
        assert_eq!(error(cx, cx.call(&r, &[int(1)])), "TypeError: weakref expected 0 arguments, got 1");
        // A built-in type never dies.
        let r = cx.weak_ref(&INT_TYPE.value(), None).unwrap();
        assert!(shown(cx, cx.call(&r, &[])).is(&INT_TYPE.value()));
    });
}

#[test]
fn callbacks_run_newest_first() {
    with(|cx| {
        let order = Rc::new(RefCell::new(Vec::new()));
        let c = class(cx, "C", &[], &[]);
        let object = shown(cx, cx.call(&c, &[]));
        let refs: Vec<Value> = (0..3)
            .map(|n| {
                let log = Rc::clone(&order);
                let callback = def(cx, move |_, args| {
                    assert!(args[0].downcast::<PyWeakRef>().unwrap().target().is_none());
                    log.borrow_mut().push(n);
                    Ok(Value::none())
                });
                cx.weak_ref(&object, Some(callback)).unwrap()
            })
            .collect();
        drop(object);
        assert_eq!(*order.borrow(), [2, 1, 0]);
        drop(refs);
    });
}

#[test]
fn an_error_in_a_callback_goes_to_the_hook() {
    thread_local! {
        static SEEN: Cell<u32> = const { Cell::new(0) };
    }
    with(|cx| {
        cx.hooks.unraisable.set(Some(|_, raised, _, object| {
            assert!(raised.is(&adder_objects::exceptions::VALUE_ERROR));
            assert_eq!(object.unwrap().ty().name(), "function");
            SEEN.set(SEEN.get() + 1);
        }));
        let fail = || def(cx, |cx, _| Err(cx.value_error(format_args!("no"))));
        let c = class(cx, "C", &[], &[("__del__", fail())]);
        let object = shown(cx, cx.call(&c, &[]));
        let r = cx.weak_ref(&object, Some(fail())).unwrap();
        drop(object);
        assert_eq!(SEEN.get(), 2, "of the callback and of `__del__`");
        drop(r);
    });
}

#[test]
fn a_callback_that_holds_its_owner_is_collected() {
    with(|cx| {
        let c = class(cx, "C", &[], &[]);
        let object = shown(cx, cx.call(&c, &[]));
        let callback = def_holding(cx, object.clone(), |_, _| Ok(Value::none()));
        let r = cx.weak_ref(&object, Some(callback)).unwrap();
        set(cx, &object, "r", &r);
        drop((r, object));
        cx.heap.collect();
    });
}

#[test]
fn proxies_forward() {
    with(|cx| {
        let add = def(cx, |_, args| Ok(args[1].clone()));
        let radd = def(cx, |cx, _| cx.str_value("radd"));
        let len = def(cx, |_, _| Ok(int(3)));
        let c = class(cx, "C", &[], &[("__add__", add), ("__radd__", radd), ("__len__", len)]);
        let object = shown(cx, cx.call(&c, &[]));
        let p = cx.weak_proxy(&object, None).unwrap();
        assert!(p.is(&cx.weak_proxy(&object, None).unwrap()));
        assert_eq!(p.ty().name(), "weakref.ProxyType");
        assert_eq!(repr(cx, &p.ty().value()), "<class 'weakref.ProxyType'>");
        set(cx, &p, "x", &int(1));
        assert_eq!(attr(cx, &object, "x").as_small(), Some(1));
        assert_eq!(shown(cx, cx.binary(0, &p, &int(9))).as_small(), Some(9));
        assert_eq!(cx.display(&shown(cx, cx.binary(0, &int(9), &p))).unwrap(), "radd");
        assert_eq!(cx.len(&p).unwrap(), 3);
        assert!(cx.equals(&p, &object).unwrap() && cx.equals(&object, &p).unwrap());
        assert!(attr(cx, &p, "__class__").is(&c));
        assert_eq!(error(cx, cx.hash(&p).map(int)), "TypeError: unhashable type: 'weakref.ProxyType'");
        assert_eq!(
            error(cx, cx.next(&p).map(|v| v.unwrap())),
            "TypeError: Weakref proxy referenced a non-iterator 'C' object"
        );
        assert_eq!(error(cx, cx.call(&p, &[])), "TypeError: 'weakref.ProxyType' object is not callable");
        drop(object);
        assert!(repr(cx, &p).ends_with("; dead>"));
        assert_eq!(error(cx, cx.getattr_text(&p, "x")), "ReferenceError: weakly-referenced object no longer exists");
        let call = def(cx, |cx, args| cx.int(args.len() as i64));
        let c = class(cx, "C", &[], &[("__call__", call)]);
        let object = shown(cx, cx.call(&c, &[]));
        let p = cx.weak_proxy(&object, None).unwrap();
        assert_eq!(p.ty().name(), "weakref.CallableProxyType");
        assert_eq!(shown(cx, cx.call_args(&p, Args::positional(&[int(1), int(2)]))).as_small(), Some(3));
    });
}

#[test]
fn a_class_with_weak_references_dies() {
    with(|cx| {
        let c = class(cx, "C", &[], &[]);
        let r = cx.weak_ref(&c, None).unwrap();
        assert!(c.downcast::<TypeObject>().is_some());
        drop(c);
        cx.heap.collect();
        assert!(shown(cx, cx.call(&r, &[])).is_none());
    });
}

#[test]
fn in_a_finalizer_the_weak_reference_answers() {
    with(|cx| {
        let made = cx.list([]).unwrap();
        let held = Rc::new(RefCell::new(None::<Value>));
        let (list, early) = (made.clone().into_value(), Rc::clone(&held));
        let del = def_holding(cx, list.clone(), move |cx, args| {
            let early = early.borrow().clone().unwrap();
            assert!(cx.call(&early, &[])?.is(&args[0]), "it is alive still");
            // SAFETY: the function holds the list.
            let list = std::mem::ManuallyDrop::new(unsafe { list.borrow_word() });
            let late = cx.weak_ref(&args[0], Some(def(cx, |_, _| Ok(Value::none()))))?;
            list.downcast::<adder_objects::list::PyList>().unwrap().push(cx, late)?;
            Ok(Value::none())
        });
        let c = class(cx, "C", &[], &[("__del__", del)]);
        let object = shown(cx, cx.call(&c, &[]));
        *held.borrow_mut() = Some(cx.weak_ref(&object, None).unwrap());
        drop(object);
        let early = held.borrow_mut().take().unwrap();
        assert!(early.downcast::<PyWeakRef>().unwrap().target().is_none());
        assert_eq!(made.len(), 1);
        for late in made.take_items() {
            assert!(late.downcast::<PyWeakRef>().unwrap().target().is_none(), "made in the finalizer, and ended too");
        }
        shown(cx, try_set(cx, &c, "__del__", None));
    });
}
