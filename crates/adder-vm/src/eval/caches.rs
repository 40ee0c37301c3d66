//! Inline caches: what the words after an instruction remember.
//!
//! ```text
//!  LoadGlobal   (and LoadGlobalCallee) word 1: keys version of the globals | entry      word 2: keys version of the builtins | entry
//!  LoadAttr     word 1: version of the shape | kind, offset      word 2: a value borrowed from a class; words 3 and 4: the same
//!  LoadMethod   word 1: version of the shape | offset of the dict word      word 2: the function, borrowed; words 3 and 4
//!  StoreAttr    words 1, 2, 3: version of the shape | kind, offset
//!  Call         word 1: version of a class      word 2: its `__init__`, borrowed
//! ```
//!
//! Where there are several entries, the one that was learnt last is the first. A version of 0 matches nothing. What a cache borrows from a class is there as long as the class's version is.

use adder_objects::attributes::generic_getattr;
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::function::PyMember;
use adder_objects::object::Slot;
use adder_objects::typeobject::{MemberKind, OBJECT_TYPE, TYPE_TYPE, flag};
use adder_objects::{R, TypeObject, Value, instance, raise};

use crate::function::PyFunction;
use crate::module::PyModule;
use crate::vm::Vm;

/// Kinds of what `LoadAttr` found and where `StoreAttr` stores, in the upper half of a first word; the rest is an offset.
const INLINE: u32 = 1 << 28;
const OF_CLASS: u32 = 2 << 28;
const MEMBER: u32 = 3 << 28;
/// In the dict of a module, whose version of keys stands where else that of a shape does: no number is given to both.
const MODULE: u32 = 4 << 28;
const KIND: u32 = 0xF << 28;

#[inline(always)]
unsafe fn halves(ip: *mut u64, n: usize) -> (u32, u32) {
    // SAFETY: the instruction has that many cache words.
    let word = unsafe { *ip.add(n) };
    (word as u32, (word >> 32) as u32)
}

#[inline]
unsafe fn remember(ip: *mut u64, n: usize, low: u32, high: u32) {
    // SAFETY: as above.
    unsafe { *ip.add(n) = u64::from(low) | u64::from(high) << 32 };
}

/// A global that is found where it was.
///
/// # Safety
/// `ip` is a `LoadGlobal` of the function's code.
#[inline(always)]
pub(super) unsafe fn global(function: &PyFunction, ip: *mut u64) -> Option<Value> {
    // SAFETY: by the contract.
    unsafe {
        let (version, entry) = halves(ip, 1);
        let globals = function.globals()?;
        if version == 0 || globals.known_keys_version() != version {
            return None;
        }
        if entry != u32::MAX {
            return globals.try_value_at(entry as usize);
        }
        let (version, entry) = halves(ip, 2);
        let builtins = function.builtins()?;
        if version == 0 || builtins.known_keys_version() != version {
            return None;
        }
        builtins.try_value_at(entry as usize)
    }
}

/// Remembers where a global was found.
///
/// # Safety
/// As for [`global`].
pub(super) unsafe fn remember_global(
    vm: &Vm,
    function: &PyFunction,
    ip: *mut u64,
    in_globals: Option<usize>,
    in_builtins: Option<usize>,
) {
    let (Some(globals), Some(builtins)) = (function.globals(), function.builtins()) else { return };
    // SAFETY: by the contract.
    unsafe {
        match (in_globals, in_builtins) {
            (Some(at), _) => remember(ip, 1, globals.keys_version(&vm.cx), at as u32),
            (None, Some(at)) => {
                remember(ip, 1, globals.keys_version(&vm.cx), u32::MAX);
                remember(ip, 2, builtins.keys_version(&vm.cx), at as u32);
            }
            (None, None) => {}
        }
    }
}

#[inline(always)]
unsafe fn slot_at(object: &Value, offset: usize) -> &Slot {
    // SAFETY: callers know that a slot lies there.
    unsafe { &*object.head_ptr().cast::<u8>().as_ptr().add(offset).cast::<Slot>() }
}

