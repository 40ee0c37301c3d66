//! What sockets do.

use std::time::Duration;

use adder_objects::storage::HeapVec;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use super::super::support::{self, c_int, contents, done, int, set_blocking, without_lock};
use super::address::Address;
use super::messages;
use super::object::{of, ready, timeout_of, timeout_value};
use crate::threads::handle_signals;

pub(super) static METHODS: &[Method] = &[
    Method::none("_accept", accept),
    Method::one("bind", |cx, this, address| {
        let address = Address::from_value(cx, of(this).family.get(), address, "bind")?;
        let fd = of(this).fd.get();
        // SAFETY: the address has this length.
        done(cx, without_lock(cx, || unsafe { libc::bind(fd, address.as_ptr(), address.len) }))
    }),
    Method::none("close", |cx, this| {
        let fd = of(this).fd.replace(-1);
        if fd < 0 {
            return Ok(Value::none());
        }
        // SAFETY: the socket's own descriptor.
        let result = without_lock(cx, || unsafe { libc::close(fd) });
        if result < 0 && crate::threads::errno() != libc::ECONNRESET {
            return Err(support::last_error(cx));
        }
        Ok(Value::none())
    }),
    Method::one("connect", |cx, this, address| match connect(cx, this, address, "connect")? {
        0 => Ok(Value::none()),
        error => Err(support::error_of_code(cx, error)),
    }),
    Method::one("connect_ex", |cx, this, address| cx.int(connect(cx, this, address, "connect_ex")?.into())),
    Method::none("detach", |cx, this| cx.int(of(this).fd.replace(-1).into())),
    Method::none("fileno", |cx, this| cx.int(of(this).fd.get().into())),
    Method::none("getpeername", |cx, this| {
        let mut address = Address::room();
        // SAFETY: room for an address.
        if unsafe { libc::getpeername(of(this).fd.get(), address.as_mut_ptr(), &raw mut address.len) } < 0 {
            return Err(support::last_error(cx));
        }
        address.to_value(cx)
    }),
    Method::none("getsockname", |cx, this| {
        let mut address = Address::room();
        // SAFETY: room for an address.
        if unsafe { libc::getsockname(of(this).fd.get(), address.as_mut_ptr(), &raw mut address.len) } < 0 {
            return Err(support::last_error(cx));
        }
        address.to_value(cx)
    }),
    Method::positional("getsockopt", 2, 3, getsockopt),
    Method::positional("setsockopt", 3, 4, setsockopt),
    Method::positional("listen", 0, 1, |cx, this, args| {
        let backlog = args.first().map_or(Ok(128), |backlog| c_int(cx, backlog))?.max(0);
        // SAFETY: changes the state of a socket.
        done(cx, unsafe { libc::listen(of(this).fd.get(), backlog) })
    }),
    Method::positional("recv", 1, 2, |cx, this, args| {
        let buffer = &mut *room(cx, &args[0], "recv")?;
        let flags = flags(cx, args.get(1))?;
        let it = of(this);
        // SAFETY: the buffer has room for so many bytes.
        let got = it.perform(cx, false, it.deadline(), |fd| unsafe {
            libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags) as i64
        })?;
        Ok(cx.bytes(&buffer[..got as usize])?.into_value())
    }),
    Method::any("recv_into", |cx, this, args| recv_into(cx, this, args, "recv_into")),
    Method::positional("recvfrom", 1, 2, |cx, this, args| {
        let mut buffer = room(cx, &args[0], "recvfrom")?;
        let (got, address) = recv_from(cx, this, &mut buffer, flags(cx, args.get(1))?)?;
        Ok(cx.tuple([cx.bytes(&buffer[..got])?.into_value(), address.to_value(cx)?])?.into_value())
    }),
    Method::any("recvfrom_into", |cx, this, args| recv_into(cx, this, args, "recvfrom_into")),
    Method::positional("recvmsg", 1, 3, messages::recvmsg),
    Method::positional("recvmsg_into", 1, 3, messages::recvmsg_into),
    Method::positional("sendmsg", 1, 4, messages::sendmsg),
    Method::positional("send", 1, 2, |cx, this, args| {
        let (bytes, flags) = (&*contents(cx, &args[0])?, flags(cx, args.get(1))?);
        let it = of(this);
        // SAFETY: so many bytes are there.
        let put = it.perform(cx, true, it.deadline(), |fd| unsafe {
            libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags) as i64
        })?;
        cx.int(put)
    }),
    Method::positional("sendall", 1, 2, |cx, this, args| {
        let (bytes, flags) = (contents(cx, &args[0])?, flags(cx, args.get(1))?);
        let it = of(this);
        let (deadline, mut rest) = (it.deadline(), &bytes[..]);
        while !rest.is_empty() {
            // SAFETY: so many bytes are there.
            let put = it.perform(cx, true, deadline, |fd| unsafe {
                libc::send(fd, rest.as_ptr().cast(), rest.len(), flags) as i64
            })?;
            rest = &rest[put as usize..];
            handle_signals(cx)?;
        }
        Ok(Value::none())
    }),
    Method::positional("sendto", 2, 3, |cx, this, args| {
        let (flags, address) = match args {
            [_, address] => (0, address),
            _ => (c_int(cx, &args[1])?, &args[2]),
        };
        let bytes = &*contents(cx, &args[0])?;
        let it = of(this);
        let address = Address::from_value(cx, it.family.get(), address, "sendto")?;
        // SAFETY: so many bytes are there, and the address has this length.
        let put = it.perform(cx, true, it.deadline(), |fd| unsafe {
            libc::sendto(fd, bytes.as_ptr().cast(), bytes.len(), flags, address.as_ptr(), address.len) as i64
        })?;
        cx.int(put)
    }),
    Method::one("setblocking", |cx, this, blocking| {
        let blocking = cx.is_true(blocking)?;
        set_timeout(cx, this, if blocking { None } else { Some(Duration::ZERO) })
    }),
    Method::none("getblocking", |_, this| Ok(Value::bool(of(this).timeout.get() != Some(Duration::ZERO)))),
    Method::one("settimeout", |cx, this, timeout| set_timeout(cx, this, timeout_of(cx, timeout)?)),
    Method::none("gettimeout", |cx, this| timeout_value(cx, of(this).timeout.get())),
    Method::one("shutdown", |cx, this, how| {
        let (fd, how) = (of(this).fd.get(), c_int(cx, how)?);
        // SAFETY: changes the state of a socket.
        done(cx, without_lock(cx, || unsafe { libc::shutdown(fd, how) }))
    }),
];

