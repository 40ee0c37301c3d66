//! New processes: `fork`, `exec`, and both at once for the module `_posixsubprocess`.

use std::ffi::CString;

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::process_wide;
use super::super::support::{self, Path, c_int, fs_bytes, int};
use crate::threads::errno;
use crate::vm::Vm;

pub(super) static FUNCTIONS: &[Method] = &[
    Method::none("_fork", |cx, _| {
        // SAFETY: the child goes on as a process with one thread, which `after_fork` sees to.
        let child = unsafe { process_wide::fork() };
        if child < 0 {
            return Err(support::last_error(cx));
        }
        if child == 0 {
            after_fork(Vm::of(cx));
        }
        cx.int(child.into())
    }),
    Method::positional("execv", 2, 2, |cx, _, args| exec(cx, &args[0], &args[1], None)),
    Method::positional("execve", 3, 3, |cx, _, args| exec(cx, &args[0], &args[1], Some(&args[2]))),
];

pub(super) static SUBPROCESS: &[Method] = &[Method::positional("_fork_exec", 22, 22, fork_exec)];

pub(crate) fn after_fork(vm: &Vm) {
    crate::threads::after_fork(vm);
    super::super::signal::after_fork();
}

/// Texts that end with a zero, and the array of pointers to them that ends with null.
struct Texts {
    #[allow(dead_code, reason = "owns what the pointers point to")]
    texts: Vec<CString>,
    pointers: Vec<*const libc::c_char>,
}

impl Texts {
    fn new(cx: &Cx, bytes: Vec<Vec<u8>>) -> R<Texts> {
        let mut texts = Vec::new();
        for bytes in bytes {
            match CString::new(bytes) {
                Ok(text) => texts.push(text),
                Err(_) => return raise!(cx, exc::VALUE_ERROR, "embedded null byte"),
            }
        }
        let pointers = texts.iter().map(|text| text.as_ptr()).chain([core::ptr::null()]).collect();
        Ok(Texts { texts, pointers })
    }

    /// Of a sequence of paths and texts.
    fn of(cx: &Cx, values: &Value) -> R<Texts> {
        let mut all = Vec::new();
        for value in cx.collect(values)? {
            all.push(fs_bytes(cx, &support::fspath(cx, &value)?)?);
        }
        Texts::new(cx, all)
    }
}

/// Replaces the program: comes back only if that fails.
fn exec(cx: &Cx, path: &Value, args: &Value, environment: Option<&Value>) -> R {
    let function = if environment.is_some() { "execve" } else { "execv" };
    let path = Path::of(cx, function, path, false)?;
    let args = Texts::of(cx, args)?;
    if args.pointers.len() == 1 {
        return raise!(cx, exc::VALUE_ERROR, "{function}: argument 2 must not be empty");
    }
    let environment = match environment {
        None => None,
        Some(environment) => {
            let items = cx.call(&cx.getattr_text(environment, "items")?, &[])?;
            let mut all = Vec::new();
            for pair in cx.collect(&items)? {
                let [name, value] = &cx.collect(&pair)?[..] else { continue };
                let mut text = fs_bytes(cx, &support::fspath(cx, name)?)?;
                text.push(b'=');
                text.extend(fs_bytes(cx, &support::fspath(cx, value)?)?);
                all.push(text);
            }
            Some(Texts::new(cx, all)?)
        }
    };
    // SAFETY: arrays of texts that end with null.
    unsafe {
        match &environment {
            None => process_wide::reading_environment(|| libc::execv(path.c.as_ptr(), args.pointers.as_ptr())),
            Some(environment) => libc::execve(path.c.as_ptr(), args.pointers.as_ptr(), environment.pointers.as_ptr()),
        }
    };
    path.failed(cx)
}

/// What the child does between `fork` and `exec`: everything is ready, so that it needs no memory and no lock.
struct Child {
    args: Texts,
    executables: Texts,
    close_others: bool,
    keep: Vec<i32>,
    folder: Option<CString>,
    environment: Option<Texts>,
    /// Reading and writing ends: for standard input, output, error, and for what goes wrong.
    pipes: [i32; 8],
    restore_signals: bool,
    new_session: bool,
    group: i32,
    gid: Option<u32>,
    gids: Option<Vec<libc::gid_t>>,
    uid: Option<u32>,
    umask: i32,
    has_hook: bool,
}

