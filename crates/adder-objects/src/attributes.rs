//! Attribute look-up: in types, in instances, and both together.

use core::cell::UnsafeCell;

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::instance;
use crate::str::PyStr;
use crate::typeobject::TypeObject;
use crate::value::Value;

const CACHE: usize = 1024;

/// What was found in types, by version of the type and name. An entry holds no references: a change to any class of the order
/// of resolution gives the type a new version, so that the entry is not found again.
pub(crate) struct LookupCache {
    entries: UnsafeCell<Box<[Found; CACHE]>>,
}

#[derive(Clone, Copy)]
struct Found {
    version: u32,
    /// Address of the interned name. Another string may come to lie there: see `Interned::forget`.
    name: usize,
    /// Borrowed from the namespace in which it was found; 0: not found.
    value: usize,
}

impl LookupCache {
    pub(crate) fn new() -> LookupCache {
        LookupCache { entries: UnsafeCell::new(Box::new([Found { version: 0, name: 0, value: 0 }; CACHE])) }
    }

    /// An interned string dies: its address may be used again.
    pub(crate) fn forget_name(&self, name: usize) {
        // SAFETY: no borrow is held between calls.
        for entry in unsafe { &mut *self.entries.get() }.iter_mut() {
            if entry.name == name {
                entry.version = 0;
            }
        }
    }

    pub(crate) fn clear(&self) {
        // SAFETY: no borrow is held between calls.
        for entry in unsafe { &mut *self.entries.get() }.iter_mut() {
            entry.version = 0;
        }
    }
}

impl Cx {
    /// The version of a type's shape, given out now if it has none. 0: nothing about it may be cached.
    #[inline]
    pub fn version_of(&self, ty: &TypeObject) -> u32 {
        match ty.shape.version.get() {
            0 => self.give_version(ty),
            version => version,
        }
    }

    #[cold]
    fn give_version(&self, ty: &TypeObject) -> u32 {
        if ty.has(crate::typeobject::flag::OWN_ORDER) {
            return 0;
        }
        // The versions of all bases must be there too: a change to one of them looks for derived types by them.
        if let Some(mro) = crate::type_type::mro(self, ty) {
            for class in mro.items().iter().skip(1) {
                if let Some(class) = class.downcast::<TypeObject>()
                    && class.shape.version.get() == 0
                {
                    class.shape.version.set(self.next_version());
                }
            }
        }
        let version = self.next_version();
        ty.shape.version.set(version);
        version
    }

    /// What the namespaces of a type's order of resolution hold under a name: not bound.
    ///
    /// # Errors
    /// What comparing the name with a key raises, where keys are not all strings.
    pub fn lookup(&self, ty: &TypeObject, name: &Value) -> R<Option<Value>> {
        let interned = name.downcast_exact::<PyStr>().filter(|name| name.is_interned());
        let version = if interned.is_some() { self.version_of(ty) } else { 0 };
        if version == 0 {
            return self.lookup_slowly(ty, name);
        }
        let at = ((name.bits() >> 4) ^ (version as usize).wrapping_mul(31)) % CACHE;
        // SAFETY: read and copied; no borrow is held over other code.
        let found = unsafe { (&(*self.lookups.entries.get()))[at] };
        if found.version == version && found.name == name.bits() {
            let word = core::ptr::NonNull::new(core::ptr::with_exposed_provenance_mut::<u8>(found.value));
            // SAFETY: the version says that no namespace of the order of resolution has changed, so it still owns the value.
            return Ok(word.map(|word| unsafe { Value::from_borrowed_word(word) }));
        }
        let value = self.lookup_slowly(ty, name)?;
        if ty.shape.version.get() == version
            && let Some(interned) = interned
        {
            interned.set_looked_up();
            let found = Found { version, name: name.bits(), value: value.as_ref().map_or(0, |value| value.expose()) };
            // SAFETY: as above.
            unsafe { (&mut (*self.lookups.entries.get()))[at] = found };
        }
        Ok(value)
    }

