//! The module `_struct`: values as the bytes of C's structs.

mod items;
mod iterator;
mod layout;

use core::cell::{Cell, RefCell};
use core::ptr::NonNull;
use std::rc::Rc;

use adder_gc::raw::{self, Head};
use adder_objects::buffer::request;
use adder_objects::bytes::PyBytes;
use adder_objects::codecs::{Handler, encode_ascii};
use adder_objects::object::{functions, unborn};
use adder_objects::storage::HeapVec;
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout as ObjectLayout, Obj, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::{exception_classes, support};
use crate::vm::Vm;
use layout::Layout;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&STRUCT_TYPE, &iterator::UNPACK_ITERATOR_TYPE];

/// `_struct.Struct`
static STRUCT_TYPE: TypeObject = TypeObject::builtin(&STRUCT_SPEC, &raw const STRUCT_TYPE);
static STRUCT_SPEC: Spec = Spec {
    module: "_struct",
    doc: Some("A format, read once."),
    flags: flag::BASE,
    weak: true,
    size: size_of::<PyStruct>(),
    functions: functions::<PyStruct>(false, true),
    slots: Slots { new: slot(new), init: slot(init), repr: slot(repr), ..Slots::NONE },
    methods: METHODS,
    getset: &[
        GetSet::get("format", |cx, this| cx.str_value(&of(this).format)),
        GetSet::get("size", |cx, this| cx.int(of(this).size as i64)),
    ],
    ..Spec::new("_struct.Struct", &OBJECT_TYPE)
};

/// Layout of a `Struct`. The format changes if it is initialised again, also while it is in use.
#[repr(C)]
struct PyStruct {
    head: Head,
    layout: RefCell<Rc<Layout>>,
    /// Bytes charged for the layout.
    charged: Cell<usize>,
}

// SAFETY: begins with a head.
unsafe impl ObjectLayout for PyStruct {
    fn ty() -> &'static TypeObject {
        &STRUCT_TYPE
    }
}

impl Drop for PyStruct {
    fn drop(&mut self) {
        if self.charged.get() > 0 {
            // SAFETY: what has charged something lies on a page.
            unsafe { raw::uncharge_of(NonNull::from_ref(&self.head), self.charged.get()) };
        }
    }
}

static METHODS: &[Method] = &[
    Method::positional("pack", 0, u16::MAX, |cx, this, values| pack(cx, "pack", &of(this), values))
        .doc("($self, /, *values)", "Bytes of the values."),
    Method::positional("pack_into", 0, u16::MAX, |cx, this, args| pack_into(cx, &of(this), args))
        .doc("($self, buffer, offset, /, *values)", "Writes the bytes of the values into a buffer."),
    Method::one("unpack", |cx, this, buffer| unpack(cx, &of(this), buffer))
        .doc("($self, buffer, /)", "The values of bytes, a tuple."),
    Method::any("unpack_from", |cx, this, args| unpack_from(cx, &of(this), args))
        .doc("($self, /, buffer, offset=0)", "The values of bytes of a buffer from an offset on."),
    Method::one("iter_unpack", |cx, this, buffer| iterator::over(cx, of(this), buffer))
        .doc("($self, buffer, /)", "An iterator over the values of one struct after the other."),
];

static FUNCTIONS: &[Method] = &[
    Method::none("_clearcache", |_, _| Ok(Value::none())),
    Method::one("calcsize", |cx, _, format| cx.int(parse(cx, format)?.size as i64))
        .doc("($module, format, /)", "Bytes of a struct of this format."),
    Method::positional("pack", 0, u16::MAX, |cx, _, args| {
        let (layout, values) = with_format(cx, args)?;
        pack(cx, "pack", &layout, values)
    })
    .doc("($module, format, /, *values)", "Bytes of the values."),
    Method::positional("pack_into", 0, u16::MAX, |cx, _, args| {
        let (layout, args) = with_format(cx, args)?;
        pack_into(cx, &layout, args)
    })
    .doc("($module, format, buffer, offset, /, *values)", "Writes the bytes of the values into a buffer."),
    Method::positional("unpack", 2, 2, |cx, _, args| unpack(cx, &*parse(cx, &args[0])?, &args[1]))
        .doc("($module, format, buffer, /)", "The values of bytes, a tuple."),
    Method::any("unpack_from", |cx, _, args| match args.given() {
        [] => raise!(cx, exc::TYPE_ERROR, "unpack_from() takes at least 1 positional argument (0 given)"),
        [format, ..] => {
            let layout = parse(cx, format)?;
            unpack_from(cx, &layout, args.rest())
        }
    })
    .doc("($module, format, /, buffer, offset=0)", "The values of bytes of a buffer from an offset on."),
    Method::positional("iter_unpack", 2, 2, |cx, _, args| iterator::over(cx, parse(cx, &args[0])?, &args[1]))
        .doc("($module, format, buffer, /)", "An iterator over the values of one struct after the other."),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_struct", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "Struct", STRUCT_TYPE.value())?;
        dict.set_text(cx, "error", exception_classes::class(cx, "struct.error", &exc::EXCEPTION)?)?;
    }
    Ok(module)
}

/// `struct.error`
#[cold]
fn error<T>(cx: &Cx, message: core::fmt::Arguments<'_>) -> R<T> {
    Err(exception_classes::error(cx, "struct.error", &exc::EXCEPTION, message))
}

fn of(this: &Value) -> Rc<Layout> {
    // SAFETY: called for structs.
    unsafe { this.cast::<PyStruct>() }.layout.borrow().clone()
}

