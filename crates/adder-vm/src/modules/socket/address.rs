//! Addresses: tuples and paths of Python, and what the system knows them as.

use core::mem::{size_of, zeroed};
use std::net::{Ipv4Addr, Ipv6Addr};

use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::support::{self, int, without_lock};

/// An address of the system, of any family.
#[derive(Clone, Copy)]
pub(super) struct Address {
    storage: libc::sockaddr_storage,
    pub(super) len: libc::socklen_t,
}

impl Address {
    /// Room for any address.
    pub(super) fn room() -> Address {
        // SAFETY: plain numbers.
        Address { storage: unsafe { zeroed() }, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }

    fn of<T: Copy>(value: T) -> Address {
        let mut made = Address::room();
        // SAFETY: no address is longer than the storage, which is aligned for all of them.
        unsafe { (&raw mut made.storage).cast::<T>().write(value) };
        made.len = size_of::<T>() as libc::socklen_t;
        made
    }

    /// A copy of what the system has given.
    ///
    /// # Safety
    /// So many bytes lie there.
    pub(super) unsafe fn copied(from: *const libc::sockaddr, len: libc::socklen_t) -> Address {
        let mut made = Address::room();
        let bytes = (len as usize).min(size_of::<libc::sockaddr_storage>());
        // SAFETY: by the contract, and not more than fits.
        unsafe { (&raw mut made.storage).cast::<u8>().copy_from_nonoverlapping(from.cast(), bytes) };
        made.len = bytes as libc::socklen_t;
        made
    }

    pub(super) fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    fn get<T: Copy>(&self) -> T {
        // SAFETY: the family says that it is such an address; the storage is large enough in any case.
        unsafe { (&raw const self.storage).cast::<T>().read() }
    }

    /// For Python: a tuple of host and port, a path, None where there is none.
    pub(super) fn to_value(self, cx: &Cx) -> R {
        if self.len == 0 {
            return Ok(Value::none());
        }
        match i32::from(self.storage.ss_family) {
            libc::AF_INET => {
                let address: libc::sockaddr_in = self.get();
                let host = Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr)).to_string();
                Ok(cx.tuple([cx.str_value(&host)?, Value::small(u16::from_be(address.sin_port).into())])?.into_value())
            }
            libc::AF_INET6 => {
                let address: libc::sockaddr_in6 = self.get();
                let mut host = Ipv6Addr::from(address.sin6_addr.s6_addr).to_string();
                if address.sin6_scope_id != 0 {
                    host = format!("{host}%{}", super::resolve::interface(address.sin6_scope_id));
                }
                let numbers = [
                    i64::from(u16::from_be(address.sin6_port)),
                    i64::from(u32::from_be(address.sin6_flowinfo)),
                    i64::from(address.sin6_scope_id),
                ];
                let [port, flow, scope] = numbers.map(Value::small);
                Ok(cx.tuple([cx.str_value(&host)?, port, flow, scope])?.into_value())
            }
            libc::AF_UNIX => {
                let address: libc::sockaddr_un = self.get();
                let start = core::mem::offset_of!(libc::sockaddr_un, sun_path);
                let len = (self.len as usize).saturating_sub(start).min(address.sun_path.len());
                let bytes: Vec<u8> = address.sun_path[..len].iter().map(|c| *c as u8).collect();
                if bytes.first() == Some(&0) {
                    // A name that is not in the file system.
                    return Ok(cx.bytes(&bytes)?.into_value());
                }
                let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
                support::fs_text(cx, &bytes[..end])
            }
            family => {
                let bytes = &self.get::<[u8; size_of::<libc::sockaddr_storage>()]>()[2..self.len as usize];
                Ok(cx.tuple([Value::small(family.into()), cx.bytes(bytes)?.into_value()])?.into_value())
            }
        }
    }

    /// From what a program gave for a socket of a family.
    pub(super) fn from_value(cx: &Cx, family: i32, value: &Value, function: &str) -> R<Address> {
        match family {
            libc::AF_INET => {
                let [host, port] = parts(cx, value, function, "AF_INET", "a pair (host, port)", 2)?[..] else {
                    return raise!(cx, exc::TYPE_ERROR, "AF_INET address must be a pair (host, port)");
                };
                let host = host_of(cx, host, libc::AF_INET)?;
                let port = port_of(cx, port, function)?;
                let mut address: libc::sockaddr_in = host.get();
                address.sin_port = port.to_be();
                Ok(Address::of(address))
            }
            libc::AF_INET6 => {
                let given = parts(cx, value, function, "AF_INET6", "a tuple (host, port[, flowinfo[, scopeid]])", 4)?;
                let host = host_of(cx, given[0], libc::AF_INET6)?;
                let port = port_of(cx, given[1], function)?;
                let mut address: libc::sockaddr_in6 = host.get();
                address.sin6_port = port.to_be();
                let flow = given.get(2).map_or(Ok(0), |flow| int(cx, flow))?;
                if !(0..=0xfffff).contains(&flow) {
                    return raise!(cx, exc::OVERFLOW_ERROR, "{function}(): flowinfo must be 0-1048575.");
                }
                address.sin6_flowinfo = (flow as u32).to_be();
                let scope = given.get(3).map_or(Ok(0), |scope| int(cx, scope))?;
                if scope != 0 {
                    address.sin6_scope_id = scope as u32;
                }
                Ok(Address::of(address))
            }
            libc::AF_UNIX => {
                let path = if value.downcast::<PyStr>().is_some() {
                    support::fs_bytes(cx, value)?
                } else {
                    support::contents(cx, value)?.to_vec()
                };
                // SAFETY: plain numbers.
                let mut address: libc::sockaddr_un = unsafe { zeroed() };
                // The last byte stays zero, but for a name that is not in the file system.
                let abstract_name = path.first() == Some(&0);
                if path.len() > address.sun_path.len() || (!abstract_name && path.len() == address.sun_path.len()) {
                    return raise!(cx, exc::OS_ERROR, "AF_UNIX path too long");
                }
                address.sun_family = libc::AF_UNIX as libc::sa_family_t;
                for (place, byte) in address.sun_path.iter_mut().zip(&path) {
                    *place = *byte as libc::c_char;
                }
                let mut made = Address::of(address);
                let start = core::mem::offset_of!(libc::sockaddr_un, sun_path);
                made.len = (start + path.len() + usize::from(!abstract_name)) as libc::socklen_t;
                Ok(made)
            }
            _ => raise!(cx, exc::OS_ERROR, "{function}(): unsupported address family"),
        }
    }
}

