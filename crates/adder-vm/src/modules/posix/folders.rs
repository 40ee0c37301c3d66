//! Names in folders: listing, making, moving, deleting, their rights and times.

use std::ffi::CStr;

use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use super::super::support::{self, Path, c_int, int, seconds};
use super::{folder, truth};

pub(super) static FUNCTIONS: &[Method] = &[
    Method::any("listdir", listdir),
    Method::positional("_scan", 1, 1, scan),
    Method::any("mkdir", mkdir),
    Method::any("rmdir", |cx, _, args| remove(cx, args, "rmdir", libc::AT_REMOVEDIR)),
    Method::any("unlink", |cx, _, args| remove(cx, args, "unlink", 0)),
    Method::any("remove", |cx, _, args| remove(cx, args, "remove", 0)),
    Method::any("rename", |cx, _, args| rename(cx, args, "rename")),
    Method::any("replace", |cx, _, args| rename(cx, args, "replace")),
    Method::any("link", link),
    Method::any("symlink", symlink),
    Method::any("readlink", readlink),
    Method::any("access", access),
    Method::any("chmod", chmod),
    Method::positional("fchmod", 2, 2, |cx, _, args| {
        let (fd, mode) = (c_int(cx, &args[0])?, c_int(cx, &args[1])?);
        // SAFETY: changes the rights of a file.
        support::done(cx, unsafe { libc::fchmod(fd, mode as libc::mode_t) })
    }),
    Method::any("chown", chown),
    Method::any("utime", utime),
    Method::none("getcwd", |cx, _| support::fs_text(cx, &working_folder(cx)?)),
    Method::none("getcwdb", |cx, _| Ok(cx.bytes(&working_folder(cx)?)?.into_value())),
    Method::one("chdir", chdir),
    Method::one("umask", |cx, _, mask| {
        let mask = c_int(cx, mask)?;
        // SAFETY: sets a number of the process.
        cx.int(i64::from(unsafe { libc::umask(mask as libc::mode_t) }))
    }),
];

/// Names in a folder with their kinds (`DT_*`) and inode numbers.
fn entries(cx: &Cx, path: &Path) -> R<Vec<(Vec<u8>, u8, u64)>> {
    let mut found = Vec::new();
    // SAFETY: the folder is open from here to `closedir`, and an entry is copied before the next is read.
    unsafe {
        let dir = match path.descriptor {
            Some(fd) => {
                // A copy: closing the folder must not close the caller's descriptor.
                let copy = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                if copy < 0 {
                    return Err(support::last_error(cx));
                }
                let dir = libc::fdopendir(copy);
                if dir.is_null() {
                    let error = support::last_error(cx);
                    libc::close(copy);
                    return Err(error);
                }
                libc::rewinddir(dir);
                dir
            }
            None => libc::opendir(path.c.as_ptr()),
        };
        if dir.is_null() {
            return path.failed(cx);
        }
        loop {
            let entry = libc::readdir(dir);
            if entry.is_null() {
                break;
            }
            let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                found.push((name.to_vec(), (*entry).d_type, (*entry).d_ino as u64));
            }
        }
        libc::closedir(dir);
    }
    Ok(found)
}

fn listdir(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [path] = args
        .bind(cx, &Params { function: "listdir", names: ["path"], positional_only: 0, positional: 1, required: 0 })?;
    let here = cx.intern(".")?;
    let given = path.filter(|path| !path.is_none()).unwrap_or(&here);
    let path = Path::of(cx, "listdir", given, true)?;
    let names = entries(cx, &path)?.iter().map(|(name, ..)| path.result(cx, name)).collect::<R<Vec<_>>>()?;
    Ok(cx.list(names)?.into_value())
}

/// What `scandir` needs: a list of (name, kind, inode).
fn scan(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let path = Path::of(cx, "scandir", &args[0], true)?;
    let mut list = Vec::new();
    for (name, kind, inode) in entries(cx, &path)? {
        let entry = [path.result(cx, &name)?, Value::small(kind.into()), cx.int_from_u64(inode)?];
        list.push(cx.tuple(entry)?.into_value());
    }
    Ok(cx.list(list)?.into_value())
}

fn mkdir(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [path, mode, dir] = args.bind(
        cx,
        &Params {
            function: "mkdir",
            names: ["path", "mode", "dir_fd"],
            positional_only: 0,
            positional: 2,
            required: 1,
        },
    )?;
    let Some(path) = path else { return Ok(Value::none()) };
    let path = Path::of(cx, "mkdir", path, false)?;
    let (mode, dir) = (mode.map_or(Ok(0o777), |mode| c_int(cx, mode))?, folder(cx, dir)?);
    // SAFETY: the path ends with a zero.
    let result = unsafe { libc::mkdirat(dir, path.c.as_ptr(), mode as libc::mode_t) };
    path.done(cx, result)
}

