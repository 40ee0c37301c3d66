//! What the tests of this crate share: an interpreter that must give everything back, and short ways to call.
#![allow(dead_code, reason = "no test file uses all of it")]

use adder_gc::Heap;
use adder_objects::{Args, Cx, R, TypeObject, Value, exceptions::PyBaseException, tuple::PyTuple};

/// Runs with an interpreter; afterwards nothing of it is left.
pub fn with(f: impl FnOnce(&Cx)) {
    with_heap(Heap::new(), f);
}

/// The same with a heap of one's own.
pub fn with_heap(heap: Heap, f: impl FnOnce(&Cx)) {
    let stats = heap.clone();
    {
        let cx = Cx::new(heap).expect("room for an interpreter");
        let _entered = cx.enter();
        f(&cx);
    }
    stats.collect();
    let left = stats.stats();
    assert_eq!((left.objects, left.charged_bytes), (0, 0), "everything is given back");
}

/// `object.name(*args)`
pub fn method(cx: &Cx, object: &Value, name: &str, args: &[Value]) -> R {
    cx.call_method(object, &cx.intern(name)?, args)
}

/// `object.name(*args, key=value)`
pub fn method_with(cx: &Cx, object: &Value, name: &str, args: &[Value], keywords: &[(&str, Value)]) -> R {
    let bound = cx.getattr_text(object, name)?;
    call_with(cx, &bound, args, keywords)
}

/// `callable(*args, key=value)`
pub fn call_with(cx: &Cx, callable: &Value, args: &[Value], keywords: &[(&str, Value)]) -> R {
    let names = cx.tuple(keywords.iter().map(|(name, _)| cx.intern(name).unwrap()).collect::<Vec<_>>())?;
    let mut values = args.to_vec();
    values.extend(keywords.iter().map(|(_, value)| value.clone()));
    cx.call_args(callable, Args::with_names(&values, Some(&names)))
}

/// A new instance of a built-in type.
pub fn make(cx: &Cx, ty: &'static TypeObject, args: &[Value]) -> R {
    cx.call(&ty.value(), args)
}

/// A list of ints.
pub fn ints(cx: &Cx, values: &[i64]) -> Value {
    cx.list(values.iter().map(|&n| Value::small(n))).unwrap().into_value()
}

/// A tuple of ints.
pub fn int_tuple(cx: &Cx, values: &[i64]) -> Value {
    cx.tuple(values.iter().map(|&n| Value::small(n))).unwrap().into_value()
}

/// A string.
pub fn text(cx: &Cx, text: &str) -> Value {
    cx.str_value(text).unwrap()
}

/// The ints that an iterable gives.
pub fn to_ints(cx: &Cx, iterable: &Value) -> Vec<i64> {
    cx.collect(iterable).unwrap().iter().map(|value| value.as_i64().expect("an int")).collect()
}

/// The texts that an iterable gives.
pub fn to_texts(cx: &Cx, iterable: &Value) -> Vec<String> {
    cx.collect(iterable).unwrap().iter().map(|value| cx.display(value).unwrap()).collect()
}

/// `repr`
pub fn repr(cx: &Cx, value: &Value) -> String {
    cx.repr(value).unwrap().to_lossy().into_owned()
}

/// The class of an exception and its first argument, if that is a string: `TypeError: no`.
pub fn said<T>(cx: &Cx, result: R<T>) -> String {
    let raised = result.err().expect("an exception");
    let name = raised.value().ty().name().to_owned();
    let args = raised.value().downcast::<PyBaseException>().expect("an exception").args.get();
    match args.downcast::<PyTuple>().and_then(|args| args.items().first()) {
        Some(first) => format!("{name}: {}", cx.display(first).unwrap()),
        None => name,
    }
}

/// What a built-in function written in a test is made of: `function!(cx, |cx, args| …)`.
#[macro_export]
macro_rules! function {
    ($cx:expr, $f:expr) => {{
        static METHOD: adder_objects::typeobject::Method =
            adder_objects::typeobject::Method::positional("test", 0, u16::MAX, |cx, this, args| {
                let f: fn(&adder_objects::Cx, &adder_objects::Value, &[adder_objects::Value]) -> adder_objects::R = $f;
                f(cx, this, args)
            });
        $cx.builtin(&METHOD, adder_objects::Value::none(), None).unwrap().into_value()
    }};
    ($cx:expr, $this:expr, $f:expr) => {{
        static METHOD: adder_objects::typeobject::Method =
            adder_objects::typeobject::Method::positional("test", 0, u16::MAX, |cx, this, args| {
                let f: fn(&adder_objects::Cx, &adder_objects::Value, &[adder_objects::Value]) -> adder_objects::R = $f;
                f(cx, this, args)
            });
        $cx.builtin(&METHOD, $this, None).unwrap().into_value()
    }};
}