fn parts<'a>(cx: &Cx, value: &'a Value, function: &str, family: &str, what: &str, most: usize) -> R<Vec<&'a Value>> {
    let Some(tuple) = value.downcast::<PyTuple>() else {
        let ty = value.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "{function}(): {family} address must be tuple, not {ty}");
    };
    let items = tuple.items();
    if items.len() < 2 || items.len() > most {
        return raise!(cx, exc::TYPE_ERROR, "{family} address must be {what}");
    }
    Ok(items.iter().collect())
}

fn port_of(cx: &Cx, value: &Value, function: &str) -> R<u16> {
    if !value.is_int() && value.ty().slots.index.get().is_none() {
        let ty = value.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "'{ty}' object cannot be interpreted as an integer");
    }
    match cx.index_to_isize(value, None).ok().and_then(|port| u16::try_from(port).ok()) {
        Some(port) => Ok(port),
        None => raise!(cx, exc::OVERFLOW_ERROR, "{function}(): port must be 0-65535."),
    }
}

/// The bytes of a host's name.
pub(super) fn name_of(cx: &Cx, value: &Value) -> R<std::ffi::CString> {
    let bytes = match value.downcast::<PyStr>() {
        Some(text) => match text.as_str().filter(|text| text.is_ascii()) {
            Some(text) => text.as_bytes().to_vec(),
            None => {
                let encoded = cx.call_method(value, &cx.intern("encode")?, &[cx.str_value("idna")?])?;
                support::contents(cx, &encoded)?.to_vec()
            }
        },
        None if value.ty().slots.buffer.get().is_some() => support::contents(cx, value)?.to_vec(),
        None => {
            let ty = value.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "str, bytes or bytearray expected, not {ty}");
        }
    };
    match std::ffi::CString::new(bytes) {
        Ok(name) => Ok(name),
        Err(_) => raise!(cx, exc::TYPE_ERROR, "host name must not contain null character"),
    }
}

/// The address of a host, with port 0: any for the empty name, else a number or what the system finds.
pub(super) fn host_of(cx: &Cx, value: &Value, family: i32) -> R<Address> {
    let name = name_of(cx, value)?;
    let text = name.to_string_lossy().into_owned();
    if family == libc::AF_INET {
        let number = match text.as_str() {
            "" => Some(Ipv4Addr::UNSPECIFIED),
            "<broadcast>" => Some(Ipv4Addr::BROADCAST),
            text => text.parse().ok(),
        };
        if let Some(number) = number {
            // SAFETY: plain numbers.
            let mut address: libc::sockaddr_in = unsafe { zeroed() };
            address.sin_family = libc::AF_INET as libc::sa_family_t;
            address.sin_addr.s_addr = u32::from(number).to_be();
            return Ok(Address::of(address));
        }
    }
    if family == libc::AF_INET6 {
        let number = if text.is_empty() { Some(Ipv6Addr::UNSPECIFIED) } else { text.parse().ok() };
        if let Some(number) = number {
            // SAFETY: plain numbers.
            let mut address: libc::sockaddr_in6 = unsafe { zeroed() };
            address.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            address.sin6_addr.s6_addr = number.octets();
            return Ok(Address::of(address));
        }
    }
    let found = without_lock(cx, || super::resolve::look_up(Some(&name), None, family, 0, 0, 0));
    match found {
        Ok(found) => match found.first() {
            Some(first) => Ok(first.address),
            None => raise!(cx, exc::OS_ERROR, "address family mismatched"),
        },
        Err(code) => Err(super::resolve::failed(cx, code)),
    }
}
