//! The modules `pwd` and `grp`: who there is on this machine.

use std::ffi::{CStr, CString};

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::structseq;
use super::support::{self, int};
use crate::vm::Vm;

static USERS: &[Method] = &[
    Method::one("getpwnam", |cx, this, name| {
        let text = c_text(cx, name)?;
        // SAFETY: ends with a zero; the entry is copied before another is asked for, under the interpreter's lock.
        match unsafe { libc::getpwnam(text.as_ptr()).as_ref() } {
            Some(found) => user(cx, this, found),
            None => missing(cx, format_args!("getpwnam(): name not found: {}", cx.repr(name)?.to_lossy())),
        }
    }),
    Method::one("getpwuid", |cx, this, id| {
        let id = int(cx, id)?;
        // SAFETY: as above.
        match unsafe { libc::getpwuid(id as libc::uid_t).as_ref() } {
            Some(found) => user(cx, this, found),
            None => missing(cx, format_args!("getpwuid(): uid not found: {id}")),
        }
    }),
    Method::none("getpwall", |cx, this| {
        let mut all = Vec::new();
        // SAFETY: as above.
        unsafe {
            libc::setpwent();
            while let Some(found) = libc::getpwent().as_ref() {
                all.push(user(cx, this, found)?);
            }
            libc::endpwent();
        }
        Ok(cx.list(all)?.into_value())
    }),
];

static GROUPS: &[Method] = &[
    Method::one("getgrnam", |cx, this, name| {
        let text = c_text(cx, name)?;
        // SAFETY: as for users.
        match unsafe { libc::getgrnam(text.as_ptr()).as_ref() } {
            Some(found) => group(cx, this, found),
            None => missing(cx, format_args!("getgrnam(): name not found: {}", cx.repr(name)?.to_lossy())),
        }
    }),
    Method::one("getgrgid", |cx, this, id| {
        let id = int(cx, id)?;
        // SAFETY: as for users.
        match unsafe { libc::getgrgid(id as libc::gid_t).as_ref() } {
            Some(found) => group(cx, this, found),
            None => missing(cx, format_args!("getgrgid(): gid not found: {id}")),
        }
    }),
    Method::none("getgrall", |cx, this| {
        let mut all = Vec::new();
        // SAFETY: as for users.
        unsafe {
            libc::setgrent();
            while let Some(found) = libc::getgrent().as_ref() {
                all.push(group(cx, this, found)?);
            }
            libc::endgrent();
        }
        Ok(cx.list(all)?.into_value())
    }),
];

pub(super) fn make_users(vm: &Vm) -> R {
    let fields = ["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"];
    make(vm, "pwd", USERS, "struct_passwd", &fields)
}

pub(super) fn make_groups(vm: &Vm) -> R {
    make(vm, "grp", GROUPS, "struct_group", &["gr_name", "gr_passwd", "gr_gid", "gr_mem"])
}

fn make(vm: &Vm, name: &str, functions: &'static [Method], class: &str, fields: &[&str]) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, name, functions)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, class, structseq::class(cx, name, class, fields, fields.len())?)?;
    }
    Ok(module)
}

fn c_text(cx: &Cx, value: &Value) -> R<CString> {
    if value.downcast::<adder_objects::str::PyStr>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "name must be str, not {}", value.ty().name());
    }
    match CString::new(support::fs_bytes(cx, value)?) {
        Ok(text) => Ok(text),
        Err(_) => raise!(cx, exc::VALUE_ERROR, "embedded null byte"),
    }
}

fn missing(cx: &Cx, text: core::fmt::Arguments<'_>) -> R {
    Err(cx.error(&exc::KEY_ERROR, text))
}

/// A text of the system; None where it has none.
fn text(cx: &Cx, text: *const libc::c_char) -> R {
    if text.is_null() {
        return Ok(Value::none());
    }
    // SAFETY: ends with a zero.
    support::fs_text(cx, unsafe { CStr::from_ptr(text) }.to_bytes())
}

fn user(cx: &Cx, module: &Value, found: &libc::passwd) -> R {
    let values = vec![
        text(cx, found.pw_name)?,
        text(cx, found.pw_passwd)?,
        cx.int(found.pw_uid.into())?,
        cx.int(found.pw_gid.into())?,
        text(cx, found.pw_gecos)?,
        text(cx, found.pw_dir)?,
        text(cx, found.pw_shell)?,
    ];
    structseq::of_module(cx, module, "struct_passwd", values)
}

fn group(cx: &Cx, module: &Value, found: &libc::group) -> R {
    let mut members = Vec::new();
    // SAFETY: the array ends with null.
    unsafe {
        let mut at = found.gr_mem;
        while !at.is_null() && !(*at).is_null() {
            members.push(text(cx, *at)?);
            at = at.add(1);
        }
    }
    let values = vec![
        text(cx, found.gr_name)?,
        text(cx, found.gr_passwd)?,
        cx.int(found.gr_gid.into())?,
        cx.list(members)?.into_value(),
    ];
    structseq::of_module(cx, module, "struct_group", values)
}
