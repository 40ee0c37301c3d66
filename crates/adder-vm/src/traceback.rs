//! Tracebacks: which lines an exception passed.

use core::cell::Cell;

use adder_compiler::code::WORD_BYTES;
use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::exceptions::PyBaseException;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{GetSet, OBJECT_TYPE, Spec, flag};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use crate::frame::Registers;
use crate::frame_object::{self, PyFrame};
use crate::vm::Vm;

/// Layout of a traceback.
#[repr(C)]
pub struct PyTraceback {
    head: Head,
    /// `tb_next`
    pub next: Slot,
    /// `tb_frame`
    pub frame: Slot,
    /// The word of the instruction.
    pub word: Cell<u32>,
    /// `tb_lineno`, if it was set; else it is found from the word.
    pub line: Cell<Option<u32>>,
}

/// `traceback`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyTraceBack_Type")]
pub static TRACEBACK_TYPE: TypeObject = TypeObject::builtin(&TRACEBACK_SPEC, &raw const TRACEBACK_TYPE);
static TRACEBACK_SPEC: Spec = Spec {
    flags: flag::GC,
    size: size_of::<PyTraceback>(),
    functions: functions::<PyTraceback>(true, true),
    slots: adder_objects::typeobject::Slots {
        new: adder_objects::typeobject::slot(new),
        ..adder_objects::typeobject::Slots::NONE
    },
    getset: &[
        GetSet::both("tb_next", get_next, set_next),
        GetSet::get("tb_frame", get_frame),
        GetSet::get("tb_lasti", get_lasti),
        GetSet::get("tb_lineno", get_line),
    ],
    ..Spec::new("traceback", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyTraceback {
    fn ty() -> &'static TypeObject {
        &TRACEBACK_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("tb_next");
        self.next.trace(tracer);
        tracer.name("tb_frame");
        self.frame.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.next.clear(clearer);
        self.frame.clear(clearer);
    }
}

fn it(this: &Value) -> &PyTraceback {
    // SAFETY: called for tracebacks.
    unsafe { this.cast::<PyTraceback>() }
}

fn get_next(_: &Cx, this: &Value) -> R {
    Ok(it(this).next.try_get().unwrap_or_else(Value::none))
}

fn set_next(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let Some(value) = value else {
        return raise!(cx, exc::TYPE_ERROR, "can't delete tb_next attribute");
    };
    if value.is_none() {
        drop(it(this).next.take());
        return Ok(());
    }
    let mut at = match value.downcast::<PyTraceback>() {
        Some(_) => Some(value.clone()),
        None => {
            return raise!(cx, exc::TYPE_ERROR, "expected traceback object, got '{}'", value.ty().name());
        }
    };
    while let Some(tb) = at {
        if tb.is(this) {
            return raise!(cx, exc::VALUE_ERROR, "traceback loop detected");
        }
        at = it(&tb).next.try_get();
    }
    it(this).next.set(value.clone());
    Ok(())
}

fn get_frame(_: &Cx, this: &Value) -> R {
    Ok(it(this).frame.try_get().unwrap_or_else(Value::none))
}

fn get_lasti(cx: &Cx, this: &Value) -> R {
    cx.int(i64::from(it(this).word.get()) * i64::from(WORD_BYTES))
}

/// The line of a traceback.
pub fn line(traceback: &PyTraceback) -> u32 {
    if let Some(line) = traceback.line.get() {
        return line;
    }
    match traceback.frame.try_get() {
        Some(frame) => match frame.downcast::<PyFrame>() {
            Some(frame) => frame.code().code.position_at(traceback.word.get()).line,
            None => 0,
        },
        None => 0,
    }
}

fn get_line(_: &Cx, this: &Value) -> R {
    Ok(match line(it(this)) {
        0 => Value::none(),
        line => Value::small(i64::from(line)),
    })
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let [next, frame, lasti, lineno] = args.bind(
        cx,
        &Params {
            function: "TracebackType",
            names: ["tb_next", "tb_frame", "tb_lasti", "tb_lineno"],
            positional_only: 0,
            positional: 4,
            required: 4,
        },
    )?;
    let (Some(next), Some(frame), Some(lasti), Some(lineno)) = (next, frame, lasti, lineno) else {
        return raise!(cx, exc::TYPE_ERROR, "TracebackType expected 4 arguments");
    };
    if frame.downcast::<PyFrame>().is_none() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "TracebackType() argument 'tb_frame' must be frame, not {}",
            frame.ty().name()
        );
    }
    let made = cx.alloc(PyTraceback {
        head: unborn(),
        next: Slot::empty(),
        frame: Slot::new(frame.clone()),
        word: Cell::new((cx.index_to_isize(lasti, None)? / WORD_BYTES as isize) as u32),
        line: Cell::new(Some(cx.index_to_isize(lineno, None)? as u32)),
    })?;
    set_next(cx, made.as_value(), Some(next))?;
    Ok(made.into_value())
}