/// An attribute that is found where it was.
///
/// # Safety
/// `ip` is a `LoadAttr`.
#[inline(always)]
pub(super) unsafe fn attribute(object: &Value, ip: *mut u64) -> Option<Value> {
    if !object.is_object() {
        return None;
    }
    // SAFETY: by the contract; a version says what lies where.
    unsafe {
        let (at, what) = entry(object, ip)?;
        if what & KIND == INLINE {
            return slot_at(object, (what & !KIND) as usize).try_get();
        }
        let offset = (what & !KIND) as usize;
        if offset != 0 && !slot_at(object, offset).is_unset() {
            return None;
        }
        borrowed(*at.add(1))
    }
}

/// The entry of a `LoadAttr` or `LoadMethod` for an object's shape: where it is, and what it says.
#[inline(always)]
unsafe fn entry(object: &Value, ip: *mut u64) -> Option<(*mut u64, u32)> {
    let shape = object.shape().version.get();
    // SAFETY: both instructions have four words.
    unsafe {
        let (version, what) = halves(ip, 1);
        if version != 0 && shape == version {
            return Some((ip.add(1), what));
        }
        let (version, what) = halves(ip, 3);
        (version != 0 && shape == version).then_some((ip.add(3), what))
    }
}

/// Makes room for a new first entry of a `LoadAttr` or `LoadMethod`.
unsafe fn learn(ip: *mut u64, version: u32, what: u32, value: u64) {
    // SAFETY: both instructions have four words.
    unsafe {
        *ip.add(3) = *ip.add(1);
        *ip.add(4) = *ip.add(2);
        remember(ip, 1, version, what);
        *ip.add(2) = value;
    }
}

#[inline(always)]
unsafe fn borrowed(word: u64) -> Option<Value> {
    let word = core::ptr::NonNull::new(core::ptr::with_exposed_provenance_mut::<u8>(word as usize))?;
    // SAFETY: the class whose version was compared still owns the value.
    let value = core::mem::ManuallyDrop::new(unsafe { Value::from_raw(word) });
    Some(Value::clone(&value))
}

fn expose(value: &Value) -> u64 {
    // SAFETY: forgotten at once.
    unsafe { value.borrow_word() }.into_raw().as_ptr().expose_provenance() as u64
}

/// Loads an attribute and remembers where it was, if that can be said.
///
/// # Safety
/// `ip` is a `LoadAttr`.
#[cold]
#[inline(never)]
pub(super) unsafe fn load_attribute(vm: &Vm, object: &Value, name: &Value, ip: *mut u64) -> R {
    let cx = &*vm.cx;
    // SAFETY: by the contract.
    if let Some(value) = unsafe { of_module(object, ip) } {
        return Ok(value);
    }
    // SAFETY: by the contract.
    unsafe { learn_attribute(vm, object, name, ip)? };
    cx.getattr(object, name)
}

/// What a module's dict holds where it was found before.
///
/// # Safety
/// `ip` is a `LoadAttr` or a `LoadMethod`.
unsafe fn of_module(object: &Value, ip: *mut u64) -> Option<Value> {
    let module = object.downcast_exact::<PyModule>()?;
    // SAFETY: by the contract; nothing runs while the dict is looked at.
    unsafe {
        let (version, what) = halves(ip, 1);
        let dict = module.dict.peek().downcast::<PyDict>()?;
        if version == 0 || what & KIND != MODULE || dict.known_keys_version() != version {
            return None;
        }
        dict.try_value_at((what & !KIND) as usize)
    }
}

/// Remembers where in its dict a module has an attribute.
unsafe fn learn_of_module(vm: &Vm, object: &Value, name: &Value, ip: *mut u64) -> R<()> {
    let cx = &*vm.cx;
    let Some(module) = object.downcast_exact::<PyModule>() else { return Ok(()) };
    if cx.lookup(object.ty(), name)?.is_none()
        && let Some(dict) = module.dict.try_get()
        && let Some(dict) = dict.downcast::<PyDict>()
        && let Some(at) = dict.find(cx, name)?
        && at < INLINE as usize
    {
        // SAFETY: by the caller's contract.
        unsafe { learn(ip, dict.keys_version(cx), MODULE | at as u32, 0) };
    }
    Ok(())
}

