//! Shapes: what the second word of an object's head points to.

use core::cell::{Cell, UnsafeCell};

use adder_gc::raw::Place;
use adder_gc::{Tracer, TypeInfo};

use super::TypeObject;
use crate::str::PyStr;
use crate::value::Value;

/// The type info of a type's instances, and where their attributes lie.
///
/// An inline cache compares `version` and so checks type, layout and every class that attribute look-up would pass, at once:
/// a change to a class gives its shape, and those of its subclasses, the version 0, until they are asked for a new one.
#[repr(C)]
pub struct Shape {
    /// Size, trace, drop; what `adder-gc` knows.
    pub info: TypeInfo,
    ty: Cell<*const TypeObject>,
    /// Not 0: unique in the interpreter. 0: no cache may rely on it.
    pub version: Cell<u32>,
    /// Bytes from the head to the word of an instance's dict; 0: instances have none. In objects of different sizes the word
    /// is the last one of the object, and this is 1.
    pub dict_offset: Cell<u32>,
    /// So many slots for attributes follow the dict word.
    pub inline: Cell<u32>,
    /// Bytes of an instance, head and slots included.
    pub size: Cell<u32>,
    place: Cell<Option<Place>>,
    keys: UnsafeCell<SharedKeys>,
}

/// Which attributes lie in which inline slots of the instances of a class: the names, in the order of the slots.
#[derive(Default)]
pub struct SharedKeys {
    /// Interned strings.
    names: Vec<Value>,
}

impl SharedKeys {
    const NONE: SharedKeys = SharedKeys { names: Vec::new() };

    /// The slot of a name.
    #[inline]
    pub fn find(&self, name: &Value) -> Option<usize> {
        match self.names.iter().position(|n| n.is(name)) {
            None if !self.names.is_empty() => self.find_text(name),
            found => found,
        }
    }

    /// A name that is not interned (one that was put together at run time).
    fn find_text(&self, name: &Value) -> Option<usize> {
        let text = name.downcast::<PyStr>().filter(|text| !text.is_interned())?;
        self.names.iter().position(|n| n.downcast_exact::<PyStr>().is_some_and(|n| n.equals(text)))
    }

    /// The name of a slot.
    pub fn name(&self, slot: usize) -> Option<&Value> {
        self.names.get(slot)
    }

    /// Names given out so far.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Has no name a slot?
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Gives the next slot to a name.
    pub fn push(&mut self, name: Value) -> usize {
        self.names.push(name);
        self.names.len() - 1
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        for name in &self.names {
            name.trace(tracer);
        }
    }
}

impl Shape {
    pub(crate) const fn new(info: TypeInfo, ty: *const TypeObject, size: usize, dict_offset: usize) -> Shape {
        Shape {
            info,
            ty: Cell::new(ty),
            version: Cell::new(0),
            dict_offset: Cell::new(dict_offset as u32),
            inline: Cell::new(0),
            size: Cell::new(size as u32),
            place: Cell::new(None),
            keys: UnsafeCell::new(SharedKeys::NONE),
        }
    }

    /// The type.
    #[inline(always)]
    pub fn ty(&self) -> &TypeObject {
        // SAFETY: set when the shape was made; a shape lies in its type.
        unsafe { &*self.ty.get() }
    }

    /// Bytes from a shape to the address of its type, which C reads.
    pub const TYPE_OFFSET: usize = core::mem::offset_of!(Shape, ty);

    pub(crate) fn set_type(&self, ty: *const TypeObject) {
        self.ty.set(ty);
    }

    /// Where instances of this size go.
    #[inline(always)]
    pub fn place(&self) -> Place {
        match self.place.get() {
            Some(place) => place,
            None => self.find_place(),
        }
    }

    #[cold]
    fn find_place(&self) -> Place {
        let place = Place::of(self.size.get() as usize);
        self.place.set(Some(place));
        place
    }

    /// The attributes in the inline slots.
    #[inline(always)]
    pub fn keys(&self) -> &SharedKeys {
        // SAFETY: `with_keys` lends them out only while no other code runs.
        unsafe { &*self.keys.get() }
    }

    /// Gives the next inline slot to a name, if there is one.
    pub fn add_key(&self, name: &Value) -> Option<usize> {
        // SAFETY: one thread, and a push of a clone runs no other code.
        let keys = unsafe { &mut *self.keys.get() };
        (keys.len() < self.inline.get() as usize).then(|| keys.push(name.clone()))
    }
}