fn set_timeout(cx: &Cx, this: &Value, timeout: Option<Duration>) -> R {
    let it = of(this);
    it.timeout.set(timeout);
    set_blocking(cx, it.fd.get(), timeout.is_none()).map(|()| Value::none())
}

/// A buffer for as many bytes as a program asks for.
fn room<'c>(cx: &'c Cx, n: &Value, function: &str) -> R<HeapVec<'c, u8>> {
    let Ok(n) = usize::try_from(int(cx, n)?) else {
        return raise!(cx, exc::VALUE_ERROR, "negative buffersize in {function}");
    };
    support::zeroed(cx, n)
}

fn flags(cx: &Cx, value: Option<&Value>) -> R<i32> {
    value.map_or(Ok(0), |flags| c_int(cx, flags))
}

fn accept(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let mut address = Address::room();
    let fd = it.perform(cx, false, it.deadline(), |fd| {
        address = Address::room();
        // SAFETY: room for an address.
        i64::from(unsafe { libc::accept4(fd, address.as_mut_ptr(), &raw mut address.len, libc::SOCK_CLOEXEC) })
    })?;
    Ok(cx.tuple([cx.int(fd)?, address.to_value(cx)?])?.into_value())
}

/// Connects; gives the system's error, or 0.
fn connect(cx: &Cx, this: &Value, address: &Value, function: &str) -> R<i32> {
    let it = of(this);
    let address = Address::from_value(cx, it.family.get(), address, function)?;
    let (fd, deadline) = (it.fd.get(), it.deadline());
    // SAFETY: the address has this length.
    if without_lock(cx, || unsafe { libc::connect(fd, address.as_ptr(), address.len) }) == 0 {
        return Ok(0);
    }
    let error = crate::threads::errno();
    let waits = match error {
        // The connection is still being made.
        libc::EINTR => {
            handle_signals(cx)?;
            it.timeout.get() != Some(Duration::ZERO)
        }
        libc::EINPROGRESS => deadline.is_some(),
        _ => false,
    };
    if !waits {
        return Ok(error);
    }
    if !ready(cx, fd, true, deadline)? {
        if function == "connect_ex" {
            return Ok(libc::EWOULDBLOCK);
        }
        return raise!(cx, exc::TIMEOUT_ERROR, "timed out");
    }
    let (mut error, mut len) = (0i32, size_of::<i32>() as libc::socklen_t);
    // SAFETY: room for a number.
    if unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ERROR, (&raw mut error).cast(), &raw mut len) } != 0 {
        return Err(support::last_error(cx));
    }
    Ok(if error == libc::EISCONN { 0 } else { error })
}

