//! Slots of Rust and Python types, called from C: what the fields of their C part hold.
//!
//! There are two functions for each field. That of a built-in type (`<true>`) calls the slot of the nearest built-in base of the
//! object's type, so that a C type, or a class, which calls the slot of its base gets that and not its own again. That of a class
//! written in Python (`<false>`) calls what the object's type has, as CPython's own do.

use core::ffi::{c_int, c_void};
use std::collections::HashSet;
use std::sync::OnceLock;

use adder_objects::typeobject::{CompareOp, flag, number};
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object, Outcome, Parameter, cross};
use crate::call;
use crate::structs::{PyBuffer, Suite, am, bf, mp, nb, sq};
use crate::types::inward;

/// The type whose slot is meant.
fn target<const BUILT_IN: bool>(object: &Value) -> &TypeObject {
    of_type::<BUILT_IN>(object.ty())
}

fn of_type<const BUILT_IN: bool>(ty: &TypeObject) -> &TypeObject {
    let mut at = ty;
    while BUILT_IN && (at.is_heap() || at.is_foreign()) {
        match at.base.get() {
            Some(base) => at = base,
            None => break,
        }
    }
    at
}

/// Takes an argument.
unsafe fn take<T: Parameter>(c: T::C) -> R<T> {
    // SAFETY: forwarded contract.
    unsafe { T::receive(c, "a slot of a type") }
}

#[cold]
fn empty<T>(cx: &Cx, ty: &TypeObject) -> R<T> {
    raise!(cx, exc::SYSTEM_ERROR, "a slot of type '{}' that is empty was called", ty.name())
}

/// Slots of one object.
macro_rules! nullary {
    ($($name:ident: $slot:ident -> $out:ty, $map:expr;)*) => {$(
        unsafe extern "C" fn $name<const B: bool>(this: Object) -> <$out as Outcome>::C {
            cross::<$out>(stringify!($name), |cx| {
                // SAFETY: the slot's contract.
                let this = unsafe { take::<Borrowed>(this) }?;
                let ty = target::<B>(&this);
                match ty.slots.$slot.get() {
                    Some(f) => f(cx, &this).map($map),
                    None => empty(cx, ty),
                }
            })
        }
    )*};
}
nullary! {
    repr: repr -> Value, |x| x;
    str: str -> Value, |x| x;
    hash: hash -> isize, |h| if h == -1 { -2 } else { h as isize };
    iter: iter -> Value, |x| x;
    next: next -> Option<Value>, |x| x;
    negative: negative -> Value, |x| x;
    positive: positive -> Value, |x| x;
    absolute: absolute -> Value, |x| x;
    invert: invert -> Value, |x| x;
    bool: bool -> bool, |x| x;
    int: int -> Value, |x| x;
    float: float -> Value, |x| x;
    index: index -> Value, |x| x;
    len: len -> isize, |n| n as isize;
    await_: await_ -> Value, |x| x;
    aiter: aiter -> Value, |x| x;
    anext: anext -> Value, |x| x;
}

/// Slots of two.
macro_rules! binary {
    ($($name:ident: $slot:ident -> $out:ty;)*) => {$(
        unsafe extern "C" fn $name<const B: bool>(this: Object, other: Object) -> <$out as Outcome>::C {
            cross::<$out>(stringify!($name), |cx| {
                // SAFETY: the slot's contract.
                let (this, other) = unsafe { (take::<Borrowed>(this)?, take::<Borrowed>(other)?) };
                let ty = target::<B>(&this);
                match ty.slots.$slot.get() {
                    Some(f) => f(cx, &this, &other),
                    None => empty(cx, ty),
                }
            })
        }
    )*};
}
binary! {
    getitem: getitem -> Value;
    concat: concat -> Value;
    in_place_concat: in_place_concat -> Value;
    contains: contains -> bool;
}

