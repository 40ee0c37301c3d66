//! Containers whose keys and items run code that changes them, and classes derived from containers.

mod written;

use std::cell::RefCell;
use std::rc::Rc;

use adder_objects::dict::{DICT_TYPE, PyDict};
use adder_objects::list::{LIST_TYPE, PyList};
use adder_objects::set::{PySet, SET_TYPE};
use adder_objects::tuple::TUPLE_TYPE;
use adder_objects::{Cx, Value};
use written::*;

type Action = Rc<RefCell<Option<Box<dyn FnOnce(&Cx)>>>>;

/// An object whose hash is always 7, that equals only itself, and whose next comparison runs the action.
fn key(cx: &Cx, action: &Action) -> Value {
    let action = action.clone();
    let hash = def(cx, |_, _| Ok(int(7)));
    let eq = def(cx, move |cx, args| {
        let now = action.borrow_mut().take();
        if let Some(now) = now {
            now(cx);
        }
        Ok(Value::bool(args[0].is(&args[1])))
    });
    let class = class(cx, "Key", &[], &[("__hash__", hash), ("__eq__", eq)]);
    cx.call(&class, &[]).unwrap()
}

fn no_action() -> Action {
    Rc::new(RefCell::new(None))
}

fn set_action(action: &Action, f: impl FnOnce(&Cx) + 'static) {
    *action.borrow_mut() = Some(Box::new(f));
}

#[test]
fn a_dict_changed_by_a_comparison_of_its_keys() {
    with(|cx| {
        let action = no_action();
        let keys: Vec<Value> = (0..4).map(|_| key(cx, &action)).collect();
        let stranger = key(cx, &action);
        let fill = |dict: &PyDict| keys.iter().for_each(|k| dict.set(cx, k, Value::none()).unwrap());
        let dict = cx.dict().unwrap();

        fill(&dict);
        let same = dict.clone();
        set_action(&action, move |_| same.clear_all());
        assert!(dict.get(cx, &stranger).unwrap().is_none());
        assert_eq!(dict.len(), 0);

        fill(&dict);
        let same = dict.clone();
        set_action(&action, move |cx| (0..100).for_each(|n| same.set(cx, &int(n + 10), int(n)).unwrap()));
        assert!(dict.get(cx, &stranger).unwrap().is_none());
        assert_eq!(dict.len(), 104);

        dict.clear_all();
        fill(&dict);
        let (same, first) = (dict.clone(), keys[0].clone());
        set_action(&action, move |cx| drop(same.remove(cx, &first).unwrap()));
        dict.set(cx, &stranger, int(1)).unwrap();
        assert_eq!(dict.len(), 4);
        assert_eq!(dict.get(cx, &stranger).unwrap().unwrap().as_small(), Some(1));
        assert!(action.borrow().is_none(), "the action was run");
    });
}

#[test]
fn a_set_changed_by_a_comparison_of_its_values() {
    with(|cx| {
        let action = no_action();
        let keys: Vec<Value> = (0..4).map(|_| key(cx, &action)).collect();
        let stranger = key(cx, &action);
        let set = cx.set().unwrap();
        keys.iter().for_each(|k| assert!(set.add(cx, k).unwrap()));
        let same = set.clone();
        set_action(&action, move |_| same.clear_all());
        assert!(set.add(cx, &stranger).unwrap());
        assert_eq!(set.len(), 1);
        assert!(set.contains(cx, &stranger).unwrap());

        keys.iter().for_each(|k| assert!(set.add(cx, k).unwrap()));
        let same = set.clone();
        set_action(&action, move |cx| (0..200).for_each(|n| assert!(same.add(cx, &int(n + 10)).unwrap())));
        assert!(!set.contains(cx, &key(cx, &action)).unwrap());
        assert_eq!(set.len(), 205);
    });
}

#[test]
fn a_list_changed_by_a_comparison_of_its_items() {
    with(|cx| {
        let action = no_action();
        for name in ["count", "index", "remove", "__contains__", "__eq__"] {
            let list = cx.list((0..5).map(|_| key(cx, &action)).collect::<Vec<_>>()).unwrap();
            let other = cx.list((0..5).map(|_| key(cx, &action)).collect::<Vec<_>>()).unwrap();
            let same = list.clone();
            set_action(&action, move |_| drop(same.take_items()));
            let argument = if name == "__eq__" { other.as_value() } else { &other.get(0).unwrap() };
            // Some raise, because nothing is found.
            let _ = method(cx, list.as_value(), name, core::slice::from_ref(argument));
            assert_eq!(list.len(), 0, "{name}");
            assert!(action.borrow().is_none(), "{name}");
        }
    });
}

#[test]
fn a_sort_whose_comparison_raises_or_lies() {
    with(|cx| {
        let lie = def(cx, |_, _| Ok(Value::bool(true)));
        let class = class(cx, "Liar", &[], &[("__lt__", lie)]);
        let list = cx.list((0..300).map(|_| cx.call(&class, &[]).unwrap()).collect::<Vec<_>>()).unwrap();
        list.sort(cx, None, false).unwrap();
        assert_eq!(list.len(), 300);
        let floats = (0..300).map(|n| cx.float(if n % 3 == 0 { f64::NAN } else { f64::from(-n) }).unwrap());
        let list = cx.list(floats.collect::<Vec<_>>()).unwrap();
        list.sort(cx, None, false).unwrap();
        let sum: f64 = list.to_vec().iter().filter_map(Value::as_float).filter(|x| !x.is_nan()).sum();
        assert_eq!(sum, -f64::from((0..300).filter(|n| n % 3 != 0).sum::<i32>()), "all are there");
    });
}

