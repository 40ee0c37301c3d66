//! `PyTime_*`: clocks, in nanoseconds.

use core::ffi::{c_double, c_int};

use adder_objects::{Cx, R};

use crate::contract::api;

/// Reads a clock of the system.
fn read(clock: libc::clockid_t) -> Option<i64> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a place for the time.
    let done = unsafe { libc::clock_gettime(clock, &raw mut now) } == 0;
    if !done {
        return None;
    }
    now.tv_sec.checked_mul(1_000_000_000)?.checked_add(now.tv_nsec)
}

/// Writes what a clock says; OSError if it says nothing.
///
/// # Safety
/// A place.
unsafe fn tell(cx: &Cx, clock: libc::clockid_t, result: *mut i64) -> R<()> {
    let now = read(clock);
    // SAFETY: by the contract.
    unsafe { result.write(now.unwrap_or(0)) };
    match now {
        Some(_) => Ok(()),
        None => {
            let code = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
            Err(cx.error_of(&adder_objects::exceptions::OS_ERROR, &[cx.int(code.into())?]))
        }
    }
}

api! {
    /// The time since 1970.
    quiet fn PyTime_Time(cx, result: *mut i64) -> () {
        // SAFETY: the contract: a place.
        unsafe { tell(cx, libc::CLOCK_REALTIME, result) }
    }

    /// A clock that never goes back.
    quiet fn PyTime_Monotonic(cx, result: *mut i64) -> () {
        // SAFETY: the contract: a place.
        unsafe { tell(cx, libc::CLOCK_MONOTONIC, result) }
    }

    /// The most precise clock.
    quiet fn PyTime_PerfCounter(cx, result: *mut i64) -> () {
        // SAFETY: the contract: a place.
        unsafe { tell(cx, libc::CLOCK_MONOTONIC, result) }
    }
}

macro_rules! raw {
    ($($name:ident = $clock:ident;)*) => {
        $(
            /// The clock of the same name without `Raw`, without an exception: -1 if it says nothing. Needs no interpreter.
            ///
            /// # Safety
            /// A place.
            // SAFETY: the name is C's, and nothing else has it.
            #[unsafe(no_mangle)]
            #[allow(non_snake_case, reason = "C's names")]
            pub unsafe extern "C" fn $name(result: *mut i64) -> c_int {
                let now = read(libc::$clock);
                // SAFETY: by the contract.
                unsafe { result.write(now.unwrap_or(0)) };
                if now.is_some() { 0 } else { -1 }
            }
        )*

        crate::contract::rows! {
            /// The rows of what needs no interpreter.
            ALL:
            $(quiet $name(result: Plain) -> Plain;)*
            quiet PyTime_AsSecondsDouble(time: Plain) -> Plain;
        }
    };
}
raw! {
    PyTime_TimeRaw = CLOCK_REALTIME;
    PyTime_MonotonicRaw = CLOCK_MONOTONIC;
    PyTime_PerfCounterRaw = CLOCK_MONOTONIC;
}

/// Nanoseconds as seconds. Needs no interpreter.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyTime_AsSecondsDouble(time: i64) -> c_double {
    time as c_double * 1e-9
}