    fn lookup_slowly(&self, ty: &TypeObject, name: &Value) -> R<Option<Value>> {
        let Some(mro) = crate::type_type::mro(self, ty) else { return Ok(None) };
        for class in mro.items() {
            if let Some(class) = class.downcast::<TypeObject>()
                && let Some(value) = self.state(class).dict.get(self, name)?
            {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// A namespace of a type has changed: nothing cached about it or the types derived from it holds any more.
    pub fn type_changed(&self, ty: &TypeObject) {
        if ty.shape.version.get() == 0 {
            // Types derived from it got no version either since, or they would have given it one.
            return;
        }
        if ty.is_heap() {
            ty.shape.version.set(0);
        }
        let derived = self.state(ty).subclasses.borrow().clone();
        for class in derived {
            // SAFETY: a class takes itself out of the list when it dies.
            self.type_changed(unsafe { &*class });
        }
    }

    /// `object.name`, or `None` if there is no such attribute.
    ///
    /// # Errors
    /// What descriptors and `__getattr__` raise, but for AttributeError.
    #[inline]
    pub fn getattr_opt(&self, object: &Value, name: &Value) -> R<Option<Value>> {
        use crate::error::Catch;
        match object.ty().slots.getattr.get() {
            Some(get) => Ok(get(self, object, name).unless(&exc::ATTRIBUTE_ERROR)?.flatten()),
            None => Ok(None),
        }
    }

    /// `object.name`
    ///
    /// # Errors
    /// AttributeError; what descriptors raise.
    #[inline]
    pub fn getattr(&self, object: &Value, name: &Value) -> R {
        let found = match object.ty().slots.getattr.get() {
            Some(get) => get(self, object, name)?,
            None => None,
        };
        match found {
            Some(value) => Ok(value),
            None => Err(self.no_attribute(object, name)),
        }
    }

    /// `object.name` of a text.
    ///
    /// # Errors
    /// As for [`getattr`](Self::getattr).
    pub fn getattr_text(&self, object: &Value, name: &str) -> R {
        self.getattr(object, &self.intern(name)?)
    }

    /// `object.name = value`, or `del object.name`.
    ///
    /// # Errors
    /// AttributeError; what descriptors raise.
    #[inline]
    pub fn setattr(&self, object: &Value, name: &Value, value: Option<&Value>) -> R<()> {
        match object.ty().slots.setattr.get() {
            Some(set) => set(self, object, name, value),
            None => raise!(self, exc::TYPE_ERROR, "'{}' object has no attributes", object.ty().name()),
        }
    }

    /// What a method call needs: the function and the object to be passed first; or a callable that is bound already.
    ///
    /// # Errors
    /// AttributeError; what descriptors raise.
    pub fn method(&self, object: &Value, name: &Value) -> R<(Value, Option<Value>)> {
        let ty = object.ty();
        if ty.slots.getattr.get().is_none_or(|get| {
            !core::ptr::fn_addr_eq(get, generic_getattr as fn(&Cx, &Value, &Value) -> R<Option<Value>>)
        }) {
            return Ok((self.getattr(object, name)?, None));
        }
        let of_type = self.lookup(ty, name)?;
        if let Some(attribute) = &of_type {
            let slots = &attribute.ty().slots;
            if slots.descr_set.get().is_some()
                && let Some(get) = slots.descr_get.get()
            {
                return Ok((get(self, attribute, Some(object), Some(&ty.value()))?, None));
            }
        }
        if let Some(value) = instance::get(self, object, name)? {
            return Ok((value, None));
        }
        match of_type {
            Some(function) if function.ty().has(crate::typeobject::flag::METHOD_DESCRIPTOR) => {
                Ok((function, Some(object.clone())))
            }
            Some(attribute) => match attribute.ty().slots.descr_get.get() {
                Some(get) => Ok((get(self, &attribute, Some(object), Some(&ty.value()))?, None)),
                None => Ok((attribute, None)),
            },
            None => Err(self.no_attribute(object, name)),
        }
    }

    /// A special method, looked up in the type only, and bound to the object.
    ///
    /// # Errors
    /// What its descriptor raises.
    pub fn special(&self, object: &Value, name: &Value) -> R<Option<Value>> {
        let ty = object.ty();
        match self.lookup(ty, name)? {
            Some(attribute) => match attribute.ty().slots.descr_get.get() {
                Some(get) => Ok(Some(get(self, &attribute, Some(object), Some(&ty.value()))?)),
                None => Ok(Some(attribute)),
            },
            None => Ok(None),
        }
    }
}

/// `object.__getattribute__`, without its AttributeError: data descriptors of the type, the instance, the type.
pub fn generic_getattr(cx: &Cx, object: &Value, name: &Value) -> R<Option<Value>> {
    let ty = object.ty();
    let of_type = cx.lookup(ty, name)?;
    let mut get = None;
    if let Some(attribute) = &of_type {
        let slots = &attribute.ty().slots;
        get = slots.descr_get.get();
        if let Some(get) = get
            && slots.descr_set.get().is_some()
        {
            return get(cx, attribute, Some(object), Some(&ty.value())).map(Some);
        }
    }
    if let Some(value) = instance::get(cx, object, name)? {
        return Ok(Some(value));
    }
    match (of_type, get) {
        (Some(attribute), Some(get)) => get(cx, &attribute, Some(object), Some(&ty.value())).map(Some),
        (attribute, _) => Ok(attribute),
    }
}

/// `object.__setattr__` and `object.__delattr__`.
pub fn generic_setattr(cx: &Cx, object: &Value, name: &Value, value: Option<&Value>) -> R<()> {
    let ty = object.ty();
    let of_type = cx.lookup(ty, name)?;
    if let Some(attribute) = &of_type
        && let Some(set) = attribute.ty().slots.descr_set.get()
    {
        return set(cx, attribute, object, value);
    }
    if instance::has_dict(object) {
        return match value {
            Some(value) => instance::set(cx, object, name, value.clone()),
            None => match instance::delete(cx, object, name)? {
                true => Ok(()),
                false => Err(cx.no_attribute(object, name)),
            },
        };
    }
    if of_type.is_some() {
        let text = cx.display(name)?;
        return raise!(cx, exc::ATTRIBUTE_ERROR, "'{}' object attribute '{text}' is read-only", ty.name());
    }
    let mine: fn(&Cx, &Value, &Value, Option<&Value>) -> R<()> = generic_setattr;
    if !ty.slots.setattr.get().is_some_and(|slot| core::ptr::fn_addr_eq(slot, mine)) {
        // Its type has a hook of its own, which may know of other places.
        return Err(cx.no_attribute(object, name));
    }
    let text = cx.display(name)?;
    let message =
        format_args!("'{}' object has no attribute '{text}' and no __dict__ for setting new attributes", ty.name());
    Err(cx.attribute_error(object, name, message))
}