/// How far the child has come when something goes wrong.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Before,
    Folder,
    Exec,
}

/// The highest descriptor that is looked at where the system cannot list or close them at once.
const MOST_DESCRIPTORS: i32 = 65536;

impl Child {
    /// Runs in the child.
    ///
    /// # Safety
    /// In a process just forked; `hook` is the program's function to be called before `exec`.
    unsafe fn run(&self, hook: &dyn Fn() -> bool) -> ! {
        let mut stage = Stage::Before;
        // SAFETY: calls that may be made after `fork`, on descriptors and texts made ready before.
        unsafe {
            let report = self.pipes[7];
            if self.prepare(&mut stage) {
                if self.has_hook && !hook() {
                    write_all(report, b"SubprocessError:0:Exception occurred in preexec_fn.");
                    libc::_exit(255);
                }
                if self.close_others {
                    self.close_from_three();
                }
                stage = Stage::Exec;
                let mut telling = 0;
                for path in &self.executables.pointers[..self.executables.pointers.len() - 1] {
                    match &self.environment {
                        Some(environment) => {
                            libc::execve(*path, self.args.pointers.as_ptr(), environment.pointers.as_ptr())
                        }
                        None => libc::execv(*path, self.args.pointers.as_ptr()),
                    };
                    let error = errno();
                    if error != libc::ENOENT && error != libc::ENOTDIR && telling == 0 {
                        telling = error;
                    }
                }
                if telling != 0 {
                    crate::threads::set_errno(telling);
                }
            }
            let mut text = [0u8; 16];
            let mut at = text.len();
            let mut error = errno() as u32;
            while error != 0 || at == text.len() {
                at -= 1;
                text[at] = b"0123456789ABCDEF"[(error & 15) as usize];
                error >>= 4;
            }
            write_all(report, b"OSError:");
            write_all(report, &text[at..]);
            write_all(report, b":");
            write_all(
                report,
                match stage {
                    Stage::Before => b"noexec".as_slice(),
                    Stage::Folder => b"noexec:chdir".as_slice(),
                    Stage::Exec => b"".as_slice(),
                },
            );
            libc::_exit(255)
        }
    }

    /// All but the program's function and `exec`; false if the system refuses something.
    ///
    /// # Safety
    /// As for `run`.
    unsafe fn prepare(&self, stage: &mut Stage) -> bool {
        let [input, to_input, from_output, mut output, from_error, mut error, _, report] = self.pipes;
        // SAFETY: by the contract.
        unsafe {
            for fd in &self.keep {
                if *fd != report && libc::fcntl(*fd, libc::F_SETFD, 0) < 0 {
                    return false;
                }
            }
            for fd in [to_input, from_output, from_error, self.pipes[6]] {
                if fd >= 0 {
                    libc::close(fd);
                }
            }
            // What is to be 1 or 2 must not lie where another is put before.
            if output == 0 {
                output = libc::dup(output);
            }
            while error == 0 || error == 1 {
                error = libc::dup(error);
            }
            if (self.pipes[3] == 0 && output < 0) || (self.pipes[5] >= 0 && error < 0) {
                return false;
            }
            for (fd, place) in [(input, 0), (output, 1), (error, 2)] {
                let done = match fd {
                    fd if fd == place => libc::fcntl(fd, libc::F_SETFD, 0),
                    -1 => 0,
                    fd => libc::dup2(fd, place),
                };
                if done < 0 {
                    return false;
                }
            }
            if let Some(folder) = &self.folder
                && libc::chdir(folder.as_ptr()) < 0
            {
                *stage = Stage::Folder;
                return false;
            }
            if self.umask >= 0 {
                libc::umask(self.umask as libc::mode_t);
            }
            if self.restore_signals {
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
            }
            if self.new_session {
                libc::setsid();
            }
            if self.group >= 0 && libc::setpgid(0, self.group) < 0 {
                return false;
            }
            if let Some(gids) = &self.gids
                && libc::setgroups(gids.len() as _, gids.as_ptr()) < 0
            {
                return false;
            }
            if let Some(gid) = self.gid
                && libc::setregid(gid, gid) < 0
            {
                return false;
            }
            if let Some(uid) = self.uid
                && libc::setreuid(uid, uid) < 0
            {
                return false;
            }
        }
        true
    }

