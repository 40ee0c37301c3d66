//! Capsules: a pointer of native code as an object, with a name that says what it leads to.

use core::cell::Cell;
use core::ffi::{CStr, c_void};
use core::ptr::NonNull;

use adder_gc::raw::{self, Head};
use adder_gc::{Clearer, Tracer};

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Obj, functions, unborn};
use crate::tracking;
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// Called when a capsule dies, with the capsule, whose fields are still as they were. No reference to it may be made.
///
/// # Safety
/// Called once, for the capsule that it was given to.
pub type Destructor = unsafe extern "C" fn(capsule: *mut Head);

/// What the collector must know of a capsule that holds references.
#[derive(Clone, Copy)]
pub struct Visits {
    /// Visits the references.
    pub trace: fn(&PyCapsule, &mut Tracer<'_>),
    /// Lets go of those that can be given up.
    pub clear: fn(&PyCapsule, &mut Clearer<'_>),
}

/// Layout of a capsule.
#[repr(C)]
pub struct PyCapsule {
    head: Head,
    /// What it is about; never null in a capsule that is valid.
    pub pointer: Cell<*mut c_void>,
    name: Cell<Option<&'static CStr>>,
    /// Another pointer, of which only its maker knows.
    pub context: Cell<*mut c_void>,
    /// Ends what the pointer leads to.
    pub destructor: Cell<Option<Destructor>>,
    visits: Cell<Option<Visits>>,
}

/// `PyCapsule`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyCapsule_Type")]
pub static CAPSULE_TYPE: TypeObject = TypeObject::builtin(&CAPSULE_SPEC, &raw const CAPSULE_TYPE);
static CAPSULE_SPEC: Spec = Spec {
    doc: Some("A pointer of native code as an object, with a name that says what it leads to."),
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyCapsule>(),
    functions: functions::<PyCapsule>(true, true),
    slots: Slots { repr: slot(repr), ..Slots::NONE },
    ..Spec::new("PyCapsule", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyCapsule {
    fn ty() -> &'static TypeObject {
        &CAPSULE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(visits) = self.visits.get() {
            (visits.trace)(self, tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        if let Some(visits) = self.visits.get() {
            (visits.clear)(self, clearer);
        }
    }
}

impl Drop for PyCapsule {
    fn drop(&mut self) {
        if let Some(destructor) = self.destructor.take() {
            // SAFETY: by the contract of `Cx::capsule`; the object lives until this function returns.
            unsafe { destructor(NonNull::from_ref(&self.head).as_ptr()) };
        }
    }
}

impl PyCapsule {
    /// Its name, if it has one. It is its maker's, who keeps it as long as the capsule lives.
    pub fn name(&self) -> Option<&CStr> {
        self.name.get()
    }

    /// Gives it another name.
    pub fn set_name(&self, name: Option<&'static CStr>) {
        self.name.set(name);
    }

    /// From now on the collector looks at it: it may be in a cycle.
    pub fn track(&self, visits: Visits) {
        self.visits.set(Some(visits));
        if !self.head.is_tracked() {
            // SAFETY: a live object; a capsule's type is tracked, so it lies on a tracked page.
            unsafe { raw::track(NonNull::from_ref(&self.head)) };
        }
    }
}

impl Cx {
    /// A capsule around a pointer. The collector does not look at it until [`PyCapsule::track`].
    ///
    /// # Errors
    /// MemoryError.
    ///
    /// # Safety
    /// The destructor may be called for this capsule.
    pub unsafe fn capsule(
        &self,
        pointer: NonNull<c_void>,
        name: Option<&'static CStr>,
        destructor: Option<Destructor>,
    ) -> R<Obj<PyCapsule>> {
        let capsule = self.alloc(PyCapsule {
            head: unborn(),
            pointer: Cell::new(pointer.as_ptr()),
            name: Cell::new(name),
            context: Cell::new(core::ptr::null_mut()),
            // Not before it is made: the fields are dropped where there is no memory.
            destructor: Cell::new(None),
            visits: Cell::new(None),
        })?;
        tracking::untrack(&capsule.head);
        capsule.destructor.set(destructor);
        Ok(capsule)
    }
}

fn repr(cx: &Cx, this: &Value) -> R {
    // SAFETY: called for capsules.
    let capsule = unsafe { this.cast::<PyCapsule>() };
    let address = core::ptr::from_ref(capsule).addr();
    match capsule.name() {
        Some(name) => cx.str_value(&format!("<capsule object \"{}\" at {address:#x}>", name.to_string_lossy())),
        None => cx.str_value(&format!("<capsule object NULL at {address:#x}>")),
    }
}
