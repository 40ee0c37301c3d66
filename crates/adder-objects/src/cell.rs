//! `cell`: a variable that functions share.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Obj, Slot, functions, unborn};
use crate::typeobject::{CompareOp, GetSet, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `types.CellType`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyCell_Type")]
pub static CELL_TYPE: TypeObject = TypeObject::builtin(&CELL_SPEC, &raw const CELL_TYPE);
static CELL_SPEC: Spec = Spec {
    flags: flag::GC,
    size: size_of::<PyCell>(),
    functions: functions::<PyCell>(true, true),
    slots: Slots { new: slot(new), repr: slot(repr), compare: slot(compare), ..Slots::NONE },
    getset: &[GetSet::both("cell_contents", contents, set_contents)],
    ..Spec::new("cell", &OBJECT_TYPE)
};

/// Layout of a cell.
#[repr(C)]
pub struct PyCell {
    head: Head,
    /// The variable; empty while it is unbound.
    pub contents: Slot,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyCell {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &CELL_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("cell_contents");
        self.contents.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.contents.clear(clearer);
    }
}

impl Cx {
    /// A cell that holds this; [`Value::UNSET`]: nothing.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn cell(&self, contents: Value) -> R<Obj<PyCell>> {
        self.alloc(PyCell { head: unborn(), contents: Slot::new(contents) })
    }
}

fn of(this: &Value) -> &PyCell {
    // SAFETY: called for cells.
    unsafe { this.cast() }
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let contents = match args.between(cx, "cell", 0, 1)? {
        [contents] => contents.clone(),
        _ => Value::UNSET,
    };
    Ok(cx.cell(contents)?.into_value())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let at = this.bits();
    let text = match of(this).contents.try_get() {
        None => cx.str_from_fmt(format_args!("<cell at {at:#x}: empty>"))?,
        Some(held) => {
            let (name, address) = (held.ty().name(), held.bits());
            cx.str_from_fmt(format_args!("<cell at {at:#x}: {name} object at {address:#x}>"))?
        }
    };
    Ok(text.into_value())
}

fn contents(cx: &Cx, this: &Value) -> R {
    match of(this).contents.try_get() {
        Some(value) => Ok(value),
        None => raise!(cx, exc::VALUE_ERROR, "Cell is empty"),
    }
}

fn set_contents(_: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    of(this).contents.set(value.cloned().unwrap_or(Value::UNSET));
    Ok(())
}

/// By contents; an empty cell comes before all others.
fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (a.downcast::<PyCell>(), b.downcast::<PyCell>()) else {
        return Ok(Value::not_implemented());
    };
    match (a.contents.try_get(), b.contents.try_get()) {
        (Some(a), Some(b)) => cx.compare(&a, &b, op),
        (a, b) => Ok(Value::bool(op.holds(a.is_some().cmp(&b.is_some())))),
    }
}
