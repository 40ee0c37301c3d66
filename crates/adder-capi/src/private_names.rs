//! What modules use of CPython's private functions although it is nobody's: documented nowhere, and in its headers all the same.

use core::ffi::{CStr, c_char};

use adder_objects::dict::PyDict;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, TypeObject, Value};

use crate::border::{Borrowed, Lent, bad_call};
use crate::contract::api;

/// `_Py_Identifier`
#[repr(C)]
#[allow(missing_docs, reason = "the name is CPython's")]
pub struct Identifier {
    pub string: *const c_char,
}

fn class<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a TypeObject> {
    value.downcast::<TypeObject>().ok_or_else(|| bad_call(cx, function))
}

api! {
    /// What the order of resolution of a type has under a name: in the namespace that has it, as it lies there. NULL without an
    /// exception if none has.
    runs fn _PyType_Lookup(cx, object: Borrowed, name: Borrowed) -> Lent {
        let order = cx.state(class(cx, &object, "_PyType_Lookup")?).mro.get();
        let Some(order) = order.downcast::<PyTuple>() else { return Ok(Lent::NULL) };
        for base in order.items() {
            let Some(base) = base.downcast::<TypeObject>() else { continue };
            let namespace = cx.state(base).dict.clone();
            if namespace.find(cx, &name)?.is_some() {
                return crate::dict::lend_value(cx, &namespace, &name);
            }
        }
        Ok(Lent::NULL)
    }

    /// The same, owned.
    runs fn _PyType_LookupRef(cx, object: Borrowed, name: Borrowed) -> Option<Value> {
        cx.lookup(class(cx, &object, "_PyType_LookupRef")?, &name)
    }

    /// The last part of a type's name.
    quiet fn _PyType_Name(cx, object: Borrowed) -> *mut c_char {
        let name = class(cx, &object, "_PyType_Name")?.c.tp_name.get();
        // SAFETY: the contract: a type that is ready, whose name is a text.
        let bytes = unsafe { CStr::from_ptr(name.cast()) }.to_bytes();
        let start = bytes.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
        Ok(name.cast::<c_char>().cast_mut().wrapping_add(start))
    }

    /// `dict.pop(key, default)`; NULL is no default.
    runs fn _PyDict_Pop(cx, object: Borrowed, key: Borrowed, default: Option<Borrowed>) -> Value {
        let Some(dict) = object.downcast::<PyDict>() else { return Err(bad_call(cx, "_PyDict_Pop")) };
        match (dict.remove(cx, &key)?, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.to_owned()),
            (None, None) => Err(cx.key_error(&key)),
        }
    }

    /// The string of an identifier: interned, and there as long as the interpreter.
    quiet fn _PyUnicode_FromId(cx, id: *mut Identifier) -> Lent {
        // SAFETY: the contract: an identifier, with a text.
        let text = unsafe { CStr::from_ptr((*id).string) };
        let identifiers = &crate::state::of(cx).identifiers;
        if let Some(known) = identifiers.borrow().get(&id.addr()) {
            return Ok(Lent::of(known));
        }
        let made = cx.intern(&text.to_string_lossy())?;
        let lent = Lent::of(&made);
        identifiers.borrow_mut().insert(id.addr(), made);
        Ok(lent)
    }
}
