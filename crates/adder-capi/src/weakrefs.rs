//! `PyWeakref_*`: weak references and proxies.

use core::ffi::c_int;
use core::ptr::NonNull;

use adder_gc::raw;
use adder_objects::weakref::PyWeakRef;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Lent, NewPlace, Nothing, bad_call};
use crate::contract::api;

fn callback_of(callback: Option<&Borrowed>) -> Option<Value> {
    callback.map(|callback| callback.to_owned())
}

/// Ends what weak references there are to an object that is dying: those that its deallocator, or what it called, has made.
fn end_all(cx: &Cx, object: Option<&Value>, function: &'static str, callbacks: bool) -> R<Nothing> {
    match object.and_then(Value::head) {
        Some(head) if !head.is_alive() && !head.is_foreign() => {
            // SAFETY: the object is dying. Held: a callback may drop others of them.
            let held: Vec<Value> = unsafe {
                raw::weak_list(NonNull::from_ref(head)).into_iter().map(|r| Value::from_borrowed(r)).collect()
            };
            for reference in held.iter().filter_map(Value::downcast::<PyWeakRef>) {
                if !callbacks {
                    drop(reference.callback.take());
                }
                reference.end(cx);
            }
            Ok(Nothing)
        }
        _ => Err(bad_call(cx, function)),
    }
}

api! {
    /// `weakref.ref(object, callback)`
    runs fn PyWeakref_NewRef(cx, object: Borrowed, callback: Option<Borrowed>) -> Value {
        cx.weak_ref(&object, callback_of(callback.as_ref()))
    }

    /// `weakref.proxy(object, callback)`
    runs fn PyWeakref_NewProxy(cx, object: Borrowed, callback: Option<Borrowed>) -> Value {
        cx.weak_proxy(&object, callback_of(callback.as_ref()))
    }

    /// The object of a weak reference, owned: 1, or 0 and NULL if it is dead.
    quiet fn PyWeakref_GetRef(cx, reference: Option<Borrowed>, result: NewPlace) -> bool {
        result.clear();
        let Some(reference) = reference else { return Err(bad_call(cx, "PyWeakref_GetRef")) };
        let Some(it) = reference.downcast::<PyWeakRef>() else {
            return raise!(cx, exc::TYPE_ERROR, "expected a weakref");
        };
        match it.target() {
            Some(target) => {
                result.put(cx, Some(target))?;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// The object of a weak reference, borrowed; None if it is dead.
    quiet fn PyWeakref_GetObject(cx, reference: Option<Borrowed>) -> Lent {
        match reference.as_ref().and_then(|reference| reference.downcast::<PyWeakRef>()) {
            Some(it) => Ok(Lent::of(&it.target().unwrap_or_else(Value::none))),
            None => Err(bad_call(cx, "PyWeakref_GetObject")),
        }
    }

    /// Is the object of a weak reference dead?
    quiet fn PyWeakref_IsDead(cx, reference: Option<Borrowed>) -> bool {
        let Some(reference) = reference else { return Err(bad_call(cx, "PyWeakref_IsDead")) };
        match reference.downcast::<PyWeakRef>() {
            Some(it) => Ok(it.target().is_none()),
            None => raise!(cx, exc::TYPE_ERROR, "expected a weakref, got {}", reference.ty().name()),
        }
    }

    /// Ends the weak references to an object that is dying. Those that there were when it began to die are ended already.
    runs fn PyObject_ClearWeakRefs(cx, object: Option<Borrowed>) -> Nothing {
        end_all(cx, object.as_deref(), "PyObject_ClearWeakRefs", true)
    }

    /// The same without their callbacks.
    runs fn PyUnstable_Object_ClearWeakRefsNoCallbacks(cx, object: Option<Borrowed>) -> Nothing {
        end_all(cx, object.as_deref(), "PyUnstable_Object_ClearWeakRefsNoCallbacks", false)
    }

    /// `type(object) in (weakref.ProxyType, weakref.CallableProxyType)`
    quiet fn _Adder_IsWeakProxy(cx, object: Borrowed) -> c_int {
        let _ = cx;
        Ok(adder_objects::weak_proxy::is_proxy(object.ty()).into())
    }
}
