//! The module `array`: sequences of values of C.

mod items;
mod iterator;
mod methods;
mod pickle;
mod slots;

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_objects::buffer::{Buffer, request};
use adder_objects::bytearray::PyByteArray;
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use super::support;
use crate::vm::Vm;
use items::Kind;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&ARRAY_TYPE, &iterator::ARRAY_ITERATOR_TYPE];

/// `array.array`
static ARRAY_TYPE: TypeObject = TypeObject::builtin(&ARRAY_SPEC, &raw const ARRAY_TYPE);
static ARRAY_SPEC: Spec = Spec {
    module: "array",
    doc: Some("A sequence of numbers or characters of one size, packed as in C."),
    flags: flag::BASE | flag::SEQUENCE,
    weak: true,
    size: size_of::<PyArray>(),
    functions: functions::<PyArray>(false, true),
    slots: Slots {
        repr: slot(repr),
        hash: slot(adder_objects::protocol::unhashable),
        compare: slot(slots::compare),
        iter: slot(iterator::iter),
        new: slot(new),
        len: slot(|_, this| Ok(of(this).len())),
        getitem: slot(slots::getitem),
        item: slot(slots::item),
        setitem: slot(slots::setitem),
        contains: slot(|cx, this, value| Ok(methods::find(cx, this, value, 0, isize::MAX)?.is_some())),
        concat: slot(slots::concat),
        repeat: slot(slots::repeat),
        in_place_concat: slot(slots::in_place_concat),
        in_place_repeat: slot(slots::in_place_repeat),
        buffer: slot(buffer),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getset: &[
        GetSet::get("typecode", |cx, this| cx.str_value(of(this).kind.code())),
        GetSet::get("itemsize", |cx, this| cx.int(of(this).kind.size() as i64)),
    ],
    ..Spec::new("array.array", &OBJECT_TYPE)
};

/// Layout of an array. The items lie in a bytearray that nobody else has.
#[repr(C)]
pub(super) struct PyArray {
    head: Head,
    storage: Obj<PyByteArray>,
    kind: Kind,
    /// Views of it; while there are some it does not change its size.
    exports: Cell<usize>,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyArray {
    fn ty() -> &'static TypeObject {
        &ARRAY_TYPE
    }
}

impl Kind {
    fn code(self) -> &'static str {
        items::CODES.find(char::from(self.0)).map_or("", |at| &items::CODES[at..=at])
    }
}

impl PyArray {
    fn len(&self) -> usize {
        self.storage.len() / self.kind.size()
    }

    /// All items as bytes.
    fn bytes(&self) -> &[u8] {
        // SAFETY: callers run no code of a user while they use it.
        unsafe { self.storage.as_slice() }
    }

    /// An item, if there is one at this place.
    fn get(&self, cx: &Cx, at: usize) -> R<Option<Value>> {
        let size = self.kind.size();
        let Some(start) = at.checked_mul(size) else { return Ok(None) };
        match self.bytes().get(start..start.saturating_add(size)) {
            Some(item) => self.kind.get(cx, item).map(Some),
            None => Ok(None),
        }
    }

    /// Replaces an item.
    fn set(&self, at: usize, item: &[u8]) {
        let size = self.kind.size();
        // SAFETY: copying runs no code.
        if let Some(place) = unsafe { self.storage.as_mut_slice() }.get_mut(at * size..(at + 1) * size) {
            place.copy_from_slice(&item[..size]);
        }
    }

    fn must_be_free(&self, cx: &Cx) -> R<()> {
        if self.exports.get() > 0 {
            return raise!(cx, exc::BUFFER_ERROR, "cannot resize an array that is exporting buffers");
        }
        Ok(())
    }

    /// Replaces so many items from a place on by others, which are not its own.
    fn splice(&self, cx: &Cx, at: usize, count: usize, with: &[u8]) -> R<()> {
        let size = self.kind.size();
        if count * size != with.len() {
            self.must_be_free(cx)?;
        }
        self.storage.splice(cx, at * size, count * size, with)
    }

    /// Adds items at the end.
    fn extend(&self, cx: &Cx, with: &[u8]) -> R<()> {
        self.splice(cx, self.len(), 0, with)
    }

    /// Adds a value at the end.
    fn push(&self, cx: &Cx, value: &Value) -> R<()> {
        let item = self.kind.put(cx, value)?;
        self.extend(cx, &item[..self.kind.size()])
    }
}

fn of(this: &Value) -> &PyArray {
    // SAFETY: called for arrays.
    unsafe { this.cast::<PyArray>() }
}

