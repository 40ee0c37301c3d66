//! Classes derived from `str`, `bytes` and `bytearray`; text within a limit of memory.

use adder_gc::Heap;
use adder_objects::bytes::PyBytes;
use adder_objects::codecs::{Handler, handle_exception};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{CompareOp, Method, TYPE_TYPE, TypeObject, number};
use adder_objects::unicode::normalize::{Form, normalize};
use adder_objects::{Cx, Value, exceptions as exc};

use crate::interpreter::{with, with_heap};

fn text(cx: &Cx, s: &str) -> Value {
    cx.str_value(s).unwrap()
}

fn derived(cx: &Cx, base: &'static TypeObject) -> Value {
    let bases = cx.tuple([base.value()]).unwrap().into_value();
    let namespace = cx.dict().unwrap().into_value();
    cx.call(&TYPE_TYPE.value(), &[text(cx, "Derived"), bases, namespace]).unwrap()
}

/// Sets and reads an attribute, and puts the object into a cycle.
fn attributes(cx: &Cx, object: &Value) {
    let (x, me) = (cx.intern("x").unwrap(), cx.intern("me").unwrap());
    cx.setattr(object, &x, Some(&Value::small(5))).unwrap();
    cx.setattr(object, &me, Some(object)).unwrap();
    assert_eq!(cx.getattr(object, &x).unwrap().as_small(), Some(5));
}

#[test]
fn a_class_derived_from_str() {
    with(|cx| {
        let class = derived(cx, &adder_objects::str::STR_TYPE);
        for s in ["", "abc", "é", "日本語", "🎉a"] {
            let object = cx.call(&class, &[text(cx, s)]).unwrap();
            assert_eq!(object.ty().name(), "Derived");
            let string = object.downcast::<PyStr>().unwrap();
            assert_eq!((string.as_str(), string.len()), (Some(s), s.chars().count()));
            assert!(cx.compares(&object, &text(cx, s), CompareOp::Eq).unwrap());
            assert_eq!(cx.hash(&object).unwrap(), cx.hash(&text(cx, s)).unwrap());
            // Results are plain strings.
            let upper = cx.call_method(&object, &cx.intern("strip").unwrap(), &[]).unwrap();
            assert_eq!(upper.ty().name(), "str");
            let plain = cx.to_str(&object).unwrap();
            assert_eq!((plain.as_value().ty().name(), plain.as_str()), ("str", Some(s)));
            let twice = cx.binary(number::ADD, &object, &object).unwrap();
            assert_eq!(cx.display(&twice).unwrap(), s.repeat(2));
            attributes(cx, &object);
            assert_eq!(object.downcast::<PyStr>().unwrap().as_str(), Some(s));
            drop(object);
            assert!(cx.heap.collect().unreachable >= 1);
        }
    });
}

#[test]
fn a_class_derived_from_bytes() {
    with(|cx| {
        let class = derived(cx, &adder_objects::bytes::BYTES_TYPE);
        for n in 0..40 {
            let given: Vec<u8> = (0..n).collect();
            let object = cx.call(&class, &[cx.bytes(&given).unwrap().into_value()]).unwrap();
            assert_eq!(object.ty().name(), "Derived");
            attributes(cx, &object);
            assert_eq!(object.downcast::<PyBytes>().unwrap().as_slice(), given);
            let same = cx.bytes(&given).unwrap().into_value();
            assert!(cx.compares(&object, &same, CompareOp::Eq).unwrap());
            assert_eq!(cx.hash(&object).unwrap(), cx.hash(&same).unwrap());
            drop(object);
            assert!(cx.heap.collect().unreachable >= 1);
        }
    });
}

#[test]
fn a_class_derived_from_bytearray() {
    with(|cx| {
        let class = derived(cx, &adder_objects::bytearray::BYTEARRAY_TYPE);
        let object = cx.call(&class, &[cx.bytes(b"abc").unwrap().into_value()]).unwrap();
        attributes(cx, &object);
        assert_eq!(cx.display(&cx.repr(&object).unwrap().into_value()).unwrap(), "Derived(b'abc')");
        cx.call_method(&object, &cx.intern("append").unwrap(), &[Value::small(100)]).unwrap();
        assert_eq!(cx.len(&object).unwrap(), 4);
        drop(object);
        assert!(cx.heap.collect().unreachable >= 1);
    });
}

