//! Exceptions: fields, texts, chains, groups, and what `raise` and `except` do.

mod interpreter;

use adder_objects::exceptions::{self as exc, PyBaseException};
use adder_objects::{Cx, R, TypeObject, Value};
use interpreter::*;

fn small(n: i64) -> Value {
    Value::small(n)
}

fn attr(cx: &Cx, object: &Value, name: &str) -> Value {
    match cx.getattr_text(object, name) {
        Ok(value) => value,
        Err(raised) => panic!("{name}: {}", shown(cx, raised.value())),
    }
}

/// `str(value)`
fn shown(cx: &Cx, value: &Value) -> String {
    cx.display(value).unwrap()
}

/// The class and the text of what is raised.
fn error<T>(cx: &Cx, result: R<T>) -> String {
    let raised = result.err().expect("an exception").into_value();
    format!("{}: {}", raised.ty().name(), shown(cx, &raised))
}

fn set(cx: &Cx, object: &Value, name: &str, value: Option<&Value>) -> R<()> {
    cx.setattr(object, &cx.intern(name)?, value)
}

fn one(cx: &Cx, class: &'static TypeObject, message: &str) -> Value {
    make(cx, class, &[text(cx, message)]).unwrap()
}

#[test]
fn texts() {
    with(|cx| {
        let none = Value::none();
        assert_eq!(shown(cx, &make(cx, &exc::EXCEPTION, &[]).unwrap()), "");
        assert_eq!(shown(cx, &make(cx, &exc::EXCEPTION, core::slice::from_ref(&none)).unwrap()), "None");
        assert_eq!(shown(cx, &make(cx, &exc::EXCEPTION, &[none.clone(), none.clone()]).unwrap()), "(None, None)");
        assert_eq!(repr(cx, &make(cx, &exc::VALUE_ERROR, &[]).unwrap()), "ValueError()");
        assert_eq!(repr(cx, &make(cx, &exc::VALUE_ERROR, core::slice::from_ref(&none)).unwrap()), "ValueError(None)");
        assert_eq!(repr(cx, &make(cx, &exc::VALUE_ERROR, &[none.clone(), none]).unwrap()), "ValueError(None, None)");
        let class = exc::EXCEPTION.value();
        assert_eq!(
            error(cx, call_with(cx, &class, &[], &[("a", small(1))])),
            "TypeError: Exception() takes no keyword arguments"
        );
    });
}

#[test]
fn attributes_of_every_exception() {
    with(|cx| {
        let e = one(cx, &exc::VALUE_ERROR, "x");
        let other = one(cx, &exc::KEY_ERROR, "y");
        let five = small(5);
        let raised = |name: &str, value: Option<&Value>| error(cx, set(cx, &e, name, value));
        assert_eq!(raised("args", None), "TypeError: args may not be deleted");
        assert_eq!(raised("args", Some(&five)), "TypeError: 'int' object is not iterable");
        assert_eq!(raised("__traceback__", Some(&five)), "TypeError: __traceback__ must be a traceback or None");
        assert_eq!(raised("__traceback__", None), "TypeError: __traceback__ may not be deleted");
        assert_eq!(
            raised("__context__", Some(&five)),
            "TypeError: exception context must be None or derive from BaseException"
        );
        assert_eq!(
            raised("__cause__", Some(&five)),
            "TypeError: exception cause must be None or derive from BaseException"
        );
        assert_eq!(raised("__cause__", None), "TypeError: __cause__ may not be deleted");
        assert_eq!(raised("__suppress_context__", Some(&five)), "TypeError: attribute value type must be bool");
        assert_eq!(attr(cx, &e, "__suppress_context__").as_bool(), Some(false));
        set(cx, &e, "__cause__", Some(&other)).unwrap();
        assert!(attr(cx, &e, "__cause__").is(&other));
        assert_eq!(attr(cx, &e, "__suppress_context__").as_bool(), Some(true));
        set(cx, &e, "__cause__", Some(&Value::none())).unwrap();
        assert!(attr(cx, &e, "__cause__").is_none());
        set(cx, &e, "args", Some(&ints(cx, &[1, 2]))).unwrap();
        assert_eq!(to_ints(cx, &attr(cx, &e, "args")), [1, 2]);
        assert!(method(cx, &e, "with_traceback", &[Value::none()]).unwrap().is(&e));
        assert_eq!(error(cx, method(cx, &e, "add_note", &[five])), "TypeError: note must be a str, not 'int'");
        method(cx, &e, "add_note", &[text(cx, "one")]).unwrap();
        method(cx, &e, "add_note", &[text(cx, "two")]).unwrap();
        assert_eq!(to_texts(cx, &attr(cx, &e, "__notes__")), ["one", "two"]);
        set(cx, &e, "__notes__", Some(&small(1))).unwrap();
        assert_eq!(
            error(cx, method(cx, &e, "add_note", &[text(cx, "x")])),
            "TypeError: Cannot add note: __notes__ is not a list"
        );
        let state = cx.dict().unwrap();
        state.set_text(cx, "extra", small(3)).unwrap();
        method(cx, &e, "__setstate__", &[state.into_value()]).unwrap();
        assert_eq!(attr(cx, &e, "extra").as_small(), Some(3));
        assert_eq!(error(cx, method(cx, &e, "__setstate__", &[small(1)])), "TypeError: state is not a dictionary");
        assert_eq!(cx.len(&method(cx, &e, "__reduce__", &[]).unwrap()).unwrap(), 3);
        assert_eq!(cx.len(&method(cx, &other, "__reduce__", &[]).unwrap()).unwrap(), 2);
    });
}

