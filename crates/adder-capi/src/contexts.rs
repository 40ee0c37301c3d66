//! `PyContext_*` and `PyContextVar_*`.

use core::ffi::c_char;

use adder_objects::Value;
use adder_vm::contexts;

use crate::border::{Borrowed, NewPlace};
use crate::contract::api;
use crate::errors::text_of;

api! {
    /// A context without values.
    quiet fn PyContext_New(cx) -> Value {
        contexts::new_context(cx)
    }

    /// A copy of a context.
    quiet fn PyContext_Copy(cx, context: Borrowed) -> Value {
        contexts::copy_context(cx, Some(&context))
    }

    /// A copy of the current context.
    quiet fn PyContext_CopyCurrent(cx) -> Value {
        contexts::copy_context(cx, None)
    }

    /// A context becomes the current one of the thread.
    quiet fn PyContext_Enter(cx, context: Borrowed) -> () {
        contexts::enter(cx, &context)
    }

    /// The context that was current before is it again.
    quiet fn PyContext_Exit(cx, context: Borrowed) -> () {
        contexts::exit(cx, &context)
    }

    /// A variable, with a default or without.
    quiet fn PyContextVar_New(cx, name: *const c_char, default: Option<Borrowed>) -> Value {
        // SAFETY: the contract: a text.
        contexts::new_variable(cx, &unsafe { text_of(name) }, default.map(|value| value.to_owned()))
    }

    /// Stores what a variable is, owned: in the current context, else the default given, else its own, else NULL.
    quiet fn PyContextVar_Get(cx, variable: Borrowed, default: Option<Borrowed>, place: NewPlace) -> () {
        place.clear();
        place.put(cx, contexts::value(cx, &variable, default.as_deref())?)
    }

    /// Sets a variable in the current context; gives a token.
    quiet fn PyContextVar_Set(cx, variable: Borrowed, value: Borrowed) -> Value {
        contexts::set(cx, &variable, &value)
    }

    /// Takes back what a token is of.
    quiet fn PyContextVar_Reset(cx, variable: Borrowed, token: Borrowed) -> () {
        contexts::reset(cx, &variable, &token)
    }
}
