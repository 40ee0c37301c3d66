//! Error handlers that programs register, and codecs that modules bring.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Slot;
use crate::str::PyStr;
use crate::value::Value;

/// What `codecs.register_error` was given: a dict, once there is something.
pub struct Registry {
    handlers: Slot,
}

impl Registry {
    pub(crate) const fn new() -> Registry {
        Registry { handlers: Slot::empty() }
    }

    /// The interpreter ends.
    pub(crate) fn empty(&self) {
        drop(self.handlers.take());
    }

    /// The handler registered under a name.
    ///
    /// # Errors
    /// What hashing or comparing the name raises.
    pub fn handler(&self, cx: &Cx, name: &Value) -> R<Option<Value>> {
        match self.handlers.try_get().map(Value::try_into_obj::<crate::dict::PyDict>) {
            Some(Ok(dict)) => dict.get(cx, name),
            _ => Ok(None),
        }
    }

    /// `codecs.register_error(name, handler)`
    ///
    /// # Errors
    /// TypeError if it cannot be called; MemoryError.
    pub fn register(&self, cx: &Cx, name: &Value, handler: Value) -> R<()> {
        if handler.ty().slots.call.get().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "handler must be callable");
        }
        if self.handlers.is_unset() {
            self.handlers.set(cx.dict()?.into_value());
        }
        match self.handlers.get().try_into_obj::<crate::dict::PyDict>() {
            Ok(dict) => dict.set(cx, name, handler),
            Err(_) => Ok(()),
        }
    }

    /// Forgets a handler; false if there was none.
    ///
    /// # Errors
    /// What hashing or comparing the name raises.
    pub fn unregister(&self, cx: &Cx, name: &Value) -> R<bool> {
        match self.handlers.try_get().map(Value::try_into_obj::<crate::dict::PyDict>) {
            Some(Ok(dict)) => Ok(dict.remove(cx, name)?.is_some()),
            _ => Ok(false),
        }
    }
}

/// Encodes (0) or decodes (1) by a codec of the module `_codecs`' registry.
pub(super) fn call_codec(cx: &Cx, name: &str, which: usize, object: &Value, errors: Option<&PyStr>) -> R {
    let unknown = || raise!(cx, exc::LOOKUP_ERROR, "unknown encoding: {name}");
    if cx.hooks.import.get().is_none() {
        return unknown();
    }
    let lookup = cx.getattr_text(&cx.import("_codecs")?, "lookup")?;
    let codec = cx.call(&lookup, &[cx.str_value(name)?])?;
    if let Some(is_text) = cx.getattr_opt(&codec, &cx.intern("_is_text_encoding")?)?
        && !cx.is_true(&is_text)?
    {
        let does = if which == 0 { "encode" } else { "decode" };
        return raise!(
            cx,
            exc::LOOKUP_ERROR,
            "'{name}' is not a text encoding; use codecs.{does}() to handle arbitrary codecs"
        );
    }
    let function = cx.getitem(&codec, &Value::small(which as i64))?;
    let mut args = vec![object.clone()];
    if let Some(errors) = errors {
        args.push(cx.str_from_chars(errors.chars())?.into_value());
    }
    let result = cx.call(&function, &args)?;
    match result.downcast::<crate::tuple::PyTuple>().map(crate::tuple::PyTuple::items) {
        Some([made, _]) => Ok(made.clone()),
        _ => {
            let does = if which == 0 {
                "encoder must return a tuple (object, integer)"
            } else {
                "decoder must return a tuple (object,integer)"
            };
            raise!(cx, exc::TYPE_ERROR, "{does}")
        }
    }
}
