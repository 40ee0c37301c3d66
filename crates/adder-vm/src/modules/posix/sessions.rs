//! Sessions, groups, priorities, terminals, and children with what they have used.

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::support::{self, c_int, checked, done, int, told_by_errno, without_lock};

/// A call of the system that takes ints and gives one.
macro_rules! calls {
    ($($name:ident($($arg:ident),*) $how:ident;)*) => { &[$(calls!(@one $name($($arg),*) $how)),*] };
    (@one $name:ident() $how:ident) => {
        Method::none(stringify!($name), |cx, _| {
            // SAFETY: takes nothing but numbers.
            $how(cx, unsafe { libc::$name() }.into())
        })
    };
    (@one $name:ident($a:ident) $how:ident) => {
        Method::one(stringify!($name), |cx, _, $a| {
            let $a = int(cx, $a)?;
            // SAFETY: takes nothing but numbers.
            $how(cx, unsafe { libc::$name($a as _) }.into())
        })
    };
    (@one $name:ident($a:ident, $b:ident) $how:ident) => {
        Method::positional(stringify!($name), 2, 2, |cx, _, args| {
            let ($a, $b) = (int(cx, &args[0])?, int(cx, &args[1])?);
            // SAFETY: takes nothing but numbers.
            $how(cx, unsafe { libc::$name($a as _, $b as _) }.into())
        })
    };
    (@one $name:ident($a:ident, $b:ident, $c:ident) $how:ident) => {
        Method::positional(stringify!($name), 3, 3, |cx, _, args| {
            let ($a, $b, $c) = (int(cx, &args[0])?, int(cx, &args[1])?, int(cx, &args[2])?);
            // SAFETY: takes nothing but numbers.
            $how(cx, unsafe { libc::$name($a as _, $b as _, $c as _) }.into())
        })
    };
}

/// None, or the system's error.
fn nothing(cx: &Cx, result: i64) -> R {
    done(cx, result as i32)
}

pub(super) static PLAIN: &[Method] = calls! {
    setsid() nothing;
    getsid(pid) checked;
    getpgid(pid) checked;
    setpgid(pid, group) nothing;
    killpg(group, signal) nothing;
    setuid(id) nothing;
    seteuid(id) nothing;
    setgid(id) nothing;
    setegid(id) nothing;
    setreuid(real, effective) nothing;
    setregid(real, effective) nothing;
    setresuid(real, effective, saved) nothing;
    setresgid(real, effective, saved) nothing;
    tcgetpgrp(fd) checked;
    tcsetpgrp(fd, group) nothing;
    sched_yield() nothing;
    sched_getscheduler(pid) checked;
    sched_get_priority_min(policy) checked;
    sched_get_priority_max(policy) checked;
};

