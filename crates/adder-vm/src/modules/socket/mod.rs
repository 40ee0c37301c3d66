//! The module `_socket`. What is written in Python of it lies in `_builtin/_socket.py`.

mod address;
mod calls;
mod messages;
mod object;
mod resolve;

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::exception_classes;
use super::support::{self, c_int, done, int, numbers};
use crate::vm::Vm;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&object::SOCKET_TYPE];

static FUNCTIONS: &[Method] = &[
    Method::any("getaddrinfo", resolve::getaddrinfo),
    Method::positional("getnameinfo", 2, 2, resolve::getnameinfo),
    Method::one("gethostbyname", resolve::gethostbyname),
    Method::none("gethostname", resolve::gethostname),
    Method::positional("getservbyname", 1, 2, resolve::getservbyname),
    Method::positional("getservbyport", 1, 2, resolve::getservbyport),
    Method::one("getprotobyname", resolve::getprotobyname),
    Method::one("inet_aton", resolve::inet_aton),
    Method::one("inet_ntoa", resolve::inet_ntoa),
    Method::positional("inet_pton", 2, 2, resolve::inet_pton),
    Method::positional("inet_ntop", 2, 2, resolve::inet_ntop),
    Method::one("if_indextoname", resolve::if_indextoname),
    Method::one("if_nametoindex", resolve::if_nametoindex),
    Method::none("if_nameindex", resolve::if_nameindex),
    Method::one("htons", |cx, _, n| swapped_16(cx, n, "htons")),
    Method::one("ntohs", |cx, _, n| swapped_16(cx, n, "ntohs")),
    Method::one("htonl", swapped_32),
    Method::one("ntohl", swapped_32),
    Method::one("CMSG_LEN", messages::item_len),
    Method::one("CMSG_SPACE", messages::item_space),
    Method::one("close", |cx, _, fd| {
        let fd = c_int(cx, fd)?;
        // SAFETY: the program's own descriptors are its to close.
        done(cx, unsafe { libc::close(fd) })
    }),
    Method::one("dup", |cx, _, fd| {
        let fd = c_int(cx, fd)?;
        // SAFETY: makes a descriptor.
        support::checked(cx, i64::from(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }))
    }),
    Method::positional("socketpair", 0, 3, socketpair),
    Method::none("getdefaulttimeout", |cx, _| object::timeout_value(cx, Vm::of(cx).state.socket_timeout.get())),
    Method::one("setdefaulttimeout", |cx, _, timeout| {
        Vm::of(cx).state.socket_timeout.set(object::timeout_of(cx, timeout)?);
        Ok(Value::none())
    }),
];

