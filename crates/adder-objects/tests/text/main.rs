//! Strings, formatting and codecs, beside CPython.

#[path = "../interpreter/mod.rs"]
mod interpreter;
mod judge;
mod types;

use adder_objects::{Cx, Value, exceptions as exc};
use interpreter::with;
use judge::compare;

#[test]
fn methods_of_str_answer_as_cpython() {
    compare("str_methods.py");
}

#[test]
fn formats_come_out_as_cpythons() {
    compare("formats.py");
}

fn text(cx: &Cx, s: &str) -> Value {
    cx.str_value(s).unwrap()
}

#[test]
fn appending_to_a_string_that_nobody_shares_moves_little() {
    with(|cx| {
        let piece = text(cx, "0123456789");
        let mut s = text(cx, "");
        let (mut moved, mut at) = (0, 0);
        for _ in 0..10_000 {
            s = cx.str_concat_in_place(s, &piece).unwrap();
            moved += usize::from(s.bits() != at);
            at = s.bits();
        }
        assert_eq!(cx.len(&s).unwrap(), 100_000);
        assert!(moved < 200, "moved {moved} times");
        // One that is shared stays as it is.
        let shared = s.clone();
        let longer = cx.str_concat_in_place(s, &piece).unwrap();
        assert_eq!((cx.len(&shared).unwrap(), cx.len(&longer).unwrap()), (100_000, 100_010));
        // What was known of its text before does not outlive the change.
        let mut s = text(cx, &"é".repeat(100));
        let before = cx.hash(&s).unwrap();
        assert!(s.downcast::<adder_objects::str::PyStr>().unwrap().as_str().is_some());
        for _ in 0..50 {
            s = cx.str_concat_in_place(s, &text(cx, "ü")).unwrap();
            let now = s.downcast::<adder_objects::str::PyStr>().unwrap();
            assert!(now.as_str().unwrap().ends_with('ü'));
            assert_eq!(now.as_str().unwrap().chars().count(), now.len());
        }
        assert_ne!(cx.hash(&s).unwrap(), before);
        assert_eq!(cx.hash(&s).unwrap(), cx.hash(&text(cx, &("é".repeat(100) + &"ü".repeat(50)))).unwrap());
    });
}

#[test]
fn what_is_too_large_is_a_memory_error() {
    with(|cx| {
        let x = text(cx, "x");
        for n in [10_i64.pow(12), 10_i64.pow(17), 1 << 60] {
            let raised = cx.binary(adder_objects::typeobject::number::MUL, &x, &Value::small(n)).unwrap_err();
            assert!(raised.is(&exc::MEMORY_ERROR));
            let name = cx.intern("zfill").unwrap();
            assert!(cx.call_method(&x, &name, &[Value::small(n)]).unwrap_err().is(&exc::MEMORY_ERROR));
            let spec = text(cx, &n.to_string());
            assert!(cx.format(&x, &spec).err().unwrap().is(&exc::MEMORY_ERROR));
            let directive = text(cx, &format!("%{n}d"));
            let raised = cx.binary(adder_objects::typeobject::number::MOD, &directive, &Value::small(1)).unwrap_err();
            assert!(raised.is(&exc::MEMORY_ERROR));
        }
    });
}

#[test]
fn one_string_for_each_small_character() {
    with(|cx| {
        let word = text(cx, "été");
        let a = cx.getitem(&word, &Value::small(0)).unwrap();
        let b = cx.getitem(&word, &Value::small(2)).unwrap();
        assert!(a.is(&b));
        assert!(text(cx, "").is(&text(cx, "")));
    });
}

#[test]
fn methods_of_bytes_answer_as_cpython() {
    compare("byte_methods.py");
}

#[test]
fn memoryviews_show_what_cpythons_show() {
    compare("views.py");
}

#[test]
fn a_bytearray_with_views_keeps_its_size() {
    with(|cx| {
        let array = cx.bytearray(b"abc").unwrap();
        let view = cx.memoryview(array.as_value()).unwrap();
        let more = cx.bytes(b"d").unwrap();
        let refused = |cx: &Cx| {
            cx.in_place(adder_objects::typeobject::number::ADD, array.as_value(), more.as_value())
                .err()
                .is_some_and(|raised| raised.is(&exc::BUFFER_ERROR))
        };
        assert!(refused(cx));
        // A second view, and a third of the second; the buffer ends with the last.
        let second = cx.memoryview(&view).unwrap();
        let third = cx.memoryview(&second).unwrap();
        let release = cx.intern("release").unwrap();
        cx.call_method(&view, &release, &[]).unwrap();
        cx.call_method(&view, &release, &[]).unwrap();
        drop(second);
        assert!(refused(cx));
        cx.call_method(&third, &release, &[]).unwrap();
        assert!(!refused(cx));
        assert_eq!(array.len(), 4);
        assert!(cx.len(&third).unwrap_err().is(&exc::VALUE_ERROR));
    });
}

#[test]
fn a_memoryview_in_a_cycle_is_collected() {
    with(|cx| {
        let list = cx.list([]).unwrap();
        let array = cx.bytearray(b"abc").unwrap();
        list.push(cx, cx.memoryview(array.as_value()).unwrap()).unwrap();
        list.push(cx, list.as_value().clone()).unwrap();
        drop(list);
        cx.heap.collect();
        // Its view has ended.
        array.extend_bytes(cx, b"d").unwrap();
    });
}

#[test]
fn slices_take_and_replace_what_cpythons_do() {
    compare("slices.py");
}

#[test]
fn codecs_answer_as_cpythons() {
    compare("codec_cases.py");
}