#[test]
fn classes_derived_from_containers() {
    with(|cx| {
        let missing = def(cx, |cx, args| cx.tuple([args[1].clone()]).map(Into::into));
        let dict_class = class(cx, "D", &[&DICT_TYPE.value()], &[("__missing__", missing)]);
        let dict = cx.call(&dict_class, &[]).unwrap();
        cx.setitem(&dict, &int(1), Some(&int(2))).unwrap();
        assert_eq!(cx.getitem(&dict, &int(1)).unwrap().as_small(), Some(2));
        assert_eq!(repr(cx, &cx.getitem(&dict, &int(5)).unwrap()), "(5,)");
        assert!(method(cx, &dict, "get", &[int(5)]).unwrap().is_none(), "get does not ask __missing__");
        assert!(method(cx, &dict, "copy", &[]).unwrap().is_exact(&DICT_TYPE));
        let made = method(cx, &dict_class, "fromkeys", &[cx.list([int(3)]).unwrap().into_value()]).unwrap();
        assert_eq!((made.ty().name(), repr(cx, &made)), ("D", "{3: None}".to_owned()));

        let list_class = class(cx, "L", &[&LIST_TYPE.value()], &[]);
        let items = cx.list([int(1), int(2)]).unwrap().into_value();
        let list = cx.call(&list_class, core::slice::from_ref(&items)).unwrap();
        set(cx, &list, "extra", &int(9));
        assert!(list.downcast::<PyList>().is_some() && cx.equals(&list, &items).unwrap());
        assert!(cx.binary(0, &list, &items).unwrap().is_exact(&LIST_TYPE));
        let keyword = cx.tuple([cx.intern("a").unwrap()]).unwrap();
        let args = adder_objects::Args::with_names(core::slice::from_ref(&items), Some(&keyword));
        assert_eq!(error(cx, cx.call_args(&list_class, args)), "TypeError: list() takes no keyword arguments");

        let tuple_class = class(cx, "T", &[&TUPLE_TYPE.value()], &[]);
        let tuple = cx.call(&tuple_class, core::slice::from_ref(&items)).unwrap();
        set(cx, &tuple, "extra", &int(9));
        assert_eq!((tuple.ty().name(), repr(cx, &tuple)), ("T", "(1, 2)".to_owned()));
        assert_eq!(cx.hash(&tuple).unwrap(), cx.hash(&cx.tuple_of(&items).unwrap().into_value()).unwrap());
        assert!(tuple.head().unwrap().is_tracked());

        let set_class = class(cx, "S", &[&SET_TYPE.value()], &[]);
        let derived = cx.call(&set_class, core::slice::from_ref(&items)).unwrap();
        assert_eq!((derived.downcast::<PySet>().unwrap().len(), repr(cx, &derived)), (2, "S({1, 2})".to_owned()));
        assert!(method(cx, &derived, "union", &[]).unwrap().is_exact(&SET_TYPE));
    });
}

#[test]
fn slices_of_lists_and_tuples() {
    with(|cx| {
        let numbers =
            |list: &Value| cx.collect(list).unwrap().iter().map(|n| n.as_small().unwrap()).collect::<Vec<_>>();
        let at = |start: Option<i64>, stop: Option<i64>, step: Option<i64>| {
            let [start, stop, step] = [start, stop, step].map(|n| n.map_or_else(Value::none, int));
            cx.slice(start, stop, step).unwrap()
        };
        let make = |n: i64| cx.list((0..n as i32).map(|n| int(n.into()))).unwrap().into_value();
        let (list, tuple) = (make(10), cx.tuple_of(&make(10)).unwrap().into_value());
        for (slice, expected) in [
            (at(None, None, None), (0..10).collect::<Vec<_>>()),
            (at(Some(2), Some(-2), Some(3)), vec![2, 5]),
            (at(None, None, Some(-4)), vec![9, 5, 1]),
            (at(Some(7), Some(3), None), vec![]),
        ] {
            assert_eq!(numbers(&cx.getitem(&list, &slice).unwrap()), expected);
            assert_eq!(numbers(&cx.getitem(&tuple, &slice).unwrap()), expected);
        }
        assert!(cx.getitem(&tuple, &at(None, None, None)).unwrap().is(&tuple));
        cx.setitem(&list, &at(Some(2), Some(4), None), Some(&list)).unwrap();
        assert_eq!(numbers(&list), [0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 4, 5, 6, 7, 8, 9]);
        cx.setitem(&list, &at(Some(4), None, None), None).unwrap();
        assert_eq!(numbers(&list), [0, 1, 0, 1]);
        cx.setitem(&list, &at(None, None, Some(-2)), Some(&make(2))).unwrap();
        assert_eq!(numbers(&list), [0, 1, 0, 0]);
        let list = make(10);
        cx.setitem(&list, &at(Some(8), None, Some(-3)), None).unwrap();
        assert_eq!(numbers(&list), [0, 1, 3, 4, 6, 7, 9]);
        cx.setitem(&list, &at(Some(5), Some(2), None), Some(&make(1))).unwrap();
        assert_eq!(numbers(&list), [0, 1, 3, 4, 6, 0, 7, 9]);
        let error_of =
            |slice: Value, value: &Value| error(cx, cx.setitem(&list, &slice, Some(value)).map(|()| Value::none()));
        assert_eq!(
            error_of(at(None, None, Some(3)), &make(2)),
            "ValueError: attempt to assign sequence of size 2 to extended slice of size 3"
        );
        assert_eq!(error_of(at(None, None, None), &int(5)), "TypeError: must assign iterable to extended slice");
        assert_eq!(error(cx, cx.getitem(&list, &at(None, None, Some(0)))), "ValueError: slice step cannot be zero");
    });
}
