//! `collections.deque`: the type, and what its slots do.

use core::cell::Cell;
use std::collections::VecDeque;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{CompareOp, GetSet, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::super::ring_buffer::RingBuffer;
use super::deque_iterators::{self, PyDequeIterator};
use super::deque_methods::METHODS;

/// Layout of a deque.
#[repr(C)]
pub(super) struct PyDeque {
    head: Head,
    items: RingBuffer,
    /// Items there may be at most.
    pub(super) limit: Cell<Option<usize>>,
    /// Changes with every item that comes or goes.
    pub(super) changes: Cell<u64>,
}

/// `collections.deque`
pub(super) static DEQUE_TYPE: TypeObject = TypeObject::builtin(&DEQUE_SPEC, &raw const DEQUE_TYPE);
static DEQUE_SPEC: Spec = Spec {
    module: "collections",
    doc: Some("A sequence that grows and shrinks at both ends alike."),
    flags: flag::GC | flag::BASE | flag::SEQUENCE,
    weak: true,
    size: size_of::<PyDeque>(),
    functions: functions::<PyDeque>(true, true),
    slots: Slots {
        repr: slot(repr),
        hash: slot(adder_objects::protocol::unhashable),
        compare: slot(compare),
        iter: slot(deque_iterators::forwards),
        init: slot(init),
        new: slot(new),
        len: slot(|_, this| Ok(of(this).len())),
        item: slot(item),
        setitem: slot(setitem),
        contains: slot(contains),
        concat: slot(concat),
        repeat: slot(repeat),
        in_place_concat: slot(in_place_concat),
        in_place_repeat: slot(in_place_repeat),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: &[GetSet::get("maxlen", |cx, this| match of(this).limit.get() {
        Some(limit) => cx.int(limit as i64),
        None => Ok(Value::none()),
    })],
    ..Spec::new("collections.deque", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyDeque {
    fn ty() -> &'static TypeObject {
        &DEQUE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.items.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.changed();
        self.items.clear(&self.head, clearer);
    }
}

impl Drop for PyDeque {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl PyDeque {
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<Value> {
        self.items.get(at)
    }

    fn changed(&self) {
        self.changes.set(self.changes.get().wrapping_add(1));
    }

    /// Changes the items. Whatever goes must be in what is returned: here nothing may be released. There must be room for what
    /// comes.
    pub(super) fn change<T>(&self, f: impl FnOnce(&mut VecDeque<Value>) -> T) -> T {
        self.changed();
        self.items.change(f)
    }

    /// Takes all items out.
    pub(super) fn take(&self) -> VecDeque<Value> {
        self.changed();
        self.items.take(&self.head)
    }

    /// Makes room for so many items more.
    ///
    /// # Errors
    /// MemoryError.
    pub(super) fn reserve(&self, cx: &Cx, more: usize) -> R<()> {
        self.items.reserve(cx, more)
    }

    /// Adds an item at the right or left end; one goes at the other end where there are too many.
    ///
    /// # Errors
    /// MemoryError.
    pub(super) fn push(&self, cx: &Cx, value: Value, left: bool) -> R<()> {
        self.items.push(cx, value, left)?;
        self.changed();
        if self.len() > self.limit.get().unwrap_or(usize::MAX) {
            drop(self.items.pop(!left));
        }
        Ok(())
    }

    /// The place that an index of the user means.
    fn place(&self, cx: &Cx, index: isize) -> R<usize> {
        match usize::try_from(index) {
            Ok(at) if at < self.len() => Ok(at),
            _ => raise!(cx, exc::INDEX_ERROR, "deque index out of range"),
        }
    }
}

pub(super) fn of(this: &Value) -> &PyDeque {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyDeque>() }
}

/// An empty deque.
pub(super) fn empty(cx: &Cx, class: &TypeObject, limit: Option<usize>) -> R<Obj<PyDeque>> {
    let made = PyDeque { head: unborn(), items: RingBuffer::default(), limit: Cell::new(limit), changes: Cell::new(0) };
    cx.alloc_in(class, made)
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(empty(cx, class, None)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let [iterable, limit] = args.bind(
        cx,
        &Params { function: "deque", names: ["iterable", "maxlen"], positional_only: 0, positional: 2, required: 0 },
    )?;
    let limit = match limit.filter(|limit| !limit.is_none()) {
        None => None,
        Some(limit) if !limit.is_int() => return raise!(cx, exc::TYPE_ERROR, "an integer is required"),
        Some(limit) => match usize::try_from(cx.index_to_isize(limit, Some(&exc::OVERFLOW_ERROR))?) {
            Ok(limit) => Some(limit),
            Err(_) => return raise!(cx, exc::VALUE_ERROR, "maxlen must be non-negative"),
        },
    };
    let deque = of(this);
    deque.limit.set(limit);
    if deque.len() > 0 {
        drop(deque.take());
    }
    match iterable {
        Some(iterable) => extend(cx, this, iterable, false),
        None => Ok(()),
    }
}

/// Adds all that an iterable gives.
pub(super) fn extend(cx: &Cx, this: &Value, iterable: &Value, left: bool) -> R<()> {
    let deque = of(this);
    if iterable.is(this) {
        return deque.items.values().into_iter().try_for_each(|value| deque.push(cx, value, left));
    }
    let iterator = cx.iter(iterable)?;
    while let Some(value) = cx.next(&iterator)? {
        deque.push(cx, value, left)?;
    }
    Ok(())
}

fn repr(cx: &Cx, this: &Value) -> R {
    if cx.enter_repr(this) {
        return cx.str_value("[...]");
    }
    let text = (|| {
        let list = cx.list_of(this)?.into_value();
        Ok(cx.repr(&list)?.to_lossy().into_owned())
    })();
    cx.leave_repr();
    let name = this.ty().short_name();
    match of(this).limit.get() {
        Some(limit) => cx.str_value(&format!("{name}({}, maxlen={limit})", text?)),
        None => cx.str_value(&format!("{name}({})", text?)),
    }
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyDeque>(), b.downcast::<PyDeque>()) else {
        return Ok(Value::not_implemented());
    };
    if matches!(op, CompareOp::Eq | CompareOp::Ne) && (a.is(b) || x.len() != y.len()) {
        return Ok(Value::bool(a.is(b) == (op == CompareOp::Eq)));
    }
    let (left, right) = (cx.iter(a)?, cx.iter(b)?);
    loop {
        let (left, right) = (cx.next(&left)?, cx.next(&right)?);
        match (left, right) {
            (Some(left), Some(right)) => {
                if !cx.equals(&left, &right)? {
                    return match op {
                        CompareOp::Eq => Ok(Value::bool(false)),
                        CompareOp::Ne => Ok(Value::bool(true)),
                        _ => cx.compare(&left, &right, op),
                    };
                }
            }
            (left, right) => return Ok(Value::bool(op.holds(left.is_some().cmp(&right.is_some())))),
        }
    }
}

fn item(cx: &Cx, this: &Value, index: isize) -> R {
    let deque = of(this);
    let at = deque.place(cx, index)?;
    Ok(deque.get(at).unwrap_or_else(Value::none))
}

fn setitem(cx: &Cx, this: &Value, key: &Value, value: Option<&Value>) -> R<()> {
    let deque = of(this);
    let Some(index) = cx.try_index(key)? else {
        return raise!(cx, exc::TYPE_ERROR, "sequence index must be integer, not '{}'", key.ty().name());
    };
    let mut index = cx.index_to_isize(&index, Some(&exc::INDEX_ERROR))?;
    if index < 0 {
        index = index.saturating_add(deque.len() as isize);
    }
    let at = deque.place(cx, index)?;
    match value {
        // The number of items stays: iterators go on.
        Some(value) => drop(deque.items.change(|items| core::mem::replace(&mut items[at], value.clone()))),
        None => drop(deque.change(|items| items.remove(at))),
    }
    Ok(())
}

fn contains(cx: &Cx, this: &Value, value: &Value) -> R<bool> {
    let deque = of(this);
    let changes = deque.changes.get();
    let mut at = 0;
    while let Some(item) = deque.get(at) {
        if cx.equals(&item, value)? {
            return Ok(true);
        }
        if deque.changes.get() != changes {
            return raise!(cx, exc::RUNTIME_ERROR, "deque mutated during iteration");
        }
        at += 1;
    }
    Ok(false)
}

/// `copy`: of the same class, with the same limit.
pub(super) fn copy(cx: &Cx, this: &Value) -> R {
    let deque = of(this);
    if this.is_exact(&DEQUE_TYPE) {
        let made = empty(cx, &DEQUE_TYPE, deque.limit.get())?;
        made.reserve(cx, deque.len())?;
        made.items.change(|items| items.extend(deque.items.values()));
        return Ok(made.into_value());
    }
    let mut args = vec![this.clone()];
    if let Some(limit) = deque.limit.get() {
        args.push(cx.int(limit as i64)?);
    }
    let made = cx.call(&this.ty().value(), &args)?;
    if made.downcast::<PyDeque>().is_none() {
        let (class, got) = (this.ty().name(), made.ty().name());
        return raise!(cx, exc::TYPE_ERROR, "{class}() must return a deque, not {got}");
    }
    Ok(made)
}

fn concat(cx: &Cx, a: &Value, b: &Value) -> R {
    if b.downcast::<PyDeque>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "can only concatenate deque (not \"{}\") to deque", b.ty().name());
    }
    let made = copy(cx, a)?;
    extend(cx, &made, b, false)?;
    Ok(made)
}

fn in_place_concat(cx: &Cx, this: &Value, other: &Value) -> R {
    extend(cx, this, other, false)?;
    Ok(this.clone())
}

fn repeat(cx: &Cx, this: &Value, times: isize) -> R {
    let made = copy(cx, this)?;
    in_place_repeat(cx, &made, times)
}

fn in_place_repeat(cx: &Cx, this: &Value, times: isize) -> R {
    let deque = of(this);
    let Some(times) = usize::try_from(times).ok().filter(|times| *times > 0) else {
        drop(deque.take());
        return Ok(this.clone());
    };
    let Some(all) = deque.len().checked_mul(times) else { return Err(cx.no_memory()) };
    let kept = all.min(deque.limit.get().unwrap_or(usize::MAX));
    deque.reserve(cx, kept.saturating_sub(deque.len()))?;
    // Held meanwhile, so that nothing is released in the change.
    let values = deque.items.values();
    deque.change(|items| {
        items.clear();
        items.extend((all - kept..all).map(|at| values[at % values.len()].clone()));
    });
    Ok(this.clone())
}

/// An iterator's next item, checked against changes.
pub(super) fn next(cx: &Cx, it: &PyDequeIterator, backwards: bool) -> R<Option<Value>> {
    let Some(held) = it.deque() else { return Ok(None) };
    let deque = of(&held);
    if deque.changes.get() != it.changes.get() {
        it.left.set(0);
        return raise!(cx, exc::RUNTIME_ERROR, "deque mutated during iteration");
    }
    let Some(left) = it.left.get().checked_sub(1) else { return Ok(None) };
    it.left.set(left);
    Ok(deque.get(if backwards { left } else { deque.len() - left - 1 }))
}
