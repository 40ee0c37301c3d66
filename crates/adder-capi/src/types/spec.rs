//! `PyType_FromSpec` and its successors: heap types from tables.

use core::ffi::{CStr, c_char, c_int, c_void};

use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{CFields, OBJECT_TYPE, TYPE_TYPE, flag};
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::fields::keep_text;
use super::names::{ITEMS_AT_END, start_of_data};
use super::ready::ready;
use crate::border::Borrowed;
use crate::call::text;
use crate::contract::api;
use crate::members::kind;
use crate::structs::{PyMemberDef, PyTypeSlot, PyTypeSpec, am, bf, mp, nb, sq};

/// The suites of a heap type, kept with it.
#[derive(Clone, Copy)]
#[repr(C)]
struct Suites {
    number: [*const c_void; nb::COUNT],
    sequence: [*const c_void; sq::COUNT],
    mapping: [*const c_void; mp::COUNT],
    asynchronous: [*const c_void; am::COUNT],
    buffer: [*const c_void; bf::COUNT],
}

/// Where a slot's number puts a function.
enum Place {
    Field(fn(&CFields) -> &core::cell::Cell<*const c_void>),
    Number(usize),
    Sequence(usize),
    Mapping(usize),
    Async(usize),
    Buffer(usize),
    Doc,
    Token,
}

/// The numbers of `typeslots.h`.
fn place_of(slot: c_int) -> Option<Place> {
    use Place::{Async, Buffer, Doc, Field, Mapping, Number, Sequence, Token};
    Some(match slot {
        1 => Buffer(bf::GETBUFFER),
        2 => Buffer(bf::RELEASEBUFFER),
        3 => Mapping(mp::ASS_SUBSCRIPT),
        4 => Mapping(mp::LENGTH),
        5 => Mapping(mp::SUBSCRIPT),
        6 => Number(nb::ABSOLUTE),
        7 => Number(nb::ADD),
        8 => Number(nb::AND),
        9 => Number(nb::BOOL),
        10 => Number(nb::DIVMOD),
        11 => Number(nb::FLOAT),
        12 => Number(nb::FLOOR_DIVIDE),
        13 => Number(nb::INDEX),
        14 => Number(nb::INPLACE_ADD),
        15 => Number(nb::INPLACE_AND),
        16 => Number(nb::INPLACE_FLOOR_DIVIDE),
        17 => Number(nb::INPLACE_LSHIFT),
        18 => Number(nb::INPLACE_MULTIPLY),
        19 => Number(nb::INPLACE_OR),
        20 => Number(nb::INPLACE_POWER),
        21 => Number(nb::INPLACE_REMAINDER),
        22 => Number(nb::INPLACE_RSHIFT),
        23 => Number(nb::INPLACE_SUBTRACT),
        24 => Number(nb::INPLACE_TRUE_DIVIDE),
        25 => Number(nb::INPLACE_XOR),
        26 => Number(nb::INT),
        27 => Number(nb::INVERT),
        28 => Number(nb::LSHIFT),
        29 => Number(nb::MULTIPLY),
        30 => Number(nb::NEGATIVE),
        31 => Number(nb::OR),
        32 => Number(nb::POSITIVE),
        33 => Number(nb::POWER),
        34 => Number(nb::REMAINDER),
        35 => Number(nb::RSHIFT),
        36 => Number(nb::SUBTRACT),
        37 => Number(nb::TRUE_DIVIDE),
        38 => Number(nb::XOR),
        39 => Sequence(sq::ASS_ITEM),
        40 => Sequence(sq::CONCAT),
        41 => Sequence(sq::CONTAINS),
        42 => Sequence(sq::INPLACE_CONCAT),
        43 => Sequence(sq::INPLACE_REPEAT),
        44 => Sequence(sq::ITEM),
        45 => Sequence(sq::LENGTH),
        46 => Sequence(sq::REPEAT),
        47 => Field(|c| &c.tp_alloc),
        48 => Field(|c| &c.tp_base),
        49 => Field(|c| &c.tp_bases),
        50 => Field(|c| &c.tp_call),
        51 => Field(|c| &c.tp_clear),
        52 => Field(|c| &c.tp_dealloc),
        53 => Field(|c| &c.tp_del),
        54 => Field(|c| &c.tp_descr_get),
        55 => Field(|c| &c.tp_descr_set),
        56 => Doc,
        57 => Field(|c| &c.tp_getattr),
        58 => Field(|c| &c.tp_getattro),
        59 => Field(|c| &c.tp_hash),
        60 => Field(|c| &c.tp_init),
        61 => Field(|c| &c.tp_is_gc),
        62 => Field(|c| &c.tp_iter),
        63 => Field(|c| &c.tp_iternext),
        64 => Field(|c| &c.tp_methods),
        65 => Field(|c| &c.tp_new),
        66 => Field(|c| &c.tp_repr),
        67 => Field(|c| &c.tp_richcompare),
        68 => Field(|c| &c.tp_setattr),
        69 => Field(|c| &c.tp_setattro),
        70 => Field(|c| &c.tp_str),
        71 => Field(|c| &c.tp_traverse),
        72 => Field(|c| &c.tp_members),
        73 => Field(|c| &c.tp_getset),
        74 => Field(|c| &c.tp_free),
        75 => Number(nb::MATRIX_MULTIPLY),
        76 => Number(nb::INPLACE_MATRIX_MULTIPLY),
        77 => Async(am::AWAIT),
        78 => Async(am::AITER),
        79 => Async(am::ANEXT),
        80 => Field(|c| &c.tp_finalize),
        81 => Async(am::SEND),
        82 => Field(|c| &c.tp_vectorcall),
        83 => Token,
        _ => return None,
    })
}

