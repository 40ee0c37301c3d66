//! Messages with what goes beside the bytes: descriptors, credentials.

use adder_objects::storage::HeapVec;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::support::{self, c_int, contents, int};
use super::address::Address;
use super::object::of;

/// Bytes of the head of an item beside the message.
const HEAD: usize = size_of::<libc::cmsghdr>();

fn aligned(len: usize) -> usize {
    len.next_multiple_of(size_of::<usize>())
}

/// `CMSG_LEN`
pub(super) fn item_len(cx: &Cx, _: &Value, len: &Value) -> R {
    match usize::try_from(int(cx, len)?) {
        Ok(len) if len <= i32::MAX as usize - HEAD => cx.int((HEAD + len) as i64),
        _ => raise!(cx, exc::OVERFLOW_ERROR, "CMSG_LEN() argument out of range"),
    }
}

/// `CMSG_SPACE`
pub(super) fn item_space(cx: &Cx, _: &Value, len: &Value) -> R {
    match usize::try_from(int(cx, len)?) {
        Ok(len) if len <= i32::MAX as usize - 2 * HEAD => cx.int((HEAD + aligned(len)) as i64),
        _ => raise!(cx, exc::OVERFLOW_ERROR, "CMSG_SPACE() argument out of range"),
    }
}

/// Writes one item behind what is there.
fn append(all: &mut Vec<u8>, level: i32, kind: i32, data: &[u8]) {
    all.extend(((HEAD + data.len()) as u64).to_ne_bytes());
    all.extend(level.to_ne_bytes());
    all.extend(kind.to_ne_bytes());
    all.extend(data);
    all.resize(aligned(all.len()), 0);
}

/// The items in what has arrived.
fn items(cx: &Cx, mut all: &[u8]) -> R {
    let mut found = Vec::new();
    while let Some((head, _)) = all.split_at_checked(HEAD) {
        let word = |at: usize| i32::from_ne_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let mut len = [0; 8];
        len.copy_from_slice(&head[..8]);
        let len = u64::from_ne_bytes(len) as usize;
        if len < HEAD {
            break;
        }
        let data = &all[HEAD..len.min(all.len())];
        let (level, kind) = (Value::small(word(8).into()), Value::small(word(12).into()));
        found.push(cx.tuple([level, kind, cx.bytes(data)?.into_value()])?.into_value());
        all = all.get(aligned(len)..).unwrap_or_default();
    }
    Ok(cx.list(found)?.into_value())
}

/// `sendmsg(buffers, ancdata=(), flags=0, address=None)`
pub(super) fn sendmsg(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let mut bytes = HeapVec::new(cx);
    for part in cx.collect(&args[0])? {
        bytes.extend(&contents(cx, &part)?)?;
    }
    let mut beside = Vec::new();
    if let Some(given) = args.get(1) {
        for item in cx.collect(given)? {
            let [level, kind, data] = &cx.collect(&item)?[..] else {
                return raise!(cx, exc::TYPE_ERROR, "sendmsg() argument 2 must be an iterable of 3-tuples");
            };
            append(&mut beside, c_int(cx, level)?, c_int(cx, kind)?, &contents(cx, data)?);
        }
    }
    let flags = args.get(2).map_or(Ok(0), |flags| c_int(cx, flags))?;
    let it = of(this);
    let mut address = match args.get(3).filter(|address| !address.is_none()) {
        Some(address) => Some(Address::from_value(cx, it.family.get(), address, "sendmsg")?),
        None => None,
    };
    let bytes = &mut bytes[..];
    let put = it.perform(cx, true, it.deadline(), |fd| {
        // SAFETY: what the message points to lives; it is not written to.
        unsafe {
            let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
            let mut message: libc::msghdr = core::mem::zeroed();
            message.msg_iov = &raw mut part;
            message.msg_iovlen = 1;
            if !beside.is_empty() {
                message.msg_control = beside.as_mut_ptr().cast();
                message.msg_controllen = beside.len() as _;
            }
            if let Some(address) = &mut address {
                message.msg_name = address.as_mut_ptr().cast();
                message.msg_namelen = address.len;
            }
            libc::sendmsg(fd, &raw const message, flags) as i64
        }
    })?;
    cx.int(put)
}