/// Adds the running frame to an exception's traceback. Where there is no memory for that, it is left out.
///
/// # Safety
/// The frame is live.
pub(crate) unsafe fn add(vm: &Vm, exception: &Value, registers: Registers, word: u32) {
    let Some(base) = exception.downcast::<PyBaseException>() else { return };
    // SAFETY: by the contract.
    if unsafe { registers.code() }.native {
        return;
    }
    // SAFETY: by the contract.
    let Ok(frame) = (unsafe { frame_object::of(vm, registers) }) else { return };
    frame.word.set(word);
    let made = PyTraceback {
        head: unborn(),
        next: Slot::new(base.traceback.try_get().unwrap_or(Value::UNSET)),
        frame: Slot::new(frame.into_value()),
        word: Cell::new(word),
        line: Cell::new(None),
    };
    if let Ok(traceback) = vm.cx.alloc(made) {
        base.traceback.set(traceback.into_value());
    }
}

/// Adds a frame to an exception's traceback, at the place where the frame stands.
///
/// # Errors
/// MemoryError.
pub(crate) fn add_frame(cx: &Cx, exception: &PyBaseException, frame: &Value) -> R<()> {
    let word = frame.downcast::<PyFrame>().map_or(0, PyFrame::current_word);
    let made = cx.alloc(PyTraceback {
        head: unborn(),
        next: Slot::new(exception.traceback.try_get().unwrap_or(Value::UNSET)),
        frame: Slot::new(frame.clone()),
        word: Cell::new(word),
        line: Cell::new(None),
    })?;
    exception.traceback.set(made.into_value());
    Ok(())
}

/// The traceback that an exception has.
pub(crate) fn of_exception(exception: &Value) -> Option<Value> {
    exception.downcast::<PyBaseException>()?.traceback.try_get()
}

/// Has it a traceback?
pub(crate) fn is_there(exception: &Value) -> bool {
    exception.downcast::<PyBaseException>().is_some_and(|base| !base.traceback.is_unset())
}

/// The word at which an exception was raised, if the newest frame of its traceback is that with these registers.
pub(crate) fn newest_word(exception: &Value, registers: Registers) -> Option<u32> {
    let traceback = exception.downcast::<PyBaseException>()?.traceback.try_get()?;
    let traceback = traceback.downcast::<PyTraceback>()?;
    let frame = traceback.frame.try_get()?;
    frame.downcast::<PyFrame>()?.is_at(registers).then(|| traceback.word.get())
}

/// A traceback of the running frame alone; None where none runs.
pub(crate) fn here(vm: &Vm) -> R {
    let Some((registers, word)) = frame_object::running(vm) else { return Ok(Value::none()) };
    // SAFETY: the running frame is live.
    let frame = unsafe { frame_object::of(vm, registers)? };
    frame.word.set(word);
    let made = PyTraceback {
        head: unborn(),
        next: Slot::empty(),
        frame: Slot::new(frame.into_value()),
        word: Cell::new(word),
        line: Cell::new(None),
    };
    Ok(vm.cx.alloc(made)?.into_value())
}