/// Makes a heap type.
///
/// # Errors
/// SystemError and TypeError for tables that make no sense; MemoryError.
///
/// # Safety
/// The spec, its slots and what they point to are as the C API says.
unsafe fn from_spec(
    cx: &Cx,
    meta: Option<&TypeObject>,
    module: Option<&Value>,
    spec: *const PyTypeSpec,
    bases: Option<&Value>,
) -> R {
    // SAFETY: by the contract.
    let spec = unsafe { &*spec };
    // SAFETY: a text that the type may keep no longer than this call.
    let Some(name) = (unsafe { text(spec.name) }) else {
        return raise!(cx, exc::SYSTEM_ERROR, "Type spec does not define the name field.");
    };
    let slots = {
        let mut all: Vec<PyTypeSlot> = Vec::new();
        let mut at = spec.slots;
        // SAFETY: the table ends with the slot 0.
        unsafe {
            while !at.is_null() && (*at).slot != 0 {
                all.push(*at);
                at = at.add(1);
            }
        }
        all
    };
    let own_base = slots.iter().find(|s| s.slot == 48).map(|s| s.pfunc.cast::<TypeObject>());
    let own_bases = slots.iter().find(|s| s.slot == 49).map(|s| s.pfunc);
    // SAFETY: NULL, or a tuple.
    let given = match (bases, own_bases.and_then(|b| unsafe { Borrowed::of(b.cast()) })) {
        (Some(bases), _) => Some(bases.clone()),
        (None, Some(bases)) => Some(bases.to_owned()),
        (None, None) => None,
    };
    let bases = match given {
        Some(bases) if bases.downcast::<PyTuple>().is_some_and(|b| !b.items().is_empty()) => cx.tuple_of(&bases)?,
        Some(bases) if bases.downcast::<TypeObject>().is_some() => cx.tuple([bases])?,
        _ => {
            let base = own_base.map_or_else(
                || OBJECT_TYPE.value(),
                // SAFETY: a type.
                |base| unsafe { (*base).value() },
            );
            cx.tuple([base])?
        }
    };
    for base in bases.items() {
        let Some(base) = base.downcast::<TypeObject>() else {
            return raise!(cx, exc::TYPE_ERROR, "bases must be types");
        };
        if !base.has(flag::BASE) {
            return raise!(cx, exc::TYPE_ERROR, "type '{}' is not an acceptable base type", base.name());
        }
        // SAFETY: a type of C's, or one that is ready.
        unsafe { ready(cx, core::ptr::from_ref(base).cast_mut()) }?;
    }
    let meta_value = adder_objects::class::metaclass(cx, meta.unwrap_or(&TYPE_TYPE), bases.items())?;
    // SAFETY: a class.
    let meta = unsafe { meta_value.cast::<TypeObject>() };
    let plain = TYPE_TYPE.slots.new.get().map(|f| f as usize);
    if meta.slots.new.get().map(|f| f as usize) != plain {
        return raise!(cx, exc::TYPE_ERROR, "Metaclasses with custom tp_new are not supported.");
    }
    // SAFETY: checked above.
    let base = unsafe { bases.items()[0].cast::<TypeObject>() };
    let (own, extra) = match spec.basicsize {
        0 => (base.c.tp_basicsize.get(), 0),
        n if n < 0 && base.c.tp_itemsize.get() != 0 && !base.has(ITEMS_AT_END) => {
            let what = "Cannot extend variable-size class without Py_TPFLAGS_ITEMS_AT_END.";
            return raise!(cx, exc::SYSTEM_ERROR, "{what}");
        }
        // Relative to the base: so many bytes of its own.
        n if n < 0 => {
            let from = start_of_data(base);
            ((from + (-n as isize) + 15) & !15, from)
        }
        n => (n as isize, 0),
    };
    let flags = u64::from(spec.flags) | flag::HEAP | (base.flags() & ITEMS_AT_END);
    let made = cx.alloc_in(meta, TypeObject::foreign(own as usize, spec.itemsize.max(0) as usize, flags))?;
    let c = &made.c;
    c.tp_name.set(keep_text(name));
    c.tp_base.set(core::ptr::from_ref(base).cast());
    let mut suites = Suites {
        number: [core::ptr::null(); nb::COUNT],
        sequence: [core::ptr::null(); sq::COUNT],
        mapping: [core::ptr::null(); mp::COUNT],
        asynchronous: [core::ptr::null(); am::COUNT],
        buffer: [core::ptr::null(); bf::COUNT],
    };
    for slot in &slots {
        let value: *const c_void = slot.pfunc;
        match place_of(slot.slot) {
            Some(Place::Field(_)) if matches!(slot.slot, 48 | 49) => {}
            Some(Place::Field(field)) => field(c).set(value),
            Some(Place::Number(at)) => suites.number[at] = value,
            Some(Place::Sequence(at)) => suites.sequence[at] = value,
            Some(Place::Mapping(at)) => suites.mapping[at] = value,
            Some(Place::Async(at)) => suites.asynchronous[at] = value,
            Some(Place::Buffer(at)) => suites.buffer[at] = value,
            Some(Place::Doc) if !value.is_null() => {
                // SAFETY: a text.
                let doc = unsafe { CStr::from_ptr(value.cast::<c_char>()) }.to_string_lossy();
                c.tp_doc.set(keep_text(&doc));
            }
            Some(Place::Doc) => {}
            // CPython keeps nothing in this field any more.
            Some(Place::Token) => {
                c.tp_cache.set(if value.is_null() { core::ptr::from_ref(spec).cast() } else { value })
            }
            None => return raise!(cx, exc::RUNTIME_ERROR, "invalid slot offset"),
        }
    }
    // SAFETY: the table ends with a row without a name.
    unsafe { read_offsets(c, extra) };
    let kept: &'static Suites = Box::leak(Box::new(suites));
    c.tp_as_number.set((&raw const kept.number).cast());
    c.tp_as_sequence.set((&raw const kept.sequence).cast());
    c.tp_as_mapping.set((&raw const kept.mapping).cast());
    c.tp_as_async.set((&raw const kept.asynchronous).cast());
    c.tp_as_buffer.set((&raw const kept.buffer).cast());
    let bases_value = bases.clone().into_value();
    c.tp_bases.set(core::ptr::without_provenance(bases_value.bits()));
    let place = made.as_ptr().as_ptr();
    // SAFETY: its fields are filled in.
    unsafe { ready(cx, place) }?;
    if let Some(module) = module {
        cx.state(&made).extra.set(module.clone());
    }
    Ok(made.into_value())
}

