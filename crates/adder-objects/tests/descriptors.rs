//! Properties, static and class methods, `super`, views of namespaces, bound methods, cells.

mod written;

use adder_objects::descriptors::{CLASS_METHOD_TYPE, STATIC_METHOD_TYPE};
use adder_objects::property::PROPERTY_TYPE;
use adder_objects::super_type::SUPER_TYPE;
use adder_objects::typeobject::{OBJECT_TYPE, TYPE_TYPE};
use adder_objects::{Cx, Value, int::INT_TYPE, list::LIST_TYPE};
use written::*;

fn documented(cx: &Cx, doc: &str) -> Value {
    // A callable with attributes: an instance of a class with `__call__`.
    let class = class(cx, "Callable", &[], &[("__call__", def(cx, |_, _| Ok(int(42))))]);
    let made = shown(cx, cx.call(&class, &[]));
    set(cx, &made, "__doc__", &text(cx, doc));
    set(cx, &made, "__name__", &text(cx, "named"));
    made
}

#[test]
fn properties() {
    with(|cx| {
        let get = def(cx, |cx, args| Ok(attr(cx, &args[0], "_x")));
        let store = def(cx, |cx, args| {
            set(cx, &args[0], "_x", &args[1]);
            Ok(Value::none())
        });
        let property = PROPERTY_TYPE.value();
        let x = shown(cx, cx.call(&property, std::slice::from_ref(&get)));
        let x = shown(cx, method(cx, &x, "setter", &[store]));
        let plain = shown(cx, cx.call(&property, &[]));
        let c = class(cx, "C", &[], &[("x", x.clone()), ("y", plain.clone())]);
        let object = shown(cx, cx.call(&c, &[]));
        set(cx, &object, "x", &int(5));
        assert_eq!(attr(cx, &object, "x").as_small(), Some(5));
        assert!(attr(cx, &c, "x").is(&x));
        assert!(attr(cx, &x, "fget").is(&get));
        assert!(attr(cx, &x, "fdel").is_none());
        let lost = error(cx, try_set(cx, &object, "x", None));
        assert!(
            lost.starts_with("AttributeError: property ") && lost.ends_with(" of 'C' object has no deleter"),
            "{lost}"
        );
        assert!(error(cx, cx.getattr_text(&object, "y")).ends_with(" of 'C' object has no getter"));
        assert_eq!(cx.display(&attr(cx, &plain, "__name__")).unwrap(), "y", "told by the class");
        let nameless = shown(cx, cx.call(&property, &[]));
        let set_slot = attr(cx, &nameless, "__set__");
        assert_eq!(
            error(cx, cx.call(&set_slot, &[object, int(1)])),
            "AttributeError: property of 'C' object has no setter"
        );
        assert_eq!(
            error(cx, cx.getattr_text(&nameless, "__name__")),
            "AttributeError: 'property' object has no attribute '__name__'"
        );
        assert_eq!(error(cx, try_set(cx, &nameless, "fget", Some(&int(1)))), "AttributeError: readonly attribute");
    });
}

#[test]
fn a_property_has_its_getters_documentation() {
    with(|cx| {
        let property = PROPERTY_TYPE.value();
        let doc = |value: &Value| cx.display(&attr(cx, value, "__doc__")).unwrap();
        let first = shown(cx, cx.call(&property, &[documented(cx, "first")]));
        assert_eq!(doc(&first), "first");
        let second = shown(cx, method(cx, &first, "getter", &[documented(cx, "second")]));
        assert_eq!(doc(&second), "second");
        let own = [documented(cx, "first"), Value::none(), Value::none(), text(cx, "own")];
        let own = shown(cx, cx.call(&property, &own));
        assert_eq!(doc(&own), "own");
        assert_eq!(doc(&shown(cx, method(cx, &own, "getter", &[documented(cx, "second")]))), "own");
        let derived = class(cx, "P", &[&property], &[]);
        let made = shown(cx, cx.call(&derived, &[documented(cx, "first")]));
        assert_eq!(doc(&made), "first");
    });
}