fn parse(cx: &Cx, format: &Value) -> R<Rc<Layout>> {
    if let Some(format) = format.downcast_exact::<PyStruct>() {
        return Ok(format.layout.borrow().clone());
    }
    let encoded: Obj<PyBytes>;
    let bytes = match format.downcast::<PyBytes>() {
        Some(bytes) => bytes,
        None if format.downcast::<PyStr>().is_some() => {
            encoded = encode_ascii(cx, format, &Handler::Strict)?;
            &encoded
        }
        None => {
            let name = format.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "Struct() argument 1 must be a str or bytes object, not {name}");
        }
    };
    let text: String = bytes.as_slice().iter().copied().map(char::from).collect();
    Ok(Rc::new(Layout::parse(cx, &text)?))
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let layout = RefCell::new(Rc::new(Layout::none()));
    Ok(cx.alloc_in(class, PyStruct { head: unborn(), layout, charged: Cell::new(0) })?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let params = Params { function: "Struct", names: ["format"], positional_only: 0, positional: 1, required: 1 };
    let [Some(format)] = args.bind(cx, &params)? else { return Ok(()) };
    let layout = parse(cx, format)?;
    let memory = layout.memory();
    if raw::charge(&cx.heap, memory).is_err() {
        return Err(cx.no_memory());
    }
    // SAFETY: called for structs.
    let it = unsafe { this.cast::<PyStruct>() };
    it.layout.replace(layout);
    raw::uncharge(&cx.heap, it.charged.replace(memory));
    Ok(())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let format = cx.str_value(&of(this).format)?;
    cx.str_value(&format!("{}({})", this.ty().short_name(), cx.repr(&format)?.to_lossy()))
}

/// The format in front of other arguments.
fn with_format<'a>(cx: &Cx, args: &'a [Value]) -> R<(Rc<Layout>, &'a [Value])> {
    match args.split_first() {
        Some((format, rest)) => Ok((parse(cx, format)?, rest)),
        None => raise!(cx, exc::TYPE_ERROR, "missing format argument"),
    }
}

/// The bytes of values: packed aside, since code of a user may run meanwhile.
fn packed<'h>(cx: &'h Cx, function: &str, layout: &Layout, values: &[Value]) -> R<HeapVec<'h, u8>> {
    if values.len() != layout.values {
        let (wanted, got) = (layout.values, values.len());
        return error(cx, format_args!("{function} expected {wanted} items for packing (got {got})"));
    }
    let mut out = HeapVec::with_capacity(cx, layout.size)?;
    out.fill(0, layout.size)?;
    items::pack(cx, layout, values, &mut out)?;
    Ok(out)
}

fn pack(cx: &Cx, function: &str, layout: &Layout, values: &[Value]) -> R {
    Ok(cx.bytes(&packed(cx, function, layout, values)?)?.into_value())
}

/// Where a struct lies in a buffer of so many bytes, at an offset that may count from the end.
fn place(cx: &Cx, layout: &Layout, len: usize, given: isize, packs: bool) -> R<usize> {
    let size = layout.size;
    let (function, doing, lacking) = match packs {
        true => ("pack_into", "packing", "no space to pack"),
        false => ("unpack_from", "unpacking", "not enough data to unpack"),
    };
    let mut offset = given;
    if offset < 0 {
        if offset + size as isize > 0 {
            return error(cx, format_args!("{lacking} {size} bytes at offset {given}"));
        }
        offset += len as isize;
        if offset < 0 {
            return error(cx, format_args!("offset {given} out of range for {len}-byte buffer"));
        }
    }
    if (len as isize - offset) < size as isize {
        return error(
            cx,
            format_args!(
                "{function} requires a buffer of at least {} bytes for {doing} {size} bytes at offset {offset} \
                 (actual buffer size is {len})",
                size + offset as usize
            ),
        );
    }
    Ok(offset as usize)
}

fn pack_into(cx: &Cx, layout: &Layout, args: &[Value]) -> R {
    let (buffer, offset, values) = match args {
        [] => return error(cx, format_args!("pack_into expected buffer argument")),
        [_] => return error(cx, format_args!("pack_into expected offset argument")),
        [buffer, offset, values @ ..] => (buffer, offset, values),
    };
    if values.len() != layout.values {
        packed(cx, "pack_into", layout, values)?;
    }
    let view = support::view(cx, buffer, request::WRITABLE)?;
    let given = cx.index_to_isize(offset, Some(&exc::INDEX_ERROR))?;
    let start = place(cx, layout, view.len, given, true)?;
    let bytes = packed(cx, "pack_into", layout, values)?;
    // SAFETY: the view keeps the memory, which is writable and large enough.
    unsafe { view.data.add(start).copy_from_nonoverlapping(bytes.as_ptr(), layout.size) };
    Ok(Value::none())
}

fn unpack(cx: &Cx, layout: &Layout, buffer: &Value) -> R {
    let view = support::view(cx, buffer, request::SIMPLE)?;
    if view.len != layout.size {
        return error(cx, format_args!("unpack requires a buffer of {} bytes", layout.size));
    }
    // SAFETY: making values runs no code of a user.
    items::unpack(cx, layout, unsafe { view.as_slice() })
}

fn unpack_from(cx: &Cx, layout: &Layout, args: Args<'_>) -> R {
    let params =
        Params { function: "unpack_from", names: ["buffer", "offset"], positional_only: 0, positional: 2, required: 1 };
    let [Some(buffer), offset] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let given = offset.map_or(Ok(0), |offset| adder_objects::arguments::ssize(cx, offset))?;
    let view = support::view(cx, buffer, request::SIMPLE)?;
    let start = place(cx, layout, view.len, given, false)?;
    // SAFETY: making values runs no code of a user.
    items::unpack(cx, layout, &unsafe { view.as_slice() }[start..start + layout.size])
}
