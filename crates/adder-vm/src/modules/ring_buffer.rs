//! Values in a row that grows and shrinks at both ends, within the heap's limit.

use core::alloc::Layout;
use core::cell::{Cell, RefCell};
use core::ptr::NonNull;
use std::collections::VecDeque;

use adder_gc::raw::{self, Head};
use adder_gc::{Clearer, Tracer};
use adder_objects::{Cx, R, Value};

/// The buffer of an object, whose heap is charged for it.
#[derive(Default)]
pub(super) struct RingBuffer {
    items: RefCell<VecDeque<Value>>,
    /// How many values are charged.
    charged: Cell<usize>,
}

impl RingBuffer {
    pub(super) fn len(&self) -> usize {
        self.items.borrow().len()
    }

    pub(super) fn get(&self, at: usize) -> Option<Value> {
        self.items.borrow().get(at).cloned()
    }

    /// What it holds now.
    pub(super) fn values(&self) -> Vec<Value> {
        self.items.borrow().iter().cloned().collect()
    }

    /// Changes the values. Whatever goes must be in what is returned: here nothing may be released. There must be room for what
    /// comes.
    pub(super) fn change<T>(&self, f: impl FnOnce(&mut VecDeque<Value>) -> T) -> T {
        f(&mut self.items.borrow_mut())
    }

    /// Makes room for so many more.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub(super) fn reserve(&self, cx: &Cx, more: usize) -> R<()> {
        if more <= self.charged.get() - self.len() { Ok(()) } else { self.grow(cx, more) }
    }

    #[cold]
    fn grow(&self, cx: &Cx, more: usize) -> R<()> {
        let Some(needed) = self.len().checked_add(more) else { return Err(cx.no_memory()) };
        let wanted = needed.max(self.charged.get().saturating_mul(2)).max(8);
        // With little room left, exactly what is needed may still fit.
        for capacity in [wanted, needed] {
            let charged = self.charged.get();
            let Ok(layout) = Layout::array::<Value>(capacity.saturating_sub(charged)) else { continue };
            let bytes = layout.size();
            // What dies to make room may run code of a user, which may change this buffer: it is not borrowed meanwhile.
            if raw::charge(&cx.heap, bytes).is_err() {
                continue;
            }
            let len = self.len();
            let is_as_before = self.charged.get() == charged;
            if is_as_before && self.items.borrow_mut().try_reserve_exact(capacity.saturating_sub(len)).is_ok() {
                self.charged.set(capacity);
            } else {
                raw::uncharge(&cx.heap, bytes);
            }
            if more <= self.charged.get() - self.len() {
                return Ok(());
            }
        }
        Err(cx.no_memory())
    }

    /// Adds a value at the right or left end.
    ///
    /// # Errors
    /// MemoryError.
    pub(super) fn push(&self, cx: &Cx, value: Value, left: bool) -> R<()> {
        self.reserve(cx, 1)?;
        self.change(|items| if left { items.push_front(value) } else { items.push_back(value) });
        Ok(())
    }

    /// Takes the value at the right or left end.
    pub(super) fn pop(&self, left: bool) -> Option<Value> {
        self.change(|items| if left { items.pop_front() } else { items.pop_back() })
    }

    /// Takes all values out, and the buffer with them. `owner` is the object whose buffer it is.
    pub(super) fn take(&self, owner: &Head) -> VecDeque<Value> {
        let bytes = self.charged.take() * size_of::<Value>();
        if bytes > 0 {
            // SAFETY: the owner is live or being dropped; what has charged something lies on a page.
            unsafe { raw::uncharge_of(NonNull::from_ref(owner), bytes) };
        }
        self.items.take()
    }

    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Ok(items) = self.items.try_borrow() {
            for item in items.iter() {
                item.trace(tracer);
            }
        }
    }

    pub(super) fn clear(&self, owner: &Head, clearer: &mut Clearer<'_>) {
        for item in self.take(owner) {
            item.release_later(clearer);
        }
    }
}
