//! `PyDescr_*`, `PyMember_*`, and the objects that a class's namespace holds: static and class methods, proxies of dicts.

use core::ffi::{c_char, c_int};

use adder_objects::dunder::PySlotWrapper;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use crate::border::{Borrowed, bad_call};
use crate::call::{method_of, text};
use crate::contract::api;
use crate::structs::{PyGetSetDef, PyMemberDef, PyMethodDef};

fn class<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a TypeObject> {
    value.downcast::<TypeObject>().ok_or_else(|| bad_call(cx, function))
}

/// A method of a row as one of a kind, whatever the row's flags say of that.
unsafe fn method(cx: &Cx, row: *mut PyMethodDef, kind: u8) -> R<&'static Method> {
    // SAFETY: forwarded contract.
    let known = unsafe { method_of(cx, row) }?;
    if known.kind == kind {
        return Ok(known);
    }
    let method = Method { kind, name: known.name, call: known.call, signature: known.signature, doc: known.doc };
    // As the table's own methods: for as long as the process.
    Ok(Box::leak(Box::new(method)))
}

api! {
    /// The descriptor of a method.
    quiet fn PyDescr_NewMethod(cx, owner: Borrowed, row: *mut PyMethodDef) -> Value {
        // SAFETY: the contract: a row that lives as long as the program.
        let method = unsafe { method(cx, row, Method::PLAIN) }?;
        cx.descriptor_of(method, class(cx, &owner, "PyDescr_NewMethod")?)
    }

    /// The descriptor of a class method.
    quiet fn PyDescr_NewClassMethod(cx, owner: Borrowed, row: *mut PyMethodDef) -> Value {
        // SAFETY: the contract: a row that lives as long as the program.
        let method = unsafe { method(cx, row, Method::CLASS) }?;
        cx.descriptor_of(method, class(cx, &owner, "PyDescr_NewClassMethod")?)
    }

    /// The descriptor of an attribute that lies in the instance.
    quiet fn PyDescr_NewMember(cx, owner: Borrowed, row: *mut PyMemberDef) -> Value {
        // SAFETY: the contract: a row that lives as long as the program.
        let row = unsafe { &*row };
        // SAFETY: as above.
        let name = unsafe { text(row.name) }.unwrap_or("?");
        if row.flags & crate::members::kind::RELATIVE_OFFSET != 0 {
            return raise!(cx, exc::SYSTEM_ERROR, "PyDescr_NewMember used with Py_RELATIVE_OFFSET");
        }
        crate::members::descriptor(cx, row, name, class(cx, &owner, "PyDescr_NewMember")?)
    }

    /// The descriptor of an attribute that is computed.
    quiet fn PyDescr_NewGetSet(cx, owner: Borrowed, row: *mut PyGetSetDef) -> Value {
        // SAFETY: the contract: a row that lives as long as the program.
        let (name, doc) = unsafe { (text((*row).name).unwrap_or("?"), text((*row).doc)) };
        cx.foreign_getset(crate::members::shown(name, doc), row.cast(), class(cx, &owner, "PyDescr_NewGetSet")?)
    }

    /// Has its type a `__set__`?
    quiet fn PyDescr_IsData(cx, object: Borrowed) -> c_int {
        let _ = cx;
        Ok(object.ty().slots.descr_set.get().is_some().into())
    }

    /// A slot wrapper bound to an object.
    quiet fn PyWrapper_New(cx, wrapper: Borrowed, this: Borrowed) -> Value {
        match (wrapper.downcast::<PySlotWrapper>(), wrapper.ty().slots.descr_get.get()) {
            (Some(_), Some(get)) => get(cx, &wrapper, Some(&this), None),
            _ => Err(bad_call(cx, "PyWrapper_New")),
        }
    }

    /// `types.MappingProxyType(mapping)`
    runs fn PyDictProxy_New(cx, mapping: Borrowed) -> Value {
        cx.call(&adder_objects::mapping_proxy::MAPPING_PROXY_TYPE.value(), core::slice::from_ref(&*mapping))
    }

    /// `staticmethod(callable)`
    runs fn PyStaticMethod_New(cx, callable: Borrowed) -> Value {
        cx.static_method(callable.to_owned())
    }

    /// `classmethod(callable)`
    runs fn PyClassMethod_New(cx, callable: Borrowed) -> Value {
        cx.class_method(callable.to_owned())
    }

    /// Reads what a row says of a struct that lies at an address.
    runs fn PyMember_GetOne(cx, address: *const c_char, row: *mut PyMemberDef) -> Value {
        // SAFETY: the contract: a row, and a struct as it says.
        unsafe { crate::members::read_at(cx, &*row, address.cast_mut().cast(), None) }
    }

    /// Writes it; NULL deletes it.
    runs fn PyMember_SetOne(cx, address: *mut c_char, row: *mut PyMemberDef, value: Option<Borrowed>) -> () {
        // SAFETY: the contract: a row, and a struct as it says.
        unsafe { crate::members::write_at(cx, &*row, address.cast(), value.as_deref()) }
    }
}
