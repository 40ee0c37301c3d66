//! Files: opening, reading, writing, what the system knows of them.

use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value};

use super::super::support::{self, Path, c_int, checked, done, int};
use super::{folder, truth};

pub(super) static FUNCTIONS: &[Method] = &[
    Method::any("open", open),
    Method::one("close", |cx, _, fd| {
        let fd = c_int(cx, fd)?;
        // SAFETY: the program's own descriptors are its to close.
        done(cx, unsafe { libc::close(fd) })
    }),
    Method::positional("closerange", 2, 2, close_range),
    Method::positional("read", 2, 2, read),
    Method::positional("readinto", 2, 2, readinto),
    Method::positional("write", 2, 2, write),
    Method::positional("pread", 3, 3, pread),
    Method::positional("pwrite", 3, 3, pwrite),
    Method::positional("lseek", 3, 3, lseek),
    Method::any("stat", stat),
    Method::any("lstat", lstat),
    Method::one("fstat", fstat),
    Method::one("isatty", |cx, _, fd| {
        let fd = c_int(cx, fd)?;
        // SAFETY: asks about a descriptor.
        Ok(Value::bool(unsafe { libc::isatty(fd) } == 1))
    }),
    Method::none("pipe", pipe),
    Method::one("dup", dup),
    Method::any("dup2", dup2),
    Method::one("fsync", fsync),
    Method::one("fdatasync", fsync),
    Method::positional("ftruncate", 2, 2, ftruncate),
    Method::positional("truncate", 2, 2, truncate),
    Method::one("get_inheritable", |cx, _, fd| {
        let fd = c_int(cx, fd)?;
        // SAFETY: asks about a descriptor.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
        if flags < 0 { Err(support::last_error(cx)) } else { Ok(Value::bool(flags & libc::FD_CLOEXEC == 0)) }
    }),
    Method::positional("set_inheritable", 2, 2, |cx, _, args| {
        let (fd, on) = (c_int(cx, &args[0])?, cx.is_true(&args[1])?);
        // SAFETY: sets a flag of a descriptor.
        done(cx, unsafe { libc::fcntl(fd, libc::F_SETFD, if on { 0 } else { libc::FD_CLOEXEC }) })
    }),
    Method::one("get_blocking", |cx, _, fd| {
        let fd = c_int(cx, fd)?;
        // SAFETY: asks about a descriptor.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
        if flags < 0 { Err(support::last_error(cx)) } else { Ok(Value::bool(flags & libc::O_NONBLOCK == 0)) }
    }),
    Method::positional("set_blocking", 2, 2, set_blocking),
    Method::positional("get_terminal_size", 0, 1, terminal_size),
    Method::one("fspath", |cx, _, path| support::fspath(cx, path)),
];

fn open(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [path, flags, mode, dir] = args.bind(
        cx,
        &Params {
            function: "open",
            names: ["path", "flags", "mode", "dir_fd"],
            positional_only: 0,
            positional: 3,
            required: 2,
        },
    )?;
    let (Some(path), Some(flags)) = (path, flags) else { return Ok(Value::none()) };
    let path = Path::of(cx, "open", path, false)?;
    let flags = c_int(cx, flags)? | libc::O_CLOEXEC;
    let mode = mode.map_or(Ok(0o777), |mode| c_int(cx, mode))?;
    let dir = folder(cx, dir)?;
    // SAFETY: the path ends with a zero.
    let fd = support::retry(cx, || i64::from(unsafe { libc::openat(dir, path.c.as_ptr(), flags, mode) }))?;
    if fd < 0 { path.failed(cx) } else { cx.int(fd) }
}

fn close_range(cx: &Cx, _: &Value, args: &[Value]) -> R {
    for fd in c_int(cx, &args[0])?..c_int(cx, &args[1])? {
        // SAFETY: as for `close`; errors do not count.
        unsafe { libc::close(fd) };
    }
    Ok(Value::none())
}

fn length(cx: &Cx, value: &Value) -> R<usize> {
    match usize::try_from(int(cx, value)?) {
        Ok(n) => Ok(n),
        Err(_) => Err(support::error_of_code(cx, libc::EINVAL)),
    }
}

