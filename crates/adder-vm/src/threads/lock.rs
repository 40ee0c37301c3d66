//! The lock under which an interpreter's threads take turns.
//!
//! Who wants it waits for the switch interval, then sets a bit in the word where the holder's evaluation loop looks; that lets go
//! at its next back edge or call, and goes on only after somebody else has had the lock.

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use adder_objects::cx::breaker;

/// See the module. Outlives the interpreter: each thread has a share in it.
pub(crate) struct InterpreterLock {
    state: Mutex<State>,
    /// It was let go, or closed.
    free: Condvar,
    /// It was taken by another than who had it before.
    taken: Condvar,
    /// `sys.setswitchinterval`, in microseconds.
    pub(crate) interval: AtomicU64,
}

struct State {
    held: bool,
    /// How often it was taken.
    takes: u64,
    /// The number of the thread that took it last.
    last: u64,
    /// Threads that want it.
    wanting: usize,
    /// The interpreter ends: nobody gets it any more.
    closed: bool,
}

impl InterpreterLock {
    /// A lock that the thread with this number has.
    pub(crate) fn held_by(thread: u64) -> InterpreterLock {
        InterpreterLock {
            state: Mutex::new(State { held: true, takes: 1, last: thread, wanting: 0, closed: false }),
            free: Condvar::new(),
            taken: Condvar::new(),
            interval: AtomicU64::new(5000),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the lock. Once it is closed the thread stays in here for good: nothing it could go back to is there any more.
    ///
    /// # Safety
    /// The word is that of the interpreter, which lives until the lock is closed.
    pub(crate) unsafe fn take(&self, thread: u64, word: *const AtomicU32) {
        let mut state = self.state();
        state.wanting += 1;
        while state.held && !state.closed {
            let takes = state.takes;
            let interval = Duration::from_micros(self.interval.load(Ordering::Relaxed));
            let (again, waited) = self.free.wait_timeout(state, interval).unwrap_or_else(PoisonError::into_inner);
            state = again;
            if waited.timed_out() && state.held && !state.closed && state.takes == takes {
                // SAFETY: by the contract: it is not closed, and cannot be while the state is borrowed.
                unsafe { &*word }.fetch_or(breaker::SWITCH, Ordering::Relaxed);
            }
        }
        if state.closed {
            drop(state);
            loop {
                std::thread::park();
            }
        }
        state.wanting -= 1;
        state.held = true;
        state.takes += 1;
        if state.last != thread {
            state.last = thread;
            self.taken.notify_all();
        }
    }

    /// Lets go of the lock.
    pub(crate) fn let_go(&self) {
        self.state().held = false;
        self.free.notify_one();
    }

    /// Lets go of the lock, and waits until a thread that wants it has got it.
    pub(crate) fn give_way(&self, thread: u64) {
        let mut state = self.state();
        state.held = false;
        self.free.notify_one();
        while !state.closed && !state.held && state.last == thread && state.wanting > 0 {
            state = self.taken.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// From now on nobody but the holder runs.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.free.notify_all();
        self.taken.notify_all();
    }
}
