//! `BaseException`: the layout that all exceptions begin with, and what all of them can do.

use core::cell::Cell;
use core::mem::offset_of;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::Args;
use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::R;
use crate::exceptions as exc;
use crate::list::PyList;
use crate::object::{Layout, Obj, Slot, functions, unborn};
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::{GetSet, Member, MemberKind, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// Layout of an exception (C's `PyBaseExceptionObject`).
#[repr(C)]
pub struct PyBaseException {
    head: Head,
    /// The instance's dict, or nothing.
    pub dict: Slot,
    /// `args`, a tuple.
    pub args: Slot,
    /// C's `notes`; the notes lie in the dict, as in CPython.
    pub notes: Slot,
    /// `__traceback__`
    pub traceback: Slot,
    /// `__context__`
    pub context: Slot,
    /// `__cause__`
    pub cause: Slot,
    /// `__suppress_context__`
    pub suppress_context: Cell<bool>,
}

/// `BaseException`
pub static BASE_EXCEPTION: TypeObject = TypeObject::builtin(&BASE_EXCEPTION_SPEC, &raw const BASE_EXCEPTION);
static BASE_EXCEPTION_SPEC: Spec = Spec {
    doc: Some("Common base class for all exceptions"),
    slots: Slots { new: slot(new), init: slot(init), repr: slot(repr), str: slot(str), ..Slots::NONE },
    methods: &[
        Method::none("__reduce__", reduce),
        Method::one("__setstate__", setstate),
        Method::one("with_traceback", with_traceback).doc("($self, object, /)", "Sets __traceback__ and returns self."),
        Method::one("add_note", add_note).doc("($self, object, /)", "Adds a note, shown behind the traceback."),
    ],
    getset: &[
        GetSet::both("__dict__", crate::class::instance_dict, crate::class::set_instance_dict),
        GetSet::both("args", |_, this| Ok(of(this).args.get()), set_args),
        GetSet::both("__traceback__", |_, this| Ok(or_none(&of(this).traceback)), set_traceback),
        GetSet::both("__context__", |_, this| Ok(or_none(&of(this).context)), set_context),
        GetSet::both("__cause__", |_, this| Ok(or_none(&of(this).cause)), set_cause),
    ],
    members: &[Member {
        name: "__suppress_context__",
        kind: MemberKind::Bool,
        offset: offset_of!(PyBaseException, suppress_context),
        read_only: false,
    }],
    ..spec::<PyBaseException>("BaseException", &OBJECT_TYPE)
};

// SAFETY: begins with a head; types with the flag derive from BaseException.
unsafe impl Layout for PyBaseException {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &BASE_EXCEPTION
    }
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        ty.has(flag::EXCEPTION)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (name, slot) in self.slots() {
            tracer.name(name);
            slot.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        for (_, slot) in self.slots() {
            slot.clear(clearer);
        }
    }
}

/// The part of an exception type's spec that follows from its layout.
pub(super) const fn spec<T: Layout>(name: &'static str, base: &'static TypeObject) -> Spec {
    Spec {
        flags: flag::GC | flag::BASE | flag::EXCEPTION,
        size: size_of::<T>(),
        dict_offset: offset_of!(PyBaseException, dict),
        functions: functions::<T>(true, true),
        ..Spec::new(name, base)
    }
}

impl PyBaseException {
    /// The fields of a new exception with these arguments (a tuple).
    pub fn fields(args: Value) -> PyBaseException {
        PyBaseException {
            head: unborn(),
            dict: Slot::empty(),
            args: Slot::new(args),
            notes: Slot::empty(),
            traceback: Slot::empty(),
            context: Slot::empty(),
            cause: Slot::empty(),
            suppress_context: Cell::new(false),
        }
    }

    fn slots(&self) -> [(&'static str, &Slot); 6] {
        [
            ("__dict__", &self.dict),
            ("args", &self.args),
            ("__notes__", &self.notes),
            ("__traceback__", &self.traceback),
            ("__context__", &self.context),
            ("__cause__", &self.cause),
        ]
    }

    /// Its class.
    pub fn class(&self) -> &TypeObject {
        // SAFETY: every object's info is the head of a shape, which outlives it.
        unsafe { &*self.head.info().cast::<crate::typeobject::Shape>() }.ty()
    }

    /// `args`; nothing if the collector has emptied the exception.
    pub fn arguments(&self) -> Option<Obj<PyTuple>> {
        self.args.try_get()?.try_into_obj::<PyTuple>().ok()
    }

    /// Moves what an exception gathers while it is raised to `spent`, as far as there is room.
    pub(crate) fn wash(&self, spent: &mut Vec<Value>) {
        for (name, slot) in self.slots() {
            if name != "args" && spent.len() < spent.capacity() {
                spent.extend(slot.take());
            }
        }
        self.suppress_context.set(false);
    }
}

/// The exception that a method is called on.
pub(super) fn of(this: &Value) -> &PyBaseException {
    debug_assert!(this.downcast::<PyBaseException>().is_some());
    // SAFETY: called for exceptions.
    unsafe { this.cast::<PyBaseException>() }
}

/// What a slot holds, or None.
pub(super) fn or_none(slot: &Slot) -> Value {
    slot.try_get().unwrap_or_else(Value::none)
}

/// `BaseException.__new__`
pub(super) fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let given = cx.tuple(args.given().iter().cloned())?;
    Ok(cx.alloc_in(class, PyBaseException::fields(given.into_value()))?.into_value())
}

