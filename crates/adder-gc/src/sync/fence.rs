//! The heavy half of an asymmetric fence: after [`heavy`], every other thread has passed a full barrier since the call began.
//!
//! The light half is nothing at all: count operations on the owner's short way are plain loads and stores, in program order.
//! On Linux this is `membarrier(2)`. Where there is none (other systems, old kernels, Miri), [`available`] is false, and then no
//! thread gets an owner id: every object is merged from birth, every count operation is a read-modify-write, and no fence is
//! needed.

#[cfg(all(target_os = "linux", not(miri)))]
mod imp {
    use std::sync::OnceLock;

    const PRIVATE_EXPEDITED: libc::c_int = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: libc::c_int = 1 << 4;

    fn membarrier(command: libc::c_int) -> bool {
        // SAFETY: the call takes no pointers.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0_u32, 0_i32) == 0 }
    }

    pub(crate) fn available() -> bool {
        static REGISTERED: OnceLock<bool> = OnceLock::new();
        *REGISTERED.get_or_init(|| membarrier(REGISTER_PRIVATE_EXPEDITED) && membarrier(PRIVATE_EXPEDITED))
    }

    pub(crate) fn heavy() {
        core::sync::atomic::fence(core::sync::atomic::Ordering::SeqCst);
        if available() {
            let done = membarrier(PRIVATE_EXPEDITED);
            assert!(done, "adder-gc: membarrier worked once and does not any more");
        }
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
mod imp {
    pub(crate) fn available() -> bool {
        false
    }

    pub(crate) fn heavy() {
        core::sync::atomic::fence(core::sync::atomic::Ordering::SeqCst);
    }
}

pub(crate) use imp::{available, heavy};