/// An array of these items.
fn array(cx: &Cx, class: &TypeObject, kind: Kind, bytes: &[u8]) -> R<Obj<PyArray>> {
    cx.alloc_in(class, PyArray { head: unborn(), storage: cx.bytearray(bytes)?, kind, exports: Cell::new(0) })
}

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "array", pickle::FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "array", ARRAY_TYPE.value())?;
        dict.set_text(cx, "ArrayType", ARRAY_TYPE.value())?;
        dict.set_text(cx, "typecodes", cx.str_value(items::CODES)?)?;
    }
    // As CPython's module does.
    let abc = cx.import("collections.abc")?;
    let sequences = cx.getattr_text(&abc, "MutableSequence")?;
    cx.call(&cx.getattr_text(&sequences, "register")?, &[ARRAY_TYPE.value()])?;
    Ok(module)
}

const BAD_CODE: &str = "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)";

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if core::ptr::eq(class, &ARRAY_TYPE) {
        args.no_keywords(cx, "array.array")?;
    }
    let given = args.given();
    match given.len() {
        0 => return raise!(cx, exc::TYPE_ERROR, "array() takes at least 1 argument (0 given)"),
        1 | 2 => {}
        n => return raise!(cx, exc::TYPE_ERROR, "array() takes at most 2 arguments ({n} given)"),
    }
    let code = match given[0].downcast::<PyStr>().map(PyStr::chars) {
        Some(chars) if chars.len() == 1 => chars.at(0),
        _ => {
            let name = given[0].ty().name();
            return raise!(cx, exc::TYPE_ERROR, "array() argument 1 must be a unicode character, not {name}");
        }
    };
    if code == u32::from(b'u') {
        let text = "The 'u' type code is deprecated and will be removed in Python 3.16";
        cx.warn(&exc::DEPRECATION_WARNING, text, 1)?;
    }
    let initial = given.get(1);
    let code_char = char::from_u32(code).unwrap_or('?');
    let text_code = matches!(code_char, 'u' | 'w');
    if let Some(initial) = initial
        && !text_code
    {
        if initial.downcast::<PyStr>().is_some() {
            return raise!(cx, exc::TYPE_ERROR, "cannot use a str to initialize an array with typecode '{code_char}'");
        }
        if initial.downcast::<PyArray>().is_some_and(|other| other.kind.is_text()) {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "cannot use a unicode array to initialize an array with typecode '{code_char}'"
            );
        }
    }
    let Some(kind) = Kind::of(code) else { return raise!(cx, exc::VALUE_ERROR, "{BAD_CODE}") };
    let made = array(cx, class, kind, b"")?;
    if let Some(initial) = initial {
        fill(cx, &made, initial)?;
    }
    Ok(made.into_value())
}

/// What a new array begins with.
fn fill(cx: &Cx, array: &PyArray, initial: &Value) -> R<()> {
    if let Some(other) = initial.downcast::<PyArray>()
        && (other.kind == array.kind || other.kind.is_text() && array.kind.is_text())
    {
        return array.storage.extend_bytes(cx, other.bytes());
    }
    if let Some(text) = initial.downcast::<PyStr>() {
        return methods::extend_text(cx, array, text);
    }
    let bytes =
        initial.downcast::<adder_objects::bytes::PyBytes>().is_some() || initial.downcast::<PyByteArray>().is_some();
    if bytes {
        return methods::extend_bytes(cx, array, initial);
    }
    cx.for_each(initial, |item| array.push(cx, &item))
}

fn repr(cx: &Cx, this: &Value) -> R {
    let array = of(this);
    let name = this.ty().short_name();
    let code = array.kind.code();
    if array.len() == 0 {
        return cx.str_value(&format!("{name}('{code}')"));
    }
    let content = match array.kind.is_text() {
        true => array.kind.text(cx, array.bytes())?,
        false => methods::to_list(cx, this)?,
    };
    let content = cx.repr(&content)?;
    let mut out = adder_objects::str::StrBuilder::new(cx);
    out.push_str(&format!("{name}('{code}', "))?;
    out.push_object(&content)?;
    out.push_ascii(b")")?;
    out.finish_value()
}

fn buffer(_: &Cx, this: &Value, _: u32) -> R<Buffer> {
    let array = of(this);
    // SAFETY: the storage keeps its place while there are views.
    let bytes = unsafe { array.storage.as_mut_slice() };
    let data = if bytes.is_empty() { core::ptr::dangling_mut::<u64>().cast() } else { bytes.as_mut_ptr() };
    array.exports.set(array.exports.get() + 1);
    let mut view = Buffer::bytes(this.clone(), data, bytes.len(), false, Some(release));
    view.item_size = array.kind.size();
    view.format = array.kind.format().into();
    view.shape = vec![array.len() as isize];
    view.strides = vec![view.item_size as isize];
    Ok(view)
}

fn release(this: &Value) {
    let array = of(this);
    array.exports.set(array.exports.get() - 1);
}

/// A view of what `frombytes` and the like are given.
fn view(cx: &Cx, value: &Value) -> R<Buffer> {
    support::view(cx, value, request::SIMPLE)
}