macro_rules! by_size {
    ($($name:ident: $slot:ident;)*) => {$(
        unsafe extern "C" fn $name<const B: bool>(this: Object, n: isize) -> Object {
            cross::<Value>(stringify!($name), |cx| {
                // SAFETY: the slot's contract.
                let this = unsafe { take::<Borrowed>(this) }?;
                let ty = target::<B>(&this);
                match ty.slots.$slot.get() {
                    Some(f) => f(cx, &this, n),
                    None => empty(cx, ty),
                }
            })
        }
    )*};
}
by_size! {
    item: item;
    repeat: repeat;
    in_place_repeat: in_place_repeat;
}

unsafe extern "C" fn getattr<const B: bool>(this: Object, name: Object) -> Object {
    cross::<Value>("tp_getattro", |cx| {
        // SAFETY: the slot's contract.
        let (this, name) = unsafe { (take::<Borrowed>(this)?, take::<Borrowed>(name)?) };
        let ty = target::<B>(&this);
        let found = match ty.slots.getattr.get() {
            Some(f) => f(cx, &this, &name)?,
            None => None,
        };
        found.ok_or_else(|| cx.no_attribute(&this, &name))
    })
}

unsafe extern "C" fn setattr<const B: bool>(this: Object, name: Object, value: Object) -> c_int {
    cross::<()>("tp_setattro", |cx| {
        // SAFETY: the slot's contract.
        let (this, name) = unsafe { (take::<Borrowed>(this)?, take::<Borrowed>(name)?) };
        // SAFETY: as above.
        let value = unsafe { take::<Option<Borrowed>>(value) }?;
        let ty = target::<B>(&this);
        match ty.slots.setattr.get() {
            Some(f) => f(cx, &this, &name, value.as_deref()),
            None => empty(cx, ty),
        }
    })
}

unsafe extern "C" fn compare<const B: bool>(this: Object, other: Object, op: c_int) -> Object {
    cross::<Value>("tp_richcompare", |cx| {
        // SAFETY: the slot's contract.
        let (this, other) = unsafe { (take::<Borrowed>(this)?, take::<Borrowed>(other)?) };
        let ty = target::<B>(&this);
        match (ty.slots.compare.get(), compare_op(op)) {
            (Some(f), Some(op)) => f(cx, &this, &other, op),
            _ => Ok(Value::not_implemented()),
        }
    })
}

/// The comparison with a number of C's.
pub fn compare_op(op: c_int) -> Option<CompareOp> {
    Some(match op {
        0 => CompareOp::Lt,
        1 => CompareOp::Le,
        2 => CompareOp::Eq,
        3 => CompareOp::Ne,
        4 => CompareOp::Gt,
        5 => CompareOp::Ge,
        _ => return None,
    })
}

unsafe extern "C" fn call<const B: bool>(this: Object, args: Object, keywords: Object) -> Object {
    cross::<Value>("tp_call", |cx| {
        // SAFETY: the slot's contract.
        let (this, args) = unsafe { (take::<Borrowed>(this)?, take::<Borrowed>(args)?) };
        // SAFETY: as above.
        let keywords = unsafe { take::<Option<Borrowed>>(keywords) }?;
        let ty = target::<B>(&this);
        let Some(f) = ty.slots.call.get() else { return empty(cx, ty) };
        call::with_tuple_and_dict(cx, &args, keywords.as_deref(), |args| f(cx, &this, args))
    })
}

unsafe extern "C" fn init<const B: bool>(this: Object, args: Object, keywords: Object) -> c_int {
    cross::<()>("tp_init", |cx| {
        // SAFETY: the slot's contract.
        let (this, args) = unsafe { (take::<Borrowed>(this)?, take::<Borrowed>(args)?) };
        // SAFETY: as above.
        let keywords = unsafe { take::<Option<Borrowed>>(keywords) }?;
        let ty = target::<B>(&this);
        let Some(f) = ty.slots.init.get() else { return Ok(()) };
        call::with_tuple_and_dict(cx, &args, keywords.as_deref(), |args| f(cx, &this, args).map(|()| Value::none()))?;
        Ok(())
    })
}

