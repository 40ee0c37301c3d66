//! Generic aliases and unions.

mod written;

use adder_objects::dict::DICT_TYPE;
use adder_objects::generic_alias::{GENERIC_ALIAS_TYPE, of};
use adder_objects::typeobject::{OBJECT_TYPE, number};
use adder_objects::{Cx, Value, float::FLOAT_TYPE, int::INT_TYPE, list::LIST_TYPE, str::STR_TYPE, tuple::TUPLE_TYPE};
use written::*;

/// A type variable: what is put into its place stays as it is.
fn variable(cx: &Cx, name: &'static str) -> Value {
    let class = class(
        cx,
        "TypeVar",
        &[],
        &[
            ("__typing_subst__", def(cx, |_, args| Ok(args[1].clone()))),
            ("__repr__", def(cx, move |cx, _| cx.str_value(name))),
        ],
    );
    shown(cx, cx.call(&class, &[]))
}

fn pair(cx: &Cx, a: &Value, b: &Value) -> Value {
    cx.tuple([a.clone(), b.clone()]).unwrap().into_value()
}

fn or(cx: &Cx, a: &Value, b: &Value) -> Value {
    shown(cx, cx.binary(number::OR, a, b))
}

#[test]
fn aliases_show_what_they_are() {
    with(|cx| {
        let (list, int_type, dict) = (LIST_TYPE.value(), INT_TYPE.value(), DICT_TYPE.value());
        let alias = shown(cx, cx.getitem(&list, &int_type));
        assert_eq!(repr(cx, &alias), "list[int]");
        let c = class(cx, "C", &[], &[]);
        let nested = shown(cx, cx.getitem(&dict, &pair(cx, &c, &alias)));
        assert_eq!(repr(cx, &nested), "dict[__main__.C, list[int]]");
        let many = shown(
            cx,
            cx.getitem(&TUPLE_TYPE.value(), &pair(cx, &int_type, &adder_objects::singletons::ELLIPSIS.value())),
        );
        assert_eq!(repr(cx, &many), "tuple[int, ...]");
        let none = shown(cx, cx.getitem(&TUPLE_TYPE.value(), &cx.tuple([]).unwrap().into_value()));
        assert_eq!(repr(cx, &none), "tuple[()]");
        let list_inside = cx.list([int_type.clone()]).unwrap().into_value();
        assert_eq!(repr(cx, &of(cx, &c, &list_inside).unwrap()), "__main__.C[[int]]");
        let starred = cx.collect(&alias).unwrap();
        assert_eq!(repr(cx, &starred[0]), "*list[int]");
        assert_eq!(attr(cx, &starred[0], "__unpacked__").as_bool(), Some(true));
    });
}

#[test]
fn aliases_stand_for_their_origin() {
    with(|cx| {
        let (list, int_type) = (LIST_TYPE.value(), INT_TYPE.value());
        let alias = shown(cx, cx.getitem(&list, &int_type));
        assert!(attr(cx, &alias, "__origin__").is(&list));
        assert!(attr(cx, &alias, "append").is(&attr(cx, &list, "append")));
        assert!(attr(cx, &alias, "__class__").is(&GENERIC_ALIAS_TYPE.value()));
        let entries = shown(cx, method(cx, &alias, "__mro_entries__", &[Value::none()]));
        assert!(entries.downcast::<adder_objects::tuple::PyTuple>().unwrap().items()[0].is(&list));
        assert_eq!(
            error(cx, cx.getattr_text(&alias, "foo")),
            "AttributeError: type object 'list' has no attribute 'foo'"
        );
        assert_eq!(
            error(cx, cx.is_instance(&int(1), &alias).map(Value::bool)),
            "TypeError: isinstance() argument 2 cannot be a parameterized generic"
        );
        let same = shown(cx, cx.getitem(&list, &int_type));
        assert!(cx.equals(&alias, &same).unwrap() && !alias.is(&same));
        assert_eq!(cx.hash(&alias).unwrap(), cx.hash(&same).unwrap());
        assert!(!cx.equals(&alias, &cx.collect(&alias).unwrap()[0]).unwrap());
        // What it makes is told, if it can be.
        let c = class(cx, "C", &[], &[]);
        let of_c = of(cx, &c, &int_type).unwrap();
        let made = shown(cx, cx.call(&of_c, &[]));
        assert!(attr(cx, &made, "__orig_class__").is(&of_c));
        assert!(shown(cx, cx.call(&alias, &[])).is_exact(&LIST_TYPE));
        let getitem = def(cx, |_, args| Ok(args[1].clone()));
        let own = class(cx, "Own", &[], &[("__class_getitem__", getitem)]);
        assert_eq!(shown(cx, cx.getitem(&own, &int(5))).as_small(), Some(5));
        assert_eq!(error(cx, cx.getitem(&c, &int(5))), "TypeError: type 'C' is not subscriptable");
    });
}