#[test]
fn fields_of_their_own() {
    with(|cx| {
        let stop = make(cx, &exc::STOP_ITERATION, &[small(1), small(2)]).unwrap();
        assert_eq!(attr(cx, &stop, "value").as_small(), Some(1));
        assert!(attr(cx, &make(cx, &exc::STOP_ITERATION, &[]).unwrap(), "value").is_none());
        let exit = make(cx, &exc::SYSTEM_EXIT, &[small(1), small(2)]).unwrap();
        assert_eq!(to_ints(cx, &attr(cx, &exit, "code")), [1, 2]);
        assert_eq!(attr(cx, &make(cx, &exc::SYSTEM_EXIT, &[small(5)]).unwrap(), "code").as_small(), Some(5));
        assert_eq!(shown(cx, &make(cx, &exc::KEY_ERROR, &[Value::none()]).unwrap()), "None");
        assert_eq!(shown(cx, &make(cx, &exc::KEY_ERROR, &[]).unwrap()), "");

        let keywords = [("name", text(cx, "n")), ("path", text(cx, "p"))];
        let import = call_with(cx, &exc::MODULE_NOT_FOUND_ERROR.value(), &[text(cx, "m")], &keywords).unwrap();
        assert_eq!(["msg", "name", "path"].map(|name| shown(cx, &attr(cx, &import, name))), ["m", "n", "p"]);
        assert!(attr(cx, &import, "name_from").is_none());
        assert_eq!(shown(cx, &import), "m");
        let reduced = method(cx, &import, "__reduce__", &[]).unwrap();
        assert_eq!(to_texts(cx, &cx.getitem(&reduced, &small(2)).unwrap()), ["name", "path"]);
        assert_eq!(
            error(cx, call_with(cx, &exc::IMPORT_ERROR.value(), &[], &[("foo", small(1))])),
            "TypeError: ImportError() got an unexpected keyword argument 'foo'"
        );

        let missing = cx.getattr_text(&small(5), "nothing_like_it").unwrap_err().into_value();
        assert_eq!(shown(cx, &missing), "'int' object has no attribute 'nothing_like_it'");
        assert_eq!(shown(cx, &attr(cx, &missing, "name")), "nothing_like_it");
        assert_eq!(attr(cx, &missing, "obj").as_small(), Some(5));
        let state = method(cx, &missing, "__getstate__", &[]).unwrap();
        assert_eq!(to_texts(cx, &state), ["name", "args"]);

        let name = text(cx, "spam");
        let unbound = cx.name_error(&exc::UNBOUND_LOCAL_ERROR, &name, format_args!("no spam")).into_value();
        assert!(attr(cx, &unbound, "name").is(&name) && unbound.is_instance(&exc::NAME_ERROR));
    });
}

