//! The module `_queue`: `SimpleQueue`.

use core::cell::Cell;
use core::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::exception_classes;
use super::ring_buffer::RingBuffer;
use super::support::{self, without_lock};
use super::thread::Patience;
use crate::threads::{handle_signals, wait};
use crate::vm::Vm;

/// What `get` raises where there is nothing.
const EMPTY: &str = "_queue.Empty";

/// Layout of a queue.
#[repr(C)]
struct PyQueue {
    head: Head,
    items: RingBuffer,
    /// Threads that wait for an item.
    waiting: Cell<usize>,
    /// Changes when an item comes.
    word: AtomicU32,
}

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&QUEUE_TYPE];

static QUEUE_TYPE: TypeObject = TypeObject::builtin(&QUEUE_SPEC, &raw const QUEUE_TYPE);
static QUEUE_SPEC: Spec = Spec {
    module: "_queue",
    doc: Some("A queue without a bound, from threads to threads."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyQueue>(),
    weak: true,
    functions: functions::<PyQueue>(true, true),
    slots: Slots {
        new: slot(|cx, class, _| {
            let made = PyQueue {
                head: unborn(),
                items: RingBuffer::default(),
                waiting: Cell::new(0),
                word: AtomicU32::new(0),
            };
            Ok(cx.alloc_in(class, made)?.into_value())
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::any("put", put),
        Method::one("put_nowait", |cx, this, item| of(this).push(cx, item.clone()).map(|()| Value::none())),
        Method::any("get", get),
        Method::none("get_nowait", |cx, this| of(this).take(cx, Patience::None)),
        Method::none("empty", |_, this| Ok(Value::bool(of(this).items.len() == 0))),
        Method::none("qsize", |cx, this| cx.int(of(this).items.len() as i64)),
        Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
    ],
    ..Spec::new("_queue.SimpleQueue", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyQueue {
    fn ty() -> &'static TypeObject {
        &QUEUE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.items.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.items.clear(&self.head, clearer);
    }
}

impl Drop for PyQueue {
    fn drop(&mut self) {
        drop(self.items.take(&self.head));
    }
}

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_queue", &[])?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "SimpleQueue", QUEUE_TYPE.value())?;
        dict.set_text(cx, "Empty", exception_classes::class(cx, EMPTY, &exc::EXCEPTION)?)?;
    }
    Ok(module)
}

fn of(this: &Value) -> &PyQueue {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyQueue>() }
}

impl PyQueue {
    fn push(&self, cx: &Cx, item: Value) -> R<()> {
        self.items.push(cx, item, false)?;
        if self.waiting.get() > 0 {
            wait::wake(&self.word, 1);
        }
        Ok(())
    }

    fn take(&self, cx: &Cx, patience: Patience) -> R {
        loop {
            if let Some(item) = self.items.pop(true) {
                return Ok(item);
            }
            let until = patience.end();
            if until.is_some_and(|until| until <= Instant::now()) {
                return Err(exception_classes::error_of(cx, EMPTY, &exc::EXCEPTION, &[]));
            }
            let word = &self.word;
            let seen = word.load(Ordering::Acquire);
            self.waiting.set(self.waiting.get() + 1);
            without_lock(cx, || wait::wait(word, seen, until));
            self.waiting.set(self.waiting.get() - 1);
            if self.items.len() == 0 {
                handle_signals(cx)?;
            }
        }
    }
}

/// `put(item, block=True, timeout=None)`: never waits.
fn put(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [item, _, _] = args.bind(
        cx,
        &Params {
            function: "put",
            names: ["item", "block", "timeout"],
            positional_only: 0,
            positional: 3,
            required: 1,
        },
    )?;
    of(this).push(cx, item.cloned().unwrap_or_else(Value::none)).map(|()| Value::none())
}

/// `get(block=True, timeout=None)`
fn get(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [block, timeout] = args.bind(
        cx,
        &Params { function: "get", names: ["block", "timeout"], positional_only: 0, positional: 2, required: 0 },
    )?;
    let block = block.map_or(Ok(true), |block| cx.is_true(block))?;
    let timeout = timeout.filter(|timeout| !timeout.is_none());
    if let (true, Some(timeout)) = (block, timeout)
        && support::timeout(cx, timeout)? < 0.0
    {
        return raise!(cx, exc::VALUE_ERROR, "'timeout' must be a non-negative number");
    }
    let patience = if block { Patience::of(cx, None, timeout)? } else { Patience::None };
    of(this).take(cx, patience)
}