unsafe fn learn_attribute(vm: &Vm, object: &Value, name: &Value, ip: *mut u64) -> R<()> {
    let cx = &*vm.cx;
    if !object.is_object() || !plain_getattr(object) {
        // SAFETY: by the caller's contract.
        return unsafe { learn_of_module(vm, object, name, ip) };
    }
    let ty = object.ty();
    let version = version_of(vm, object);
    if version == 0 {
        return Ok(());
    }
    let of_type = cx.lookup(ty, name)?;
    let shape = object.shape();
    if let Some(offset) = member_offset(object, of_type.as_ref()) {
        // SAFETY: by the caller's contract.
        unsafe { learn(ip, version, INLINE | offset, 0) };
        return Ok(());
    }
    if of_type.as_ref().is_some_and(|a| a.ty().slots.descr_set.get().is_some()) {
        return Ok(());
    }
    if let Some(index) = shape.keys().find(name) {
        if (shape.inline.get() as usize) > index {
            let offset = instance::slot_offset(object, index) as u32;
            // SAFETY: by the caller's contract.
            unsafe { learn(ip, version, INLINE | offset, 0) };
        }
        return Ok(());
    }
    if let Some(value) = of_type
        && value.ty().slots.descr_get.get().is_none()
        && shape.dict_offset.get() != 1
    {
        // SAFETY: as above.
        unsafe { learn(ip, version, OF_CLASS | shape.dict_offset.get(), expose(&value)) };
    }
    Ok(())
}

/// Where the slot of a member of `__slots__` lies in an object.
fn member_offset(object: &Value, of_type: Option<&Value>) -> Option<u32> {
    let member = of_type?.downcast_exact::<PyMember>()?;
    let owner = member.owner.get();
    let is_slot = matches!(member.kind, MemberKind::Slot) && !member.read_only;
    (is_slot && object.is_instance(owner.downcast::<TypeObject>()?))
        .then(|| u32::try_from(member.offset).ok().filter(|offset| offset & KIND == 0))?
}

/// The version of an object's own shape; 0 if that is not the one its class has now.
fn version_of(vm: &Vm, object: &Value) -> u32 {
    let ty = object.ty();
    if core::ptr::eq(object.shape(), &ty.shape) { vm.cx.version_of(ty) } else { 0 }
}

fn plain_getattr(object: &Value) -> bool {
    object.ty().slots.getattr.get().is_some_and(|get| {
        core::ptr::fn_addr_eq(get, generic_getattr as fn(&adder_objects::Cx, &Value, &Value) -> R<Option<Value>>)
    })
}

/// A method that is found where it was.
///
/// # Safety
/// `ip` is a `LoadMethod`.
#[inline(always)]
pub(super) unsafe fn method(object: &Value, ip: *mut u64) -> Option<Value> {
    // SAFETY: by the contract.
    unsafe {
        let (at, offset) = entry(object, ip)?;
        if offset != 0 && !slot_at(object, offset as usize).is_unset() {
            return None;
        }
        borrowed(*at.add(1))
    }
}

/// Finds a method and remembers where it was, if that can be said.
///
/// # Safety
/// `ip` is a `LoadMethod`.
#[cold]
#[inline(never)]
pub(super) unsafe fn load_method(vm: &Vm, object: &Value, name: &Value, ip: *mut u64) -> R<(Value, Option<Value>)> {
    let cx = &*vm.cx;
    // SAFETY: by the contract.
    if let Some(value) = unsafe { of_module(object, ip) } {
        return Ok((value, None));
    }
    if !plain_getattr(object) {
        // SAFETY: by the contract.
        unsafe { learn_of_module(vm, object, name, ip)? };
    } else if let Some(function) = cx.lookup(object.ty(), name)?
        && function.ty().has(flag::METHOD_DESCRIPTOR)
    {
        let (version, shape) = (version_of(vm, object), object.shape());
        if version != 0 && shape.dict_offset.get() != 1 && shape.keys().find(name).is_none() {
            // SAFETY: by the contract.
            unsafe { learn(ip, version, shape.dict_offset.get(), expose(&function)) };
        }
    }
    cx.method(object, name)
}