#[test]
fn the_class_of_an_os_error_follows_from_its_number() {
    with(|cx| {
        let number = |n: i32| Value::small(n.into());
        let of = |args: &[Value]| make(cx, &exc::OS_ERROR, args).unwrap();
        assert_eq!(of(&[number(libc::ENOENT), text(cx, "a")]).ty().name(), "FileNotFoundError");
        assert_eq!(of(&[number(libc::EWOULDBLOCK), text(cx, "a")]).ty().name(), "BlockingIOError");
        assert_eq!(of(&[number(libc::EPERM), text(cx, "a")]).ty().name(), "PermissionError");
        assert_eq!(of(&[number(libc::ENOENT)]).ty().name(), "OSError");
        assert_eq!(of(&[number(libc::ENOSPC), text(cx, "a")]).ty().name(), "OSError");
        let io = std::io::Error::from_raw_os_error(libc::ENOENT);
        let e = exc::os_error(cx, &io, Some(&Value::none())).into_value();
        assert_eq!(shown(cx, &attr(cx, &e, "strerror")), "No such file or directory");
        assert!(attr(cx, &e, "filename").is_none());
        let e = exc::os_error(cx, &io, Some(&Value::bool(true))).into_value();
        assert_eq!(attr(cx, &e, "errno").as_small(), Some(libc::ENOENT.into()));
        assert_eq!(attr(cx, &e, "filename").as_bool(), Some(true));
        assert_eq!(cx.len(&attr(cx, &e, "args")).unwrap(), 2);
        let reduced = method(cx, &e, "__reduce__", &[]).unwrap();
        assert_eq!(cx.len(&cx.getitem(&reduced, &small(1)).unwrap()).unwrap(), 3);
        let none = Value::none();
        let e = of(&[none.clone(), text(cx, "bad"), Value::bool(true), none.clone(), Value::bool(false)]);
        assert_eq!(shown(cx, &e), "[Errno None] bad: True -> False");
        let blocked = of(&[number(libc::EAGAIN), text(cx, "a"), small(7)]);
        assert_eq!(attr(cx, &blocked, "characters_written").as_small(), Some(7));
        assert!(attr(cx, &blocked, "filename").is_none());
        assert_eq!(error(cx, cx.getattr_text(&e, "characters_written")), "AttributeError: characters_written");
        let class = exc::OS_ERROR.value();
        assert_eq!(
            error(cx, call_with(cx, &class, &[], &[("a", small(1))])),
            "TypeError: OSError() takes no keyword arguments"
        );
    });
}

#[test]
fn syntax_errors() {
    with(|cx| {
        let details = |n: i64, name: &str| {
            let mut all = vec![text(cx, name), small(3), small(2), text(cx, "line")];
            all.extend((4..n).map(small));
            all.truncate(n as usize);
            cx.tuple(all).unwrap().into_value()
        };
        let of = |args: &[Value]| make(cx, &exc::SYNTAX_ERROR, args);
        let e = of(&[text(cx, "bad"), details(6, "/a/file.py")]).unwrap();
        assert_eq!(shown(cx, &e), "bad (file.py, line 3)");
        assert_eq!(attr(cx, &e, "end_lineno").as_small(), Some(4));
        assert_eq!(shown(cx, &attr(cx, &e, "text")), "line");
        assert!(attr(cx, &e, "print_file_and_line").is_none());
        set(cx, &e, "filename", Some(&Value::none())).unwrap();
        assert_eq!(shown(cx, &e), "bad (line 3)");
        set(cx, &e, "lineno", Some(&Value::none())).unwrap();
        assert_eq!(shown(cx, &e), "bad");
        assert_eq!(shown(cx, &of(&[]).unwrap()), "None");
        let bad = |n| error(cx, of(&[text(cx, "m"), details(n, "f")]));
        assert_eq!(bad(3), "TypeError: function takes at least 4 arguments (3 given)");
        assert_eq!(bad(7), "TypeError: function takes at most 6 arguments (7 given)");
        assert_eq!(bad(5), "TypeError: end_offset must be provided when end_lineno is provided");
        assert_eq!(error(cx, of(&[text(cx, "m"), small(5)])), "TypeError: 'int' object is not iterable");
        assert!(make(cx, &exc::TAB_ERROR, &[]).unwrap().is_instance(&exc::SYNTAX_ERROR));
    });
}

#[test]
fn unicode_errors() {
    with(|cx| {
        let object = text(cx, "abc\u{1234}\u{1F40D}é");
        let of = |start, end| shown(cx, cx.encode_error("ascii", &object, start, end, "why").value());
        assert_eq!(of(3, 4), "'ascii' codec can't encode character '\\u1234' in position 3: why");
        assert_eq!(of(4, 5), "'ascii' codec can't encode character '\\U0001f40d' in position 4: why");
        assert_eq!(of(5, 6), "'ascii' codec can't encode character '\\xe9' in position 5: why");
        assert_eq!(of(1, 4), "'ascii' codec can't encode characters in position 1-3: why");
        assert_eq!(of(10, 11), "'ascii' codec can't encode characters in position 10-10: why");
        let e = make(cx, &exc::UNICODE_TRANSLATE_ERROR, &[object.clone(), small(0), small(1), text(cx, "x")]).unwrap();
        assert_eq!(shown(cx, &e), "can't translate character '\\x61' in position 0: x");
        assert_eq!(attr(cx, &e, "end").as_small(), Some(1));
        let class = &exc::UNICODE_ENCODE_ERROR;
        assert_eq!(error(cx, make(cx, class, &[])), "TypeError: function takes exactly 5 arguments (0 given)");
        let five = [1, 2, 3, 4, 5].map(small);
        assert_eq!(error(cx, make(cx, class, &five)), "TypeError: argument 1 must be str, not int");
        assert_eq!(
            error(
                cx,
                make(cx, &exc::UNICODE_DECODE_ERROR, &[object.clone(), object.clone(), small(0), small(1), object])
            ),
            "TypeError: a bytes-like object is required, not 'str'"
        );
        let bare = method(cx, &class.value(), "__new__", &[class.value()]).unwrap();
        assert_eq!((shown(cx, &bare), attr(cx, &bare, "start").as_small()), (String::new(), Some(0)));
    });
}

