//! `PyMemberDef` and `PyGetSetDef`: attributes that lie in, or are computed from, C's structs.

use core::ffi::{
    c_char, c_double, c_float, c_int, c_long, c_longlong, c_short, c_uint, c_ulong, c_ulonglong, c_ushort, c_void,
};
use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::{LazyLock, Mutex, PoisonError};

use adder_objects::typeobject::GetSet;
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object, Outcome, returned, status};
use crate::structs::{PyGetSetDef, PyMemberDef};
use crate::types::inward::Lent;

/// Kinds of members.
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub mod kind {
    use core::ffi::c_int;
    pub const SHORT: c_int = 0;
    pub const INT: c_int = 1;
    pub const LONG: c_int = 2;
    pub const FLOAT: c_int = 3;
    pub const DOUBLE: c_int = 4;
    pub const STRING: c_int = 5;
    pub const OBJECT: c_int = 6;
    pub const CHAR: c_int = 7;
    pub const BYTE: c_int = 8;
    pub const UBYTE: c_int = 9;
    pub const USHORT: c_int = 10;
    pub const UINT: c_int = 11;
    pub const ULONG: c_int = 12;
    pub const STRING_INPLACE: c_int = 13;
    pub const BOOL: c_int = 14;
    pub const OBJECT_EX: c_int = 16;
    pub const LONGLONG: c_int = 17;
    pub const ULONGLONG: c_int = 18;
    pub const PYSSIZET: c_int = 19;
    pub const NONE: c_int = 20;
    pub const READONLY: c_int = 1;
    pub const RELATIVE_OFFSET: c_int = 8;
}

/// A name and a documentation for a descriptor, kept for as long as the process.
pub fn shown(name: &'static str, doc: Option<&'static str>) -> &'static GetSet {
    static KEPT: LazyLock<Mutex<HashMap<(usize, usize), &'static GetSet>>> = LazyLock::new(Mutex::default);
    let key = (name.as_ptr().addr(), doc.map_or(0, |doc| doc.as_ptr().addr()));
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    match kept.get(&key) {
        Some(known) if known.name == name && known.doc == doc => known,
        _ => {
            let made: &'static GetSet = Box::leak(Box::new(GetSet {
                name,
                get: |cx, _| raise!(cx, exc::SYSTEM_ERROR, "a descriptor of C's without its interpreter"),
                set: None,
                doc,
            }));
            kept.insert(key, made);
            made
        }
    }
}

/// The descriptor of a member.
///
/// # Errors
/// MemoryError; SystemError for a kind that there is not.
pub fn descriptor(cx: &Cx, row: &PyMemberDef, name: &'static str, class: &TypeObject) -> R {
    static KEPT: LazyLock<Mutex<HashMap<Row, &'static Row>>> = LazyLock::new(Mutex::default);
    if row.kind < 0 || row.kind > kind::NONE || row.kind == 15 {
        return raise!(cx, exc::SYSTEM_ERROR, "bad memberdescr type for {name}");
    }
    let data = {
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        *kept.entry(Row(*row)).or_insert_with(|| Box::leak(Box::new(Row(*row))))
    };
    // SAFETY: a row's texts live as long as its type.
    let doc = unsafe { crate::call::text(row.doc) };
    // The lowest bit tells a member from a computed attribute.
    cx.foreign_member(shown(name, doc), core::ptr::from_ref(data).cast::<u8>().wrapping_add(1).cast(), class)
}

/// A row by its contents.
#[derive(PartialEq, Eq, Hash)]
struct Row(PyMemberDef);

// SAFETY: only read.
unsafe impl Send for Row {}
// SAFETY: as above.
unsafe impl Sync for Row {}

fn member_of(data: *const c_void) -> Option<&'static PyMemberDef> {
    (data.addr() & 1 == 1).then(|| {
        // SAFETY: made by `descriptor`.
        let Row(row) = unsafe { &*data.cast::<u8>().wrapping_sub(1).cast::<Row>() };
        row
    })
}