fn read(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, n) = (c_int(cx, &args[0])?, length(cx, &args[1])?);
    let buffer = &mut *support::zeroed(cx, n)?;
    // SAFETY: the buffer has room for so many bytes.
    let got = support::retry(cx, || unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), n) as i64 })?;
    if got < 0 {
        return Err(support::last_error(cx));
    }
    Ok(cx.bytes(&buffer[..got as usize])?.into_value())
}

fn pread(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, n, at) = (c_int(cx, &args[0])?, length(cx, &args[1])?, int(cx, &args[2])?);
    let buffer = &mut *support::zeroed(cx, n)?;
    // SAFETY: the buffer has room for so many bytes.
    let got = support::retry(cx, || unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), n, at) as i64 })?;
    if got < 0 {
        return Err(support::last_error(cx));
    }
    Ok(cx.bytes(&buffer[..got as usize])?.into_value())
}

fn readinto(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let fd = c_int(cx, &args[0])?;
    let view = support::writable(cx, &args[1], "readinto() argument 2")?;
    let made = &mut *support::zeroed(cx, view.len)?;
    // SAFETY: the buffer has room for so many bytes.
    let got = support::retry(cx, || unsafe { libc::read(fd, made.as_mut_ptr().cast(), made.len()) as i64 })?;
    if got < 0 {
        return Err(support::last_error(cx));
    }
    // SAFETY: the view is writable, has this length, and keeps its memory while it lives.
    unsafe { view.data.copy_from_nonoverlapping(made.as_ptr(), got as usize) };
    cx.int(got)
}

fn write(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let fd = c_int(cx, &args[0])?;
    let bytes = &*support::contents(cx, &args[1])?;
    // SAFETY: so many bytes are there.
    let put = support::retry(cx, || unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) as i64 })?;
    checked(cx, put)
}

fn pwrite(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, at) = (c_int(cx, &args[0])?, int(cx, &args[2])?);
    let bytes = &*support::contents(cx, &args[1])?;
    // SAFETY: so many bytes are there.
    let put = support::retry(cx, || unsafe { libc::pwrite(fd, bytes.as_ptr().cast(), bytes.len(), at) as i64 })?;
    checked(cx, put)
}

fn lseek(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, at, whence) = (c_int(cx, &args[0])?, int(cx, &args[1])?, c_int(cx, &args[2])?);
    // SAFETY: moves the position of a descriptor.
    checked(cx, unsafe { libc::lseek(fd, at, whence) })
}

fn stat(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [path, dir, follow] = args.bind(
        cx,
        &Params {
            function: "stat",
            names: ["path", "dir_fd", "follow_symlinks"],
            positional_only: 0,
            positional: 1,
            required: 1,
        },
    )?;
    let Some(path) = path else { return Ok(Value::none()) };
    let path = Path::of(cx, "stat", path, true)?;
    let (dir, follow) = (folder(cx, dir)?, truth(cx, follow, true)?);
    stat_path(cx, this, &path, dir, follow)
}

fn lstat(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [path, dir] = args.bind(
        cx,
        &Params { function: "lstat", names: ["path", "dir_fd"], positional_only: 0, positional: 1, required: 1 },
    )?;
    let Some(path) = path else { return Ok(Value::none()) };
    let path = Path::of(cx, "lstat", path, false)?;
    let dir = folder(cx, dir)?;
    stat_path(cx, this, &path, dir, false)
}

fn fstat(cx: &Cx, this: &Value, fd: &Value) -> R {
    let path = Path { c: Default::default(), bytes: false, given: Value::none(), descriptor: Some(c_int(cx, fd)?) };
    stat_path(cx, this, &path, libc::AT_FDCWD, true)
}