#[test]
fn static_and_class_methods() {
    with(|cx| {
        let first = def(cx, |_, args| Ok(args.first().cloned().unwrap_or_else(Value::none)));
        let s = shown(cx, cx.call(&STATIC_METHOD_TYPE.value(), std::slice::from_ref(&first)));
        let c = shown(cx, cx.call(&CLASS_METHOD_TYPE.value(), std::slice::from_ref(&first)));
        let class_ = class(cx, "C", &[], &[("s", s.clone()), ("c", c.clone())]);
        let object = shown(cx, cx.call(&class_, &[]));
        assert!(shown(cx, method(cx, &object, "s", &[])).is_none());
        assert!(shown(cx, method(cx, &object, "c", &[])).is(&class_));
        assert!(shown(cx, method(cx, &class_, "c", &[])).is(&class_));
        assert!(attr(cx, &s, "__wrapped__").is(&first));
        assert!(attr(cx, &c, "__func__").is(&first));
        assert_eq!(shown(cx, cx.call(&s, &[int(7)])).as_small(), Some(7), "a static method can be called itself");
        assert!(repr(cx, &s).starts_with("<staticmethod(<function object at"));
        assert_eq!(
            error(cx, cx.call(&STATIC_METHOD_TYPE.value(), &[])),
            "TypeError: staticmethod expected 1 argument, got 0"
        );
        let with_doc = shown(cx, cx.call(&STATIC_METHOD_TYPE.value(), &[documented(cx, "text")]));
        assert_eq!(cx.display(&attr(cx, &with_doc, "__doc__")).unwrap(), "text");
        assert_eq!(cx.display(&attr(cx, &with_doc, "__name__")).unwrap(), "named");
    });
}

#[test]
fn super_objects() {
    with(|cx| {
        let say = |what: &'static str| def(cx, move |cx, _| cx.str_value(what));
        let a = class(cx, "A", &[], &[("f", say("A"))]);
        let b = class(cx, "B", &[&a], &[("f", say("B"))]);
        let object = shown(cx, cx.call(&b, &[]));
        let s = shown(cx, cx.call(&SUPER_TYPE.value(), &[b.clone(), object.clone()]));
        assert_eq!(cx.display(&shown(cx, method(cx, &s, "f", &[]))).unwrap(), "A");
        assert_eq!(repr(cx, &s), "<super: <class 'B'>, <B object>>");
        assert!(attr(cx, &s, "__self__").is(&object));
        assert!(attr(cx, &s, "__thisclass__").is(&b));
        assert!(attr(cx, &s, "__class__").is(&SUPER_TYPE.value()));
        assert_eq!(error(cx, cx.getattr_text(&s, "g")), "AttributeError: 'super' object has no attribute 'g'");
        let unbound = shown(cx, cx.call(&SUPER_TYPE.value(), std::slice::from_ref(&b)));
        assert_eq!(repr(cx, &unbound), "<super: <class 'B'>, NULL>");
        let say = |args: &[Value]| error(cx, cx.call(&SUPER_TYPE.value(), args));
        assert_eq!(say(&[int(1)]), "TypeError: super() argument 1 must be a type, not int");
        assert_eq!(say(&[b.clone(), a, int(1)]), "TypeError: super() expected at most 2 arguments, got 3");
        assert_eq!(
            say(&[b, int(1)]),
            "TypeError: super(type, obj): obj (instance of int) is not an instance or subtype of type (B)."
        );
        assert_eq!(say(&[]), "RuntimeError: super(): no current frame");
    });
}

#[test]
fn bound_methods() {
    with(|cx| {
        let c = class(cx, "C", &[], &[("f", def(cx, |_, args| Ok(args[1].clone())))]);
        let (x, y) = (shown(cx, cx.call(&c, &[])), shown(cx, cx.call(&c, &[])));
        let (f, g, other) = (attr(cx, &x, "f"), attr(cx, &x, "f"), attr(cx, &y, "f"));
        assert!(cx.equals(&f, &g).unwrap() && !cx.equals(&f, &other).unwrap());
        assert_eq!(cx.hash(&f).unwrap(), cx.hash(&g).unwrap());
        assert!(attr(cx, &f, "__self__").is(&x));
        assert!(repr(cx, &f).starts_with("<bound method ? of <__main__.C object at"));
        assert_eq!(shown(cx, cx.call(&f, &[int(3)])).as_small(), Some(3));
        assert_eq!(
            error(cx, cx.getattr_text(&f, "nothing")),
            "AttributeError: 'function' object has no attribute 'nothing'"
        );
    });
}

