//! Slots written in C, called from Rust: what [`Slots`] of a C type holds.
//!
//! A slot's function gets no type with it. The one whose C function is meant is the nearest base of the object's type whose field
//! holds a function of C's own, and not one of [`outward`].

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;

use adder_objects::buffer::Buffer;
use adder_objects::typeobject::{Binary, CFields, CompareOp, Slots, by_operator, number};
use adder_objects::{Args, Cx, R, TypeObject, Value, exceptions as exc, raise};

use crate::border::{Object, returned, status};
use crate::call;
use crate::indicator;
use crate::structs::{PyBuffer, Suite, am, bf, mp, nb, sq};
use crate::types::outward;

/// A value while C has it: the reference stays whose it is. A small int lives in a box as long as this does.
pub struct Lent<'a> {
    object: Object,
    _boxed: Option<Value>,
    _owner: core::marker::PhantomData<&'a Value>,
}

impl<'a> Lent<'a> {
    /// Boxes a small int.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn new(cx: &Cx, value: &'a Value) -> R<Lent<'a>> {
        let boxed = if value.is_small() { Some(value.clone().boxed(cx)?) } else { None };
        let bits = boxed.as_ref().unwrap_or(value).bits();
        let object = core::ptr::with_exposed_provenance_mut(bits);
        Ok(Lent { object, _boxed: boxed, _owner: core::marker::PhantomData })
    }

    /// What C gets.
    #[inline]
    pub fn object(&self) -> Object {
        self.object
    }
}

/// A field of a type's C part.
type Field = fn(&CFields) -> *const c_void;

/// A field of one of its suites.
fn in_suite<const N: usize>(suite: &Cell<*const c_void>, at: usize) -> *const c_void {
    // SAFETY: a suite that is there has all its fields, and lives as long as its type.
    unsafe { suite.get().cast::<Suite<N>>().as_ref() }.map_or(core::ptr::null(), |suite| suite[at])
}

/// A field of `tp_as_number`.
pub fn nb(c: &CFields, at: usize) -> *const c_void {
    in_suite::<{ nb::COUNT }>(&c.tp_as_number, at)
}

/// A field of `tp_as_sequence`.
pub fn sq(c: &CFields, at: usize) -> *const c_void {
    in_suite::<{ sq::COUNT }>(&c.tp_as_sequence, at)
}

/// A field of `tp_as_mapping`.
pub fn mp(c: &CFields, at: usize) -> *const c_void {
    in_suite::<{ mp::COUNT }>(&c.tp_as_mapping, at)
}

/// A field of `tp_as_async`.
pub fn am(c: &CFields, at: usize) -> *const c_void {
    in_suite::<{ am::COUNT }>(&c.tp_as_async, at)
}

/// A field of `tp_as_buffer`.
pub fn bf(c: &CFields, at: usize) -> *const c_void {
    in_suite::<{ bf::COUNT }>(&c.tp_as_buffer, at)
}

/// The nearest function of C's own in a field.
pub fn find_in(ty: &TypeObject, field: Field) -> *const c_void {
    let mut at = Some(ty);
    while let Some(ty) = at {
        let found = field(&ty.c);
        if !found.is_null() && !outward::is_ours(found) {
            return found;
        }
        at = ty.base.get();
    }
    core::ptr::null()
}

/// The type whose slot is called for an object: the object's own, but where a slot wrapper names a base of it.
fn start<'a>(cx: &Cx, this: &'a Value) -> &'a TypeObject {
    match cx.slot_owner.get() {
        Some((owner, bits)) if bits == this.bits() => {
            cx.slot_owner.set(None);
            // SAFETY: the wrapper that has set it holds the type, which is one of the object's.
            unsafe { &*owner }
        }
        _ => this.ty(),
    }
}

/// The same for a slot that is in use.
macro_rules! function {
    ($cx:ident, $ty:expr, $field:expr => fn($($arg:ty),*) $(-> $ret:ty)?) => {{
        let found = find_in($ty, $field);
        if found.is_null() {
            return raise!($cx, exc::SYSTEM_ERROR, "a slot of type '{}' was emptied", $ty.name());
        }
        // SAFETY: the field of a C type holds a function of this kind.
        unsafe { core::mem::transmute::<*const c_void, unsafe extern "C" fn($($arg),*) $(-> $ret)?>(found) }
    }};
}

