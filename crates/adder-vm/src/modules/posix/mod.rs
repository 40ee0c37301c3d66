//! The module `posix`: calls of the system. What is written in Python of it lies in `_builtin/posix.py`.

mod constants;
mod file_systems;
mod files;
mod folders;
mod process;
mod sessions;
mod spawn;
mod wait_status;

use adder_objects::{Cx, R, Value};

use super::{structseq, support};
use crate::vm::Vm;

pub(super) use spawn::after_fork;

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "posix", files::FUNCTIONS)?.into_value();
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    for functions in MORE {
        crate::module::add(cx, &module, functions)?;
    }
    support::constants(cx, &module, constants::NUMBERS)?;
    support::constants(cx, &module, file_systems::NUMBERS)?;
    for (name, fields, visible) in SEQUENCES {
        let home = if ["uname_result", "waitid_result", "sched_param"].contains(name) { "posix" } else { "os" };
        dict.set_text(cx, name, structseq::class(cx, home, name, fields, *visible)?)?;
    }
    dict.set_text(cx, "error", adder_objects::exceptions::OS_ERROR.value())?;
    dict.set_text(cx, "environ", process::environ(cx)?)?;
    dict.set_text(cx, "sysconf_names", process::configuration(cx)?)?;
    support::in_python(vm, "posix", &module, &["_builtin/posix.py"])?;
    Ok(module)
}

static MORE: &[&[adder_objects::typeobject::Method]] = &[
    file_systems::FUNCTIONS,
    folders::FUNCTIONS,
    process::FUNCTIONS,
    sessions::PLAIN,
    sessions::FUNCTIONS,
    spawn::FUNCTIONS,
    wait_status::FUNCTIONS,
];

/// The module `_posixsubprocess`.
pub(super) fn make_subprocess(vm: &Vm) -> R {
    let module = crate::module::builtin(&vm.cx, "_posixsubprocess", spawn::SUBPROCESS)?.into_value();
    support::in_python(vm, "_posixsubprocess", &module, &["_builtin/_posixsubprocess.py"])?;
    Ok(module)
}

static SEQUENCES: &[(&str, &[&str], usize)] = &[
    (
        "stat_result",
        &[
            "st_mode",
            "st_ino",
            "st_dev",
            "st_nlink",
            "st_uid",
            "st_gid",
            "st_size",
            "_",
            "_",
            "_",
            "st_atime",
            "st_mtime",
            "st_ctime",
            "st_atime_ns",
            "st_mtime_ns",
            "st_ctime_ns",
            "st_blksize",
            "st_blocks",
            "st_rdev",
        ],
        10,
    ),
    ("terminal_size", &["columns", "lines"], 2),
    ("sched_param", &["sched_priority"], 1),
    ("waitid_result", &["si_pid", "si_uid", "si_signo", "si_status", "si_code"], 5),
    ("uname_result", &["sysname", "nodename", "release", "version", "machine"], 5),
    ("times_result", &["user", "system", "children_user", "children_system", "elapsed"], 5),
    (
        "statvfs_result",
        &[
            "f_bsize",
            "f_frsize",
            "f_blocks",
            "f_bfree",
            "f_bavail",
            "f_files",
            "f_ffree",
            "f_favail",
            "f_flag",
            "f_namemax",
            "f_fsid",
        ],
        10,
    ),
];

/// `dir_fd`: a descriptor, or None for the working folder.
fn folder(cx: &Cx, value: Option<&Value>) -> R<i32> {
    match value {
        Some(value) if !value.is_none() => support::c_int(cx, value),
        _ => Ok(libc::AT_FDCWD),
    }
}

/// A flag with a default.
fn truth(cx: &Cx, value: Option<&Value>, default: bool) -> R<bool> {
    value.map_or(Ok(default), |value| cx.is_true(value))
}