/// Reads an attribute: [`Hooks::foreign_get`](adder_objects::cx::Hooks::foreign_get).
pub fn get(cx: &Cx, data: *const c_void, object: &Value) -> R {
    if let Some(member) = member_of(data) {
        // SAFETY: the descriptor checked that the object is of the type whose struct this is.
        return unsafe { read(cx, member, object) };
    }
    // SAFETY: the data of a computed attribute is its row.
    let row = unsafe { &*data.cast::<PyGetSetDef>() };
    let Some(get) = row.get else {
        // SAFETY: a row's name lives as long as its type.
        let name = unsafe { crate::call::text(row.name) }.unwrap_or("?");
        return raise!(
            cx,
            exc::ATTRIBUTE_ERROR,
            "attribute '{name}' of '{}' objects is not readable",
            object.ty().name()
        );
    };
    let object = Lent::new(cx, object)?;
    // SAFETY: the contract of a getter.
    unsafe { returned(cx, get(object.object(), row.closure), || "a getter".to_owned()) }
}

/// Writes an attribute: [`Hooks::foreign_set`](adder_objects::cx::Hooks::foreign_set).
pub fn set(cx: &Cx, data: *const c_void, object: &Value, value: Option<&Value>) -> R<()> {
    if let Some(member) = member_of(data) {
        // SAFETY: as in `get`.
        return unsafe { write(cx, member, object, value) };
    }
    // SAFETY: the data of a computed attribute is its row.
    let row = unsafe { &*data.cast::<PyGetSetDef>() };
    let Some(set) = row.set else {
        // SAFETY: a row's name lives as long as its type.
        let name = unsafe { crate::call::text(row.name) }.unwrap_or("?");
        return raise!(
            cx,
            exc::ATTRIBUTE_ERROR,
            "attribute '{name}' of '{}' objects is not writable",
            object.ty().name()
        );
    };
    let object = Lent::new(cx, object)?;
    let value = value.map(|value| Lent::new(cx, value)).transpose()?;
    let value = value.as_ref().map_or(core::ptr::null_mut(), Lent::object);
    // SAFETY: the contract of a setter.
    let done = unsafe { set(object.object(), value, row.closure) };
    status(cx, done, || "a setter".to_owned()).map(drop)
}

unsafe fn read(cx: &Cx, member: &PyMemberDef, object: &Value) -> R {
    // SAFETY: forwarded contract.
    unsafe { read_at(cx, member, object.head_ptr().cast().as_ptr(), Some(object)) }
}

/// Reads a member of a struct that lies at an address; `object`: for the message where it is empty.
///
/// # Errors
/// AttributeError where it is empty; SystemError; MemoryError.
///
/// # Safety
/// A member of this kind lies there.
pub unsafe fn read_at(cx: &Cx, member: &PyMemberDef, start: *mut u8, object: Option<&Value>) -> R {
    if member.flags & kind::RELATIVE_OFFSET != 0 {
        return raise!(cx, exc::SYSTEM_ERROR, "PyMember_GetOne used with Py_RELATIVE_OFFSET");
    }
    // SAFETY: by the contract a member of this kind lies there.
    unsafe {
        let at = start.offset(member.offset);
        Ok(match member.kind {
            kind::BOOL => Value::bool(*at != 0),
            kind::BYTE => Value::small((*at.cast::<i8>()).into()),
            kind::UBYTE => Value::small((*at).into()),
            kind::SHORT => Value::small((*at.cast::<c_short>()).into()),
            kind::USHORT => Value::small((*at.cast::<c_ushort>()).into()),
            kind::INT => Value::small((*at.cast::<c_int>()).into()),
            kind::UINT => Value::small((*at.cast::<c_uint>()).into()),
            kind::LONG | kind::LONGLONG | kind::PYSSIZET => return cx.int(*at.cast::<c_long>()),
            kind::ULONG | kind::ULONGLONG => return cx.int_from_u64(*at.cast::<c_ulong>()),
            kind::FLOAT => return cx.float((*at.cast::<c_float>()).into()),
            kind::DOUBLE => return cx.float(*at.cast::<c_double>()),
            kind::STRING => match at.cast::<*const c_char>().read() {
                text if text.is_null() => Value::none(),
                text => return cx.str_value(&CStr::from_ptr(text).to_string_lossy()),
            },
            kind::STRING_INPLACE => return cx.str_value(&CStr::from_ptr(at.cast()).to_string_lossy()),
            kind::CHAR => return cx.str_value(char::from(*at).encode_utf8(&mut [0; 4])),
            kind::OBJECT => Borrowed::of(at.cast::<Object>().read()).map_or_else(Value::none, |held| held.to_owned()),
            kind::OBJECT_EX => match Borrowed::of(at.cast::<Object>().read()) {
                Some(held) => held.to_owned(),
                None => {
                    let name = crate::call::text(member.name).unwrap_or("?");
                    // As CPython: what an address belongs to is known by its head.
                    let held;
                    let object = match object {
                        Some(object) => object,
                        None => {
                            held = Borrowed::of(start.cast());
                            match &held {
                                Some(object) => object,
                                None => return raise!(cx, exc::ATTRIBUTE_ERROR, "{name}"),
                            }
                        }
                    };
                    let message = format_args!("'{}' object has no attribute '{name}'", object.ty().name());
                    return Err(cx.attribute_error(object, &cx.intern(name)?, message));
                }
            },
            kind::NONE => Value::none(),
            _ => return raise!(cx, exc::SYSTEM_ERROR, "bad memberdescr type"),
        })
    }
}