#[test]
fn groups() {
    with(|cx| {
        let (value, ty, key) =
            (one(cx, &exc::VALUE_ERROR, "v"), one(cx, &exc::TYPE_ERROR, "t"), one(cx, &exc::KEY_ERROR, "k"));
        let stop = make(cx, &exc::KEYBOARD_INTERRUPT, &[]).unwrap();
        let list =
            |items: &[&Value]| cx.list(items.iter().map(|&v| v.clone()).collect::<Vec<_>>()).unwrap().into_value();
        let group = |class: &'static TypeObject, items: &[&Value]| make(cx, class, &[text(cx, "g"), list(items)]);
        let (base, plain) = (&exc::BASE_EXCEPTION_GROUP, &exc::EXCEPTION_GROUP);
        assert_eq!(group(base, &[&value]).unwrap().ty().name(), "ExceptionGroup");
        assert_eq!(group(base, &[&value, &stop]).unwrap().ty().name(), "BaseExceptionGroup");
        assert_eq!(error(cx, group(plain, &[&stop])), "TypeError: Cannot nest BaseExceptions in an ExceptionGroup");
        assert_eq!(
            error(cx, group(plain, &[])),
            "ValueError: second argument (exceptions) must be a non-empty sequence"
        );
        assert_eq!(
            error(cx, group(plain, &[&value, &small(1)])),
            "ValueError: Item 1 of second argument (exceptions) is not an exception"
        );
        assert_eq!(
            error(cx, make(cx, plain, &[text(cx, "g"), small(1)])),
            "TypeError: second argument (exceptions) must be a sequence"
        );
        assert_eq!(
            error(cx, make(cx, plain, &[small(1), small(1)])),
            "TypeError: BaseExceptionGroup.__new__() argument 1 must be str, not int"
        );
        assert_eq!(
            error(cx, make(cx, plain, &[])),
            "TypeError: BaseExceptionGroup.__new__() takes exactly 2 arguments (0 given)"
        );
        let inner = group(plain, &[&ty, &key]).unwrap();
        let outer = group(plain, &[&value, &inner]).unwrap();
        assert!(outer.is_instance(&exc::EXCEPTION));
        assert_eq!(shown(cx, &outer), "g (2 sub-exceptions)");
        let names = |group: &Value| {
            let all = cx.collect(&attr(cx, group, "exceptions")).unwrap();
            all.iter().map(|e| e.ty().name().to_owned()).collect::<Vec<_>>()
        };
        method(cx, &outer, "add_note", &[text(cx, "note")]).unwrap();
        set(cx, &outer, "__cause__", Some(&stop)).unwrap();
        let parts = method(cx, &outer, "split", &[exc::TYPE_ERROR.value()]).unwrap();
        let (yes, no) = (cx.getitem(&parts, &small(0)).unwrap(), cx.getitem(&parts, &small(1)).unwrap());
        assert_eq!(
            (names(&yes), names(&no)),
            (vec!["ExceptionGroup".into()], vec!["ValueError".into(), "ExceptionGroup".into()])
        );
        assert_eq!(to_texts(cx, &attr(cx, &yes, "__notes__")), ["note"]);
        assert!(attr(cx, &no, "__cause__").is(&stop));
        method(cx, &yes, "add_note", &[text(cx, "more")]).unwrap();
        assert_eq!(to_texts(cx, &attr(cx, &no, "__notes__")), ["note"], "each part has notes of its own");
        let wanted = function!(cx, |_, _, args| Ok(Value::bool(args[0].is_instance(&exc::VALUE_ERROR))));
        assert_eq!(names(&method(cx, &outer, "subgroup", &[wanted]).unwrap()), ["ValueError"]);
        assert!(method(cx, &outer, "subgroup", &[exc::OS_ERROR.value()]).unwrap().is_none());
        let whole = method(cx, &outer, "subgroup", &[exc::EXCEPTION.value()]).unwrap();
        assert!(whole.is(&outer));
        assert_eq!(
            error(cx, method(cx, &outer, "split", &[small(5)])),
            "TypeError: expected an exception type, a tuple of exception types, or a callable (other than a class)"
        );
        let mro = attr(cx, &exc::EXCEPTION_GROUP.value(), "__mro__");
        let mro: Vec<String> =
            cx.collect(&mro).unwrap().iter().map(|c| c.downcast::<TypeObject>().unwrap().name().to_owned()).collect();
        assert_eq!(mro, ["ExceptionGroup", "BaseExceptionGroup", "Exception", "BaseException", "object"]);
    });
}