#[test]
fn built_in_functions_and_descriptors_show_what_they_are() {
    with(|cx| {
        let new = attr(cx, &OBJECT_TYPE.value(), "__new__");
        assert!(repr(cx, &new).starts_with("<built-in method __new__ of type object at 0x"));
        assert_eq!(cx.display(&attr(cx, &new, "__qualname__")).unwrap(), "object.__new__");
        assert!(attr(cx, &new, "__self__").is(&OBJECT_TYPE.value()));
        assert!(attr(cx, &new, "__module__").is_none());
        assert!(cx.equals(&new, &attr(cx, &OBJECT_TYPE.value(), "__new__")).unwrap());
        let mro = cx.state(&TYPE_TYPE).dict.get_text(cx, "mro").unwrap().unwrap();
        assert_eq!(repr(cx, &mro), "<method 'mro' of 'type' objects>");
        assert_eq!(cx.display(&attr(cx, &mro, "__text_signature__")).unwrap(), "($self, /)");
        let name = cx.state(&TYPE_TYPE).dict.get_text(cx, "__name__").unwrap().unwrap();
        assert_eq!(repr(cx, &name), "<attribute '__name__' of 'type' objects>");
        assert_eq!(cx.display(&attr(cx, &name, "__qualname__")).unwrap(), "type.__name__");
        assert!(attr(cx, &name, "__objclass__").is(&TYPE_TYPE.value()));
    });
}

#[test]
fn attributes_of_classes() {
    with(|cx| {
        let c = class(cx, "C", &[], &[("__qualname__", text(cx, "outer.C"))]);
        let shows = |name: &str| cx.display(&attr(cx, &c, name)).unwrap();
        assert_eq!((shows("__name__").as_str(), shows("__qualname__").as_str()), ("C", "outer.C"));
        assert_eq!(repr(cx, &c), "<class '__main__.outer.C'>");
        set(cx, &c, "__name__", &text(cx, "D"));
        assert_eq!(shows("__name__"), "D");
        assert_eq!(
            error(cx, try_set(cx, &c, "__name__", Some(&int(1)))),
            "TypeError: can only assign string to D.__name__, not 'int'"
        );
        assert_eq!(
            error(cx, try_set(cx, &INT_TYPE.value(), "__name__", Some(&text(cx, "x")))),
            "TypeError: cannot set '__name__' attribute of immutable type 'int'"
        );
        assert_eq!(shows("__module__"), "__main__");
        assert_eq!(cx.display(&attr(cx, &INT_TYPE.value(), "__module__")).unwrap(), "builtins");
        assert!(attr(cx, &c, "__base__").is(&OBJECT_TYPE.value()));
        assert_eq!(error(cx, cx.getattr_text(&c, "__abstractmethods__")), "AttributeError: __abstractmethods__");
        assert_eq!(
            error(cx, try_set(cx, &c, "__mro__", Some(&int(1)))),
            "AttributeError: attribute '__mro__' of 'type' objects is not writable"
        );
        let subclasses = shown(cx, method(cx, &OBJECT_TYPE.value(), "__subclasses__", &[]));
        assert!(
            shown(cx, Ok(subclasses))
                .downcast::<adder_objects::list::PyList>()
                .unwrap()
                .to_vec()
                .iter()
                .any(|s| s.is(&c))
        );
        let view = attr(cx, &c, "__dict__");
        assert!(view.downcast::<adder_objects::mapping_proxy::PyMappingProxy>().is_some());
        assert_eq!(cx.display(&shown(cx, method(cx, &view, "get", &[text(cx, "__module__")]))).unwrap(), "__main__");
        assert_eq!(
            error(cx, cx.setitem(&view, &int(1), Some(&int(1))).map(|()| int(0))),
            "TypeError: 'mappingproxy' object does not support item assignment"
        );
        assert_eq!(
            error(cx, cx.call(&view.ty().value(), &[LIST_TYPE.value()])),
            "TypeError: mappingproxy() argument must be a mapping, not type"
        );
    });
}