fn remove(cx: &Cx, args: Args<'_>, function: &'static str, flags: i32) -> R {
    let [path, dir] =
        args.bind(cx, &Params { function, names: ["path", "dir_fd"], positional_only: 0, positional: 1, required: 1 })?;
    let Some(path) = path else { return Ok(Value::none()) };
    let path = Path::of(cx, function, path, false)?;
    let dir = folder(cx, dir)?;
    // SAFETY: the path ends with a zero.
    let result = unsafe { libc::unlinkat(dir, path.c.as_ptr(), flags) };
    path.done(cx, result)
}

/// None, or the error of a call with two paths.
fn done_of_two(cx: &Cx, result: i32, from: &Path, to: &Path) -> R {
    if result < 0 {
        return Err(exc::os_error_of_two(cx, &std::io::Error::last_os_error(), &from.given, &to.given));
    }
    Ok(Value::none())
}

fn rename(cx: &Cx, args: Args<'_>, function: &'static str) -> R {
    let [from, to, from_dir, to_dir] = args.bind(
        cx,
        &Params {
            function,
            names: ["src", "dst", "src_dir_fd", "dst_dir_fd"],
            positional_only: 0,
            positional: 2,
            required: 2,
        },
    )?;
    let (Some(from), Some(to)) = (from, to) else { return Ok(Value::none()) };
    let (from, to) = (Path::of(cx, function, from, false)?, Path::of(cx, function, to, false)?);
    let (from_dir, to_dir) = (folder(cx, from_dir)?, folder(cx, to_dir)?);
    // SAFETY: both paths end with a zero.
    let result = unsafe { libc::renameat(from_dir, from.c.as_ptr(), to_dir, to.c.as_ptr()) };
    done_of_two(cx, result, &from, &to)
}

fn link(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [from, to, from_dir, to_dir, follow] = args.bind(
        cx,
        &Params {
            function: "link",
            names: ["src", "dst", "src_dir_fd", "dst_dir_fd", "follow_symlinks"],
            positional_only: 0,
            positional: 2,
            required: 2,
        },
    )?;
    let (Some(from), Some(to)) = (from, to) else { return Ok(Value::none()) };
    let (from, to) = (Path::of(cx, "link", from, false)?, Path::of(cx, "link", to, false)?);
    let (from_dir, to_dir) = (folder(cx, from_dir)?, folder(cx, to_dir)?);
    let flags = if truth(cx, follow, false)? { libc::AT_SYMLINK_FOLLOW } else { 0 };
    // SAFETY: both paths end with a zero.
    let result = unsafe { libc::linkat(from_dir, from.c.as_ptr(), to_dir, to.c.as_ptr(), flags) };
    done_of_two(cx, result, &from, &to)
}

fn symlink(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [from, to, _, dir] = args.bind(
        cx,
        &Params {
            function: "symlink",
            names: ["src", "dst", "target_is_directory", "dir_fd"],
            positional_only: 0,
            positional: 3,
            required: 2,
        },
    )?;
    let (Some(from), Some(to)) = (from, to) else { return Ok(Value::none()) };
    let (from, to) = (Path::of(cx, "symlink", from, false)?, Path::of(cx, "symlink", to, false)?);
    let dir = folder(cx, dir)?;
    // SAFETY: both paths end with a zero.
    let result = unsafe { libc::symlinkat(from.c.as_ptr(), dir, to.c.as_ptr()) };
    done_of_two(cx, result, &from, &to)
}

fn readlink(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [path, dir] = args.bind(
        cx,
        &Params { function: "readlink", names: ["path", "dir_fd"], positional_only: 0, positional: 1, required: 1 },
    )?;
    let Some(path) = path else { return Ok(Value::none()) };
    let path = Path::of(cx, "readlink", path, false)?;
    let dir = folder(cx, dir)?;
    let mut target = vec![0u8; 4097];
    // SAFETY: the path ends with a zero, and the result has room for so many bytes.
    let n = unsafe { libc::readlinkat(dir, path.c.as_ptr(), target.as_mut_ptr().cast(), target.len()) };
    if n < 0 { path.failed(cx) } else { path.result(cx, &target[..n as usize]) }
}