unsafe extern "C" fn new<const B: bool>(class: Object, args: Object, keywords: Object) -> Object {
    cross::<Value>("tp_new", |cx| {
        // SAFETY: the slot's contract.
        let (class, args) = unsafe { (take::<Borrowed>(class)?, take::<Option<Borrowed>>(args)?) };
        // SAFETY: as above.
        let keywords = unsafe { take::<Option<Borrowed>>(keywords) }?;
        let Some(class) = class.downcast::<TypeObject>() else {
            return raise!(cx, exc::TYPE_ERROR, "tp_new: the first argument must be a type");
        };
        let ty = of_type::<B>(class);
        let Some(f) = ty.slots.new.get() else {
            return raise!(cx, exc::TYPE_ERROR, "cannot create '{}' instances", class.name());
        };
        match args {
            Some(args) => call::with_tuple_and_dict(cx, &args, keywords.as_deref(), |args| f(cx, class, args)),
            None => f(cx, class, adder_objects::Args::NONE),
        }
    })
}

unsafe extern "C" fn descr_get<const B: bool>(this: Object, object: Object, class: Object) -> Object {
    cross::<Value>("tp_descr_get", |cx| {
        // SAFETY: the slot's contract.
        let this = unsafe { take::<Borrowed>(this) }?;
        // SAFETY: as above.
        let (object, class) = unsafe { (take::<Option<Borrowed>>(object)?, take::<Option<Borrowed>>(class)?) };
        let ty = target::<B>(&this);
        match ty.slots.descr_get.get() {
            Some(f) => f(cx, &this, object.as_deref(), class.as_deref()),
            None => empty(cx, ty),
        }
    })
}

unsafe extern "C" fn descr_set<const B: bool>(this: Object, object: Object, value: Object) -> c_int {
    cross::<()>("tp_descr_set", |cx| {
        // SAFETY: the slot's contract.
        let (this, object) = unsafe { (take::<Borrowed>(this)?, take::<Borrowed>(object)?) };
        // SAFETY: as above.
        let value = unsafe { take::<Option<Borrowed>>(value) }?;
        let ty = target::<B>(&this);
        match ty.slots.descr_set.get() {
            Some(f) => f(cx, &this, &object, value.as_deref()),
            None => empty(cx, ty),
        }
    })
}

unsafe extern "C" fn setitem<const B: bool>(this: Object, key: Object, value: Object) -> c_int {
    cross::<()>("mp_ass_subscript", |cx| {
        // SAFETY: the slot's contract.
        let (this, key) = unsafe { (take::<Borrowed>(this)?, take::<Borrowed>(key)?) };
        // SAFETY: as above.
        let value = unsafe { take::<Option<Borrowed>>(value) }?;
        let ty = target::<B>(&this);
        match ty.slots.setitem.get() {
            Some(f) => f(cx, &this, &key, value.as_deref()),
            None => empty(cx, ty),
        }
    })
}

unsafe extern "C" fn set_at<const B: bool>(this: Object, at: isize, value: Object) -> c_int {
    cross::<()>("sq_ass_item", |cx| {
        // SAFETY: the slot's contract.
        let this = unsafe { take::<Borrowed>(this) }?;
        // SAFETY: as above.
        let value = unsafe { take::<Option<Borrowed>>(value) }?;
        let ty = target::<B>(&this);
        match ty.slots.setitem.get() {
            Some(f) => f(cx, &this, &cx.int(at as i64)?, value.as_deref()),
            None => empty(cx, ty),
        }
    })
}

unsafe extern "C" fn finalize<const B: bool>(this: Object) {
    cross::<crate::border::Nothing>("tp_finalize", |cx| {
        // SAFETY: the slot's contract.
        let this = unsafe { take::<Borrowed>(this) }?;
        if let Some(f) = target::<B>(&this).slots.finalize.get() {
            f(cx, &this);
        }
        Ok(crate::border::Nothing)
    });
}