#[test]
fn text_that_does_not_fit_is_a_memory_error() {
    let big = "x".repeat(1_500_000);
    let wide = "日".repeat(500_000);
    let mut refused = 0;
    for limit in [8, 14] {
        let heap = Heap::with_limit(limit << 20);
        let stats = heap.clone();
        {
            let cx = Cx::new(heap).expect("room for an interpreter");
            let _entered = cx.enter();
            let cx = &*cx;
            let mut check = |made: adder_objects::R| match made {
                Ok(made) => drop(made),
                Err(raised) => {
                    assert!(raised.is(&exc::MEMORY_ERROR), "{}", raised.value().ty().name());
                    refused += 1;
                }
            };
            let call = |this: &Value, name: &str, args: &[Value]| cx.call_method(this, &cx.intern(name)?, args);
            for s in [&big, &wide] {
                let Ok(this) = cx.str_value(s) else { continue };
                check(cx.binary(number::ADD, &this, &this));
                check(cx.binary(number::MUL, &this, &Value::small(9)));
                check(cx.binary(
                    number::MOD,
                    &text(cx, "%s%s%s"),
                    &cx.tuple([this.clone(), this.clone(), this.clone()]).unwrap().into_value(),
                ));
                check(call(&this, "upper", &[]));
                check(call(&this, "replace", &[text(cx, &s[..3]), text(cx, "yy日")]));
                check(call(&this, "encode", &[text(cx, "utf-32")]));
                check(call(&this, "encode", &[]));
                check(call(&this, "split", &[text(cx, &s[..3])]));
                check(call(&text(cx, "-"), "join", core::slice::from_ref(&this)));
                check(call(&text(cx, "{0}{0:>4000000}"), "format", core::slice::from_ref(&this)));
                check(call(&text(cx, "x"), "center", &[Value::small(10_000_000), text(cx, "é")]));
                check(cx.repr(&this).map(Into::into));
                let bytes = match call(&this, "encode", &[]) {
                    Ok(bytes) => bytes,
                    Err(_) => continue,
                };
                check(cx.binary(number::MUL, &bytes, &Value::small(7)));
                check(call(&bytes, "hex", &[]));
                check(call(&bytes, "decode", &[text(cx, "latin-1")]));
                check(cx.bytearray(bytes.downcast::<PyBytes>().unwrap().as_slice()).map(Into::into));
                check(call(&bytes, "translate", &[Value::none(), cx.bytes(b"q").unwrap().into_value()]));
            }
        }
        stats.collect();
        let left = stats.stats();
        assert_eq!((left.objects, left.charged_bytes), (0, 0), "everything is given back");
    }
    assert!(refused > 10, "the limits are felt: {refused}");
}

fn normal(cx: &Cx, s: &str, form: &str) -> String {
    let points = normalize(cx, s.chars().map(u32::from), Form::of(form).unwrap(), false).expect("room");
    points.iter().map(|&point| char::from_u32(point).unwrap()).collect()
}

#[test]
fn normal_forms() {
    with(|cx| {
        assert_eq!(normal(cx, "é각ﬁ", "NFD"), "e\u{301}\u{1100}\u{1161}\u{11A8}ﬁ");
        assert_eq!(normal(cx, "e\u{301}\u{1100}\u{1161}\u{11A8}ﬁ", "NFC"), "é각ﬁ");
        assert_eq!(normal(cx, "éﬁ", "NFKD"), "e\u{301}fi");
        assert_eq!(normal(cx, "e\u{301}ﬁ", "NFKC"), "éfi");
        // Few marks and many are sorted in ways of their own, and those of one class never change places.
        for n in [1, 5, 6, 7, 100, 5000] {
            let unordered = format!("a{}b", "\u{315}\u{301}\u{300}\u{323}".repeat(n));
            let mut ordered = "\u{323}".repeat(n);
            ordered.push_str(&"\u{301}\u{300}".repeat(n));
            ordered.push_str(&"\u{315}".repeat(n));
            assert_eq!(normal(cx, &unordered, "NFD"), format!("a{ordered}b"), "{n}");
        }
    });
}

