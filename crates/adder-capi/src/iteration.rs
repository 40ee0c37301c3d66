//! `PyIter_*` and iterators made of other things.

use core::ffi::c_int;

use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, NewPlace, bad_call};
use crate::contract::api;
use crate::mapping::give_found;

/// `PYGEN_RETURN`
const RETURN: c_int = 0;
/// `PYGEN_NEXT`
const NEXT: c_int = 1;

/// What a generator-like gives for a value: what it yields, or (as an error) what it returns.
fn send(cx: &Cx, iterator: &Value, value: &Value) -> R<Result<Value, Value>> {
    let slots = &iterator.ty().slots;
    if let Some(send) = slots.send.get() {
        return send(cx, iterator, value);
    }
    let given = if value.is_none() && slots.next.get().is_some() {
        // What ends the iterator of a class has a value, which its slot does not tell.
        if crate::sequence::is_class(iterator.ty()) {
            cx.call_method(iterator, &cx.intern("__next__")?, &[]).map(Some)
        } else {
            cx.next_or_stop(iterator)
        }
    } else {
        cx.call_method(iterator, &cx.intern("send")?, core::slice::from_ref(value)).map(Some)
    };
    match given {
        Ok(Some(yielded)) => Ok(Ok(yielded)),
        Ok(None) => Ok(Err(Value::none())),
        Err(raised) if raised.is(&exc::STOP_ITERATION) => Ok(Err(cx.getattr_text(raised.value(), "value")?)),
        Err(raised) => Err(raised),
    }
}

api! {
    /// The next value: 1; 0 and NULL at the end.
    runs fn PyIter_NextItem(cx, iterator: Borrowed, item: NewPlace) -> bool {
        let next = if iterator.ty().slots.next.get().is_none() {
            raise!(cx, exc::TYPE_ERROR, "expected an iterator, got '{}'", iterator.ty().name())
        } else {
            cx.next(&iterator)
        };
        give_found(cx, next, &item)
    }

    /// Sends a value: `PYGEN_NEXT` and what was yielded, `PYGEN_RETURN` and what was returned, or `PYGEN_ERROR` and NULL.
    runs fn PyIter_Send(cx, iterator: Borrowed, value: Borrowed, result: NewPlace) -> c_int {
        result.clear();
        let (how, given) = match send(cx, &iterator, &value)? {
            Ok(yielded) => (NEXT, yielded),
            Err(returned) => (RETURN, returned),
        };
        result.put(cx, Some(given))?;
        Ok(how)
    }

    /// Has it an `__anext__`?
    quiet fn PyAIter_Check(cx, object: Borrowed) -> c_int {
        let _ = cx;
        Ok(object.ty().slots.anext.get().is_some().into())
    }

    /// `aiter(object)`
    runs fn PyObject_GetAIter(cx, object: Borrowed) -> Value {
        let Some(aiter) = object.ty().slots.aiter.get() else {
            return raise!(cx, exc::TYPE_ERROR, "'{}' object is not an async iterable", object.ty().name());
        };
        let made = aiter(cx, &object)?;
        if made.ty().slots.anext.get().is_none() {
            let name = made.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "aiter() returned not an async iterator of type '{name}'");
        }
        Ok(made)
    }

    /// An iterator over items by number.
    quiet fn PySeqIter_New(cx, sequence: Borrowed) -> Value {
        if !crate::sequence::is_sequence(&sequence) {
            return Err(bad_call(cx, "PySeqIter_New"));
        }
        cx.sequence_iterator(&sequence)
    }

    /// `iter(callable, sentinel)`
    quiet fn PyCallIter_New(cx, callable: Borrowed, sentinel: Borrowed) -> Value {
        cx.callable_iterator(&callable, &sentinel)
    }
}
