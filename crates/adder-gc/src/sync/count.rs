//! The count word: two halves, one for the owning thread, one for all others.
//!
//! ```text
//!           31   30        20 19                     0
//!  local  |CALM|  owner's id  |     local count        |   written by the owner alone, load and store; but for CALM
//!
//!          31                    3    2      1      0
//!  shared |    shared count     |MASKED|BIASED|TEST |   changed by read-modify-write alone
//! ```
//!
//! * While `BIASED` is set, the references are `local count + shared count` and the local count is at least 1. The owner adds
//!   and subtracts in its half with a plain load and store; all others use the shared half.
//! * Without `BIASED` (*merged*) the shared count is all there is, the local count is 0, and no thread has a short way any more.
//!   An object never becomes biased again.
//! * The shared count never falls below zero. Another thread that would have to take from the owner's half does not: it hands
//!   its *reference* to the owner's inbox. So what lies in the inbox is a counted reference like any other, the object cannot die
//!   before the owner has looked at it, and no entry can go stale. (The queues of Choi, Shull and Torrellas, PACT 2018, hold
//!   objects without owning them, and need a flag against double entries and dangling ones.)
//! * A free block, and one never used, reads 0 in the shared half: merged, without references. So does a dying object.
//! * `MASKED`: `&mut` to the payload is out, or the payload is not initialised; weak references and the collector find nothing.
//! * `TEST`: the collector examines the object just now. Every operation that sees the flag says so (`touch`) *before* it has
//!   any effect. The owner's short way does not look at the flag: the collector closes the short way of all threads first
//!   (`thread::close_fast`), so that the flag costs it nothing.
//! * A shared count of 2²⁸ or more is immortal. Operations under way may still add and take some; the saturated value lies so far
//!   from both ends that they do not matter, and whoever sees that he did so writes it anew. An object that was made immortal
//!   has a local half that says so, and then nothing is written any more. A local count that is full moves a part to the shared
//!   half.
//! * A thread whose tag is open (no test is under way, and there is an asymmetric fence) does not look at `TEST` in the shared half
//!   either: it adds to it without reading it first, and where the local half is 0 it subtracts so too.
//! * `CALM`: no reference to the object was dropped, but the last, since it was made or since the collector looked at it. The first drop
//!   takes the slow way, for the bit is none of any thread's tag, and says so (`header::decrement_calm`). The collector, and those
//!   who do not own the object, set and clear the bit by compare-and-swap of the whole half. So the owner's plain store may
//!   undo that, but no such change can undo the owner's.
//!
//! # Moving counts from one half to the other
//! Whoever moves a part adds to the shared half first, and says that it touches in between if the object is under test by then. So
//! the collector, who reads the shared half first, never takes a moment's sum for lower than it is without being told. As a second
//! line, it takes a pair of halves for nothing of which one says merged and the other counts.

use super::primitive::{AtomicU32, Ordering};

/// Bits of the local count.
const LOCAL_BITS: u32 = 20;
/// The highest local count, and the mask for it.
pub(crate) const LOCAL_MAX: u32 = (1 << LOCAL_BITS) - 1;
/// What moves to the shared half when the local count is full.
const BATCH: u32 = 1 << (LOCAL_BITS - 1);
/// In the local half of an object whose references were not dropped lately; see the module's text.
pub(crate) const CALM: u32 = 1 << 31;
/// Number of owner ids, those of nobody (0 and the last) included.
pub(crate) const IDS: u32 = 1 << (31 - LOCAL_BITS);
/// The tag of a thread that owns nothing. Differs from the tag of every object.
pub(crate) const NOBODY: u32 = (IDS - 1) << LOCAL_BITS;

/// The local half of an object that is merged and immortal: those who read it spare themselves the shared half.
pub(crate) const UNCOUNTED: u32 = 1;