#[test]
fn parameters_are_replaced() {
    with(|cx| {
        let (t, u) = (variable(cx, "~T"), variable(cx, "~U"));
        let (list, dict, int_type, str_type) =
            (LIST_TYPE.value(), DICT_TYPE.value(), INT_TYPE.value(), STR_TYPE.value());
        let alias = shown(cx, cx.getitem(&dict, &pair(cx, &t, &shown(cx, cx.getitem(&list, &u)))));
        let parameters = attr(cx, &alias, "__parameters__");
        assert_eq!(parameters.downcast::<adder_objects::tuple::PyTuple>().unwrap().items().len(), 2);
        let full = shown(cx, cx.getitem(&alias, &pair(cx, &int_type, &str_type)));
        assert_eq!(repr(cx, &full), "dict[int, list[str]]");
        assert_eq!(error(cx, cx.getitem(&full, &int_type)), "TypeError: dict[int, list[str]] is not a generic class");
        assert_eq!(
            error(cx, cx.getitem(&alias, &int_type)),
            "TypeError: Too few arguments for dict[~T, list[~U]]; actual 1, expected 2"
        );
        let union = or(cx, &shown(cx, cx.getitem(&list, &t)), &int_type);
        assert_eq!(repr(cx, &shown(cx, cx.getitem(&union, &str_type))), "list[str] | int");
    });
}

#[test]
fn unions() {
    with(|cx| {
        let (i, s, n) = (INT_TYPE.value(), STR_TYPE.value(), Value::none());
        let both = or(cx, &i, &s);
        assert_eq!(repr(cx, &both), "int | str");
        assert!(cx.equals(&both, &or(cx, &s, &i)).unwrap());
        assert_eq!(cx.hash(&both).unwrap(), cx.hash(&or(cx, &s, &i)).unwrap());
        assert!(or(cx, &i, &i).is(&i));
        assert_eq!(repr(cx, &or(cx, &or(cx, &both, &i), &n)), "int | str | None");
        assert_eq!(repr(cx, &or(cx, &n, &i)), "None | int");
        assert!(cx.is_instance(&int(1), &both).unwrap() && !cx.is_instance(&n, &both).unwrap());
        assert!(cx.is_instance(&n, &or(cx, &i, &n)).unwrap());
        assert!(cx.is_subclass(&i, &both).unwrap() && !cx.is_subclass(&FLOAT_TYPE.value(), &both).unwrap());
        let with_alias = or(cx, &i, &shown(cx, cx.getitem(&LIST_TYPE.value(), &i)));
        assert!(cx.is_instance(&int(1), &with_alias).unwrap());
        assert_eq!(
            error(cx, cx.is_instance(&n, &with_alias).map(Value::bool)),
            "TypeError: isinstance() argument 2 cannot be a parameterized generic"
        );
        assert_eq!(
            error(cx, cx.binary(number::OR, &i, &int(1))),
            "TypeError: unsupported operand type(s) for |: 'type' and 'int'"
        );
        assert_eq!(error(cx, cx.getitem(&both, &i)), "TypeError: int | str is not a generic class");
        // A class of a union with itself is a cycle.
        let c = class(cx, "C", &[&OBJECT_TYPE.value()], &[]);
        set(cx, &c, "or", &or(cx, &c, &i));
    });
}
