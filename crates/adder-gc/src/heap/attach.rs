//! Heaps that are handed from thread to thread: an interpreter's, whose lock says which thread runs.
//!
//! A heap is full of `Cell`s and thread-bound pointers, so it belongs to one thread at a time. What is said of a thread rather
//! than of the heap changes hands with it:
//!
//! * the place from which the depth of drops is measured lies on the stack of the thread that attached last;
//! * the thread's current heap is the attached one, and the one before it afterwards;
//! * "somebody drains the queue" is said of one attachment (`turn`): a thread that hands over within a drop must not keep the
//!   next one from letting its own objects die;
//! * a thread's list of heaps that wait for the end of its visits is emptied before it lets go of a heap.
//!
//! All else may be in the middle of something (a collection, a finalizer) when the heap changes hands: other threads then find
//! what code of a user that runs inside of it would find on the same thread.

use core::fmt;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::sync::atomic::{AtomicUsize, Ordering};

use super::{Heap, Inner, current, death};

/// The heap belongs to the thread that made it.
const TIED: usize = 0;
/// A detached heap that no thread has attached.
const DETACHED: usize = 1;

/// Who may touch a heap: [`TIED`], [`DETACHED`], or the number of the thread that has attached it.
pub(super) struct Owner(AtomicUsize);

impl Owner {
    pub(super) const fn tied() -> Owner {
        Owner(AtomicUsize::new(TIED))
    }
}

/// A heap that is tied to no thread: from [`Heap::detached`], used through [`Heap::attach`].
///
/// For interpreters that run several threads under one lock: the thread that has the lock attaches the heap, and lets go of it
/// before it gives the lock away. Attaching and letting go cost a few nanoseconds together.
///
/// Dropping it, on whatever thread, collects the heap whole there, as the last handle of a [`Heap`] does. Handles to objects
/// that live on may then be used by one thread at a time, as long as what one does happens before what the next does. If a
/// token was forgotten and the heap is attached still, it is leaked instead.
///
/// ```
/// use adder_gc::{Gc, Heap, Trace};
/// use std::cell::RefCell;
/// use std::sync::Mutex;
///
/// #[derive(Trace)]
/// struct Node { next: RefCell<Option<Gc<Node>>> }
///
/// /// What the threads share. Touched only with the heap attached.
/// struct Shared(Vec<Gc<Node>>);
/// // SAFETY: the lock around it is held while the heap is attached, and nobody touches a node otherwise.
/// unsafe impl Send for Shared {}
///
/// let heap = Heap::detached();
/// let shared = Mutex::new(Shared(Vec::new()));
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| {
///             for _ in 0..100 {
///                 let mut shared = shared.lock().unwrap();
///                 // SAFETY: nodes are made and used only between here and the end of the block, where the token ends.
///                 let token = unsafe { Heap::attach(&heap) };
///                 let node = Gc::new(Node { next: RefCell::new(shared.0.pop()) });
///                 *node.next.borrow_mut() = Some(node.clone());
///                 shared.0.push(node);
///                 drop(token);
///             }
///         });
///     }
/// });
/// // SAFETY: the other threads have ended.
/// let token = unsafe { Heap::attach(&heap) };
/// shared.into_inner().unwrap().0.clear();
/// token.collect();
/// assert_eq!(token.stats().objects, 0);
/// ```
pub struct DetachedHeap {
    heap: ManuallyDrop<Heap>,
}

// SAFETY: without a token nothing but `Owner` is touched, which is atomic; the contract of `attach` covers the rest, and so does
// exclusive access in `drop`.
unsafe impl Send for DetachedHeap {}
// SAFETY: as above.
unsafe impl Sync for DetachedHeap {}

/// The right to touch a [`DetachedHeap`] on this thread, until it is dropped. From [`Heap::attach`].
///
/// It is used as the [`Heap`] itself, which is also the thread's current heap meanwhile: [`Gc::new`](crate::Gc::new) allocates in
/// it. Tokens for several heaps are dropped in the reverse order.
///
/// # Panics
/// Dropping it panics, and the heap stays attached, if another heap was made the thread's current one since (a token for another
/// heap that lives still, or [`Heap::enter`]), or inside a [`trace`](crate::Trace::trace).
#[must_use = "the heap is let go as soon as it is dropped"]
pub struct Attached<'h> {
    heap: &'h DetachedHeap,
    /// It belongs to the thread.
    here: PhantomData<*mut ()>,
}

impl Heap {
    /// A new heap without a limit that is tied to no thread.
    pub fn detached() -> DetachedHeap {
        let heap = Heap::new();
        heap.inner().owner.0.store(DETACHED, Ordering::Release);
        DetachedHeap { heap: ManuallyDrop::new(heap) }
    }

    /// Gives a detached heap to this thread, until the token is dropped. What other threads did with the heap before happens
    /// before this.
    ///
    /// # Panics
    /// If the heap is attached already, on this thread or another one: nobody waits here. A lock decides whose turn it is.
    ///
    /// # Safety
    /// As long as the `DetachedHeap` lives, no thread touches the heap or anything in it without its token, that is:
    ///
    /// * Handles (`Gc`, `Weak`, `AnyGc`, clones of the `Heap`, charges, charged containers, guards) are cloned, dropped,
    ///   compared by value and looked into only by the thread that has the token, between `attach` and the token's end.
    ///   References into objects (`&T`, [`Borrowed`](crate::Borrowed)) end, or are not used, while the thread has no token.
    /// * The values in objects, and what callbacks captured, may be used and dropped on any of these threads: no `Rc` that is
    ///   shared with the outside, no guard of a lock that its own thread must release.
    /// * An object that refers to an object of another heap is touched only while this thread may touch that heap too.
    #[inline]
    pub unsafe fn attach(heap: &DetachedHeap) -> Attached<'_> {
        let inner = heap.heap.inner();
        inner.claim();
        inner.begin_turn();
        Attached { heap, here: PhantomData }
    }

    /// See [`raw::let_go`](crate::raw::let_go).
    pub(crate) fn let_go(&self) {
        let inner = self.inner();
        inner.check_owner();
        if death::visits_matter() {
            end_visits();
        }
        inner.owner.0.store(DETACHED, Ordering::Release);
    }

    /// See [`raw::take_over`](crate::raw::take_over).
    pub(crate) fn take_over(&self) {
        let inner = self.inner();
        inner.claim();
        inner.begin_work();
    }
}