fn who(ty: &TypeObject, slot: &str) -> String {
    format!("{}.{slot}", ty.name())
}

macro_rules! nullary {
    ($($name:ident $text:literal $field:expr;)*) => {$(
        pub(super) fn $name(cx: &Cx, this: &Value) -> R {
            let ty = start(cx, this);
            let f = function!(cx, ty, $field => fn(Object) -> Object);
            let this = Lent::new(cx, this)?;
            // SAFETY: the slot's contract: it borrows its argument and gives a new reference.
            unsafe { returned(cx, f(this.object()), || who(ty, $text)) }
        }
    )*};
}
nullary! {
    repr "__repr__" |c| c.tp_repr.get();
    str "__str__" |c| c.tp_str.get();
    iter "__iter__" |c| c.tp_iter.get();
    negative "__neg__" |c| nb(c, nb::NEGATIVE);
    positive "__pos__" |c| nb(c, nb::POSITIVE);
    absolute "__abs__" |c| nb(c, nb::ABSOLUTE);
    invert "__invert__" |c| nb(c, nb::INVERT);
    int "__int__" |c| nb(c, nb::INT);
    float "__float__" |c| nb(c, nb::FLOAT);
    index "__index__" |c| nb(c, nb::INDEX);
    await_ "__await__" |c| am(c, am::AWAIT);
    aiter "__aiter__" |c| am(c, am::AITER);
    anext "__anext__" |c| am(c, am::ANEXT);
}

pub(super) fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| c.tp_hash.get() => fn(Object) -> isize);
    let this = Lent::new(cx, this)?;
    // SAFETY: the slot's contract.
    match unsafe { f(this.object()) } {
        -1 => match indicator::take() {
            Some(raised) => Err(raised),
            None => Ok(-1),
        },
        hash => Ok(hash as i64),
    }
}

pub(super) fn bool(cx: &Cx, this: &Value) -> R<bool> {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| nb(c, nb::BOOL) => fn(Object) -> c_int);
    let this = Lent::new(cx, this)?;
    // SAFETY: the slot's contract.
    Ok(status(cx, unsafe { f(this.object()) }, || who(ty, "__bool__"))? != 0)
}

pub(super) fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| c.tp_call.get() => fn(Object, Object, Object) -> Object);
    let (args, keywords) = call::tuple_and_dict(cx, args)?;
    let this = Lent::new(cx, this)?;
    // SAFETY: the slot's contract.
    unsafe { returned(cx, f(this.object(), args.object(), keywords.object()), || who(ty, "__call__")) }
}

pub(super) fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| c.tp_init.get() => fn(Object, Object, Object) -> c_int);
    let (args, keywords) = call::tuple_and_dict(cx, args)?;
    let this = Lent::new(cx, this)?;
    // SAFETY: the slot's contract.
    let done = unsafe { f(this.object(), args.object(), keywords.object()) };
    status(cx, done, || who(ty, "__init__")).map(drop)
}

pub(super) fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let f = function!(cx, class, |c| c.tp_new.get() => fn(Object, Object, Object) -> Object);
    let (args, keywords) = call::tuple_and_dict(cx, args)?;
    let this = class.value();
    let this = Lent::new(cx, &this)?;
    // SAFETY: the slot's contract.
    unsafe { returned(cx, f(this.object(), args.object(), keywords.object()), || who(class, "__new__")) }
}

pub(super) fn finalize(cx: &Cx, this: &Value) {
    let found = find_in(start(cx, this), |c| c.tp_finalize.get());
    if found.is_null() {
        return;
    }
    // SAFETY: the field holds a function of this kind; the object is alive.
    unsafe {
        let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object)>(found);
        f(core::ptr::with_exposed_provenance_mut(this.bits()));
    }
    if let Some(raised) = indicator::take() {
        cx.unraisable(raised, None, Some(this));
    }
}

