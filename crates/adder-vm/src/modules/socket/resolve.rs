//! Names of hosts, services and interfaces, and addresses as text.

use core::ptr::{null, null_mut};
use std::ffi::{CStr, CString};

use adder_objects::str::PyStr;
use adder_objects::{Args, Cx, Params, R, Raised, Value, exceptions as exc, raise};

use super::super::exception_classes;
use super::super::process_wide::{alone, copied};
use super::super::support::{self, c_int, contents, int, without_lock};
use super::address::{Address, host_of, name_of};

/// The exception of what `getaddrinfo` refuses.
pub(super) const GAI_ERROR: &str = "socket.gaierror";

/// One answer about a name.
pub(super) struct Found {
    family: i32,
    kind: i32,
    protocol: i32,
    canonical: Vec<u8>,
    pub(super) address: Address,
}

/// Asks the system about a name and a service; the error is one of those of `getaddrinfo`. To be called without the lock.
pub(super) fn look_up(
    host: Option<&CString>,
    service: Option<&CString>,
    family: i32,
    kind: i32,
    protocol: i32,
    flags: i32,
) -> Result<Vec<Found>, i32> {
    // SAFETY: the texts end with a zero; the list is walked while it is there, and given back once.
    unsafe {
        let mut hints: libc::addrinfo = core::mem::zeroed();
        hints.ai_family = family;
        hints.ai_socktype = kind;
        hints.ai_protocol = protocol;
        hints.ai_flags = flags;
        let mut list = null_mut();
        let text = |text: Option<&CString>| text.map_or(null(), |text| text.as_ptr());
        let code = libc::getaddrinfo(text(host), text(service), &raw const hints, &raw mut list);
        if code != 0 {
            return Err(code);
        }
        let mut found = Vec::new();
        let mut at = list;
        while let Some(info) = at.as_ref() {
            found.push(Found {
                family: info.ai_family,
                kind: info.ai_socktype,
                protocol: info.ai_protocol,
                canonical: if info.ai_canonname.is_null() {
                    Vec::new()
                } else {
                    CStr::from_ptr(info.ai_canonname).to_bytes().to_vec()
                },
                address: Address::copied(info.ai_addr, info.ai_addrlen),
            });
            at = info.ai_next;
        }
        libc::freeaddrinfo(list);
        Ok(found)
    }
}

/// `socket.gaierror`, or OSError where the system's own error is meant.
pub(super) fn failed(cx: &Cx, code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return support::last_error(cx);
    }
    // SAFETY: a static text.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned();
    match cx.str_value(&text) {
        Ok(text) => exception_classes::error_of(cx, GAI_ERROR, &exc::OS_ERROR, &[Value::small(code.into()), text]),
        Err(raised) => raised,
    }
}

pub(super) fn getaddrinfo(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [host, service, family, kind, protocol, flags] = args.bind(
        cx,
        &Params {
            function: "getaddrinfo",
            names: ["host", "port", "family", "type", "proto", "flags"],
            positional_only: 0,
            positional: 6,
            required: 2,
        },
    )?;
    let number = |value: Option<&Value>| value.map_or(Ok(0), |value| c_int(cx, value));
    let (family, kind, protocol, flags) = (number(family)?, number(kind)?, number(protocol)?, number(flags)?);
    let host = match host.filter(|host| !host.is_none()) {
        None => None,
        Some(host) if host.downcast::<PyStr>().is_some() || host.ty().slots.buffer.get().is_some() => {
            Some(name_of(cx, host)?)
        }
        Some(_) => return raise!(cx, exc::TYPE_ERROR, "getaddrinfo() argument 1 must be string or None"),
    };
    let service = match service.filter(|service| !service.is_none()) {
        None => None,
        Some(service) if service.is_int() => Some(CString::new(int(cx, service)?.to_string()).unwrap_or_default()),
        Some(service) if service.downcast::<PyStr>().is_some() || service.ty().slots.buffer.get().is_some() => {
            Some(name_of(cx, service)?)
        }
        Some(_) => return raise!(cx, exc::OS_ERROR, "Int or String expected"),
    };
    let found = without_lock(cx, || look_up(host.as_ref(), service.as_ref(), family, kind, protocol, flags));
    let found = found.map_err(|code| failed(cx, code))?;
    let mut all = Vec::new();
    for one in found {
        all.push(
            cx.tuple([
                Value::small(one.family.into()),
                Value::small(one.kind.into()),
                Value::small(one.protocol.into()),
                support::fs_text(cx, &one.canonical)?,
                one.address.to_value(cx)?,
            ])?
            .into_value(),
        );
    }
    Ok(cx.list(all)?.into_value())
}

