//! `iter(callable, sentinel)`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::itself;
use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// Calls until the sentinel comes.
#[repr(C)]
pub struct PyCallableIterator {
    head: Head,
    callable: Slot,
    sentinel: Slot,
}

/// `callable_iterator`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyCallIter_Type")]
pub static CALLABLE_ITERATOR_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const CALLABLE_ITERATOR_TYPE);
static SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyCallableIterator>(),
    functions: functions::<PyCallableIterator>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), ..Slots::NONE },
    methods: &[Method::none("__reduce__", reduce)],
    ..Spec::new("callable_iterator", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyCallableIterator {
    fn ty() -> &'static TypeObject {
        &CALLABLE_ITERATOR_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.callable.trace(tracer);
        self.sentinel.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.callable.clear(clearer);
        self.sentinel.clear(clearer);
    }
}

fn of(this: &Value) -> &PyCallableIterator {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PyCallableIterator>() }
}

fn end(it: &PyCallableIterator) {
    drop(it.callable.take());
    drop(it.sentinel.take());
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = of(this);
    let Some(callable) = it.callable.try_get() else { return Ok(None) };
    let Some(value) = cx.call(&callable, &[]).unless(&exc::STOP_ITERATION)? else {
        end(it);
        return Ok(None);
    };
    // The call may have ended the iterator from within.
    let Some(sentinel) = it.sentinel.try_get() else { return Ok(None) };
    if cx.equals(&sentinel, &value)? {
        end(it);
        return Ok(None);
    }
    Ok(Some(value))
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    // Finding the function may run code that ends the iterator.
    let function = cx.getattr_text(&cx.import("builtins")?, "iter")?;
    let args = match (it.callable.try_get(), it.sentinel.try_get()) {
        (Some(callable), Some(sentinel)) => cx.tuple([callable, sentinel])?,
        _ => cx.tuple([cx.empty_tuple()?.into_value()])?,
    };
    Ok(cx.tuple([function, args.into_value()])?.into_value())
}

impl Cx {
    /// `iter(callable, sentinel)`
    ///
    /// # Errors
    /// TypeError if it cannot be called; MemoryError.
    pub fn callable_iterator(&self, callable: &Value, sentinel: &Value) -> R {
        if callable.ty().slots.call.get().is_none() {
            return raise!(self, exc::TYPE_ERROR, "iter(v, w): v must be callable");
        }
        let made = PyCallableIterator {
            head: unborn(),
            callable: Slot::new(callable.clone()),
            sentinel: Slot::new(sentinel.clone()),
        };
        Ok(self.alloc(made)?.into_value())
    }
}