fn getsockopt(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let (level, name) = (c_int(cx, &args[0])?, c_int(cx, &args[1])?);
    let size = args.get(2).map_or(Ok(0), |size| int(cx, size))?;
    let fd = of(this).fd.get();
    if size == 0 {
        let (mut value, mut len) = (0i32, size_of::<i32>() as libc::socklen_t);
        // SAFETY: room for a number.
        if unsafe { libc::getsockopt(fd, level, name, (&raw mut value).cast(), &raw mut len) } < 0 {
            return Err(support::last_error(cx));
        }
        return cx.int(value.into());
    }
    if !(0..=1024).contains(&size) {
        return raise!(cx, exc::OS_ERROR, "getsockopt buflen out of range");
    }
    let mut buffer = vec![0u8; size as usize];
    let mut len = size as libc::socklen_t;
    // SAFETY: room for so many bytes.
    if unsafe { libc::getsockopt(fd, level, name, buffer.as_mut_ptr().cast(), &raw mut len) } < 0 {
        return Err(support::last_error(cx));
    }
    buffer.truncate(len as usize);
    Ok(cx.bytes(&buffer)?.into_value())
}

fn setsockopt(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let (level, name) = (c_int(cx, &args[0])?, c_int(cx, &args[1])?);
    let fd = of(this).fd.get();
    let result = if let Some(len) = args.get(3) {
        if !args[2].is_none() {
            return raise!(cx, exc::TYPE_ERROR, "socket option should be integer, bytes-like object or None");
        }
        let len = c_int(cx, len)?;
        // SAFETY: no bytes are read.
        unsafe { libc::setsockopt(fd, level, name, core::ptr::null(), len as libc::socklen_t) }
    } else if args[2].is_int() {
        let value = c_int(cx, &args[2])?;
        // SAFETY: a number.
        unsafe { libc::setsockopt(fd, level, name, (&raw const value).cast(), size_of::<i32>() as libc::socklen_t) }
    } else {
        let bytes = contents(cx, &args[2])?;
        // SAFETY: so many bytes are there.
        unsafe { libc::setsockopt(fd, level, name, bytes.as_ptr().cast(), bytes.len() as libc::socklen_t) }
    };
    done(cx, result)
}

fn recv_from(cx: &Cx, this: &Value, buffer: &mut [u8], flags: i32) -> R<(usize, Address)> {
    let it = of(this);
    let mut address = Address::room();
    let got = it.perform(cx, false, it.deadline(), |fd| {
        address = Address::room();
        let len = buffer.len();
        // SAFETY: the buffer has room for so many bytes, and there is room for an address.
        unsafe {
            let (to, size) = (address.as_mut_ptr(), &raw mut address.len);
            libc::recvfrom(fd, buffer.as_mut_ptr().cast(), len, flags, to, size) as i64
        }
    })?;
    Ok((got as usize, address))
}

/// `recv_into(buffer, nbytes=0, flags=0)`, `recvfrom_into(buffer, nbytes=0, flags=0)`
fn recv_into(cx: &Cx, this: &Value, args: Args<'_>, function: &'static str) -> R {
    let [buffer, size, how] = args.bind(
        cx,
        &Params { function, names: ["buffer", "nbytes", "flags"], positional_only: 0, positional: 3, required: 1 },
    )?;
    let target = buffer.cloned().unwrap_or_else(Value::none);
    let view = support::writable(cx, &target, &format!("{function}() argument 1"))?;
    let size = size.map_or(Ok(0), |size| int(cx, size))?;
    let Ok(size) = usize::try_from(size) else {
        return raise!(cx, exc::VALUE_ERROR, "negative buffersize in {function}");
    };
    if size > view.len {
        return raise!(cx, exc::VALUE_ERROR, "nbytes is greater than the length of the buffer");
    }
    let made = &mut *support::zeroed(cx, if size == 0 { view.len } else { size })?;
    let how = flags(cx, how)?;
    let (got, address) = if function == "recv_into" {
        let it = of(this);
        // SAFETY: the buffer has room for so many bytes.
        let got = it.perform(cx, false, it.deadline(), |fd| unsafe {
            libc::recv(fd, made.as_mut_ptr().cast(), made.len(), how) as i64
        })?;
        (got as usize, None)
    } else {
        let (got, address) = recv_from(cx, this, made, how)?;
        (got, Some(address))
    };
    let got = got.min(made.len());
    // SAFETY: the view is writable, at least so long, and keeps its memory while it lives.
    unsafe { view.data.copy_from_nonoverlapping(made.as_ptr(), got) };
    match address {
        None => cx.int(got as i64),
        Some(address) => Ok(cx.tuple([cx.int(got as i64)?, address.to_value(cx)?])?.into_value()),
    }
}