fn context(value: &Value) -> Option<Value> {
    value.downcast::<PyBaseException>().unwrap().context.try_get()
}

#[test]
fn contexts_make_no_cycles() {
    with(|cx| {
        let [a, b, c] = ["a", "b", "c"].map(|name| one(cx, &exc::VALUE_ERROR, name));
        exc::set_context(&b, &a);
        exc::set_context(&c, &b);
        assert!(context(&c).unwrap().is(&b) && context(&b).unwrap().is(&a));
        // The first is raised again while the last is handled.
        exc::set_context(&a, &c);
        assert!(context(&a).unwrap().is(&c) && context(&c).unwrap().is(&b));
        assert!(context(&b).is_none());
        exc::set_context(&a, &a);
        assert!(context(&a).unwrap().is(&c));
        // A cycle made by hand does not hang.
        let d = one(cx, &exc::VALUE_ERROR, "d");
        set(cx, &b, "__context__", Some(&a)).unwrap();
        exc::set_context(&d, &a);
        assert!(context(&d).unwrap().is(&a));
    });
}

#[test]
fn raise_and_except_take_classes_and_instances() {
    with(|cx| {
        let (value, five) = (exc::VALUE_ERROR.value(), small(5));
        let raised = exc::raise(cx, &value, None).into_value();
        assert!(raised.is_exact(&exc::VALUE_ERROR));
        assert!(exc::raise(cx, &raised, None).value().is(&raised));
        let with_cause = exc::raise(cx, &raised, Some(&exc::KEY_ERROR.value())).into_value();
        assert!(attr(cx, &with_cause, "__cause__").is_exact(&exc::KEY_ERROR));
        exc::raise(cx, &raised, Some(&Value::none()));
        assert!(attr(cx, &raised, "__cause__").is_none());
        assert_eq!(attr(cx, &raised, "__suppress_context__").as_bool(), Some(true));
        let text_of = |raised: adder_objects::Raised| error::<()>(cx, Err(raised));
        assert_eq!(text_of(exc::raise(cx, &five, None)), "TypeError: exceptions must derive from BaseException");
        assert_eq!(
            text_of(exc::raise(cx, &value, Some(&five))),
            "TypeError: exception causes must derive from BaseException"
        );
        assert!(exc::matches(cx, &raised, &value).unwrap());
        assert!(!exc::matches(cx, &raised, &exc::KEY_ERROR.value()).unwrap());
        let both = cx.tuple([exc::KEY_ERROR.value(), exc::EXCEPTION.value()]).unwrap().into_value();
        assert!(exc::matches(cx, &raised, &both).unwrap());
        let bad = cx.tuple([exc::EXCEPTION.value(), five.clone()]).unwrap().into_value();
        for bad in [&bad, &five, &adder_objects::int::INT_TYPE.value()] {
            assert_eq!(
                error(cx, exc::matches(cx, &raised, bad)),
                "TypeError: catching classes that do not inherit from BaseException is not allowed"
            );
        }
    });
}

#[test]
fn no_memory_is_an_exception_even_when_there_is_none() {
    let heap = adder_gc::Heap::new();
    let cx = Cx::new(heap.clone()).unwrap();
    {
        let _entered = cx.enter();
        let list = cx.list([]).unwrap();
        // What raising needs beside memory is there.
        assert!(cx.no_memory().is(&exc::MEMORY_ERROR));
        let first = cx.no_memory().into_value();
        let second = cx.no_memory().into_value();
        assert!(!first.is(&second), "while there is room each is an object of its own");
        drop((first, second));
        heap.set_limit(Some(heap.used_bytes()));
        let mut held = Vec::new();
        let raised = loop {
            match cx.list([]) {
                Ok(more) => held.push(more),
                Err(raised) => break raised,
            }
        };
        assert!(raised.is(&exc::MEMORY_ERROR));
        assert!(list.reserve(&cx, 1 << 20).unwrap_err().is(&exc::MEMORY_ERROR));
    }
}