impl DetachedHeap {
    /// [`Heap::attach`] as a method.
    ///
    /// # Panics
    /// As [`Heap::attach`].
    ///
    /// # Safety
    /// As for [`Heap::attach`].
    #[inline]
    pub unsafe fn attach(&self) -> Attached<'_> {
        // SAFETY: forwarded contract.
        unsafe { Heap::attach(self) }
    }

    /// Lets go of the heap whose token was forgotten: for those who attach in one place and let go in another (a lock that is
    /// handed over deep inside the evaluation of something), and cannot keep a token meanwhile.
    ///
    /// # Panics
    /// If this thread has not attached the heap; else as dropping the [token](Attached) does.
    ///
    /// # Safety
    /// The token was given to [`core::mem::forget`]. From here on the contract of [`Heap::attach`] holds for a thread without
    /// a token.
    #[inline]
    pub unsafe fn detach(&self) {
        let inner = self.heap.inner();
        if inner.owner.0.load(Ordering::Relaxed) != current::this_thread() {
            not_attached();
        }
        if death::visits_matter() {
            end_visits();
        }
        inner.end_turn();
        inner.owner.0.store(DETACHED, Ordering::Release);
    }

    /// Has a thread attached it just now? The answer may be old when it arrives.
    pub fn is_attached(&self) -> bool {
        self.heap.inner().owner.0.load(Ordering::Relaxed) != DETACHED
    }
}

impl Drop for DetachedHeap {
    fn drop(&mut self) {
        let inner = self.heap.inner();
        let here = current::this_thread();
        // `&mut self`: all tokens have ended, or were forgotten. Who has a forgotten one may use it still.
        if inner.owner.0.compare_exchange(DETACHED, here, Ordering::Acquire, Ordering::Relaxed).is_err() {
            return;
        }
        inner.pin();
        inner.begin_turn();
        let heap = self.heap.inner;
        // SAFETY: not used afterwards; pinned.
        unsafe {
            ManuallyDrop::drop(&mut self.heap);
            let inner = heap.as_ref();
            inner.end_turn();
            // Handles to what lives on need no token.
            inner.owner.0.store(TIED, Ordering::Release);
            Inner::unpin(heap);
        }
    }
}

impl Deref for Attached<'_> {
    type Target = Heap;
    #[inline]
    fn deref(&self) -> &Heap {
        &self.heap.heap
    }
}

impl Drop for Attached<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the token ends here.
        unsafe { self.heap.detach() }
    }
}

impl fmt::Debug for DetachedHeap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetachedHeap").field("attached", &self.is_attached()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Attached<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Attached").field(&**self).finish()
    }
}

impl Inner {
    /// This thread becomes the owner of a heap that has none.
    ///
    /// # Panics
    /// If it has one.
    #[inline]
    fn claim(&self) {
        let here = current::this_thread();
        if let Err(owner) = self.owner.0.compare_exchange(DETACHED, here, Ordering::Acquire, Ordering::Relaxed) {
            attached_already(owner == here);
        }
    }

    /// The heap works on this thread from here on.
    #[inline]
    fn begin_work(&self) {
        self.turn.set(self.turn.get() + 1);
        self.anchor_here();
    }

    /// The same, and it is the thread's current one.
    #[inline]
    fn begin_turn(&self) {
        self.begin_work();
        self.below.set(current::replace(self));
    }

    /// The heap that was current before is current again.
    #[inline]
    fn end_turn(&self) {
        match current::get() {
            heap if core::ptr::eq(heap, self) => current::set(self.below.get()),
            // The thread is ending, and its variables are gone.
            heap if heap.is_null() => {}
            _ => not_current(),
        }
    }

    /// A misuse that can be seen: this is a detached heap, and this thread has not attached it.
    ///
    /// # Panics
    /// In that case.
    #[inline]
    pub(crate) fn check_owner(&self) {
        let owner = self.owner.0.load(Ordering::Relaxed);
        if owner != TIED && owner != current::this_thread() {
            not_attached();
        }
    }
}

#[cold]
#[inline(never)]
fn end_visits() {
    assert!(!death::is_tracing(), "adder-gc: a heap was detached inside `trace`; it stays attached");
    death::look_at_others();
}

#[cold]
#[inline(never)]
fn attached_already(here: bool) -> ! {
    let place = if here { "this thread" } else { "another thread" };
    panic!("adder-gc: the heap is attached already, on {place}: a detached heap belongs to one thread at a time")
}

#[cold]
#[inline(never)]
fn not_attached() -> ! {
    panic!("adder-gc: a detached heap was used on a thread that has not attached it (see Heap::attach)")
}

#[cold]
#[inline(never)]
fn not_current() -> ! {
    panic!(
        "adder-gc: a heap was detached that is not the thread's current one: tokens end in the reverse order, and not within \
         `enter` of another heap; it stays attached"
    )
}