/// `getnameinfo(sockaddr, flags)`
pub(super) fn getnameinfo(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let flags = c_int(cx, &args[1])?;
    let Some(given) = args[0].downcast::<adder_objects::tuple::PyTuple>() else {
        return raise!(cx, exc::TYPE_ERROR, "getnameinfo() argument 1 must be a tuple");
    };
    let items = given.items();
    let Some(host) = items.first().filter(|host| host.downcast::<PyStr>().is_some()) else {
        return raise!(cx, exc::TYPE_ERROR, "getnameinfo(): illegal sockaddr argument");
    };
    let host_text = cx.display(host)?;
    let family = if host_text.contains(':') { libc::AF_INET6 } else { libc::AF_INET };
    let address = Address::from_value(cx, family, &args[0], "getnameinfo")?;
    let result = without_lock(cx, move || {
        let (mut host, mut service) = ([0 as libc::c_char; 1025], [0 as libc::c_char; 32]);
        // SAFETY: room for both texts, which end with a zero.
        unsafe {
            let code = libc::getnameinfo(
                address.as_ptr(),
                address.len,
                host.as_mut_ptr(),
                host.len() as libc::socklen_t,
                service.as_mut_ptr(),
                service.len() as libc::socklen_t,
                flags,
            );
            let text = |text: *const libc::c_char| CStr::from_ptr(text).to_bytes().to_vec();
            if code == 0 { Ok((text(host.as_ptr()), text(service.as_ptr()))) } else { Err(code) }
        }
    });
    let (host, service) = result.map_err(|code| failed(cx, code))?;
    Ok(cx.tuple([support::fs_text(cx, &host)?, support::fs_text(cx, &service)?])?.into_value())
}

/// `gethostbyname(host)`: an address of version 4 as text.
pub(super) fn gethostbyname(cx: &Cx, _: &Value, host: &Value) -> R {
    let found = host_of(cx, host, libc::AF_INET)?.to_value(cx)?;
    Ok(cx.collect(&found)?[0].clone())
}

/// The name of an interface; its number where it has none.
pub(super) fn interface(index: u32) -> String {
    let mut name = [0 as libc::c_char; libc::IF_NAMESIZE];
    // SAFETY: room for a name.
    unsafe {
        if libc::if_indextoname(index, name.as_mut_ptr()).is_null() {
            return index.to_string();
        }
        CStr::from_ptr(name.as_ptr()).to_string_lossy().into_owned()
    }
}

pub(super) fn if_indextoname(cx: &Cx, _: &Value, index: &Value) -> R {
    let index = int(cx, index)?;
    let mut name = [0 as libc::c_char; libc::IF_NAMESIZE];
    // SAFETY: room for a name.
    unsafe {
        if libc::if_indextoname(index as u32, name.as_mut_ptr()).is_null() {
            return Err(support::last_error(cx));
        }
        support::fs_text(cx, CStr::from_ptr(name.as_ptr()).to_bytes())
    }
}

pub(super) fn if_nametoindex(cx: &Cx, _: &Value, name: &Value) -> R {
    let name = CString::new(support::fs_bytes(cx, name)?).unwrap_or_default();
    // SAFETY: ends with a zero.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => raise!(cx, exc::OS_ERROR, "no interface with this name"),
        index => cx.int(index.into()),
    }
}

pub(super) fn if_nameindex(cx: &Cx, _: &Value) -> R {
    let mut all = Vec::new();
    // SAFETY: the list ends with a zero index, and is given back once.
    unsafe {
        let list = libc::if_nameindex();
        if list.is_null() {
            return Err(support::last_error(cx));
        }
        let mut at = list;
        while (*at).if_index != 0 {
            all.push(((*at).if_index, CStr::from_ptr((*at).if_name).to_bytes().to_vec()));
            at = at.add(1);
        }
        libc::if_freenameindex(list);
    }
    let all = all
        .into_iter()
        .map(|(index, name)| Ok(cx.tuple([cx.int(index.into())?, support::fs_text(cx, &name)?])?.into_value()))
        .collect::<R<Vec<_>>>()?;
    Ok(cx.list(all)?.into_value())
}

fn text(cx: &Cx, value: &Value, function: &str) -> R<String> {
    match value.downcast::<PyStr>() {
        Some(text) => Ok(text.to_lossy().into_owned()),
        None => {
            let ty = value.ty().name();
            raise!(cx, exc::TYPE_ERROR, "{function}() argument must be str, not {ty}")
        }
    }
}

pub(super) fn inet_aton(cx: &Cx, _: &Value, value: &Value) -> R {
    // The system takes shorter forms than the standard library of Rust does.
    let text = CString::new(text(cx, value, "inet_aton")?).unwrap_or_default();
    unsafe extern "C" {
        fn inet_aton(text: *const libc::c_char, address: *mut libc::in_addr) -> libc::c_int;
    }
    let mut address = libc::in_addr { s_addr: 0 };
    // SAFETY: ends with a zero; room for an address.
    if text.is_empty() || unsafe { inet_aton(text.as_ptr(), &raw mut address) } == 0 {
        return raise!(cx, exc::OS_ERROR, "illegal IP address string passed to inet_aton");
    }
    Ok(cx.bytes(&address.s_addr.to_ne_bytes())?.into_value())
}

