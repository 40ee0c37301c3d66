//! What becomes of a class made at run time: it is changed, gets other bases, dies; and the finalizers of its
//! instances.

mod written;

use std::cell::Cell;
use std::rc::Rc;

use adder_objects::class::subclasses;
use adder_objects::typeobject::OBJECT_TYPE;
use adder_objects::{Cx, TypeObject, Value, int::INT_TYPE};
use written::*;

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