pub(crate) const TEST: u32 = 1 << 0;
pub(crate) const BIASED: u32 = 1 << 1;
pub(crate) const MASKED: u32 = 1 << 2;
const FLAGS: u32 = TEST | BIASED | MASKED;
const COUNT_SHIFT: u32 = 3;
pub(crate) const ONE: u32 = 1 << COUNT_SHIFT;
/// From here on a shared half is saturated: 2²⁸ references.
pub(crate) const IMMORTAL: u32 = 1 << 31;
/// The saturated value: in the middle of the saturated range.
pub(crate) const SATURATED: u32 = IMMORTAL | 1 << 30;

/// Whoever drops the last reference sees what others did with the object before they dropped theirs. (`.ci/tsan` plants a bug here.)
const DROPPED: Ordering = if cfg!(adder_planted_race) { Ordering::Relaxed } else { Ordering::AcqRel };

/// The owner's store on its short way. The fence that the collector makes orders it in any case; where a releasing store is
/// a plain one, the language's own memory model is told of it too.
const PLAIN: Ordering =
    if cfg!(any(target_arch = "x86", target_arch = "x86_64")) { Ordering::Release } else { Ordering::Relaxed };

const _: () = assert!(IMMORTAL / ONE == 1 << 28 && FLAGS < ONE && NOBODY > LOCAL_MAX);
const _: () = assert!((u32::MAX - SATURATED) / ONE >= 1 << 26 && (SATURATED - IMMORTAL) / ONE >= 1 << 26);

/// The tag of an owner id, as it stands in the local half.
pub(crate) const fn tag(id: u32) -> u32 {
    id << LOCAL_BITS
}

/// The owner id of a tag.
pub(crate) const fn id_of(tag: u32) -> u32 {
    tag >> LOCAL_BITS
}

/// How a drop ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dropped {
    /// There are other references.
    Kept,
    /// It was the last: the caller lets the object die.
    Dead,
    /// The reference must go to the inbox of the owner with this tag; it is still the caller's.
    Home(u32),
}

/// The two halves.
#[repr(C)]
pub(crate) struct Counts {
    local: AtomicU32,
    shared: AtomicU32,
}

/// What both halves said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Total {
    /// That many references.
    Is(u32),
    Immortal,
    /// The halves were being changed together.
    Unsettled,
}

impl Counts {
    /// Two halves as they are. (Atomics are given, not numbers: a model checker's cannot be made in a constant.)
    pub(crate) const fn of(local: AtomicU32, shared: AtomicU32) -> Counts {
        Counts { local, shared }
    }

    /// Of a block that nobody uses.
    pub(crate) fn reset(&self) {
        self.shared.store(0, Ordering::Relaxed);
        self.local.store(0, Ordering::Relaxed);
    }

    /// The first reference of an object: published last of all.
    #[inline(always)]
    pub(crate) fn birth(&self, local: u32, shared: u32) {
        self.local.store(local, Ordering::Relaxed);
        self.shared.store(shared, Ordering::Release);
    }

    /// Counts a reference in the owner's half, if `me` is the owner and nothing special is the matter.
    #[inline(always)]
    pub(crate) fn fast_clone(&self, me: u32) -> bool {
        let local = self.local.load(Ordering::Relaxed);
        // 1 up to LOCAL_MAX - 1.
        if (local ^ me).wrapping_sub(1) < LOCAL_MAX - 1 {
            self.local.store(local + 1, PLAIN);
            return true;
        }
        false
    }

    /// Releases a reference from the owner's half, if `me` is the owner and keeps another.
    #[inline(always)]
    pub(crate) fn fast_drop(&self, me: u32) -> bool {
        let local = self.local.load(Ordering::Relaxed);
        // 2 up to LOCAL_MAX.
        if (local ^ me).wrapping_sub(2) < LOCAL_MAX - 1 {
            self.local.store(local - 1, PLAIN);
            return true;
        }
        false
    }

    /// The local count, if `me` is the owner; 0 otherwise, and when the object is merged.
    fn mine(&self, me: u32) -> u32 {
        let n = (self.local.load(Ordering::Relaxed) & !CALM) ^ me;
        if n <= LOCAL_MAX { n } else { 0 }
    }