/// With `tp_getattro`, or the old `tp_getattr`. AttributeError is for the caller to make, as `None`.
pub(super) fn getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    let ty = start(cx, this);
    let found = find_in(ty, |c| c.tp_getattro.get());
    let object = Lent::new(cx, this)?;
    let result = if found.is_null() {
        let f = function!(cx, ty, |c| c.tp_getattr.get() => fn(Object, *const core::ffi::c_char) -> Object);
        let text = std::ffi::CString::new(cx.display(name)?).unwrap_or_default();
        // SAFETY: the slot's contract.
        unsafe { returned(cx, f(object.object(), text.as_ptr()), || who(ty, "__getattr__")) }
    } else {
        let f = function!(cx, ty, |c| c.tp_getattro.get() => fn(Object, Object) -> Object);
        let name = Lent::new(cx, name)?;
        // SAFETY: the slot's contract.
        unsafe { returned(cx, f(object.object(), name.object()), || who(ty, "__getattribute__")) }
    };
    result.map(Some)
}

pub(super) fn setattr(cx: &Cx, this: &Value, name: &Value, value: Option<&Value>) -> R<()> {
    let ty = start(cx, this);
    let found = find_in(ty, |c| c.tp_setattro.get());
    let object = Lent::new(cx, this)?;
    let value = value.map(|value| Lent::new(cx, value)).transpose()?;
    let value = value.as_ref().map_or(null_mut(), Lent::object);
    let done = if found.is_null() {
        let f = function!(cx, ty, |c| c.tp_setattr.get() => fn(Object, *const core::ffi::c_char, Object) -> c_int);
        let text = std::ffi::CString::new(cx.display(name)?).unwrap_or_default();
        // SAFETY: the slot's contract.
        unsafe { f(object.object(), text.as_ptr(), value) }
    } else {
        let f = function!(cx, ty, |c| c.tp_setattro.get() => fn(Object, Object, Object) -> c_int);
        let name = Lent::new(cx, name)?;
        // SAFETY: the slot's contract.
        unsafe { f(object.object(), name.object(), value) }
    };
    status(cx, done, || who(ty, "__setattr__")).map(drop)
}

pub(super) fn compare(cx: &Cx, this: &Value, other: &Value, op: CompareOp) -> R {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| c.tp_richcompare.get() => fn(Object, Object, c_int) -> Object);
    let (this, other) = (Lent::new(cx, this)?, Lent::new(cx, other)?);
    // SAFETY: the slot's contract.
    unsafe { returned(cx, f(this.object(), other.object(), op as c_int), || who(ty, "__richcompare__")) }
}

/// NULL without an exception is the end.
pub(super) fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| c.tp_iternext.get() => fn(Object) -> Object);
    let this = Lent::new(cx, this)?;
    // SAFETY: the slot's contract.
    unsafe { or_end(cx, f(this.object()), ty) }
}

unsafe fn or_end(cx: &Cx, result: Object, ty: &TypeObject) -> R<Option<Value>> {
    if result.is_null() {
        return match indicator::take() {
            None => Ok(None),
            Some(raised) if raised.is(&exc::STOP_ITERATION) => Ok(None),
            Some(raised) => Err(raised),
        };
    }
    // SAFETY: forwarded contract.
    unsafe { returned(cx, result, || who(ty, "__next__")) }.map(Some)
}

pub(super) fn descr_get(cx: &Cx, this: &Value, object: Option<&Value>, class: Option<&Value>) -> R {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| c.tp_descr_get.get() => fn(Object, Object, Object) -> Object);
    let this = Lent::new(cx, this)?;
    let object = object.map(|value| Lent::new(cx, value)).transpose()?;
    let class = class.map(|value| Lent::new(cx, value)).transpose()?;
    let (object, class) =
        (object.as_ref().map_or(null_mut(), Lent::object), class.as_ref().map_or(null_mut(), Lent::object));
    // SAFETY: the slot's contract.
    unsafe { returned(cx, f(this.object(), object, class), || who(ty, "__get__")) }
}

pub(super) fn descr_set(cx: &Cx, this: &Value, object: &Value, value: Option<&Value>) -> R<()> {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| c.tp_descr_set.get() => fn(Object, Object, Object) -> c_int);
    let (this, object) = (Lent::new(cx, this)?, Lent::new(cx, object)?);
    let value = value.map(|value| Lent::new(cx, value)).transpose()?;
    // SAFETY: the slot's contract.
    let done = unsafe { f(this.object(), object.object(), value.as_ref().map_or(null_mut(), Lent::object)) };
    status(cx, done, || who(ty, "__set__")).map(drop)
}