fn access(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [path, mode, dir, effective, follow] = args.bind(
        cx,
        &Params {
            function: "access",
            names: ["path", "mode", "dir_fd", "effective_ids", "follow_symlinks"],
            positional_only: 0,
            positional: 2,
            required: 2,
        },
    )?;
    let (Some(path), Some(mode)) = (path, mode) else { return Ok(Value::none()) };
    let path = Path::of(cx, "access", path, false)?;
    let (mode, dir) = (c_int(cx, mode)?, folder(cx, dir)?);
    let mut flags = 0;
    if truth(cx, effective, false)? {
        flags |= libc::AT_EACCESS;
    }
    if !truth(cx, follow, true)? {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    // SAFETY: the path ends with a zero.
    Ok(Value::bool(unsafe { libc::faccessat(dir, path.c.as_ptr(), mode, flags) } == 0))
}

fn chmod(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [path, mode, dir, follow] = args.bind(
        cx,
        &Params {
            function: "chmod",
            names: ["path", "mode", "dir_fd", "follow_symlinks"],
            positional_only: 0,
            positional: 2,
            required: 2,
        },
    )?;
    let (Some(path), Some(mode)) = (path, mode) else { return Ok(Value::none()) };
    let path = Path::of(cx, "chmod", path, true)?;
    let (mode, dir) = (c_int(cx, mode)? as libc::mode_t, folder(cx, dir)?);
    let flags = if truth(cx, follow, true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: changes the rights of a file; the path ends with a zero.
    let result = unsafe {
        match path.descriptor {
            Some(fd) => libc::fchmod(fd, mode),
            None => libc::fchmodat(dir, path.c.as_ptr(), mode, flags),
        }
    };
    path.done(cx, result)
}

fn chown(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [path, user, group, dir, follow] = args.bind(
        cx,
        &Params {
            function: "chown",
            names: ["path", "uid", "gid", "dir_fd", "follow_symlinks"],
            positional_only: 0,
            positional: 3,
            required: 3,
        },
    )?;
    let (Some(path), Some(user), Some(group)) = (path, user, group) else { return Ok(Value::none()) };
    let path = Path::of(cx, "chown", path, true)?;
    let (user, group, dir) = (int(cx, user)? as u32, int(cx, group)? as u32, folder(cx, dir)?);
    let flags = if truth(cx, follow, true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: changes the owner of a file; the path ends with a zero.
    let result = unsafe {
        match path.descriptor {
            Some(fd) => libc::fchown(fd, user, group),
            None => libc::fchownat(dir, path.c.as_ptr(), user, group, flags),
        }
    };
    path.done(cx, result)
}

fn utime(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [path, times, nanos, dir, follow] = args.bind(
        cx,
        &Params {
            function: "utime",
            names: ["path", "times", "ns", "dir_fd", "follow_symlinks"],
            positional_only: 0,
            positional: 2,
            required: 1,
        },
    )?;
    let Some(path) = path else { return Ok(Value::none()) };
    let path = Path::of(cx, "utime", path, true)?;
    let times = times.filter(|times| !times.is_none());
    let now = libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
    let set = match (times, nanos) {
        (Some(_), Some(_)) => {
            return raise!(cx, exc::VALUE_ERROR, "utime: you may specify either 'times' or 'ns' but not both");
        }
        (None, None) => [now, now],
        (Some(times), None) => {
            let Ok([a, m]) = <[Value; 2]>::try_from(cx.collect(times)?) else {
                return raise!(cx, exc::TYPE_ERROR, "utime: 'times' must be either a tuple of two ints or None");
            };
            let spec = |value: &Value| -> R<libc::timespec> {
                let at = seconds(cx, value)?;
                let whole = at.floor();
                Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: ((at - whole) * 1e9) as i64 })
            };
            [spec(&a)?, spec(&m)?]
        }
        (None, Some(nanos)) => {
            let Ok([a, m]) = <[Value; 2]>::try_from(cx.collect(nanos)?) else {
                return raise!(cx, exc::TYPE_ERROR, "utime: 'ns' must be a tuple of two ints");
            };
            let spec = |value: &Value| -> R<libc::timespec> {
                let at = int(cx, value)?;
                Ok(libc::timespec { tv_sec: at.div_euclid(1_000_000_000), tv_nsec: at.rem_euclid(1_000_000_000) })
            };
            [spec(&a)?, spec(&m)?]
        }
    };
    let dir = folder(cx, dir)?;
    let flags = if truth(cx, follow, true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path ends with a zero, and there are two times.
    let result = unsafe {
        match path.descriptor {
            Some(fd) => libc::futimens(fd, set.as_ptr()),
            None => libc::utimensat(dir, path.c.as_ptr(), set.as_ptr(), flags),
        }
    };
    path.done(cx, result)
}

fn working_folder(cx: &Cx) -> R<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    match std::env::current_dir() {
        Ok(path) => Ok(path.into_os_string().into_vec()),
        Err(error) => Err(exc::os_error(cx, &error, None)),
    }
}

fn chdir(cx: &Cx, _: &Value, path: &Value) -> R {
    let path = Path::of(cx, "chdir", path, true)?;
    // SAFETY: changes the working folder; the path ends with a zero.
    let result = unsafe {
        match path.descriptor {
            Some(fd) => libc::fchdir(fd),
            None => libc::chdir(path.c.as_ptr()),
        }
    };
    path.done(cx, result)
}
