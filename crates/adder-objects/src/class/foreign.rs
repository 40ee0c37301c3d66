//! Types whose instances another language lays out: C's static types and those made from a `PyType_Spec`.
//!
//! Such a type is what its fields of `PyTypeObject` say ([`CFields`]); this module makes the rest of it. To everything else it is
//! a built-in type: the nearest base with fields of its own ([`TypeObject::native`]) of every class derived from it.

use core::cell::{Cell, RefCell, UnsafeCell};
use core::mem::offset_of;

use adder_gc::TypeInfo;
use adder_gc::raw::{Functions, Head, kind};

use super::{inherit_flags, layout, mro};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Obj, Slot, unborn};
use crate::tuple::PyTuple;
use crate::typeobject::{CFields, OBJECT_TYPE, Shape, Slots, TypeObject, TypeState, flag};
use crate::value::Value;

/// What is to be known of a type beyond its C fields.
pub struct Foreign {
    /// `__bases__`: a tuple of types, not empty.
    pub bases: Obj<PyTuple>,
    /// `__name__` and `__qualname__`
    pub name: Value,
    /// `__module__`, if it is known.
    pub module: Option<Value>,
    /// What the collector does with instances. The drop gives the block back.
    pub functions: &'static Functions,
    /// What the type's own fields say that its objects can do.
    pub slots: Slots,
    /// May there be weak references to instances?
    pub weak: bool,
}

impl TypeObject {
    /// A type object of another language that is not ready yet, made at run time.
    pub fn foreign(size: usize, item_size: usize, flags: u64) -> TypeObject {
        // SAFETY: the info is never looked at: `make_ready` replaces it.
        let info = || unsafe { TypeInfo::raw(size_of::<Head>(), 0, 0, &NOTHING) };
        TypeObject {
            c: CFields::new(unborn(), size, item_size, flags),
            shape: Shape::new(info(), core::ptr::null(), size_of::<Head>(), 0),
            plain: Shape::new(info(), core::ptr::null(), size_of::<Head>(), 0),
            slots: Slots::NONE,
            base: Cell::new(None),
            native: Cell::new(None),
            solid: Cell::new(0),
            spec: None,
            foreign: Cell::new(0),
            index: Cell::new(0),
            state: UnsafeCell::new(None),
        }
    }

    /// Where the part begins that C does not know; what lies in front of it is C's to fill.
    pub const TAIL: usize = offset_of!(TypeObject, shape);
}

static NOTHING: Functions =
    Functions { trace: None, clear: None, finalize: None, drop: None, name: crate::object::type_name };

/// Makes a type ready whose C fields are filled in: `tp_basicsize`, `tp_itemsize`, `tp_flags`, `tp_dictoffset`. What is
/// behind them is overwritten. Namespace: the slots' methods, `__module__`; the caller adds what its tables say, then calls
/// [`complete`].
///
/// # Errors
/// TypeError if the bases do not fit together or the type is smaller than its base; MemoryError.
///
/// # Safety
/// The fields are true: instances are so large, and `functions` is right for them. The type is a static of C, or an object of
/// this heap, and was not made ready before.
pub unsafe fn make_ready(cx: &Cx, ty: *mut TypeObject, plan: Foreign) -> R<()> {
    // SAFETY: by the contract.
    let c = unsafe { &(*ty).c };
    let flags = c.tp_flags.get();
    let heap = flags & flag::HEAP != 0;
    let base = layout::best_base(cx, plan.bases.items())?;
    let size = match c.tp_basicsize.get() as usize {
        0 => base.c.tp_basicsize.get() as usize,
        size => size,
    };
    // Where a word for a dict lies behind what C knows of the base, C's own fields may take its place.
    let least = if base.is_foreign() { base.c.tp_basicsize.get() as usize } else { layout::solid_size(base) as usize };
    if size < least {
        let (name, given) = (cx.display(&plan.name)?, size);
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "tp_basicsize for type '{name}' ({given}) is too small for base '{}' ({least})",
            base.name()
        );
    }
    c.tp_basicsize.set(size as isize);
    if c.tp_itemsize.get() == 0 {
        c.tp_itemsize.set(base.c.tp_itemsize.get());
    }
    let (dict_offset, size) = place_of_dict(c, base, size);
    let mut kinds = kind::FREES_ITSELF;
    if c.tp_itemsize.get() != 0 {
        kinds |= kind::VARIES;
    }
    let counted = if heap { kind::COUNTED | kind::RELEASES_TYPE } else { 0 };
    let state = TypeState {
        dict: cx.dict()?,
        bases: Slot::new(plan.bases.clone().into_value()),
        mro: Slot::empty(),
        name: Slot::new(plan.name.clone()),
        qualname: Slot::new(plan.name.clone()),
        subclasses: RefCell::new(Vec::new()),
        members: RefCell::new(Vec::new()),
        abstract_methods: Slot::empty(),
        extra: Slot::empty(),
        solid_size: Cell::new(size as u32),
        weak: Cell::new(plan.weak || layout::is_weak(cx, base)),
    };
    // SAFETY: by the contract the place is this type's, and what lay there is not in use yet.
    unsafe {
        let info =
            |of: usize| TypeInfo::raw(size, kinds | counted, (of + offset_of!(Shape, info)) as u32, plan.functions);
        (&raw mut (*ty).shape).write(Shape::new(info(offset_of!(TypeObject, shape)), ty, size, dict_offset as usize));
        (&raw mut (*ty).plain).write(Shape::new(info(offset_of!(TypeObject, plain)), ty, size, dict_offset as usize));
        (&raw mut (*ty).slots).write(plan.slots.copy());
        (&raw mut (*ty).base).write(Cell::new(Some(&*core::ptr::from_ref(base))));
        (&raw mut (*ty).native).write(Cell::new(None));
        (&raw mut (*ty).solid).write(Cell::new(size as u32));
        (&raw mut (*ty).spec).write(None);
        (&raw mut (*ty).foreign).write(Cell::new(kinds | if heap { kind::RELEASES_TYPE } else { 0 }));
        (&raw mut (*ty).index).write(Cell::new(0));
        (&raw mut (*ty).state).write(UnsafeCell::new(Some(Box::new(state))));
    }
    // SAFETY: complete from here on.
    let class = unsafe { &*ty };
    crate::dunder::fill::fill_namespace(cx, class, &plan.slots)?;
    if let Some(module) = plan.module {
        cx.state(class).dict.set(cx, cx.names.module(), module)?;
    }
    let order = mro::compute(cx, class)?;
    cx.state(class).mro.set(order.into_value());
    inherit_flags(cx, class);
    for base in plan.bases.items() {
        if let Some(base) = base.downcast::<TypeObject>() {
            cx.state(base).subclasses.borrow_mut().push(class);
        }
    }
    Ok(())
}