pub(super) fn len(cx: &Cx, this: &Value) -> R<usize> {
    let ty = start(cx, this);
    let f = function!(cx, ty, length => fn(Object) -> isize);
    let this = Lent::new(cx, this)?;
    // SAFETY: the slot's contract.
    let len = unsafe { f(this.object()) };
    match indicator::take() {
        Some(raised) => Err(raised),
        None if len < 0 => raise!(cx, exc::SYSTEM_ERROR, "{} gave a negative length", who(ty, "__len__")),
        None => Ok(len as usize),
    }
}

fn length(c: &CFields) -> *const c_void {
    let of_mapping = mp(c, mp::LENGTH);
    if of_mapping.is_null() { sq(c, sq::LENGTH) } else { of_mapping }
}

macro_rules! binaries {
    ($($name:ident $text:literal $field:expr;)*) => {$(
        pub(super) fn $name(cx: &Cx, this: &Value, other: &Value) -> R {
            let ty = start(cx, this);
            let f = function!(cx, ty, $field => fn(Object, Object) -> Object);
            let (this, other) = (Lent::new(cx, this)?, Lent::new(cx, other)?);
            // SAFETY: the slot's contract.
            unsafe { returned(cx, f(this.object(), other.object()), || who(ty, $text)) }
        }
    )*};
}
binaries! {
    getitem "__getitem__" |c| mp(c, mp::SUBSCRIPT);
    concat "__add__" |c| sq(c, sq::CONCAT);
    in_place_concat "__iadd__" |c| sq(c, sq::INPLACE_CONCAT);
}

macro_rules! by_size {
    ($($name:ident $text:literal $field:expr;)*) => {$(
        pub(super) fn $name(cx: &Cx, this: &Value, n: isize) -> R {
            let ty = start(cx, this);
            let f = function!(cx, ty, $field => fn(Object, isize) -> Object);
            let this = Lent::new(cx, this)?;
            // SAFETY: the slot's contract.
            unsafe { returned(cx, f(this.object(), n), || who(ty, $text)) }
        }
    )*};
}
by_size! {
    item "__getitem__" |c| sq(c, sq::ITEM);
    repeat "__mul__" |c| sq(c, sq::REPEAT);
    in_place_repeat "__imul__" |c| sq(c, sq::INPLACE_REPEAT);
}

/// With `mp_ass_subscript`, else with `sq_ass_item`, for which an index is made of the key.
pub(super) fn setitem(cx: &Cx, this: &Value, key: &Value, value: Option<&Value>) -> R<()> {
    let ty = start(cx, this);
    let object = Lent::new(cx, this)?;
    let value = value.map(|value| Lent::new(cx, value)).transpose()?;
    let value = value.as_ref().map_or(null_mut(), Lent::object);
    let done = if find_in(ty, |c| mp(c, mp::ASS_SUBSCRIPT)).is_null() {
        let f = function!(cx, ty, |c| sq(c, sq::ASS_ITEM) => fn(Object, isize, Object) -> c_int);
        let Some(index) = cx.try_index(key)? else {
            return raise!(cx, exc::TYPE_ERROR, "sequence index must be integer, not '{}'", key.ty().name());
        };
        let mut index = cx.index_to_isize(&index, Some(&exc::INDEX_ERROR))?;
        if index < 0 && ty.slots.len.get().is_some() {
            index = index.saturating_add(cx.len(this)? as isize);
        }
        // SAFETY: the slot's contract.
        unsafe { f(object.object(), index, value) }
    } else {
        let f = function!(cx, ty, |c| mp(c, mp::ASS_SUBSCRIPT) => fn(Object, Object, Object) -> c_int);
        let key = Lent::new(cx, key)?;
        // SAFETY: the slot's contract.
        unsafe { f(object.object(), key.object(), value) }
    };
    status(cx, done, || who(ty, "__setitem__")).map(drop)
}