pub(super) static FUNCTIONS: &[Method] = &[
    Method::none("setpgrp", |cx, _| {
        // SAFETY: takes nothing but numbers.
        done(cx, unsafe { libc::setpgid(0, 0) })
    }),
    Method::none("sync", |cx, _| {
        // SAFETY: takes nothing.
        without_lock(cx, || unsafe { libc::sync() });
        Ok(Value::none())
    }),
    Method::one("nice", |cx, _, step| {
        let step = c_int(cx, step)?;
        // SAFETY: takes nothing but numbers.
        told_by_errno(cx, || unsafe { libc::nice(step) }.into())
    }),
    Method::positional("getpriority", 2, 2, |cx, _, args| {
        let (which, who) = (c_int(cx, &args[0])?, c_int(cx, &args[1])?);
        // SAFETY: takes nothing but numbers.
        told_by_errno(cx, || unsafe { libc::getpriority(which as _, who as _) }.into())
    }),
    Method::positional("setpriority", 3, 3, |cx, _, args| {
        let [which, who, priority] = [c_int(cx, &args[0])?, c_int(cx, &args[1])?, c_int(cx, &args[2])?];
        // SAFETY: takes nothing but numbers.
        done(cx, unsafe { libc::setpriority(which as _, who as _, priority) })
    }),
    Method::none("getgroups", |cx, _| {
        let mut groups = vec![0 as libc::gid_t; 65536];
        // SAFETY: room for so many numbers.
        let count = unsafe { libc::getgroups(groups.len() as _, groups.as_mut_ptr()) };
        if count < 0 {
            return Err(support::last_error(cx));
        }
        let groups = groups[..count as usize].iter().map(|group| cx.int((*group).into())).collect::<R<Vec<_>>>()?;
        Ok(cx.list(groups)?.into_value())
    }),
    Method::none("getresuid", |cx, _| {
        let [mut real, mut effective, mut saved] = [0; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getresuid(&raw mut real, &raw mut effective, &raw mut saved) } < 0 {
            return Err(support::last_error(cx));
        }
        Ok(cx.tuple([real, effective, saved].map(|id| Value::small(id.into())))?.into_value())
    }),
    Method::none("getresgid", |cx, _| {
        let [mut real, mut effective, mut saved] = [0; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getresgid(&raw mut real, &raw mut effective, &raw mut saved) } < 0 {
            return Err(support::last_error(cx));
        }
        Ok(cx.tuple([real, effective, saved].map(|id| Value::small(id.into())))?.into_value())
    }),
    Method::none("getloadavg", |cx, _| {
        let mut load = [0.0; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } != 3 {
            return raise!(cx, exc::OS_ERROR, "Load averages are unobtainable");
        }
        Ok(cx.tuple([cx.float(load[0])?, cx.float(load[1])?, cx.float(load[2])?])?.into_value())
    }),
    Method::one("sched_getaffinity", |cx, _, pid| {
        let pid = c_int(cx, pid)?;
        // SAFETY: plain bits; room for the result.
        let cpus: Vec<i64> = unsafe {
            let mut set: libc::cpu_set_t = core::mem::zeroed();
            if libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &raw mut set) < 0 {
                return Err(support::last_error(cx));
            }
            (0..libc::CPU_SETSIZE as usize).filter(|cpu| libc::CPU_ISSET(*cpu, &set)).map(|cpu| cpu as i64).collect()
        };
        let cpus = cx.list(cpus.into_iter().map(Value::small))?.into_value();
        cx.call(&adder_objects::set::SET_TYPE.value(), &[cpus])
    }),
    Method::positional("sched_setaffinity", 2, 2, |cx, _, args| {
        let pid = c_int(cx, &args[0])?;
        // SAFETY: plain bits.
        let mut set: libc::cpu_set_t = unsafe { core::mem::zeroed() };
        for cpu in cx.collect(&args[1])? {
            match usize::try_from(int(cx, &cpu)?) {
                // SAFETY: within the set.
                Ok(cpu) if cpu < libc::CPU_SETSIZE as usize => unsafe { libc::CPU_SET(cpu, &mut set) },
                _ => return raise!(cx, exc::VALUE_ERROR, "negative CPU number"),
            }
        }
        // SAFETY: the set is read.
        done(cx, unsafe { libc::sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &raw const set) })
    }),
    Method::one("pipe2", |cx, _, flags| {
        let flags = c_int(cx, flags)?;
        let mut ends = [0; 2];
        // SAFETY: room for two descriptors.
        if unsafe { libc::pipe2(ends.as_mut_ptr(), flags) } < 0 {
            return Err(support::last_error(cx));
        }
        Ok(cx.tuple(ends.map(|fd: i32| Value::small(fd.into())))?.into_value())
    }),
    Method::none("openpty", |cx, _| {
        let (mut master, mut slave) = (0, 0);
        let nothing = core::ptr::null_mut::<libc::c_void>();
        // SAFETY: room for two descriptors; nothing else is asked for.
        unsafe {
            let result = libc::openpty(&raw mut master, &raw mut slave, nothing.cast(), nothing.cast(), nothing.cast());
            if result < 0 {
                return Err(support::last_error(cx));
            }
            libc::fcntl(master, libc::F_SETFD, libc::FD_CLOEXEC);
            libc::fcntl(slave, libc::F_SETFD, libc::FD_CLOEXEC);
        }
        Ok(cx.tuple([Value::small(master.into()), Value::small(slave.into())])?.into_value())
    }),
    Method::one("ttyname", |cx, _, fd| {
        let fd = c_int(cx, fd)?;
        let mut name = [0 as libc::c_char; 512];
        // SAFETY: room for a name.
        unsafe {
            match libc::ttyname_r(fd, name.as_mut_ptr(), name.len()) {
                0 => support::fs_text(cx, std::ffi::CStr::from_ptr(name.as_ptr()).to_bytes()),
                error => Err(support::error_of_code(cx, error)),
            }
        }
    }),
    Method::none("ctermid", |cx, _| cx.str_value("/dev/tty")),
    Method::positional("eventfd", 1, 2, |cx, _, args| {
        let start = int(cx, &args[0])? as libc::c_uint;
        let flags = args.get(1).map_or(Ok(libc::EFD_CLOEXEC), |flags| c_int(cx, flags))?;
        // SAFETY: makes a descriptor.
        checked(cx, unsafe { libc::eventfd(start, flags) }.into())
    }),
    Method::positional("memfd_create", 1, 2, |cx, _, args| {
        let path = support::Path::of(cx, "memfd_create", &args[0], false)?;
        let flags = args.get(1).map_or(Ok(libc::MFD_CLOEXEC as i64), |flags| int(cx, flags))?;
        // SAFETY: the name ends with a zero.
        checked(cx, unsafe { libc::memfd_create(path.c.as_ptr(), flags as libc::c_uint) }.into())
    }),
    Method::positional("mkfifo", 1, 2, |cx, _, args| {
        let path = support::Path::of(cx, "mkfifo", &args[0], false)?;
        let mode = args.get(1).map_or(Ok(0o666), |mode| c_int(cx, mode))?;
        // SAFETY: the path ends with a zero.
        path.done(cx, unsafe { libc::mkfifo(path.c.as_ptr(), mode as libc::mode_t) })
    }),
    Method::positional("sendfile", 4, 4, |cx, _, args| {
        let (to, from, count) = (c_int(cx, &args[0])?, c_int(cx, &args[1])?, int(cx, &args[3])? as usize);
        let start = if args[2].is_none() { None } else { Some(int(cx, &args[2])?) };
        let put = support::retry(cx, || {
            let mut at = start.unwrap_or(0);
            let at = if start.is_some() { &raw mut at } else { core::ptr::null_mut() };
            // SAFETY: the place is read and written, or there is none.
            unsafe { libc::sendfile(to, from, at, count) as i64 }
        })?;
        checked(cx, put)
    }),
    Method::positional("lockf", 3, 3, |cx, _, args| {
        let (fd, what, len) = (c_int(cx, &args[0])?, c_int(cx, &args[1])?, int(cx, &args[2])?);
        // SAFETY: takes nothing but numbers.
        let result = support::retry(cx, || unsafe { libc::lockf(fd, what, len) }.into())?;
        done(cx, result as i32)
    }),
    Method::positional("pidfd_open", 1, 2, |cx, _, args| {
        let pid = c_int(cx, &args[0])?;
        let flags = args.get(1).map_or(Ok(0), |flags| c_int(cx, flags))?;
        // SAFETY: makes a descriptor.
        checked(cx, unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) })
    }),
    Method::positional("waitid", 3, 3, waitid),
    Method::one("wait3", |cx, _, options| wait4(cx, -1, c_int(cx, options)?)),
    Method::positional("wait4", 2, 2, |cx, _, args| wait4(cx, c_int(cx, &args[0])?, c_int(cx, &args[1])?)),
];

