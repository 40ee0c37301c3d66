//! What the system says of file systems: `statvfs`.

use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value};

use super::support::{self, Path, c_int};

pub(super) static FUNCTIONS: &[Method] = &[
    Method::any("statvfs", statvfs).doc("($module, /, path)", "What there is of the file system of a path."),
    Method::one("fstatvfs", fstatvfs).doc("($module, fd, /)", "What there is of the file system of a descriptor."),
];

/// What `f_flag` is made of.
#[cfg(target_os = "linux")]
pub(super) static NUMBERS: &[(&str, i64)] = support::numbers! {
    ST_RDONLY ST_NOSUID ST_NODEV ST_NOEXEC ST_SYNCHRONOUS ST_MANDLOCK ST_WRITE ST_APPEND ST_NOATIME ST_NODIRATIME ST_RELATIME
};
/// What `f_flag` is made of.
#[cfg(not(target_os = "linux"))]
pub(super) static NUMBERS: &[(&str, i64)] = support::numbers! { ST_RDONLY ST_NOSUID };

fn statvfs(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let params = Params { function: "statvfs", names: ["path"], positional_only: 0, positional: 1, required: 1 };
    let [Some(path)] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    told(cx, this, &Path::of(cx, "statvfs", path, true)?)
}

fn fstatvfs(cx: &Cx, this: &Value, fd: &Value) -> R {
    let descriptor = Some(c_int(cx, fd)?);
    told(cx, this, &Path { c: Default::default(), bytes: false, given: Value::none(), descriptor })
}

fn told(cx: &Cx, this: &Value, path: &Path) -> R {
    // SAFETY: plain numbers; zero is one of their values.
    let mut found: libc::statvfs = unsafe { core::mem::zeroed() };
    // SAFETY: the path ends with a zero, the result has room.
    let failed = unsafe {
        match path.descriptor {
            Some(fd) => libc::fstatvfs(fd, &raw mut found),
            None => libc::statvfs(path.c.as_ptr(), &raw mut found),
        }
    };
    if failed != 0 {
        return if path.given.is_none() { Err(support::last_error(cx)) } else { path.failed(cx) };
    }
    #[allow(clippy::unnecessary_cast, reason = "the types differ from system to system")]
    let numbers = [
        found.f_bsize as u64,
        found.f_frsize as u64,
        found.f_blocks as u64,
        found.f_bfree as u64,
        found.f_bavail as u64,
        found.f_files as u64,
        found.f_ffree as u64,
        found.f_favail as u64,
        found.f_flag as u64,
        found.f_namemax as u64,
        found.f_fsid as u64,
    ];
    let values = numbers.into_iter().map(|number| cx.int_from_u64(number)).collect::<R<Vec<_>>>()?;
    super::structseq::of_module(cx, this, "statvfs_result", values)
}