pub(super) fn contains(cx: &Cx, this: &Value, item: &Value) -> R<bool> {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| sq(c, sq::CONTAINS) => fn(Object, Object) -> c_int);
    let (this, item) = (Lent::new(cx, this)?, Lent::new(cx, item)?);
    // SAFETY: the slot's contract.
    Ok(status(cx, unsafe { f(this.object(), item.object()) }, || who(ty, "__contains__"))? != 0)
}

/// Of each operator's number: its place in `PyNumberMethods`, and that of its in-place form.
pub const OPERATORS: [(usize, usize); number::COUNT] = [
    (nb::ADD, nb::INPLACE_ADD),
    (nb::SUBTRACT, nb::INPLACE_SUBTRACT),
    (nb::MULTIPLY, nb::INPLACE_MULTIPLY),
    (nb::TRUE_DIVIDE, nb::INPLACE_TRUE_DIVIDE),
    (nb::FLOOR_DIVIDE, nb::INPLACE_FLOOR_DIVIDE),
    (nb::REMAINDER, nb::INPLACE_REMAINDER),
    (nb::POWER, nb::INPLACE_POWER),
    (nb::MATRIX_MULTIPLY, nb::INPLACE_MATRIX_MULTIPLY),
    (nb::LSHIFT, nb::INPLACE_LSHIFT),
    (nb::RSHIFT, nb::INPLACE_RSHIFT),
    (nb::AND, nb::INPLACE_AND),
    (nb::OR, nb::INPLACE_OR),
    (nb::XOR, nb::INPLACE_XOR),
    (nb::DIVMOD, usize::MAX),
];

/// An operator: the slots of both operands' C types. Two C types have the same function of Rust's for it, which so is called once.
fn operator<const OP: usize>(cx: &Cx, a: &Value, b: &Value) -> R {
    let (left, right) = (start(cx, a), start(cx, b));
    let mine: Binary = operator::<OP>;
    let of = |ty: &TypeObject| match ty.slots.binary[OP].get() {
        Some(slot) if core::ptr::fn_addr_eq(slot, mine) => find_in(ty, FIELDS[OP]),
        _ => core::ptr::null(),
    };
    let (of_left, mut of_right) = (of(left), of(right));
    if core::ptr::eq(of_left, of_right) {
        of_right = core::ptr::null();
    }
    let order = if right.is_subtype(left) { [of_right, of_left] } else { [of_left, of_right] };
    for f in order {
        if f.is_null() {
            continue;
        }
        let result = apply(cx, OP, f, a, b, left)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    Ok(Value::not_implemented())
}

fn apply(cx: &Cx, op: usize, f: *const c_void, a: &Value, b: &Value, ty: &TypeObject) -> R {
    let (a, b) = (Lent::new(cx, a)?, Lent::new(cx, b)?);
    let name = || who(ty, adder_objects::protocol::BINARY_NAMES[op].0);
    // SAFETY: the fields hold functions of these kinds; the power is of three operands.
    unsafe {
        if op == number::POW {
            let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object, Object, Object) -> Object>(f);
            let none = Value::none();
            return returned(cx, f(a.object(), b.object(), Lent::new(cx, &none)?.object()), name);
        }
        let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object, Object) -> Object>(f);
        returned(cx, f(a.object(), b.object()), name)
    }
}

fn in_place<const OP: usize>(cx: &Cx, a: &Value, b: &Value) -> R {
    let ty = start(cx, a);
    let found = find_in(ty, IN_PLACE_FIELDS[OP]);
    if found.is_null() {
        return Ok(Value::not_implemented());
    }
    apply(cx, OP, found, a, b, ty)
}

pub(super) fn power(cx: &Cx, a: &Value, b: &Value, modulus: &Value) -> R {
    let ty = [a, b, modulus].into_iter().map(Value::ty).find(|ty| !find_in(ty, |c| nb(c, nb::POWER)).is_null());
    let Some(ty) = ty else { return Ok(Value::not_implemented()) };
    let f = function!(cx, ty, |c| nb(c, nb::POWER) => fn(Object, Object, Object) -> Object);
    let (a, b, modulus) = (Lent::new(cx, a)?, Lent::new(cx, b)?, Lent::new(cx, modulus)?);
    // SAFETY: the slot's contract.
    unsafe { returned(cx, f(a.object(), b.object(), modulus.object()), || who(ty, "__pow__")) }
}