    /// Writes the local count of the owner `me`.
    #[inline(always)]
    fn set_mine(&self, me: u32, n: u32) {
        let calm = self.local.load(Ordering::Relaxed) & CALM;
        self.local.store(me | n | calm, Ordering::Release);
    }

    /// Was no reference dropped lately? See the module's text.
    #[inline(always)]
    pub(crate) fn is_calm(&self) -> bool {
        self.local.load(Ordering::Relaxed) & CALM != 0
    }

    /// Is it alive, not calm, and could be?
    pub(crate) fn lost_calm(&self) -> bool {
        let local = self.local.load(Ordering::Relaxed);
        local & CALM == 0 && local != UNCOUNTED && self.is_alive()
    }

    /// Sets `CALM`, for the collector: true if it was not set and can be.
    pub(crate) fn set_calm(&self) -> bool {
        let local = self.local.load(Ordering::Relaxed);
        if local & CALM != 0 || local == UNCOUNTED {
            return false;
        }
        // If it fails the owner is at work; who is missed so is found not calm when it is visited.
        let _ = self.local.compare_exchange(local, local | CALM, Ordering::AcqRel, Ordering::Relaxed);
        true
    }

    /// Takes `CALM` away.
    pub(crate) fn unset_calm(&self, me: u32) {
        let local = self.local.load(Ordering::Relaxed);
        if self.mine(me) != 0 {
            self.local.store(local & !CALM, Ordering::Release);
        } else if local & CALM != 0 {
            let _ = self.local.compare_exchange(local, local & !CALM, Ordering::AcqRel, Ordering::Relaxed);
        }
    }

    /// [`fast_drop`](Self::fast_drop) of an object that is calm, and stays so.
    #[inline(always)]
    pub(crate) fn calm_drop(&self, me: u32) -> bool {
        let local = self.local.load(Ordering::Relaxed);
        if (local ^ (me | CALM)).wrapping_sub(2) < LOCAL_MAX - 1 {
            self.local.store(local - 1, PLAIN);
            return true;
        }
        false
    }

    /// [`fast_clone`](Self::fast_clone) of an object that is calm, and stays so.
    #[inline(always)]
    pub(crate) fn calm_clone(&self, me: u32) -> bool {
        let local = self.local.load(Ordering::Relaxed);
        if (local ^ (me | CALM)).wrapping_sub(1) < LOCAL_MAX - 1 {
            self.local.store(local + 1, PLAIN);
            return true;
        }
        false
    }

    /// Counts a reference. `me` is the thread's real tag.
    #[inline]
    pub(crate) fn clone(&self, me: u32, touch: impl Fn()) {
        let shared = self.shared.load(Ordering::Acquire);
        if shared & TEST != 0 {
            touch();
        }
        let n = if shared & BIASED == 0 { 0 } else { self.mine(me) };
        if n == 0 {
            if shared >= IMMORTAL {
                return;
            }
            let old = self.shared.fetch_add(ONE, Ordering::AcqRel);
            // One test for both: TEST moved to the top.
            if old | old << 31 >= IMMORTAL - ONE {
                self.cloned_specially(old, shared, touch);
            }
        } else if n == LOCAL_MAX {
            // Added there before it is taken from here; see the module's text.
            let old = self.shared.fetch_add(BATCH * ONE, Ordering::AcqRel);
            if old & TEST > shared & TEST {
                touch();
            }
            if old >= IMMORTAL - BATCH * ONE {
                self.saturate();
            }
            self.set_mine(me, n - BATCH + 1);
        } else {
            self.set_mine(me, n + 1);
        }
    }

    /// Counts a reference in the shared half, which everybody may do at any time: one atomic operation and no look at the
    /// shared half before it, which would cost a second transfer of its cache line. For threads whose tag is not closed.
    #[inline(always)]
    pub(crate) fn clone_elsewhere(&self) {
        if self.local.load(Ordering::Relaxed) != UNCOUNTED
            && self.shared.fetch_add(ONE, Ordering::AcqRel) >= IMMORTAL - ONE
        {
            self.saturate();
        }
    }