/// What `Py_tp_members` says of the type itself; offsets that are relative to the base are made absolute.
///
/// # Safety
/// NULL, or a table that ends with a row without a name.
unsafe fn read_offsets(c: &CFields, extra: isize) {
    let mut row = c.tp_members.get().cast::<PyMemberDef>().cast_mut();
    // SAFETY: by the contract; C's table may be changed where it says that it is relative.
    unsafe {
        while !row.is_null() && !(*row).name.is_null() {
            if (*row).flags & kind::RELATIVE_OFFSET != 0 {
                (*row).flags &= !kind::RELATIVE_OFFSET;
                (*row).offset += extra;
            }
            if (*row).kind == kind::PYSSIZET && (*row).flags & kind::READONLY != 0 {
                match text((*row).name) {
                    Some("__weaklistoffset__") => c.tp_weaklistoffset.set((*row).offset),
                    Some("__dictoffset__") => c.tp_dictoffset.set((*row).offset),
                    Some("__vectorcalloffset__") => c.tp_vectorcall_offset.set((*row).offset),
                    _ => {}
                }
            }
            row = row.add(1);
        }
    }
}

fn meta_of(value: Option<&Value>) -> Option<&TypeObject> {
    value.and_then(Value::downcast::<TypeObject>)
}

api! {
    /// A heap type.
    runs fn PyType_FromSpec(cx, spec: *const PyTypeSpec) -> Value {
        // SAFETY: the contract of the C API.
        unsafe { from_spec(cx, None, None, spec, None) }
    }

    /// A heap type with these bases: a tuple or a type.
    runs fn PyType_FromSpecWithBases(cx, spec: *const PyTypeSpec, bases: Option<Borrowed>) -> Value {
        // SAFETY: the contract of the C API.
        unsafe { from_spec(cx, None, None, spec, bases.as_deref()) }
    }

    /// A heap type that belongs to a module.
    runs fn PyType_FromModuleAndSpec(cx, module: Option<Borrowed>, spec: *const PyTypeSpec, bases: Option<Borrowed>) -> Value {
        // SAFETY: the contract of the C API.
        unsafe { from_spec(cx, None, module.as_deref(), spec, bases.as_deref()) }
    }

    /// A heap type of a metaclass that belongs to a module.
    runs fn PyType_FromMetaclass(
        cx,
        meta: Option<Borrowed>,
        module: Option<Borrowed>,
        spec: *const PyTypeSpec,
        bases: Option<Borrowed>,
    ) -> Value {
        // SAFETY: the contract of the C API.
        unsafe { from_spec(cx, meta_of(meta.as_deref()), module.as_deref(), spec, bases.as_deref()) }
    }

    /// The module of a type that [`PyType_FromModuleAndSpec`] made.
    quiet fn PyType_GetModule(cx, class: Borrowed) -> crate::border::Lent {
        let Some(ty) = class.downcast::<TypeObject>() else {
            return Err(crate::border::bad_call(cx, "PyType_GetModule"));
        };
        match module_of(cx, ty) {
            Some(module) => Ok(crate::border::Lent::of(&module)),
            None => raise!(cx, exc::TYPE_ERROR, "PyType_GetModule: Type '{}' has no associated module", ty.name()),
        }
    }

    /// The state of the module of a type.
    quiet fn PyType_GetModuleState(cx, class: Borrowed) -> *mut c_void {
        let Some(ty) = class.downcast::<TypeObject>() else {
            return Err(crate::border::bad_call(cx, "PyType_GetModuleState"));
        };
        match module_of(cx, ty) {
            Some(module) => Ok(crate::modules::state_of(&module)),
            None => raise!(cx, exc::TYPE_ERROR, "PyType_GetModule: Type '{}' has no associated module", ty.name()),
        }
    }

    /// The module of the nearest type that a definition's module made.
    quiet fn PyType_GetModuleByDef(cx, class: Borrowed, def: *mut crate::structs::PyModuleDef) -> crate::border::Lent {
        if let Some(ty) = class.downcast::<TypeObject>()
            && let Some(mro) = adder_objects::type_type::mro(cx, ty)
        {
            for class in mro.items().iter().filter_map(Value::downcast::<TypeObject>) {
                if let Some(module) = module_of(cx, class)
                    && crate::modules::def_of(&module) == def
                {
                    return Ok(crate::border::Lent::of(&module));
                }
            }
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "PyType_GetModuleByDef: No superclass of '{}' has the given module",
                ty.name()
            );
        }
        Err(crate::border::bad_call(cx, "PyType_GetModuleByDef"))
    }

    /// A slot of a type by its number; NULL where it is empty.
    quiet fn PyType_GetSlot(cx, class: Borrowed, slot: c_int) -> *mut c_void {
        let Some(ty) = class.downcast::<TypeObject>() else { return Err(crate::border::bad_call(cx, "PyType_GetSlot")) };
        use super::inward;
        let found = match place_of(slot) {
            Some(Place::Field(field)) => field(&ty.c).get(),
            Some(Place::Number(at)) => inward::nb(&ty.c, at),
            Some(Place::Sequence(at)) => inward::sq(&ty.c, at),
            Some(Place::Mapping(at)) => inward::mp(&ty.c, at),
            Some(Place::Async(at)) => inward::am(&ty.c, at),
            Some(Place::Buffer(at)) => inward::bf(&ty.c, at),
            Some(Place::Doc) => ty.c.tp_doc.get().cast(),
            Some(Place::Token) => ty.c.tp_cache.get(),
            None => return Err(crate::border::bad_call(cx, "PyType_GetSlot")),
        };
        Ok(found.cast_mut())
    }

    /// `tp_flags`
    quiet fn PyType_GetFlags(cx, class: Borrowed) -> core::ffi::c_ulong {
        let _ = cx;
        Ok(class.downcast::<TypeObject>().map_or(0, TypeObject::flags))
    }

    /// `__name__`
    quiet fn PyType_GetName(cx, class: Borrowed) -> Value {
        cx.getattr(&class, cx.names.name())
    }

    /// `__qualname__`
    quiet fn PyType_GetQualName(cx, class: Borrowed) -> Value {
        cx.getattr(&class, cx.names.qualname())
    }
}

fn module_of(cx: &Cx, class: &TypeObject) -> Option<Value> {
    class.is_foreign().then(|| cx.state(class).extra.try_get()).flatten()
}