unsafe extern "C" fn send<const B: bool>(this: Object, value: Object, result: *mut Object) -> c_int {
    cross::<c_int>("am_send", |cx| {
        // SAFETY: the slot's contract.
        let (this, value) = unsafe { (take::<Borrowed>(this)?, take::<Borrowed>(value)?) };
        let ty = target::<B>(&this);
        let Some(f) = ty.slots.send.get() else { return empty(cx, ty) };
        let (how, given) = match f(cx, &this, &value)? {
            Ok(yielded) => (0, yielded),
            Err(ended) => (1, ended),
        };
        // SAFETY: the slot's contract: there is a place for the result.
        unsafe { result.write(given.give(cx)?) };
        Ok(how)
    })
}

unsafe extern "C" fn get_buffer<const B: bool>(this: Object, view: *mut PyBuffer, flags: c_int) -> c_int {
    cross::<()>("bf_getbuffer", |cx| {
        // SAFETY: the slot's contract.
        let this = unsafe { take::<Borrowed>(this) }?;
        let ty = target::<B>(&this);
        match ty.slots.buffer.get() {
            // SAFETY: as above.
            Some(f) => unsafe { crate::buffers::fill(cx, &this, f(cx, &this, flags as u32)?, view, flags) },
            None => empty(cx, ty),
        }
    })
}

unsafe extern "C" fn release_buffer<const B: bool>(_: Object, view: *mut PyBuffer) {
    cross::<crate::border::Nothing>("bf_releasebuffer", |cx| {
        // SAFETY: the slot's contract: a view that was filled in.
        if let Some(view) = unsafe { view.as_mut() } {
            crate::buffers::release_ours(cx, view);
        }
        Ok(crate::border::Nothing)
    });
}

/// The type whose operator is meant: that of the first operand which has the slot.
fn operator_type<const B: bool>(op: usize, a: &Value, b: &Value) -> Option<adder_objects::typeobject::Binary> {
    [a, b].into_iter().find_map(|x| target::<B>(x).slots.binary[op].get())
}

unsafe extern "C" fn operator<const OP: usize, const B: bool>(a: Object, b: Object) -> Object {
    cross::<Value>("a number slot", |cx| {
        // SAFETY: the slot's contract.
        let (a, b) = unsafe { (take::<Borrowed>(a)?, take::<Borrowed>(b)?) };
        match operator_type::<B>(OP, &a, &b) {
            Some(f) => f(cx, &a, &b),
            None => Ok(Value::not_implemented()),
        }
    })
}

unsafe extern "C" fn in_place<const OP: usize, const B: bool>(a: Object, b: Object) -> Object {
    cross::<Value>("an in-place number slot", |cx| {
        // SAFETY: the slot's contract.
        let (a, b) = unsafe { (take::<Borrowed>(a)?, take::<Borrowed>(b)?) };
        match target::<B>(&a).slots.in_place[OP].get() {
            Some(f) => f(cx, &a, &b),
            None => Ok(Value::not_implemented()),
        }
    })
}

unsafe extern "C" fn power<const B: bool>(a: Object, b: Object, modulus: Object) -> Object {
    cross::<Value>("nb_power", |cx| {
        // SAFETY: the slot's contract.
        let (a, b, modulus) = unsafe { (take::<Borrowed>(a)?, take::<Borrowed>(b)?, take::<Borrowed>(modulus)?) };
        if modulus.is_none() {
            return match operator_type::<B>(number::POW, &a, &b) {
                Some(f) => f(cx, &a, &b),
                None => Ok(Value::not_implemented()),
            };
        }
        match target::<B>(&a).slots.power.get() {
            Some(f) => f(cx, &a, &b, &modulus),
            None => Ok(Value::not_implemented()),
        }
    })
}

/// The address of a function as a field holds it.
macro_rules! address {
    ($f:expr) => {
        $f as *const c_void
    };
}

/// The function in `tp_hash` that says that there is no hash.
pub fn not_hashable() -> *const c_void {
    address!(crate::object::PyObject_HashNotImplemented)
}

/// Tables of one function for each operator.
macro_rules! operators {
    ($function:ident, $b:expr) => {
        [
            address!($function::<0, $b>),
            address!($function::<1, $b>),
            address!($function::<2, $b>),
            address!($function::<3, $b>),
            address!($function::<4, $b>),
            address!($function::<5, $b>),
            address!(power::<$b>),
            address!($function::<7, $b>),
            address!($function::<8, $b>),
            address!($function::<9, $b>),
            address!($function::<10, $b>),
            address!($function::<11, $b>),
            address!($function::<12, $b>),
            address!($function::<13, $b>),
        ]
    };
}