#[test]
fn normal_forms_stay_within_the_limit() {
    let heap = Heap::with_limit(8 << 20);
    with_heap(heap, |cx| {
        for (piece, form) in [("a", "NFC"), ("각", "NFD"), ("\u{315}\u{300}", "NFC")] {
            let long = piece.repeat(3_000_000);
            let made = normalize(cx, long.chars().map(u32::from), Form::of(form).unwrap(), false);
            assert!(made.is_err_and(|raised| raised.is(&exc::MEMORY_ERROR)), "{piece}");
            normal(cx, &piece.repeat(100), form);
        }
    });
}

/// A handler that marks what could not be converted.
static MARK: Method = Method::one("mark", |cx, _, error| {
    let (start, end) = (cx.getattr_text(error, "start")?, cx.getattr_text(error, "end")?);
    let mark = cx.str_value(&format!("<{}-{}>", start.as_i64().unwrap(), end.as_i64().unwrap()))?;
    Ok(cx.tuple([mark, end])?.into_value())
});

/// One that answers nothing that is of use.
static USELESS: Method = Method::one("useless", |_, _, _| Ok(Value::none()));

#[test]
fn handlers_that_programs_register_are_called() {
    with(|cx| {
        let codecs = &cx.codec_errors;
        let mark = cx.builtin(&MARK, Value::none(), None).unwrap().into_value();
        codecs.register(cx, &text(cx, "mark"), mark).unwrap();
        let useless = cx.builtin(&USELESS, Value::none(), None).unwrap().into_value();
        codecs.register(cx, &text(cx, "useless"), useless).unwrap();
        assert!(codecs.register(cx, &text(cx, "x"), Value::none()).unwrap_err().is(&exc::TYPE_ERROR));
        let call = |this: &Value, name: &str, args: &[&str]| {
            let args: Vec<Value> = args.iter().map(|arg| text(cx, arg)).collect();
            cx.call_method(this, &cx.intern(name).unwrap(), &args)
        };
        let made = call(&text(cx, "aéüb日"), "encode", &["ascii", "mark"]).unwrap();
        assert_eq!(made.downcast::<PyBytes>().unwrap().as_slice(), b"a<1-3>b<4-5>");
        let bytes = cx.bytes(b"a\xFFb\xC3").unwrap().into_value();
        let made = call(&bytes, "decode", &["utf-8", "mark"]).unwrap();
        assert_eq!(cx.display(&made).unwrap(), "a<1-2>b<3-4>");
        for (this, name) in [(&text(cx, "é"), "encode"), (&bytes, "decode")] {
            assert!(call(this, name, &["ascii", "useless"]).unwrap_err().is(&exc::TYPE_ERROR));
            assert!(call(this, name, &["ascii", "unknown"]).unwrap_err().is(&exc::LOOKUP_ERROR));
        }
        assert!(codecs.unregister(cx, &text(cx, "mark")).unwrap());
        assert!(!codecs.unregister(cx, &text(cx, "mark")).unwrap());
        // What built-in handlers answer when they are called with an exception.
        let error = call(&text(cx, "aéü"), "encode", &["ascii"]).unwrap_err();
        let handled = |name: &str| {
            let handler = Handler::built_in(name).unwrap();
            handle_exception(cx, &handler, error.value()).map(|answer| {
                let answer = answer.downcast::<adder_objects::tuple::PyTuple>().unwrap().items().to_vec();
                (cx.display(&answer[0]).unwrap(), answer[1].as_small().unwrap())
            })
        };
        assert_eq!(handled("ignore").unwrap(), (String::new(), 3));
        assert_eq!(handled("replace").unwrap(), ("??".into(), 3));
        assert_eq!(handled("backslashreplace").unwrap(), ("\\xe9\\xfc".into(), 3));
        assert_eq!(handled("xmlcharrefreplace").unwrap(), ("&#233;&#252;".into(), 3));
        assert!(handled("strict").unwrap_err().is(&exc::UNICODE_ENCODE_ERROR));
        assert!(handled("surrogateescape").unwrap_err().is(&exc::UNICODE_ENCODE_ERROR));
    });
}