/// The place where `StoreAttr` stored before, if it may store there now.
///
/// # Safety
/// `ip` is a `StoreAttr`.
#[inline(always)]
pub(super) unsafe fn place(object: &Value, ip: *mut u64) -> Option<&Slot> {
    if !object.is_object() {
        return None;
    }
    // SAFETY: by the contract; the shape says where slots are.
    unsafe {
        let shape = object.shape();
        let mine = shape.version.get();
        let mut what = 0;
        for n in 1..=3 {
            let (version, entry) = halves(ip, n);
            if version == 0 {
                return None;
            }
            if version == mine {
                what = entry;
                break;
            }
        }
        let offset = (what & !KIND) as usize;
        if offset == 0 {
            return None;
        }
        let slot = slot_at(object, offset);
        if what & KIND == MEMBER || !slot.is_unset() {
            return Some(slot);
        }
        // The first store of this attribute: the order of the slots must stay that of the attributes.
        let dict = shape.dict_offset.get() as usize;
        let end = dict + 8 + shape.inline.get() as usize * 8;
        (slot_at(object, dict).is_unset()
            && (offset + 8..end).step_by(8).all(|later| slot_at(object, later).is_unset()))
        .then_some(slot)
    }
}

/// Makes room for a new first entry of a `StoreAttr`.
unsafe fn learn_place(ip: *mut u64, version: u32, what: u32) {
    // SAFETY: it has three words.
    unsafe {
        *ip.add(3) = *ip.add(2);
        *ip.add(2) = *ip.add(1);
        remember(ip, 1, version, what);
    }
}

/// Stores an attribute and remembers where, if that can be said.
///
/// # Safety
/// `ip` is a `StoreAttr`.
#[inline(never)]
pub(super) unsafe fn store_attribute(vm: &Vm, object: &Value, name: &Value, value: &Value, ip: *mut u64) -> R<()> {
    let cx = &*vm.cx;
    let Some(set) = object.ty().slots.setattr.get() else {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object has no attributes", object.ty().name());
    };
    set(cx, object, name, Some(value))?;
    let plain = core::ptr::fn_addr_eq(
        set,
        adder_objects::attributes::generic_setattr as fn(&adder_objects::Cx, &Value, &Value, Option<&Value>) -> R<()>,
    );
    if !plain || !object.is_object() {
        return Ok(());
    }
    let ty = object.ty();
    let version = version_of(vm, object);
    if version == 0 {
        return Ok(());
    }
    let of_type = cx.lookup(ty, name)?;
    if let Some(offset) = member_offset(object, of_type.as_ref()) {
        // SAFETY: by the contract.
        unsafe { learn_place(ip, version, MEMBER | offset) };
        return Ok(());
    }
    if of_type.is_some_and(|a| a.ty().slots.descr_set.get().is_some()) {
        return Ok(());
    }
    let shape = object.shape();
    if let Some(index) = shape.keys().find(name)
        && index < shape.inline.get() as usize
    {
        let offset = instance::slot_offset(object, index) as u32;
        // SAFETY: by the contract.
        unsafe { learn_place(ip, version, offset) };
    }
    Ok(())
}

/// The `__init__` that a call of a class runs, where that and `object.__new__` are all it does.
///
/// # Safety
/// `ip` is a `Call`.
#[inline(always)]
pub(super) unsafe fn init(class: &Value, ip: *mut u64) -> Option<Value> {
    if !class.is_exact(&TYPE_TYPE) {
        return None;
    }
    // SAFETY: instances of `type` are types; the version says what its `__init__` is.
    unsafe {
        let ty = class.cast::<TypeObject>();
        let (version, _) = halves(ip, 1);
        if version != 0 && ty.shape.version.get() == version {
            return borrowed(*ip.add(2));
        }
        learn_init(ty, ip)
    }
}

#[cold]
#[inline(never)]
unsafe fn learn_init(ty: &TypeObject, ip: *mut u64) -> Option<Value> {
    let plain_new = match (ty.slots.new.get(), OBJECT_TYPE.slots.new.get()) {
        (Some(mine), Some(plain)) => core::ptr::fn_addr_eq(mine, plain),
        _ => false,
    };
    if !ty.is_heap() || ty.has(flag::ABSTRACT) || !plain_new {
        return None;
    }
    let cx = adder_objects::Cx::try_current()?;
    let version = cx.version_of(ty);
    let init = cx.lookup(ty, cx.names.init()).ok().flatten()?;
    let function = init.downcast_exact::<PyFunction>()?;
    if version == 0 || function.code().has(super::calls::GENERATORS) {
        return None;
    }
    // SAFETY: by the caller's contract.
    unsafe {
        remember(ip, 1, version, 0);
        *ip.add(2) = expose(&init);
    }
    Some(init)
}