/// The C fields of a type made of its Rust slots; fields whose slots are written in C are left empty, for inheritance.
#[derive(Clone)]
pub struct Fields {
    pub(super) plain: Plain,
    pub(super) number: Suite<{ nb::COUNT }>,
    pub(super) sequence: Suite<{ sq::COUNT }>,
    pub(super) mapping: Suite<{ mp::COUNT }>,
    pub(super) asynchronous: Suite<{ am::COUNT }>,
    pub(super) buffer: Suite<{ bf::COUNT }>,
}

/// Those that are no suites.
#[derive(Clone, Default)]
pub struct Plain {
    pub(super) repr: usize,
    pub(super) str: usize,
    pub(super) hash: usize,
    pub(super) call: usize,
    pub(super) getattr: usize,
    pub(super) setattr: usize,
    pub(super) compare: usize,
    pub(super) iter: usize,
    pub(super) next: usize,
    pub(super) descr_get: usize,
    pub(super) descr_set: usize,
    pub(super) init: usize,
    pub(super) new: usize,
    pub(super) finalize: usize,
}

type GetAttr = fn(&Cx, &Value, &Value) -> R<Option<Value>>;
type SetAttr = fn(&Cx, &Value, &Value, Option<&Value>) -> R<()>;

/// Of which protocols is the length of a type: of sequences, of mappings? A built-in type decides for the types of C that
/// inherit from it; a class written in Python has both.
fn length_protocols(ty: &TypeObject) -> (bool, bool) {
    let len = ty.slots.len.get().map(|f| f as usize);
    if ty.is_heap() && !ty.is_foreign() {
        return (true, true);
    }
    let mut at = Some(ty);
    while let Some(base) = at {
        if base.spec.is_some() && base.slots.len.get().map(|f| f as usize) == len {
            let mapping_only =
                base.has(flag::DICT) || core::ptr::eq(base, &adder_objects::mapping_proxy::MAPPING_PROXY_TYPE);
            return (!mapping_only, base.slots.getitem.get().is_some());
        }
        at = base.base.get();
    }
    (true, true)
}