pub(super) fn inet_ntoa(cx: &Cx, _: &Value, packed: &Value) -> R {
    match <[u8; 4]>::try_from(&*contents(cx, packed)?) {
        Ok(bytes) => cx.str_value(&std::net::Ipv4Addr::from(bytes).to_string()),
        Err(_) => raise!(cx, exc::OS_ERROR, "packed IP wrong length"),
    }
}

pub(super) fn inet_pton(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (family, text) = (c_int(cx, &args[0])?, text(cx, &args[1], "inet_pton")?);
    let bytes = match family {
        libc::AF_INET => text.parse::<std::net::Ipv4Addr>().ok().map(|address| address.octets().to_vec()),
        libc::AF_INET6 => text.parse::<std::net::Ipv6Addr>().ok().map(|address| address.octets().to_vec()),
        _ => {
            return Err(support::error_of_code(cx, libc::EAFNOSUPPORT));
        }
    };
    match bytes {
        Some(bytes) => Ok(cx.bytes(&bytes)?.into_value()),
        None => raise!(cx, exc::OS_ERROR, "illegal IP address string passed to inet_pton"),
    }
}

pub(super) fn inet_ntop(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (family, bytes) = (c_int(cx, &args[0])?, contents(cx, &args[1])?);
    let text = match family {
        libc::AF_INET => <[u8; 4]>::try_from(&*bytes).ok().map(|bytes| std::net::Ipv4Addr::from(bytes).to_string()),
        libc::AF_INET6 => <[u8; 16]>::try_from(&*bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
        _ => return raise!(cx, exc::VALUE_ERROR, "unknown address family {family}"),
    };
    match text {
        Some(text) => cx.str_value(&text),
        None => raise!(cx, exc::VALUE_ERROR, "invalid length of packed IP address string"),
    }
}

pub(super) fn gethostname(cx: &Cx, _: &Value) -> R {
    let mut name = [0 as libc::c_char; 1025];
    // SAFETY: room for a name, and for the zero at its end.
    unsafe {
        if libc::gethostname(name.as_mut_ptr(), name.len() - 1) != 0 {
            return Err(support::last_error(cx));
        }
        support::fs_text(cx, CStr::from_ptr(name.as_ptr()).to_bytes())
    }
}

fn c_text(cx: &Cx, value: &Value) -> R<CString> {
    match CString::new(support::fs_bytes(cx, value)?) {
        Ok(text) => Ok(text),
        Err(_) => raise!(cx, exc::VALUE_ERROR, "embedded null character"),
    }
}

pub(super) fn getservbyname(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let name = c_text(cx, &args[0])?;
    let protocol = args.get(1).map(|protocol| c_text(cx, protocol)).transpose()?;
    // SAFETY: the texts end with a zero; the entry is read before another is asked for.
    let port = alone(move || unsafe {
        libc::getservbyname(name.as_ptr(), protocol.as_ref().map_or(null(), |p| p.as_ptr()))
            .as_ref()
            .map(|entry| u16::from_be(entry.s_port as u16))
    });
    match port {
        Some(port) => cx.int(port.into()),
        None => raise!(cx, exc::OS_ERROR, "service/proto not found"),
    }
}

pub(super) fn getservbyport(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let port = int(cx, &args[0])?;
    let Ok(port) = u16::try_from(port) else {
        return raise!(cx, exc::OVERFLOW_ERROR, "getservbyport: port must be 0-65535.");
    };
    let protocol = args.get(1).map(|protocol| c_text(cx, protocol)).transpose()?;
    // SAFETY: as above.
    let name = alone(move || unsafe {
        libc::getservbyport(i32::from(port.to_be()), protocol.as_ref().map_or(null(), |p| p.as_ptr()))
            .as_ref()
            .and_then(|entry| copied(entry.s_name))
    });
    match name {
        Some(name) => support::fs_text(cx, &name),
        None => raise!(cx, exc::OS_ERROR, "port/proto not found"),
    }
}

pub(super) fn getprotobyname(cx: &Cx, _: &Value, name: &Value) -> R {
    let name = c_text(cx, name)?;
    // SAFETY: as above.
    let number = alone(move || unsafe { libc::getprotobyname(name.as_ptr()).as_ref().map(|entry| entry.p_proto) });
    match number {
        Some(number) => cx.int(number.into()),
        None => raise!(cx, exc::OS_ERROR, "protocol not found"),
    }
}