    /// [`drop`](Self::drop) for threads whose tag is not closed: `None` if nothing was done.
    #[inline(always)]
    pub(crate) fn drop_elsewhere(&self, me: u32) -> Option<Dropped> {
        match self.local.load(Ordering::Acquire) & !CALM {
            UNCOUNTED => return Some(Dropped::Kept),
            // Merged, for good.
            0 => return Some(self.drop_merged()),
            _ => {}
        }
        let mut shared = self.shared.load(Ordering::Acquire);
        loop {
            if shared & BIASED == 0 {
                return Some(self.drop_merged());
            }
            if !(ONE..IMMORTAL).contains(&shared) || self.mine(me) != 0 {
                return None;
            }
            match self.shared.compare_exchange_weak(shared, shared - ONE, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(Dropped::Kept),
                Err(now) => shared = now,
            }
        }
    }

    #[inline(always)]
    fn drop_merged(&self) -> Dropped {
        let old = self.shared.fetch_sub(ONE, DROPPED);
        if old >= IMMORTAL {
            self.saturate();
            return Dropped::Kept;
        }
        if old < 2 * ONE { Dropped::Dead } else { Dropped::Kept }
    }

    #[cold]
    #[inline(never)]
    fn cloned_specially(&self, old: u32, before: u32, touch: impl Fn()) {
        if old & TEST > before & TEST {
            touch();
        }
        if old >= IMMORTAL - ONE {
            self.saturate();
        }
    }

    /// Releases a reference. `me` is the thread's real tag. After anything but [`Dropped::Home`] the object may be gone.
    #[inline]
    pub(crate) fn drop(&self, me: u32, touch: impl Fn()) -> Dropped {
        loop {
            let shared = self.shared.load(Ordering::Acquire);
            if shared & TEST != 0 {
                touch();
            }
            if shared & BIASED == 0 {
                // Merged, for good.
                if shared >= IMMORTAL {
                    return Dropped::Kept;
                }
                // No touch afterwards: the object may be gone. `collect::test` says why none is needed.
                let old = self.shared.fetch_sub(ONE, DROPPED);
                return if old < 2 * ONE { Dropped::Dead } else { Dropped::Kept };
            }
            match self.mine(me) {
                0 => {
                    if shared >= IMMORTAL {
                        return Dropped::Kept;
                    }
                    if shared < ONE {
                        match self.local.load(Ordering::Acquire) & !(LOCAL_MAX | CALM) {
                            // Merged just now, and the next look at the shared half sees it.
                            0 => continue,
                            owner => return Dropped::Home(owner),
                        }
                    }
                    if self.shared.compare_exchange(shared, shared - ONE, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                        return Dropped::Kept;
                    }
                }
                1 => {
                    // The owner's last: what is left lives in the shared half. The store comes first, for afterwards the object
                    // may be gone.
                    self.set_mine(me, 0);
                    let old = self.shared.fetch_and(!BIASED, Ordering::AcqRel);
                    return if old < ONE { Dropped::Dead } else { Dropped::Kept };
                }
                n => {
                    self.set_mine(me, n - 1);
                    return Dropped::Kept;
                }
            }
        }
    }