/// `am_send`: 1 and the result at the end, 0 and what was yielded, -1 for an error.
pub(super) fn send(cx: &Cx, this: &Value, value: &Value) -> R<Result<Value, Value>> {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| am(c, am::SEND) => fn(Object, Object, *mut Object) -> c_int);
    let (this, value) = (Lent::new(cx, this)?, Lent::new(cx, value)?);
    let mut result: Object = null_mut();
    // SAFETY: the slot's contract.
    unsafe {
        let how = f(this.object(), value.object(), &raw mut result);
        if how < 0 {
            return returned(cx, null_mut(), || who(ty, "send")).map(Ok);
        }
        let given = returned(cx, result, || who(ty, "send"))?;
        Ok(if how == 0 { Ok(given) } else { Err(given) })
    }
}

/// A view, as `bf_getbuffer` fills it in.
pub(super) fn buffer(cx: &Cx, this: &Value, flags: u32) -> R<Buffer> {
    let ty = start(cx, this);
    let f = function!(cx, ty, |c| bf(c, bf::GETBUFFER) => fn(Object, *mut PyBuffer, c_int) -> c_int);
    let mut view = Box::new(PyBuffer::EMPTY);
    let object = Lent::new(cx, this)?;
    // SAFETY: the slot's contract; the struct stays where it is until it is released.
    let done = unsafe { f(object.object(), &raw mut *view, flags as c_int) };
    status(cx, done, || who(ty, "__buffer__"))?;
    crate::buffers::of_c(cx, this, view)
}

/// Is it the slot of a type whose `bf_getbuffer` is C's?
pub fn is_buffer(slot: fn(&Cx, &Value, u32) -> R<Buffer>) -> bool {
    core::ptr::fn_addr_eq(slot, buffer as fn(&Cx, &Value, u32) -> R<Buffer>)
}

fn operator_field<const OP: usize>(c: &CFields) -> *const c_void {
    nb(c, OPERATORS[OP].0)
}

fn in_place_field<const OP: usize>(c: &CFields) -> *const c_void {
    if OPERATORS[OP].1 == usize::MAX { core::ptr::null() } else { nb(c, OPERATORS[OP].1) }
}

/// The C field of each operator.
pub static FIELDS: [Field; number::COUNT] = by_operator!(operator_field);
/// That of its in-place form.
pub static IN_PLACE_FIELDS: [Field; number::COUNT] = by_operator!(in_place_field);
static BINARY: [Binary; number::COUNT] = by_operator!(operator);
static IN_PLACE: [Binary; number::COUNT] = by_operator!(in_place);

/// The slots that a C type's own fields stand for.
pub fn slots_of(c: &CFields) -> Slots {
    let slots = Slots::NONE;
    /// Fills a slot if the field is C's own.
    macro_rules! fill {
        ($($slot:ident: $field:expr;)*) => {$(
            let field: Field = $field;
            if is_own(field(c)) {
                slots.$slot.set(Some($slot));
            }
        )*};
    }
    fill! {
        repr: |c| c.tp_repr.get();
        str: |c| c.tp_str.get();
        call: |c| c.tp_call.get();
        getattr: |c| first(c.tp_getattro.get(), c.tp_getattr.get());
        setattr: |c| first(c.tp_setattro.get(), c.tp_setattr.get());
        compare: |c| c.tp_richcompare.get();
        iter: |c| c.tp_iter.get();
        next: |c| c.tp_iternext.get();
        descr_get: |c| c.tp_descr_get.get();
        descr_set: |c| c.tp_descr_set.get();
        init: |c| c.tp_init.get();
        new: |c| c.tp_new.get();
        finalize: |c| c.tp_finalize.get();
        negative: |c| nb(c, nb::NEGATIVE);
        positive: |c| nb(c, nb::POSITIVE);
        absolute: |c| nb(c, nb::ABSOLUTE);
        invert: |c| nb(c, nb::INVERT);
        bool: |c| nb(c, nb::BOOL);
        int: |c| nb(c, nb::INT);
        float: |c| nb(c, nb::FLOAT);
        index: |c| nb(c, nb::INDEX);
        power: |c| nb(c, nb::POWER);
        len: length;
        getitem: |c| mp(c, mp::SUBSCRIPT);
        setitem: |c| first(mp(c, mp::ASS_SUBSCRIPT), sq(c, sq::ASS_ITEM));
        item: |c| sq(c, sq::ITEM);
        contains: |c| sq(c, sq::CONTAINS);
        concat: |c| sq(c, sq::CONCAT);
        repeat: |c| sq(c, sq::REPEAT);
        in_place_concat: |c| sq(c, sq::INPLACE_CONCAT);
        in_place_repeat: |c| sq(c, sq::INPLACE_REPEAT);
        await_: |c| am(c, am::AWAIT);
        aiter: |c| am(c, am::AITER);
        anext: |c| am(c, am::ANEXT);
        send: |c| am(c, am::SEND);
        buffer: |c| bf(c, bf::GETBUFFER);
    }
    let hashed = c.tp_hash.get();
    if core::ptr::eq(hashed, outward::not_hashable()) {
        slots.hash.set(Some(adder_objects::protocol::unhashable));
    } else if is_own(hashed) {
        slots.hash.set(Some(hash));
    }
    for op in 0..number::COUNT {
        if is_own(FIELDS[op](c)) {
            slots.binary[op].set(Some(BINARY[op]));
        }
        if is_own(IN_PLACE_FIELDS[op](c)) {
            slots.in_place[op].set(Some(IN_PLACE[op]));
        }
    }
    slots
}

