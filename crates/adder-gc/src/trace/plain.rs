//! Types that own no references: never tracked, nothing to visit.

use std::sync::atomic;

use super::{Trace, Tracer};

macro_rules! plain {
    ($($ty:ty),* $(,)?) => {$(
        impl Trace for $ty {
            #[inline(always)]
            fn trace(&self, _: &mut Tracer<'_>) {}
            fn tracked() -> bool { false }
            unsafe fn __faithful_within(_: u32) -> bool { true }
            fn finalizes() -> bool { false }
        }
    )*};
}

plain! {
    (), bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize,
    String, Box<str>, std::ffi::CString, std::ffi::OsString, std::path::PathBuf,
    Box<std::ffi::CStr>, Box<std::ffi::OsStr>, Box<std::path::Path>,
    std::num::NonZero<u8>, std::num::NonZero<u16>, std::num::NonZero<u32>, std::num::NonZero<u64>, std::num::NonZero<u128>,
    std::num::NonZero<usize>, std::num::NonZero<i8>, std::num::NonZero<i16>, std::num::NonZero<i32>, std::num::NonZero<i64>,
    std::num::NonZero<i128>, std::num::NonZero<isize>, std::convert::Infallible, std::marker::PhantomPinned,
    std::cmp::Ordering, std::ops::RangeFull, std::alloc::Layout, std::any::TypeId,
    std::time::Duration, std::time::Instant, std::time::SystemTime,
    std::thread::ThreadId, std::thread::Thread, std::sync::Condvar, std::sync::Barrier, std::sync::Once,
    std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr, std::net::SocketAddr, std::net::SocketAddrV4,
    std::net::SocketAddrV6, std::net::TcpStream, std::net::TcpListener, std::net::UdpSocket,
    std::fs::File, std::io::Error, std::io::ErrorKind, std::io::Stdin, std::io::Stdout, std::io::Stderr, std::io::Empty,
    std::process::Child, std::process::ExitStatus, std::process::ExitCode,
    std::fmt::Error, std::str::Utf8Error, std::string::FromUtf8Error, std::num::ParseIntError, std::num::ParseFloatError,
    std::num::TryFromIntError, std::str::ParseBoolError, std::char::ParseCharError,
    std::hash::RandomState, std::hash::DefaultHasher,
    atomic::AtomicBool, atomic::AtomicI8, atomic::AtomicI16, atomic::AtomicI32, atomic::AtomicI64, atomic::AtomicIsize,
    atomic::AtomicU8, atomic::AtomicU16, atomic::AtomicU32, atomic::AtomicU64, atomic::AtomicUsize,
    crate::Heap, crate::HeapStats, crate::OutOfMemory, crate::ChargedAlloc,
}

macro_rules! plain_of_any {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        impl<$($generics)*> Trace for $ty {
            #[inline(always)]
            fn trace(&self, _: &mut Tracer<'_>) {}
            fn tracked() -> bool { false }
            fn finalizes() -> bool { false }
        }
    )*};
}

// Pointers and borrows own nothing. What a `&'static` leads to is never dropped: it keeps what it refers to alive by itself.
plain_of_any! {
    [T: ?Sized + 'static] std::marker::PhantomData<T>;
    [T: ?Sized + 'static] &'static T;
    [T: ?Sized + 'static] *const T;
    [T: ?Sized + 'static] *mut T;
    [T: ?Sized + 'static] std::ptr::NonNull<T>;
    [T: 'static] atomic::AtomicPtr<T>;
    [T: 'static] std::mem::Discriminant<T>;
    [T: 'static] std::iter::Empty<T>;
    [H: 'static] std::hash::BuildHasherDefault<H>;
}