    /// Counts a reference for somebody who has none, if the object is alive and open: weak references, the collector.
    ///
    /// The memory must be a block's, live or not.
    #[inline]
    pub(crate) fn try_clone(&self, touch: impl Fn()) -> bool {
        let mut shared = self.shared.load(Ordering::Acquire);
        loop {
            if shared & MASKED != 0 || shared & !TEST == 0 {
                return false;
            }
            if shared >= IMMORTAL {
                return true;
            }
            if shared & TEST != 0 {
                touch();
            }
            match self.shared.compare_exchange_weak(shared, shared + ONE, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    if shared >= IMMORTAL - ONE {
                        self.saturate();
                    }
                    return true;
                }
                Err(now) => shared = now,
            }
        }
    }

    /// [`try_clone`](Self::try_clone) in the owner's half if `me` is the owner: costs no atomic operation.
    #[inline]
    pub(crate) fn try_clone_as(&self, me: u32) -> bool {
        let shared = self.shared.load(Ordering::Acquire);
        if shared & (BIASED | MASKED) == BIASED {
            let n = self.mine(me);
            if n > 0 && n < LOCAL_MAX {
                self.set_mine(me, n + 1);
                return true;
            }
        } else if shared == 0 {
            return false;
        }
        self.try_clone(|| {})
    }

    /// The owner moves its half over. `extra`: references counted on top, for a caller who has none of its own and must not
    /// see the object die under it; the caller owns them afterwards. False if there was nothing to move.
    pub(crate) fn merge(&self, me: u32, extra: u32, touch: impl Fn()) -> bool {
        let mut shared = self.shared.load(Ordering::Acquire);
        let n = self.mine(me);
        if n == 0 || shared & BIASED == 0 {
            return false;
        }
        loop {
            if shared & TEST != 0 {
                touch();
            }
            let all = Self::plus(shared & !BIASED, n + extra);
            match self.shared.compare_exchange_weak(shared, all, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => break,
                Err(now) => shared = now,
            }
        }
        self.local.store(self.local.load(Ordering::Relaxed) & CALM, Ordering::Release);
        true
    }

    /// The collector moves the owner's half over, for an object of a faithful group that it has condemned: no thread has a way to
    /// it. (If one had, its plain store could undo ours.)
    pub(crate) fn merge_condemned(&self) {
        let local = self.local.load(Ordering::Acquire);
        let n = local & LOCAL_MAX;
        let _ = self.shared.fetch_update(Ordering::AcqRel, Ordering::Acquire, |shared| {
            (shared & BIASED != 0).then(|| Self::plus(shared & !BIASED, n))
        });
        self.local.store(local & CALM, Ordering::Release);
    }

    /// Takes an object for oneself whose only reference the caller has: merged and masked afterwards.
    pub(crate) fn take_unique(&self, me: u32) -> bool {
        let shared = self.shared.load(Ordering::Acquire);
        match self.mine(me) {
            1 if shared == BIASED => {
                self.set_mine(me, 0);
                if self.swap(BIASED, ONE | MASKED) {
                    return true;
                }
                // A weak reference or the collector was faster.
                self.set_mine(me, 1);
                false
            }
            0 if shared == ONE => self.swap(ONE, ONE | MASKED),
            _ => false,
        }
    }

    fn swap(&self, from: u32, to: u32) -> bool {
        self.shared.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Ends what [`take_unique`](Self::take_unique) began.
    pub(crate) fn unmask(&self) {
        self.shared.fetch_and(!MASKED, Ordering::Release);
    }

    /// The finalizer of a dying object runs with one reference counted.
    pub(crate) fn revive(&self) {
        self.shared.store(ONE, Ordering::Release);
    }

    /// Never freed from here on.
    pub(crate) fn immortalize(&self, me: u32, touch: impl Fn()) {
        if self.shared.load(Ordering::Acquire) & TEST != 0 {
            touch();
        }
        self.saturate();
        self.merge(me, 0, touch);
        if self.is_merged() {
            // Nobody's any more.
            self.local.store(UNCOUNTED, Ordering::Release);
        }
    }

    #[cold]
    fn saturate(&self) {
        let set = |shared: u32| Some(SATURATED | shared & FLAGS);
        let _ = self.shared.fetch_update(Ordering::AcqRel, Ordering::Acquire, set);
    }

    fn plus(shared: u32, n: u32) -> u32 {
        if shared >= IMMORTAL || shared + n * ONE >= IMMORTAL { SATURATED | shared & FLAGS } else { shared + n * ONE }
    }

    /// From here on every operation says that it happened.
    pub(crate) fn set_test(&self) {
        self.shared.fetch_or(TEST, Ordering::SeqCst);
    }

    pub(crate) fn clear_test(&self) {
        self.shared.fetch_and(!TEST, Ordering::SeqCst);
    }

    /// Both halves, in the order that makes the sum worth something.
    #[inline]
    pub(crate) fn total(&self) -> Total {
        let shared = self.shared.load(Ordering::Acquire);
        let local = self.local.load(Ordering::Acquire) & LOCAL_MAX;
        if shared >= IMMORTAL {
            return Total::Immortal;
        }
        if (shared & BIASED != 0) != (local > 0) {
            return Total::Unsettled;
        }
        Total::Is((shared >> COUNT_SHIFT) + local)
    }

    /// Is it a block whose object is alive (though perhaps masked)?
    pub(crate) fn is_alive(&self) -> bool {
        self.shared.load(Ordering::Acquire) & !(TEST | MASKED) != 0
    }

    pub(crate) fn is_masked(&self) -> bool {
        self.shared.load(Ordering::Acquire) & MASKED != 0
    }

    /// Must the last reference to it go to another thread than the one with this tag?
    pub(crate) fn belongs_elsewhere(&self, me: u32) -> bool {
        self.shared.load(Ordering::Acquire) & BIASED != 0 && self.mine(me) == 0
    }

    pub(crate) fn is_merged(&self) -> bool {
        self.shared.load(Ordering::Acquire) & BIASED == 0
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn counts(local: u32, shared: u32) -> Counts {
        Counts::of(AtomicU32::new(local), AtomicU32::new(shared))
    }

    #[test]
    fn tags_never_meet() {
        let me = tag(1);
        for object in [counts(0, ONE), counts(tag(2) | 5, BIASED), counts(me, 3 * ONE)] {
            for thread in [me, NOBODY] {
                assert!(!object.fast_clone(thread) && !object.fast_drop(thread));
            }
        }
    }

    #[test]
    fn a_full_local_count_moves_a_part_over() {
        let me = tag(7);
        let c = counts(me | (LOCAL_MAX - 1), BIASED);
        assert!(c.fast_clone(me));
        assert!(!c.fast_clone(me));
        c.clone(me, || {});
        assert_eq!(c.total(), Total::Is(LOCAL_MAX + 1));
        assert!(c.fast_drop(me));
        assert_eq!(c.total(), Total::Is(LOCAL_MAX));
    }

    #[test]
    fn two_to_the_28_and_then_immortal() {
        let c = counts(0, IMMORTAL - 2 * ONE);
        assert_eq!(c.total(), Total::Is((1 << 28) - 2));
        c.clone_elsewhere();
        assert_eq!(c.total(), Total::Is((1 << 28) - 1));
        c.clone(NOBODY, || {});
        assert_eq!(c.total(), Total::Immortal);
        for _ in 0..1000 {
            assert_eq!(c.drop(NOBODY, || {}), Dropped::Kept);
        }
        assert_eq!(c.total(), Total::Immortal);
        let me = tag(3);
        let c = counts(me | 9, BIASED | (IMMORTAL - 4 * ONE));
        assert!(c.merge(me, 0, || {}));
        assert_eq!(c.total(), Total::Immortal);
    }

    #[test]
    fn free_and_dying_and_masked_are_not_found() {
        for shared in [0, MASKED, ONE | MASKED, TEST] {
            assert!(!counts(0, shared).try_clone(|| {}), "{shared}");
        }
        assert!(counts(tag(1) | 1, BIASED).try_clone(|| {}));
        let c = counts(tag(1) | 1, BIASED);
        assert!(c.take_unique(tag(1)));
        assert!(!c.try_clone(|| {}) && !c.take_unique(tag(1)));
        c.unmask();
        assert!(c.try_clone(|| {}));
        assert!(!c.take_unique(tag(1)));
    }

    #[test]
    fn the_owners_last_drop_leaves_the_rest_to_others() {
        let me = tag(1);
        let c = counts(me | 1, BIASED | ONE);
        assert_eq!(c.drop(me, || {}), Dropped::Kept);
        assert!(c.is_merged());
        assert_eq!(c.drop(tag(2), || {}), Dropped::Dead);
        let c = counts(me | 1, BIASED);
        assert_eq!(c.drop(tag(2), || {}), Dropped::Home(me));
        assert_eq!(c.drop(me, || {}), Dropped::Dead);
    }
}