#[test]
fn annotations_are_made_when_asked_for() {
    with(|cx| {
        let asked = std::rc::Rc::new(std::cell::Cell::new(0));
        let count = asked.clone();
        let annotate = def(cx, move |cx, args| {
            count.set(count.get() + args[0].as_small().unwrap());
            let dict = cx.dict()?;
            dict.set_text(cx, "x", INT_TYPE.value())?;
            Ok(dict.into_value())
        });
        let static_ = shown(cx, cx.call(&STATIC_METHOD_TYPE.value(), &[annotate]));
        let c = class(cx, "C", &[], &[("__annotate_func__", static_)]);
        let first = attr(cx, &c, "__annotations__");
        assert!(first.is(&attr(cx, &c, "__annotations__")));
        assert_eq!(asked.get(), 1);
        let plain = class(cx, "P", &[&c], &[]);
        assert!(attr(cx, &plain, "__annotations__").downcast::<adder_objects::dict::PyDict>().unwrap().is_empty());
        set(cx, &c, "__annotations__", &int(5));
        assert_eq!(attr(cx, &c, "__annotations__").as_small(), Some(5));
        assert!(attr(cx, &c, "__annotate__").is_none());
        assert_eq!(
            error(cx, cx.getattr_text(&INT_TYPE.value(), "__annotations__")),
            "AttributeError: type object 'int' has no attribute '__annotations__'"
        );
    });
}

#[test]
fn cells() {
    with(|cx| {
        let cell = cx.cell(Value::UNSET).unwrap().into_value();
        assert_eq!(error(cx, cx.getattr_text(&cell, "cell_contents")), "ValueError: Cell is empty");
        assert!(repr(cx, &cell).ends_with(": empty>"));
        set(cx, &cell, "cell_contents", &int(3));
        assert_eq!(attr(cx, &cell, "cell_contents").as_small(), Some(3));
        let other = cx.cell(int(3)).unwrap().into_value();
        assert!(cx.equals(&cell, &other).unwrap());
        set(cx, &other, "cell_contents", &other);
        drop(other);
        assert_eq!(cx.heap.collect().unreachable, 1);
    });
}

#[test]
fn namespaces() {
    use adder_objects::Args;
    use adder_objects::namespace::NAMESPACE_TYPE;
    with(|cx| {
        let n = NAMESPACE_TYPE.value();
        let keywords = names(cx, &["a", "b"]);
        let made = shown(cx, cx.call_args(&n, Args::with_names(&[text(cx, "x"), Value::none()], keywords.downcast())));
        assert_eq!(repr(cx, &made), "namespace(a='x', b=None)");
        set(cx, &made, "me", &made);
        assert_eq!(repr(cx, &made), "namespace(a='x', b=None, me=namespace(...))");
        shown(cx, try_set(cx, &made, "me", None));
        let keywords = names(cx, &["a"]);
        let replace = attr(cx, &made, "__replace__");
        let other = shown(cx, cx.call_args(&replace, Args::with_names(&[text(cx, "z")], keywords.downcast())));
        assert_eq!(repr(cx, &other), "namespace(a='z', b=None)");
        assert!(!cx.equals(&made, &other).unwrap());
        set(cx, &other, "a", &text(cx, "x"));
        assert!(cx.equals(&made, &other).unwrap());
        let derived = class(cx, "N", &[&n], &[]);
        let empty = shown(cx, cx.call(&derived, &[]));
        assert_eq!(repr(cx, &empty), "N()");
        assert_eq!(
            error(cx, cx.call(&n, &[int(1), int(2)])),
            "TypeError: SimpleNamespace expected at most 1 argument, got 2"
        );
        assert_eq!(repr(cx, &n), "<class 'types.SimpleNamespace'>");
    });
}

#[test]
fn a_static_method_has_the_annotations_of_its_function() {
    with(|cx| {
        let class = class(cx, "Callable", &[], &[("__call__", def(cx, |_, _| Ok(int(42))))]);
        let callable = shown(cx, cx.call(&class, &[]));
        let annotations = cx.dict().unwrap().into_value();
        set(cx, &callable, "__annotations__", &annotations);
        let s = shown(cx, cx.call(&STATIC_METHOD_TYPE.value(), std::slice::from_ref(&callable)));
        assert!(attr(cx, &s, "__annotations__").is(&annotations));
        set(cx, &s, "__annotations__", &int(1));
        assert_eq!(attr(cx, &s, "__annotations__").as_small(), Some(1));
        assert!(attr(cx, &callable, "__annotations__").is(&annotations));
        assert!(cx.getattr_text(&s, "__annotate__").is_err(), "the callable has none");
    });
}