/// Where the word of a dict lies in instances of a type (see [`Shape::dict_offset`]), and how large they are with it. What the
/// runtime keeps lies behind what C knows of: behind the items, if there are some.
fn place_of_dict(c: &CFields, base: &TypeObject, size: usize) -> (u32, usize) {
    let inherited = base.shape.dict_offset.get();
    let own = c.tp_dictoffset.get();
    let asked = own < 0 || (c.tp_flags.get() & flag::MANAGED_DICT != 0 && inherited == 0);
    match () {
        () if own > 0 => (own as u32, size),
        () if asked || moves(base) => {
            c.tp_dictoffset.set(-1);
            c.tp_flags.set(c.tp_flags.get() | flag::MANAGED_DICT);
            if c.tp_itemsize.get() != 0 {
                return (1, size);
            }
            let at = size.next_multiple_of(8);
            (at as u32, at + 8)
        }
        () => {
            c.tp_dictoffset.set(base.c.tp_dictoffset.get());
            (inherited, size)
        }
    }
}

/// Does the word of the dict of a base's instances lie where the fields of a type derived from it may be?
fn moves(base: &TypeObject) -> bool {
    let (native, offset) = (base.native(), base.shape.dict_offset.get() as usize);
    let by_class = native.shape.dict_offset.get() == 0;
    let behind = native.is_foreign() && native.shape.dict_offset.get() as usize >= native.c.tp_basicsize.get() as usize;
    offset != 0 && (by_class || behind || offset == 1)
}

/// The places of members of `__slots__` in instances of a type of another language: those of classes that it is derived from. The
/// runtime looks after them, and not the type's own functions.
pub fn members_of_classes(native: &TypeObject) -> Vec<core::ops::Range<u32>> {
    let mut found = Vec::new();
    let mut at = native.base.get();
    while let Some(base) = at.filter(|base| base.is_heap() || base.is_foreign()) {
        if base.is_foreign() {
            at = base.base.get();
            continue;
        }
        let below = base.native();
        found.push(layout::native_size(below)..base.solid.get());
        at = below.base.get().filter(|_| below.is_foreign());
    }
    found
}

/// Is the dict of the instances of a type of another language the runtime's to look after? It is if a class gave it to them.
pub fn dict_is_of_class(native: &TypeObject) -> bool {
    let mut first = None;
    let mut at = Some(native);
    while let Some(ty) = at.filter(|ty| ty.shape.dict_offset.get() != 0) {
        first = Some(ty);
        at = ty.base.get();
    }
    first.is_some_and(|ty| ty.is_heap() && !ty.is_foreign())
}

/// The last step, when the namespace is whole: what the type does not say itself comes from its bases.
///
/// # Errors
/// MemoryError.
pub fn complete(cx: &Cx, class: &TypeObject) -> R<()> {
    let own = class.slots.copy();
    crate::dunder::fill::complete_namespace(cx, class, &own)?;
    let dict = &cx.state(class).dict;
    if dict.get(cx, cx.names.doc())?.is_none() {
        dict.set(cx, cx.names.doc(), Value::none())?;
    }
    let Some(mro) = crate::type_type::mro(cx, class) else { return Ok(()) };
    for base in mro.items().iter().skip(1).filter_map(Value::downcast::<TypeObject>) {
        let new = class.slots.new.get();
        class.slots.inherit(&base.slots);
        if core::ptr::eq(base, &OBJECT_TYPE) && !class.is_heap() {
            // A static type without `tp_new` of its own cannot be called.
            class.slots.new.set(new);
        }
    }
    if let Some(filled) = cx.hooks.slots_filled.get() {
        filled(cx, class);
    }
    Ok(())
}

/// Ends a static type of another language: what it holds is let go of. For the end of its interpreter.
///
/// # Safety
/// No instance and no derived class lives, and nobody uses the type any more.
pub unsafe fn end(cx: &Cx, ty: *mut TypeObject) {
    // SAFETY: by the contract.
    unsafe {
        let state = (*(*ty).state.get()).take();
        if let Some(state) = &state {
            super::leave_bases(cx, &*ty, &state.bases.get());
        }
        drop(state);
    }
}