/// What the slots of a type are to C.
pub fn fields<const B: bool>(ty: &TypeObject) -> Fields {
    let slots = &ty.slots;
    let foreign = inward::slots_are_foreign(ty);
    let mut made = Fields {
        plain: Plain::default(),
        number: [core::ptr::null(); nb::COUNT],
        sequence: [core::ptr::null(); sq::COUNT],
        mapping: [core::ptr::null(); mp::COUNT],
        asynchronous: [core::ptr::null(); am::COUNT],
        buffer: [core::ptr::null(); bf::COUNT],
    };
    macro_rules! plain {
        ($($slot:ident),*) => {$(
            if slots.$slot.get().is_some() && !foreign.$slot {
                made.plain.$slot = address!($slot::<B>).addr();
            }
        )*};
    }
    plain!(repr, str, hash, call, getattr, setattr, compare, iter, next, descr_get, descr_set, init, new, finalize);
    // C compares with these.
    if slots
        .getattr
        .get()
        .is_some_and(|f| core::ptr::fn_addr_eq(f, adder_objects::attributes::generic_getattr as GetAttr))
    {
        made.plain.getattr = address!(crate::object::PyObject_GenericGetAttr).addr();
    }
    if slots
        .setattr
        .get()
        .is_some_and(|f| core::ptr::fn_addr_eq(f, adder_objects::attributes::generic_setattr as SetAttr))
    {
        made.plain.setattr = address!(crate::object::PyObject_GenericSetAttr).addr();
    }
    if slots.hash.get().is_some_and(|hash| {
        let none: fn(&Cx, &Value) -> R<i64> = adder_objects::protocol::unhashable;
        core::ptr::fn_addr_eq(hash, none)
    }) {
        made.plain.hash = not_hashable().addr();
    }
    macro_rules! suite {
        ($($suite:ident[$at:expr] = $slot:ident, $function:ident;)*) => {$(
            if slots.$slot.get().is_some() && !foreign.$slot {
                made.$suite[$at] = address!($function::<B>);
            }
        )*};
    }
    suite! {
        number[nb::NEGATIVE] = negative, negative;
        number[nb::POSITIVE] = positive, positive;
        number[nb::ABSOLUTE] = absolute, absolute;
        number[nb::INVERT] = invert, invert;
        number[nb::BOOL] = bool, bool;
        number[nb::INT] = int, int;
        number[nb::FLOAT] = float, float;
        number[nb::INDEX] = index, index;
        sequence[sq::CONCAT] = concat, concat;
        sequence[sq::REPEAT] = repeat, repeat;
        sequence[sq::ITEM] = item, item;
        sequence[sq::CONTAINS] = contains, contains;
        sequence[sq::INPLACE_CONCAT] = in_place_concat, in_place_concat;
        sequence[sq::INPLACE_REPEAT] = in_place_repeat, in_place_repeat;
        mapping[mp::SUBSCRIPT] = getitem, getitem;
        mapping[mp::ASS_SUBSCRIPT] = setitem, setitem;
        asynchronous[am::AWAIT] = await_, await_;
        asynchronous[am::AITER] = aiter, aiter;
        asynchronous[am::ANEXT] = anext, anext;
        asynchronous[am::SEND] = send, send;
        buffer[bf::GETBUFFER] = buffer, get_buffer;
        buffer[bf::RELEASEBUFFER] = buffer, release_buffer;
    }
    if slots.len.get().is_some() && !foreign.len {
        let (as_sequence, as_mapping) = length_protocols(ty);
        if as_sequence {
            made.sequence[sq::LENGTH] = address!(len::<B>);
        }
        if as_mapping {
            made.mapping[mp::LENGTH] = address!(len::<B>);
        }
    }
    // What has items by number takes them by number, too.
    if !made.sequence[sq::ITEM].is_null() && !made.mapping[mp::ASS_SUBSCRIPT].is_null() {
        made.sequence[sq::ASS_ITEM] = address!(set_at::<B>);
    }
    let (binary, in_place): ([*const c_void; number::COUNT], [*const c_void; number::COUNT]) =
        (operators!(operator, B), operators!(in_place, B));
    for op in 0..number::COUNT {
        let (at, in_place_at) = inward::OPERATORS[op];
        if slots.binary[op].get().is_some() && !foreign.binary[op] {
            made.number[at] = binary[op];
        }
        if slots.in_place[op].get().is_some() && !foreign.in_place[op] {
            made.number[in_place_at] = in_place[op];
        }
    }
    made
}

/// Is it one of this module's functions, or one that stands for what every object does?
pub fn is_ours(function: *const c_void) -> bool {
    static OURS: OnceLock<HashSet<usize>> = OnceLock::new();
    let ours = OURS.get_or_init(|| {
        let mut all = HashSet::new();
        macro_rules! both {
            ($($f:ident),*) => {$(
                all.insert(address!($f::<true>).addr());
                all.insert(address!($f::<false>).addr());
            )*};
        }
        both!(
            repr,
            str,
            hash,
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
            concat,
            repeat,
            item,
            contains,
            in_place_concat,
            in_place_repeat,
            len,
            getitem,
            setitem,
            set_at,
            await_,
            aiter,
            anext,
            send,
            get_buffer,
            release_buffer,
            power
        );
        let tables: [[*const c_void; number::COUNT]; 4] = [
            operators!(operator, true),
            operators!(operator, false),
            operators!(in_place, true),
            operators!(in_place, false),
        ];
        all.extend(tables.iter().flatten().map(|f| f.addr()));
        all.insert(not_hashable().addr());
        all.insert(address!(crate::object::PyObject_GenericGetAttr).addr());
        all.insert(address!(crate::object::PyObject_GenericSetAttr).addr());
        all
    });
    ours.contains(&function.addr())
}