/// An int as a number of 64 bits.
fn signed(cx: &Cx, value: &Value, wrong: &str) -> R<i64> {
    match cx.index(value)?.as_i64() {
        Some(n) => Ok(n),
        None => raise!(cx, exc::OVERFLOW_ERROR, "{wrong}"),
    }
}

unsafe fn write(cx: &Cx, member: &PyMemberDef, object: &Value, value: Option<&Value>) -> R<()> {
    // SAFETY: forwarded contract.
    unsafe { write_at(cx, member, object.head_ptr().cast().as_ptr(), value) }
}

/// Writes a member of a struct that lies at an address.
///
/// # Errors
/// As CPython's `PyMember_SetOne`.
///
/// # Safety
/// A member of this kind lies there.
pub unsafe fn write_at(cx: &Cx, member: &PyMemberDef, start: *mut u8, value: Option<&Value>) -> R<()> {
    if member.flags & kind::RELATIVE_OFFSET != 0 {
        return raise!(cx, exc::SYSTEM_ERROR, "PyMember_SetOne used with Py_RELATIVE_OFFSET");
    }
    if member.flags & kind::READONLY != 0 {
        return raise!(cx, exc::ATTRIBUTE_ERROR, "readonly attribute");
    }
    // SAFETY: by the contract a member of this kind lies there.
    unsafe {
        let at = start.offset(member.offset);
        if matches!(member.kind, kind::OBJECT | kind::OBJECT_EX) {
            let place = at.cast::<Object>();
            if value.is_none() && member.kind == kind::OBJECT_EX && place.read().is_null() {
                let name = cx.intern(crate::call::text(member.name).unwrap_or("?"))?;
                return Err(cx.error_of(&exc::ATTRIBUTE_ERROR, &[name]));
            }
            let new = match value {
                Some(value) => value.clone().give(cx)?,
                None => core::ptr::null_mut(),
            };
            let old = place.replace(new);
            drop(core::ptr::NonNull::new(old).map(|old| Value::from_owned(old)));
            return Ok(());
        }
        let Some(value) = value else {
            return raise!(cx, exc::TYPE_ERROR, "can't delete numeric/char attribute");
        };
        let warn = |what: &str| -> R<()> {
            match cx.hooks.warn.get() {
                Some(warn) => warn(cx, &exc::RUNTIME_WARNING, what, 1),
                None => Ok(()),
            }
        };
        let truncated = |fits: bool, to: &str| -> R<()> {
            if fits { Ok(()) } else { warn(&format!("Truncation of value to {to}")) }
        };
        // As in CPython, a failure leaves -1 behind.
        let whole = |place: *mut c_long, wrong: &str| -> R<i64> {
            match signed(cx, value, wrong) {
                Ok(n) => Ok(n),
                Err(raised) => {
                    if !place.is_null() {
                        *place = -1;
                    }
                    Err(raised)
                }
            }
        };
        let nowhere = core::ptr::null_mut();
        let long = "Python int too large to convert to C long";
        match member.kind {
            kind::BOOL => match value.as_bool() {
                Some(yes) => *at = yes.into(),
                None => return raise!(cx, exc::TYPE_ERROR, "attribute value type must be bool"),
            },
            kind::BYTE => {
                let n = whole(nowhere, long)?;
                *at.cast::<i8>() = n as i8;
                truncated(i8::try_from(n).is_ok(), "char")?;
            }
            kind::UBYTE => {
                let n = whole(nowhere, long)?;
                *at = n as u8;
                truncated(u8::try_from(n).is_ok(), "unsigned char")?;
            }
            kind::SHORT => {
                let n = whole(nowhere, long)?;
                *at.cast::<c_short>() = n as c_short;
                truncated(c_short::try_from(n).is_ok(), "short")?;
            }
            kind::USHORT => {
                let n = whole(nowhere, long)?;
                *at.cast::<c_ushort>() = n as c_ushort;
                truncated(c_ushort::try_from(n).is_ok(), "unsigned short")?;
            }
            kind::INT => {
                let n = whole(nowhere, long)?;
                *at.cast::<c_int>() = n as c_int;
                truncated(c_int::try_from(n).is_ok(), "int")?;
            }
            kind::LONG => *at.cast::<c_long>() = whole(at.cast(), long)?,
            kind::LONGLONG => *at.cast::<c_longlong>() = whole(at.cast(), "int too big to convert")?,
            kind::PYSSIZET => {
                if !value.ty().has(adder_objects::typeobject::flag::INT) {
                    *at.cast::<isize>() = -1;
                    return raise!(cx, exc::TYPE_ERROR, "an integer is required");
                }
                *at.cast::<c_long>() = whole(at.cast(), "Python int too large to convert to C ssize_t")?;
            }
            kind::UINT | kind::ULONG | kind::ULONGLONG => {
                let wide = member.kind == kind::ULONGLONG;
                let index = cx.index(value)?;
                let n = adder_objects::int::Int::of(&index).and_then(|int| int.to_i128());
                let too_large = match wide {
                    true => "int too big to convert",
                    false => "Python int too large to convert to C unsigned long",
                };
                let n = match n {
                    Some(n) if n < i128::from(i64::MIN) => {
                        return raise!(cx, exc::OVERFLOW_ERROR, "{}", if wide { too_large } else { long });
                    }
                    Some(n) if n <= i128::from(u64::MAX) => n,
                    _ => return raise!(cx, exc::OVERFLOW_ERROR, "{too_large}"),
                };
                if member.kind == kind::UINT {
                    *at.cast::<c_uint>() = n as c_uint;
                } else {
                    *at.cast::<c_ulonglong>() = n as c_ulonglong;
                }
                if n < 0 {
                    warn("Writing negative value into unsigned field")?;
                } else if member.kind == kind::UINT {
                    truncated(c_uint::try_from(n).is_ok(), "unsigned int")?;
                }
            }
            kind::FLOAT => *at.cast::<c_float>() = crate::number::to_double(cx, value)? as c_float,
            kind::DOUBLE => {
                let number = crate::number::to_double(cx, value);
                *at.cast::<c_double>() = number.as_ref().map_or(-1.0, |number| *number);
                number?;
            }
            kind::CHAR => {
                let text = value.downcast::<adder_objects::str::PyStr>().map(|text| text.to_lossy().into_owned());
                match text.as_deref().map(str::as_bytes) {
                    Some(&[byte]) => *at = byte,
                    _ => return raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation"),
                }
            }
            kind::STRING | kind::STRING_INPLACE => return raise!(cx, exc::TYPE_ERROR, "readonly attribute"),
            _ => return raise!(cx, exc::SYSTEM_ERROR, "bad memberdescr type"),
        }
    }
    Ok(())
}
