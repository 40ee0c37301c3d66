//! `enumerate`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::itself;
use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::str::PyStr;
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// Pairs of a number and a value.
#[repr(C)]
pub struct PyEnumerate {
    head: Head,
    /// The iterator whose values are counted.
    pub iterator: Slot,
    /// The next number, an int of any size.
    pub number: Slot,
}

/// `enumerate`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyEnum_Type")]
pub static ENUMERATE_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const ENUMERATE_TYPE);
static SPEC: Spec = Spec {
    doc: Some("Pairs of a running number and a value of the iterable."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyEnumerate>(),
    functions: functions::<PyEnumerate>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), new: slot(new), ..Slots::NONE },
    methods: &[Method::none("__reduce__", reduce), Method::one("__class_getitem__", crate::generic_alias::of).class()],
    ..Spec::new("enumerate", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyEnumerate {
    fn ty() -> &'static TypeObject {
        &ENUMERATE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.iterator.trace(tracer);
        self.number.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.iterator.clear(clearer);
    }
}

fn of(this: &Value) -> &PyEnumerate {
    // SAFETY: called for enumerations.
    unsafe { this.cast::<PyEnumerate>() }
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let n = args.values().len();
    if n == 0 {
        return raise!(cx, exc::TYPE_ERROR, "enumerate() missing required argument 'iterable'");
    }
    if n > 2 {
        return raise!(cx, exc::TYPE_ERROR, "enumerate() takes at most 2 arguments ({n} given)");
    }
    let mut bound = [args.given().first(), args.given().get(1)];
    for (name, value) in args.keywords() {
        let text = name.downcast::<PyStr>().and_then(PyStr::as_str);
        match text.and_then(|text| ["iterable", "start"].iter().position(|known| *known == text)) {
            Some(at)
                if bound[at].is_none() && (at == 0 || bound[0].is_some() || args.keyword("iterable").is_some()) =>
            {
                bound[at] = Some(value);
            }
            _ => {
                let name = cx.display(name)?;
                return raise!(cx, exc::TYPE_ERROR, "'{name}' is an invalid keyword argument for enumerate()");
            }
        }
    }
    let [Some(iterable), start] = bound else {
        return raise!(cx, exc::TYPE_ERROR, "enumerate() missing required argument 'iterable'");
    };
    let number = match start {
        Some(start) => cx.index(start)?,
        None => Value::small(0),
    };
    let made = PyEnumerate { head: unborn(), iterator: Slot::new(cx.iter(iterable)?), number: Slot::new(number) };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = of(this);
    let Some(iterator) = it.iterator.try_get() else { return Ok(None) };
    let Some(value) = cx.next(&iterator)? else { return Ok(None) };
    let number = it.number.get();
    it.number.set(match number.as_small().and_then(|n| Value::try_small(n + 1)) {
        Some(next) => next,
        None => cx.binary(number::ADD, &number, &Value::small(1))?,
    });
    Ok(Some(cx.tuple([number, value])?.into_value()))
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let iterator = it.iterator.try_get().unwrap_or_else(Value::none);
    let args = cx.tuple([iterator, it.number.get()])?.into_value();
    Ok(cx.tuple([this.ty().value(), args])?.into_value())
}