static NUMBERS: &[(&str, i64)] = numbers! {
    AF_UNSPEC AF_INET AF_INET6 AF_UNIX SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_SEQPACKET SOCK_RDM SOCK_NONBLOCK SOCK_CLOEXEC
    SOL_SOCKET SO_REUSEADDR SO_REUSEPORT SO_KEEPALIVE SO_BROADCAST SO_LINGER SO_RCVBUF SO_SNDBUF SO_RCVTIMEO SO_SNDTIMEO
    SO_ERROR SO_TYPE SO_DOMAIN SO_PROTOCOL SO_ACCEPTCONN SO_OOBINLINE SO_DONTROUTE SO_RCVLOWAT SO_SNDLOWAT SO_PASSCRED
    SO_PEERCRED SO_BINDTODEVICE SO_MARK SO_PRIORITY SO_INCOMING_CPU SO_PASSSEC SO_PEERSEC
    SOMAXCONN SHUT_RD SHUT_WR SHUT_RDWR
    MSG_PEEK MSG_OOB MSG_DONTWAIT MSG_WAITALL MSG_NOSIGNAL MSG_TRUNC MSG_CTRUNC MSG_EOR MSG_DONTROUTE MSG_CMSG_CLOEXEC
    MSG_ERRQUEUE MSG_CONFIRM MSG_MORE MSG_FASTOPEN
    SCM_RIGHTS SCM_CREDENTIALS
    IPPROTO_IP IPPROTO_TCP IPPROTO_UDP IPPROTO_IPV6 IPPROTO_ICMP IPPROTO_ICMPV6 IPPROTO_RAW IPPROTO_IGMP IPPROTO_SCTP
    IPPROTO_EGP IPPROTO_PUP IPPROTO_IDP IPPROTO_TP IPPROTO_RSVP IPPROTO_GRE IPPROTO_ESP IPPROTO_AH IPPROTO_PIM IPPROTO_IPIP
    IPPROTO_HOPOPTS IPPROTO_ROUTING IPPROTO_FRAGMENT IPPROTO_NONE IPPROTO_DSTOPTS
    TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT
    TCP_WINDOW_CLAMP TCP_INFO TCP_QUICKACK TCP_CONGESTION TCP_USER_TIMEOUT TCP_FASTOPEN TCP_NOTSENT_LOWAT
    IP_TOS IP_TTL IP_HDRINCL IP_OPTIONS IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP
    IP_DROP_MEMBERSHIP IP_RECVTOS IP_TRANSPARENT IP_BIND_ADDRESS_NO_PORT
    IPV6_V6ONLY IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_RECVPKTINFO IPV6_PKTINFO
    IPV6_TCLASS IPV6_RECVTCLASS IPV6_RECVHOPLIMIT IPV6_HOPLIMIT
    AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_V4MAPPED AI_ALL AI_ADDRCONFIG
    EAI_AGAIN EAI_BADFLAGS EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NONAME EAI_SERVICE EAI_SOCKTYPE EAI_SYSTEM EAI_OVERFLOW
    NI_MAXHOST NI_DGRAM NI_NAMEREQD NI_NOFQDN NI_NUMERICHOST NI_NUMERICSERV
};

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_socket", FUNCTIONS)?.into_value();
    support::constants(cx, &module, NUMBERS)?;
    support::constants(
        cx,
        &module,
        &[
            ("INADDR_ANY", 0),
            ("INADDR_BROADCAST", 0xffff_ffff),
            ("INADDR_LOOPBACK", 0x7f00_0001),
            ("INADDR_NONE", 0xffff_ffff),
            ("INADDR_UNSPEC_GROUP", 0xe000_0000),
            ("INADDR_ALLHOSTS_GROUP", 0xe000_0001),
            ("INADDR_MAX_LOCAL_GROUP", 0xe000_00ff),
            ("IPPORT_RESERVED", 1024),
            ("IPPORT_USERRESERVED", 5000),
            ("NI_MAXSERV", 32),
            ("SOL_IP", 0),
            ("SOL_TCP", 6),
            ("SOL_UDP", 17),
        ],
    )?;
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "socket", object::SOCKET_TYPE.value())?;
        dict.set_text(cx, "SocketType", object::SOCKET_TYPE.value())?;
        dict.set_text(cx, "has_ipv6", Value::bool(true))?;
        dict.set_text(cx, "error", exc::OS_ERROR.value())?;
        dict.set_text(cx, "timeout", exc::TIMEOUT_ERROR.value())?;
        dict.set_text(cx, "gaierror", exception_classes::class(cx, resolve::GAI_ERROR, &exc::OS_ERROR)?)?;
        dict.set_text(cx, "herror", exception_classes::class(cx, "socket.herror", &exc::OS_ERROR)?)?;
    }
    support::in_python(vm, "_socket", &module, &["_builtin/_socket.py"])?;
    Ok(module)
}

fn swapped_16(cx: &Cx, n: &Value, function: &str) -> R {
    let n = int(cx, n)?;
    if n < 0 {
        return raise!(
            cx,
            exc::OVERFLOW_ERROR,
            "{function}: can't convert negative Python int to C 16-bit unsigned integer"
        );
    }
    match u16::try_from(n) {
        Ok(n) => cx.int(n.to_be().into()),
        Err(_) => {
            raise!(cx, exc::OVERFLOW_ERROR, "{function}: Python int too large to convert to C 16-bit unsigned integer")
        }
    }
}

fn swapped_32(cx: &Cx, _: &Value, n: &Value) -> R {
    let n = int(cx, n)?;
    if n < 0 {
        return raise!(cx, exc::OVERFLOW_ERROR, "can't convert negative value to unsigned int");
    }
    match u32::try_from(n) {
        Ok(n) => cx.int(n.to_be().into()),
        Err(_) => raise!(cx, exc::OVERFLOW_ERROR, "int larger than 32 bits"),
    }
}

/// `socketpair(family=AF_UNIX, type=SOCK_STREAM, proto=0)`: two sockets.
fn socketpair(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let number = |at: usize, default: i32| {
        args.get(at).filter(|value| !value.is_none()).map_or(Ok(default), |value| c_int(cx, value))
    };
    let (family, kind, protocol) = (number(0, libc::AF_UNIX)?, number(1, libc::SOCK_STREAM)?, number(2, 0)?);
    let mut ends = [0; 2];
    // SAFETY: room for two descriptors.
    if unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, ends.as_mut_ptr()) } != 0 {
        return Err(support::last_error(cx));
    }
    let mut made = Vec::new();
    for fd in ends {
        let values = [family, kind, protocol, fd].map(|n| Value::small(n.into()));
        match cx.call(&object::SOCKET_TYPE.value(), &values) {
            Ok(socket) => made.push(socket),
            Err(raised) => {
                for fd in &ends[made.len()..] {
                    // SAFETY: made above, and nobody's yet.
                    unsafe { libc::close(*fd) };
                }
                return Err(raised);
            }
        }
    }
    Ok(cx.tuple(made)?.into_value())
}
