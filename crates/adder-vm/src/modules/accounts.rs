//! The modules `pwd` and `grp`: who there is on this machine.

use std::ffi::CString;

use adder_objects::typeobject::Method;
use adder_objects::{Catch, Cx, R, Value, exceptions as exc, raise};

use super::process_wide::{alone, copied};
use super::structseq;
use super::support::{self, int};
use crate::vm::Vm;

static USERS: &[Method] = &[
    Method::one("getpwnam", |cx, this, name| {
        let text = c_text(cx, name)?;
        // SAFETY: ends with a zero; the entry is copied before another is asked for.
        match alone(move || unsafe { libc::getpwnam(text.as_ptr()).as_ref().map(|found| User::of(found)) }) {
            Some(found) => found.value(cx, this),
            None => missing(cx, format_args!("getpwnam(): name not found: {}", cx.repr(name)?.to_lossy())),
        }
    }),
    Method::one("getpwuid", |cx, this, id| {
        let Some(number) = id_of(cx, id)? else { return missing(cx, format_args!("getpwuid(): uid not found")) };
        // SAFETY: as above.
        match alone(move || unsafe { libc::getpwuid(number).as_ref().map(|found| User::of(found)) }) {
            Some(found) => found.value(cx, this),
            None => missing(cx, format_args!("getpwuid(): uid not found: {}", cx.repr(id)?.to_lossy())),
        }
    }),
    Method::none("getpwall", |cx, this| {
        // SAFETY: as above.
        let all = alone(|| unsafe {
            let mut all = Vec::new();
            libc::setpwent();
            while let Some(found) = libc::getpwent().as_ref() {
                all.push(User::of(found));
            }
            libc::endpwent();
            all
        });
        let all = all.into_iter().map(|found| found.value(cx, this)).collect::<R<Vec<_>>>()?;
        Ok(cx.list(all)?.into_value())
    }),
];

static GROUPS: &[Method] = &[
    Method::one("getgrnam", |cx, this, name| {
        let text = c_text(cx, name)?;
        // SAFETY: as for users.
        match alone(move || unsafe { libc::getgrnam(text.as_ptr()).as_ref().map(|found| Group::of(found)) }) {
            Some(found) => found.value(cx, this),
            None => missing(cx, format_args!("getgrnam(): name not found: {}", cx.repr(name)?.to_lossy())),
        }
    }),
    Method::one("getgrgid", |cx, this, id| {
        let Some(number) = id_of(cx, id)? else {
            return raise!(cx, exc::OVERFLOW_ERROR, "gid is less than minimum");
        };
        // SAFETY: as for users.
        match alone(move || unsafe { libc::getgrgid(number).as_ref().map(|found| Group::of(found)) }) {
            Some(found) => found.value(cx, this),
            None => missing(cx, format_args!("getgrgid(): gid not found: {}", cx.repr(id)?.to_lossy())),
        }
    }),
    Method::none("getgrall", |cx, this| {
        // SAFETY: as for users.
        let all = alone(|| unsafe {
            let mut all = Vec::new();
            libc::setgrent();
            while let Some(found) = libc::getgrent().as_ref() {
                all.push(Group::of(found));
            }
            libc::endgrent();
            all
        });
        let all = all.into_iter().map(|found| found.value(cx, this)).collect::<R<Vec<_>>>()?;
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

/// The number of a user or a group; nothing if the system can have none of this number.
fn id_of(cx: &Cx, value: &Value) -> R<Option<u32>> {
    Ok(int(cx, value).unless(&exc::OVERFLOW_ERROR)?.and_then(|id| match id {
        -1 => Some(u32::MAX),
        id => u32::try_from(id).ok(),
    }))
}

fn missing(cx: &Cx, text: core::fmt::Arguments<'_>) -> R {
    Err(cx.error(&exc::KEY_ERROR, text))
}

/// A text of the system; None where it has none.
fn text(cx: &Cx, text: Option<&Vec<u8>>) -> R {
    text.map_or_else(|| Ok(Value::none()), |text| support::fs_text(cx, text))
}

/// What the system knows of a user.
struct User {
    name: Option<Vec<u8>>,
    password: Option<Vec<u8>>,
    id: libc::uid_t,
    group: libc::gid_t,
    real_name: Option<Vec<u8>>,
    home: Option<Vec<u8>>,
    shell: Option<Vec<u8>>,
}

impl User {
    /// # Safety
    /// An entry of the system, whose texts end with a zero.
    unsafe fn of(found: &libc::passwd) -> User {
        // SAFETY: by the contract.
        unsafe {
            User {
                name: copied(found.pw_name),
                password: copied(found.pw_passwd),
                id: found.pw_uid,
                group: found.pw_gid,
                real_name: copied(found.pw_gecos),
                home: copied(found.pw_dir),
                shell: copied(found.pw_shell),
            }
        }
    }

    fn value(&self, cx: &Cx, module: &Value) -> R {
        let values = vec![
            text(cx, self.name.as_ref())?,
            text(cx, self.password.as_ref())?,
            cx.int(self.id.into())?,
            cx.int(self.group.into())?,
            text(cx, self.real_name.as_ref())?,
            text(cx, self.home.as_ref())?,
            text(cx, self.shell.as_ref())?,
        ];
        structseq::of_module(cx, module, "struct_passwd", values)
    }
}

/// What the system knows of a group.
struct Group {
    name: Option<Vec<u8>>,
    password: Option<Vec<u8>>,
    id: libc::gid_t,
    members: Vec<Vec<u8>>,
}

impl Group {
    /// # Safety
    /// An entry of the system, whose texts end with a zero, and its array of members with null.
    unsafe fn of(found: &libc::group) -> Group {
        let mut members = Vec::new();
        // SAFETY: by the contract.
        unsafe {
            let mut at = found.gr_mem;
            while !at.is_null()
                && let Some(member) = copied(*at)
            {
                members.push(member);
                at = at.add(1);
            }
            Group { name: copied(found.gr_name), password: copied(found.gr_passwd), id: found.gr_gid, members }
        }
    }

    fn value(&self, cx: &Cx, module: &Value) -> R {
        let members = self.members.iter().map(|member| support::fs_text(cx, member)).collect::<R<Vec<_>>>()?;
        let values = vec![
            text(cx, self.name.as_ref())?,
            text(cx, self.password.as_ref())?,
            cx.int(self.id.into())?,
            cx.list(members)?.into_value(),
        ];
        structseq::of_module(cx, module, "struct_group", values)
    }
}