    /// # Safety
    /// As for `run`.
    unsafe fn close_from_three(&self) {
        let mut from = 3;
        // `keep` is in order.
        for fd in self.keep.iter().copied().filter(|fd| *fd >= 3).chain([i32::MAX]) {
            if from < fd {
                // SAFETY: closes descriptors of this process.
                unsafe { close_between(from, fd - 1) };
            }
            from = fd.saturating_add(1);
        }
    }
}

/// # Safety
/// The descriptors are nobody's any more.
unsafe fn close_between(first: i32, last: i32) {
    // SAFETY: by the contract.
    unsafe {
        #[cfg(target_os = "linux")]
        if libc::syscall(libc::SYS_close_range, first as libc::c_uint, last as libc::c_uint, 0) == 0 {
            return;
        }
        for fd in first..=last.min(MOST_DESCRIPTORS) {
            libc::close(fd);
        }
    }
}

/// # Safety
/// May be called after `fork`.
unsafe fn write_all(fd: i32, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        // SAFETY: so many bytes are there.
        match unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) } {
            put if put > 0 => bytes = &bytes[put as usize..],
            _ => return,
        }
    }
}

/// `_fork_exec(args, executables, close_fds, pass_fds, cwd, env, …, preexec_fn)`: see the module `subprocess`.
fn fork_exec(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let some = |at: usize| Some(&args[at]).filter(|value| !value.is_none());
    let number = |at: usize| c_int(cx, &args[at]);
    let id = |at: usize| some(at).map(|value| int(cx, value).map(|id| id as u32)).transpose();
    let mut keep = Vec::new();
    for fd in cx.collect(&args[3])? {
        match c_int(cx, &fd)? {
            fd if fd >= 0 && keep.last().is_none_or(|last| *last < fd) => keep.push(fd),
            _ => return raise!(cx, exc::VALUE_ERROR, "bad value(s) in fds_to_keep"),
        }
    }
    let plain = |value: &Value| -> R<Vec<Vec<u8>>> {
        cx.collect(value)?.iter().map(|value| Ok(support::contents(cx, value)?.to_vec())).collect()
    };
    let folder = match some(4) {
        Some(folder) => match CString::new(fs_bytes(cx, &support::fspath(cx, folder)?)?) {
            Ok(folder) => Some(folder),
            Err(_) => return raise!(cx, exc::VALUE_ERROR, "embedded null byte"),
        },
        None => None,
    };
    let gids = match some(18) {
        Some(gids) => {
            let mut all = Vec::new();
            for gid in cx.collect(gids)? {
                all.push(int(cx, &gid)? as libc::gid_t);
            }
            Some(all)
        }
        None => None,
    };
    let mut pipes = [-1; 8];
    for (at, pipe) in pipes.iter_mut().enumerate() {
        *pipe = number(6 + at)?;
    }
    let hook = some(21).cloned();
    let child = Child {
        args: Texts::of(cx, &args[0])?,
        executables: Texts::new(cx, plain(&args[1])?)?,
        close_others: cx.is_true(&args[2])?,
        keep,
        folder,
        environment: some(5).map(|environment| Texts::new(cx, plain(environment)?)).transpose()?,
        pipes,
        restore_signals: cx.is_true(&args[14])?,
        new_session: cx.is_true(&args[15])?,
        group: number(16)?,
        gid: id(17)?,
        gids,
        uid: id(19)?,
        umask: number(20)?,
        has_hook: hook.is_some(),
    };
    let vm = Vm::of(cx);
    let call_hook = || {
        after_fork(vm);
        hook.as_ref().is_none_or(|hook| cx.call(hook, &[]).is_ok())
    };
    // SAFETY: the child makes calls only that may be made after `fork`, unless the program wants a function of its own called.
    let pid = unsafe { process_wide::fork() };
    if pid == 0 {
        // SAFETY: in the child.
        unsafe { child.run(&call_hook) }
    }
    if pid < 0 {
        return Err(support::last_error(cx));
    }
    cx.int(pid.into())
}