/// Which slots of a type are written in C.
#[derive(Default)]
pub struct Foreign {
    pub(super) repr: bool,
    pub(super) str: bool,
    pub(super) call: bool,
    pub(super) getattr: bool,
    pub(super) setattr: bool,
    pub(super) compare: bool,
    pub(super) iter: bool,
    pub(super) next: bool,
    pub(super) descr_get: bool,
    pub(super) descr_set: bool,
    pub(super) init: bool,
    pub(super) new: bool,
    pub(super) finalize: bool,
    pub(super) negative: bool,
    pub(super) positive: bool,
    pub(super) absolute: bool,
    pub(super) invert: bool,
    pub(super) bool: bool,
    pub(super) int: bool,
    pub(super) float: bool,
    pub(super) index: bool,
    pub(super) power: bool,
    pub(super) len: bool,
    pub(super) getitem: bool,
    pub(super) setitem: bool,
    pub(super) item: bool,
    pub(super) contains: bool,
    pub(super) concat: bool,
    pub(super) repeat: bool,
    pub(super) in_place_concat: bool,
    pub(super) in_place_repeat: bool,
    pub(super) await_: bool,
    pub(super) aiter: bool,
    pub(super) anext: bool,
    pub(super) send: bool,
    pub(super) buffer: bool,
    pub(super) hash: bool,
    pub(super) binary: [bool; number::COUNT],
    pub(super) in_place: [bool; number::COUNT],
}

/// See [`Foreign`].
pub fn slots_are_foreign(ty: &TypeObject) -> Foreign {
    let slots = &ty.slots;
    let mut made = Foreign::default();
    /// Two function pointers of one kind, compared.
    macro_rules! same {
        ($($slot:ident),*) => {$(
            made.$slot = slots.$slot.get().is_some_and(|f| f as usize == $slot as *const () as usize);
        )*};
    }
    same!(
        repr,
        str,
        call,
        getattr,
        setattr,
        compare,
        iter,
        next,
        descr_get,
        descr_set,
        init,
        new,
        finalize,
        negative,
        positive,
        absolute,
        invert,
        bool,
        int,
        float,
        index,
        power,
        len,
        getitem,
        setitem,
        item,
        contains,
        concat,
        repeat,
        in_place_concat,
        in_place_repeat,
        await_,
        aiter,
        anext,
        send,
        buffer,
        hash
    );
    for op in 0..number::COUNT {
        made.binary[op] = slots.binary[op].get().is_some_and(|f| f as usize == BINARY[op] as usize);
        made.in_place[op] = slots.in_place[op].get().is_some_and(|f| f as usize == IN_PLACE[op] as usize);
    }
    made
}

fn first(a: *const c_void, b: *const c_void) -> *const c_void {
    if a.is_null() { b } else { a }
}

fn is_own(function: *const c_void) -> bool {
    !function.is_null() && !outward::is_ours(function)
}
