//! The module `errno`.

use adder_objects::{Cx, R, Value};

use super::support::numbers;
use crate::vm::Vm;

/// Names that every system has.
static NUMBERS: &[(&str, i64)] = numbers! {
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED ECHILD
    ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG EHOSTDOWN EHOSTUNREACH
    EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG
    ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODATA ENODEV ENOENT ENOEXEC ENOLCK ENOLINK ENOMEM ENOMSG
    ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTBLK ENOTCONN ENOTDIR ENOTEMPTY ENOTRECOVERABLE ENOTSOCK ENOTTY ENXIO
    EOPNOTSUPP EOVERFLOW EOWNERDEAD EPERM EPFNOSUPPORT EPIPE EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EREMOTE EROFS
    ESHUTDOWN ESOCKTNOSUPPORT ESPIPE ESRCH ESTALE ETIME ETIMEDOUT ETOOMANYREFS ETXTBSY EUSERS EXDEV
};

/// Names of Linux.
#[cfg(target_os = "linux")]
static MORE: &[(&str, i64)] = numbers! {
    EADV EBADE EBADFD EBADR EBADRQC EBADSLT EBFONT ECHRNG ECOMM EDOTDOT EISNAM EKEYEXPIRED EKEYREJECTED EKEYREVOKED
    EL2HLT EL2NSYNC EL3HLT EL3RST ELIBACC ELIBBAD ELIBEXEC ELIBMAX ELIBSCN ELNRNG EMEDIUMTYPE ENAVAIL ENOANO ENOCSI
    ENOKEY ENOMEDIUM ENONET ENOPKG ENOTNAM ENOTUNIQ EREMCHG EREMOTEIO ERESTART ERFKILL ESRMNT ESTRPIPE EUCLEAN
    EUNATCH EXFULL
};
#[cfg(not(target_os = "linux"))]
static MORE: &[(&str, i64)] = &[];

/// Second names of numbers. `errorcode` has the first ones, but for those that `make` prefers.
static ALIASES: &[(&str, i64)] = &[
    ("EWOULDBLOCK", libc::EWOULDBLOCK as i64),
    ("EDEADLOCK", libc::EDEADLK as i64),
    ("ENOTSUP", libc::ENOTSUP as i64),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "errno", &[])?.into_value();
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    let codes = cx.dict()?;
    for (name, number) in ALIASES.iter().chain(NUMBERS).chain(MORE) {
        let number = Value::small(*number);
        dict.set_text(cx, name, number.clone())?;
        codes.set(cx, &number, cx.intern(name)?)?;
    }
    prefer(cx, &codes, "ENOTSUP", libc::ENOTSUP)?;
    prefer(cx, &codes, "EDEADLOCK", libc::EDEADLK)?;
    dict.set_text(cx, "errorcode", codes.into_value())?;
    Ok(module)
}

/// The name that `errorcode` has for a number with two.
fn prefer(cx: &Cx, codes: &adder_objects::dict::PyDict, name: &str, number: i32) -> R<()> {
    codes.set(cx, &Value::small(i64::from(number)), cx.intern(name)?)
}
