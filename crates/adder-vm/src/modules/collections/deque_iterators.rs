//! Iterators over deques.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::iterators::itself;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::deque::{self, PyDeque};

/// Layout of both kinds of iterators.
#[repr(C)]
pub(super) struct PyDequeIterator {
    head: Head,
    deque: Slot,
    /// Items that are still to come.
    pub(super) left: Cell<usize>,
    /// What the deque's count of changes was.
    pub(super) changes: Cell<u64>,
}

/// An iterator from the left to the right.
pub(super) static DEQUE_ITERATOR_TYPE: TypeObject = TypeObject::builtin(&FORWARDS, &raw const DEQUE_ITERATOR_TYPE);
static FORWARDS: Spec = Spec {
    slots: Slots {
        new: slot(|cx, _, args| new(cx, args, forwards)),
        iter: slot(itself),
        next: slot(|cx, this| deque::next(cx, of(this), false)),
        ..Slots::NONE
    },
    ..spec("_collections._deque_iterator")
};

/// An iterator from the right to the left.
pub(super) static DEQUE_REVERSE_ITERATOR_TYPE: TypeObject =
    TypeObject::builtin(&BACKWARDS, &raw const DEQUE_REVERSE_ITERATOR_TYPE);
static BACKWARDS: Spec = Spec {
    slots: Slots {
        new: slot(|cx, _, args| new(cx, args, backwards)),
        iter: slot(itself),
        next: slot(|cx, this| deque::next(cx, of(this), true)),
        ..Slots::NONE
    },
    ..spec("_collections._deque_reverse_iterator")
};

static METHODS: &[Method] = &[
    Method::none("__length_hint__", |cx, this| cx.int(of(this).left.get() as i64)),
    Method::none("__reduce__", reduce),
];

const fn spec(name: &'static str) -> Spec {
    Spec {
        module: "_collections",
        flags: flag::GC,
        size: size_of::<PyDequeIterator>(),
        functions: functions::<PyDequeIterator>(true, true),
        methods: METHODS,
        ..Spec::new(name, &OBJECT_TYPE)
    }
}

// SAFETY: begins with a head; both types have this layout.
unsafe impl Layout for PyDequeIterator {
    fn ty() -> &'static TypeObject {
        &DEQUE_ITERATOR_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        core::ptr::eq(ty, &DEQUE_ITERATOR_TYPE) || core::ptr::eq(ty, &DEQUE_REVERSE_ITERATOR_TYPE)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.deque.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.deque.clear(clearer);
    }
}

impl PyDequeIterator {
    /// What it goes over.
    pub(super) fn deque(&self) -> Option<Value> {
        self.deque.try_get()
    }
}

fn of(this: &Value) -> &PyDequeIterator {
    // SAFETY: called for objects of these types.
    unsafe { this.cast::<PyDequeIterator>() }
}

fn over(cx: &Cx, class: &TypeObject, this: &Value) -> R {
    let deque = deque::of(this);
    let made = PyDequeIterator {
        head: unborn(),
        deque: Slot::new(this.clone()),
        left: Cell::new(deque.len()),
        changes: Cell::new(deque.changes.get()),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// `iter(deque)`
pub(super) fn forwards(cx: &Cx, this: &Value) -> R {
    over(cx, &DEQUE_ITERATOR_TYPE, this)
}

/// `reversed(deque)`
pub(super) fn backwards(cx: &Cx, this: &Value) -> R {
    over(cx, &DEQUE_REVERSE_ITERATOR_TYPE, this)
}

/// Of a deque, and of how many items have been given already.
fn new(cx: &Cx, args: Args<'_>, make: fn(&Cx, &Value) -> R) -> R {
    let args = args.between(cx, "_deque_iterator", 1, 2)?;
    if args[0].downcast::<PyDeque>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "argument 1 must be collections.deque, not {}", args[0].ty().name());
    }
    let made = make(cx, &args[0])?;
    if let Some(given) = args.get(1) {
        for _ in 0..cx.index_to_isize(given, Some(&exc::OVERFLOW_ERROR))? {
            if cx.next(&made)?.is_none() {
                break;
            }
        }
    }
    Ok(made)
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let deque = it.deque().unwrap_or_else(Value::none);
    let given = deque.downcast::<PyDeque>().map_or(0, PyDeque::len).saturating_sub(it.left.get());
    let args = cx.tuple([deque, cx.int(given as i64)?])?.into_value();
    Ok(cx.tuple([this.ty().value(), args])?.into_value())
}