/// The child that has ended, its status, and what it has used.
fn wait4(cx: &Cx, pid: i32, options: i32) -> R {
    // SAFETY: plain numbers.
    let (mut status, mut used): (i32, libc::rusage) = (0, unsafe { core::mem::zeroed() });
    // SAFETY: room for the status and what was used.
    let found = support::retry(cx, || unsafe { libc::wait4(pid, &raw mut status, options, &raw mut used) }.into())?;
    if found < 0 {
        return Err(support::last_error(cx));
    }
    let module = cx.import("resource")?;
    let used = super::super::resource::usage(cx, &used)?;
    let used = super::structseq::of_module(cx, &module, "struct_rusage", used)?;
    Ok(cx.tuple([cx.int(found)?, Value::small(status.into()), used])?.into_value())
}

/// `waitid(idtype, id, options)`
fn waitid(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let (kind, id, options) = (c_int(cx, &args[0])?, int(cx, &args[1])?, c_int(cx, &args[2])?);
    // SAFETY: plain numbers; room for the result, whose fields are those of a child.
    unsafe {
        let mut info: [u64; 16] = [0; 16];
        let result = support::retry(cx, || {
            libc::waitid(kind as libc::idtype_t, id as libc::id_t, (&raw mut info).cast(), options).into()
        })?;
        if result < 0 {
            return Err(support::last_error(cx));
        }
        let info = &*(&raw const info).cast::<libc::siginfo_t>();
        if info.si_pid() == 0 {
            return Ok(Value::none());
        }
        let values = [
            i64::from(info.si_pid()),
            i64::from(info.si_uid()),
            i64::from(info.si_signo),
            i64::from(info.si_status()),
            i64::from(info.si_code),
        ];
        super::structseq::of_module(cx, this, "waitid_result", values.map(Value::small).to_vec())
    }
}