/// What has arrived: how many bytes, what beside them, flags, from where.
struct Arrived {
    bytes: usize,
    beside: Value,
    flags: i32,
    from: Address,
}

fn receive(cx: &Cx, this: &Value, buffer: &mut [u8], room: Option<&Value>, flags: Option<&Value>) -> R<Arrived> {
    let room = room.map_or(Ok(0), |room| int(cx, room))?;
    let Ok(room) = usize::try_from(room) else {
        return raise!(cx, exc::VALUE_ERROR, "invalid ancillary data buffer length");
    };
    let flags = flags.map_or(Ok(0), |flags| c_int(cx, flags))?;
    let beside = &mut *support::zeroed(cx, room)?;
    let (mut from, mut used, mut said) = (Address::room(), 0, 0);
    let it = of(this);
    let got = it.perform(cx, false, it.deadline(), |fd| {
        from = Address::room();
        // SAFETY: what the message points to lives, and has the room that it says.
        unsafe {
            let mut part = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
            let mut message: libc::msghdr = core::mem::zeroed();
            message.msg_iov = &raw mut part;
            message.msg_iovlen = 1;
            if !beside.is_empty() {
                message.msg_control = beside.as_mut_ptr().cast();
                message.msg_controllen = beside.len() as _;
            }
            message.msg_name = from.as_mut_ptr().cast();
            message.msg_namelen = from.len;
            let got = libc::recvmsg(fd, &raw mut message, flags | libc::MSG_CMSG_CLOEXEC) as i64;
            from.len = message.msg_namelen;
            used = message.msg_controllen as usize;
            said = message.msg_flags & !libc::MSG_CMSG_CLOEXEC;
            got
        }
    })?;
    Ok(Arrived { bytes: got as usize, beside: items(cx, &beside[..used.min(beside.len())])?, flags: said, from })
}

/// `recvmsg(bufsize, ancbufsize=0, flags=0)`
pub(super) fn recvmsg(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let Ok(size) = usize::try_from(int(cx, &args[0])?) else {
        return raise!(cx, exc::VALUE_ERROR, "negative buffer size in recvmsg()");
    };
    let mut buffer = support::zeroed(cx, size)?;
    let arrived = receive(cx, this, &mut buffer, args.get(1), args.get(2))?;
    let bytes = cx.bytes(&buffer[..arrived.bytes.min(size)])?.into_value();
    Ok(cx.tuple([bytes, arrived.beside, Value::small(arrived.flags.into()), arrived.from.to_value(cx)?])?.into_value())
}

/// `recvmsg_into(buffers, ancbufsize=0, flags=0)`
pub(super) fn recvmsg_into(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let mut views = Vec::new();
    for target in cx.collect(&args[0])? {
        let Some(view) = support::writable_if_any(cx, &target)? else {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers"
            );
        };
        views.push(view);
    }
    let size = views.iter().map(|view| view.len).sum();
    let mut buffer = support::zeroed(cx, size)?;
    let arrived = receive(cx, this, &mut buffer, args.get(1), args.get(2))?;
    let mut rest = &buffer[..arrived.bytes.min(size)];
    for view in &views {
        let (part, after) = rest.split_at(view.len.min(rest.len()));
        // SAFETY: the view is writable, at least so long, and keeps its memory while it lives.
        unsafe { view.data.copy_from_nonoverlapping(part.as_ptr(), part.len()) };
        rest = after;
    }
    Ok(cx
        .tuple([
            cx.int(arrived.bytes as i64)?,
            arrived.beside,
            Value::small(arrived.flags.into()),
            arrived.from.to_value(cx)?,
        ])?
        .into_value())
}
