//! Types that own no references: never tracked, nothing to visit.

use std::sync::atomic;

use super::{Trace, Tracer};

macro_rules! plain {
    ($($ty:ty),* $(,)?) => {$(
        impl Trace for $ty {
            #[inline(always)]
            fn trace(&self, _: &mut Tracer<'_>) {}
            fn tracked() -> bool { false }
            fn __faithful_within(_: u32) -> bool { true }
            fn finalizes() -> bool { false }
        }
    )*};
}

plain! {
    (), bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize,
    String, Box<str>, std::ffi::CString, std::ffi::OsString, std::path::PathBuf,
    std::num::NonZero<u8>, std::num::NonZero<u16>, std::num::NonZero<u32>, std::num::NonZero<u64>, std::num::NonZero<usize>,
    std::num::NonZero<i8>, std::num::NonZero<i16>, std::num::NonZero<i32>, std::num::NonZero<i64>, std::num::NonZero<isize>,
    std::time::Duration, std::time::Instant, std::time::SystemTime, std::any::TypeId, std::thread::ThreadId,
    std::net::IpAddr, std::net::SocketAddr, std::cmp::Ordering, std::alloc::Layout, std::fs::File, std::io::Error,
    atomic::AtomicBool, atomic::AtomicI8, atomic::AtomicI16, atomic::AtomicI32, atomic::AtomicI64, atomic::AtomicIsize,
    atomic::AtomicU8, atomic::AtomicU16, atomic::AtomicU32, atomic::AtomicU64, atomic::AtomicUsize,
    crate::Charge, crate::Heap, crate::ChargedAlloc,
}

impl<T: ?Sized + 'static> Trace for std::marker::PhantomData<T> {
    #[inline(always)]
    fn trace(&self, _: &mut Tracer<'_>) {}
    fn tracked() -> bool {
        false
    }
    fn __faithful_within(_: u32) -> bool {
        true
    }
    fn finalizes() -> bool {
        false
    }
}

impl<T: 'static> Trace for std::ops::Range<T>
where
    T: Trace + Copy,
{
    #[inline(always)]
    fn trace(&self, _: &mut Tracer<'_>) {}
    fn tracked() -> bool {
        false
    }
    fn __faithful_within(_: u32) -> bool {
        true
    }
    fn finalizes() -> bool {
        false
    }
}