fn stat_path(cx: &Cx, this: &Value, path: &Path, dir: i32, follow: bool) -> R {
    // SAFETY: plain numbers; zero is one of their values.
    let mut found: libc::stat = unsafe { core::mem::zeroed() };
    // SAFETY: the path ends with a zero, the result has room.
    let failed = unsafe {
        match path.descriptor {
            Some(fd) => libc::fstat(fd, &raw mut found),
            None => {
                let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
                libc::fstatat(dir, path.c.as_ptr(), &raw mut found, flags)
            }
        }
    };
    if failed != 0 {
        return if path.given.is_none() || path.descriptor.is_some() {
            Err(support::last_error(cx))
        } else {
            path.failed(cx)
        };
    }
    let times = [
        (found.st_atime as i64, found.st_atime_nsec as i64),
        (found.st_mtime as i64, found.st_mtime_nsec as i64),
        (found.st_ctime as i64, found.st_ctime_nsec as i64),
    ];
    let mut values = Vec::with_capacity(19);
    for number in [
        i64::from(found.st_mode),
        found.st_ino as i64,
        found.st_dev as i64,
        found.st_nlink as i64,
        i64::from(found.st_uid),
        i64::from(found.st_gid),
        found.st_size as i64,
    ] {
        values.push(cx.int(number)?);
    }
    for (seconds, _) in times {
        values.push(cx.int(seconds)?);
    }
    for (seconds, nanos) in times {
        values.push(cx.float(seconds as f64 + 1e-9 * nanos as f64)?);
    }
    for (seconds, nanos) in times {
        values.push(cx.int(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))?);
    }
    for number in [found.st_blksize as i64, found.st_blocks as i64, found.st_rdev as i64] {
        values.push(cx.int(number)?);
    }
    super::structseq::of_module(cx, this, "stat_result", values)
}

fn pipe(cx: &Cx, _: &Value) -> R {
    let mut ends = [0i32; 2];
    // SAFETY: room for two descriptors.
    if unsafe { libc::pipe(ends.as_mut_ptr()) } != 0 {
        return Err(support::last_error(cx));
    }
    for fd in ends {
        // SAFETY: sets a flag of a new descriptor.
        unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    Ok(cx.tuple([Value::small(ends[0].into()), Value::small(ends[1].into())])?.into_value())
}

fn dup(cx: &Cx, _: &Value, fd: &Value) -> R {
    let fd = c_int(cx, fd)?;
    // SAFETY: makes a descriptor.
    checked(cx, i64::from(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }))
}

fn dup2(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [from, to, inheritable] = args.bind(
        cx,
        &Params {
            function: "dup2",
            names: ["fd", "fd2", "inheritable"],
            positional_only: 0,
            positional: 3,
            required: 2,
        },
    )?;
    let (Some(from), Some(to)) = (from, to) else { return Ok(Value::none()) };
    let (from, to, inheritable) = (c_int(cx, from)?, c_int(cx, to)?, truth(cx, inheritable, true)?);
    // SAFETY: puts a descriptor in the place of another.
    let made = unsafe { libc::dup2(from, to) };
    if made >= 0 && !inheritable {
        // SAFETY: sets a flag of it.
        unsafe { libc::fcntl(made, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    checked(cx, i64::from(made))
}

fn fsync(cx: &Cx, _: &Value, fd: &Value) -> R {
    let fd = c_int(cx, fd)?;
    // SAFETY: writes out what the system holds of a file.
    done(cx, unsafe { libc::fsync(fd) })
}

fn ftruncate(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, length) = (c_int(cx, &args[0])?, int(cx, &args[1])?);
    // SAFETY: changes the length of a file.
    done(cx, unsafe { libc::ftruncate(fd, length) })
}

fn truncate(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let path = Path::of(cx, "truncate", &args[0], true)?;
    let length = int(cx, &args[1])?;
    // SAFETY: changes the length of a file; the path ends with a zero.
    let result = unsafe {
        match path.descriptor {
            Some(fd) => libc::ftruncate(fd, length),
            None => libc::truncate(path.c.as_ptr(), length),
        }
    };
    path.done(cx, result)
}

fn set_blocking(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, on) = (c_int(cx, &args[0])?, cx.is_true(&args[1])?);
    support::set_blocking(cx, fd, on).map(|()| Value::none())
}

fn terminal_size(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let fd = args.first().map_or(Ok(1), |fd| c_int(cx, fd))?;
    // SAFETY: plain numbers; room for the result.
    let size = unsafe {
        let mut size: libc::winsize = core::mem::zeroed();
        if libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) != 0 {
            return Err(support::last_error(cx));
        }
        size
    };
    let values = vec![Value::small(size.ws_col.into()), Value::small(size.ws_row.into())];
    super::structseq::of_module(cx, this, "terminal_size", values)
}