/// Sets `args`, unless they are these already.
pub(super) fn take_args(cx: &Cx, this: &Value, given: &[Value]) -> R<()> {
    let base = of(this);
    let same = base.arguments().is_some_and(|known| {
        known.items().len() == given.len() && known.items().iter().zip(given).all(|(a, b)| a.is(b))
    });
    if !same {
        base.args.set(cx.tuple(given.iter().cloned())?.into_value());
    }
    Ok(())
}

/// `BaseException.__init__`
pub(super) fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    args.no_keywords(cx, this.ty().name())?;
    take_args(cx, this, args.given())
}

/// `BaseException.__repr__`
pub(super) fn repr(cx: &Cx, this: &Value) -> R {
    let name = this.ty().name();
    let Some(args) = of(this).arguments() else { return cx.str_value(&format!("{name}()")) };
    let mut pieces = crate::pieces::Pieces::new(cx)?;
    pieces.push(cx, cx.str_value(name)?)?;
    match args.items() {
        [only] => {
            pieces.text(cx, "(")?;
            pieces.repr(cx, only)?;
            pieces.text(cx, ")")?;
        }
        _ => pieces.repr(cx, args.as_value())?,
    }
    pieces.join(cx)
}

/// `BaseException.__str__`
pub(super) fn str(cx: &Cx, this: &Value) -> R {
    let Some(args) = of(this).arguments() else { return cx.intern("") };
    match args.items() {
        [] => cx.intern(""),
        [only] => Ok(cx.to_str(only)?.into_value()),
        _ => Ok(cx.to_str(args.as_value())?.into_value()),
    }
}

/// `BaseException.__reduce__`
pub(super) fn reduce(cx: &Cx, this: &Value) -> R {
    let state = of(this).dict.try_get();
    reduced(cx, this, or_none(&of(this).args), state)
}

/// Class, arguments and state as pickle wants them.
pub(super) fn reduced(cx: &Cx, this: &Value, args: Value, state: Option<Value>) -> R {
    let class = this.ty().value();
    Ok(match state {
        Some(state) => cx.tuple([class, args, state])?,
        None => cx.tuple([class, args])?,
    }
    .into_value())
}

fn setstate(cx: &Cx, this: &Value, state: &Value) -> R {
    if state.is_none() {
        return Ok(Value::none());
    }
    let Some(state) = state.downcast::<PyDict>() else {
        return raise!(cx, exc::TYPE_ERROR, "state is not a dictionary");
    };
    let mut position = 0;
    while let Some((name, value)) = state.next(&mut position) {
        cx.setattr(this, &name, Some(&value))?;
    }
    Ok(Value::none())
}

fn with_traceback(cx: &Cx, this: &Value, traceback: &Value) -> R {
    set_traceback(cx, this, Some(traceback))?;
    Ok(this.clone())
}

fn add_note(cx: &Cx, this: &Value, note: &Value) -> R {
    if note.downcast::<PyStr>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "note must be a str, not '{}'", note.ty().name());
    }
    let notes = match cx.getattr_opt(this, cx.names.notes())? {
        Some(notes) => notes,
        None => {
            let notes = cx.list([])?.into_value();
            cx.setattr(this, cx.names.notes(), Some(&notes))?;
            notes
        }
    };
    match notes.downcast::<PyList>() {
        Some(list) => list.push(cx, note.clone())?,
        None => return raise!(cx, exc::TYPE_ERROR, "Cannot add note: __notes__ is not a list"),
    }
    Ok(Value::none())
}

fn must_be_there<'a>(cx: &Cx, name: &str, value: Option<&'a Value>) -> R<&'a Value> {
    match value {
        Some(value) => Ok(value),
        None => raise!(cx, exc::TYPE_ERROR, "{name} may not be deleted"),
    }
}

fn set_args(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let args = cx.tuple_of(must_be_there(cx, "args", value)?)?;
    of(this).args.set(args.into_value());
    Ok(())
}

fn set_traceback(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let value = must_be_there(cx, "__traceback__", value)?;
    let is_traceback = cx.hooks.traceback_type.get().is_some_and(|ty| value.is_instance(ty));
    if value.is_none() {
        of(this).traceback.set(Value::UNSET);
    } else if is_traceback {
        of(this).traceback.set(value.clone());
    } else {
        return raise!(cx, exc::TYPE_ERROR, "__traceback__ must be a traceback or None");
    }
    Ok(())
}

/// None, or an exception.
fn link(cx: &Cx, what: &str, value: &Value) -> R {
    if value.is_none() {
        Ok(Value::UNSET)
    } else if value.downcast::<PyBaseException>().is_some() {
        Ok(value.clone())
    } else {
        raise!(cx, exc::TYPE_ERROR, "exception {what} must be None or derive from BaseException")
    }
}

fn set_context(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let value = link(cx, "context", must_be_there(cx, "__context__", value)?)?;
    of(this).context.set(value);
    Ok(())
}

fn set_cause(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let value = link(cx, "cause", must_be_there(cx, "__cause__", value)?)?;
    exc::set_cause(this, value);
    Ok(())
}
