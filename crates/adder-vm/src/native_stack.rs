//! How much of the thread's native stack is left.

/// Bytes between an address near the top of the stack and its end. Where that cannot be asked: what threads have by default.
pub fn remaining(here: usize) -> usize {
    bounds().map_or(1 << 20, |lowest| here.saturating_sub(lowest))
}

#[cfg(target_os = "linux")]
fn bounds() -> Option<usize> {
    // SAFETY: the attribute is initialised by the call before it is read, and destroyed once.
    unsafe {
        let mut attr: libc::pthread_attr_t = core::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &raw mut attr) != 0 {
            return None;
        }
        let mut address = core::ptr::null_mut();
        let mut size = 0;
        let got = libc::pthread_attr_getstack(&raw const attr, &raw mut address, &raw mut size);
        libc::pthread_attr_destroy(&raw mut attr);
        (got == 0).then(|| address.addr())
    }
}

#[cfg(not(target_os = "linux"))]
fn bounds() -> Option<usize> {
    None
}
