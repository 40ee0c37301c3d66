//! `PyCapsule_*`: pointers of C's as objects.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{NonNull, null};

use adder_objects::capsule::{Destructor, PyCapsule};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Outcome, Parameter};
use crate::contract::{Passing, api};
use crate::errors::text_of;

/// C's `PyCapsule_Destructor`.
pub struct Ends(Option<Destructor>);

impl Parameter for Ends {
    type C = Option<Destructor>;
    const PASSING: Passing = Passing::Plain;
    unsafe fn receive(c: Option<Destructor>, _: &'static str) -> R<Ends> {
        Ok(Ends(c))
    }
}

impl Outcome for Ends {
    type C = Option<Destructor>;
    const PASSING: Passing = Passing::Plain;
    fn failure() -> Option<Destructor> {
        None
    }
    fn give(self, _: &Cx) -> R<Option<Destructor>> {
        Ok(self.0)
    }
}

/// The text of C's at a pointer, which C keeps for as long as the capsule needs it.
///
/// # Safety
/// NULL, or such a text.
unsafe fn kept(name: *const c_char) -> Option<&'static CStr> {
    // SAFETY: by the contract.
    (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) })
}

/// The capsule, if it is one that leads somewhere.
fn valid<'a>(cx: &Cx, object: Option<&'a Borrowed>, function: &str) -> R<&'a PyCapsule> {
    match object.and_then(|object| object.downcast_exact::<PyCapsule>()).filter(|it| !it.pointer.get().is_null()) {
        Some(capsule) => Ok(capsule),
        None => raise!(cx, exc::VALUE_ERROR, "{function} called with invalid PyCapsule object"),
    }
}

/// Have both no name, or the same?
///
/// # Safety
/// NULL or a text.
unsafe fn same_name(capsule: &PyCapsule, name: *const c_char) -> bool {
    // SAFETY: by the contract.
    capsule.name() == unsafe { kept(name) }
}

api! {
    /// A capsule around a pointer.
    quiet fn PyCapsule_New(cx, pointer: *mut c_void, name: *const c_char, destructor: Ends) -> Value {
        let Some(pointer) = NonNull::new(pointer) else {
            return raise!(cx, exc::VALUE_ERROR, "PyCapsule_New called with null pointer");
        };
        // SAFETY: the contract: the name outlives the capsule, whose destructor may be called for it.
        unsafe { Ok(cx.capsule(pointer, kept(name), destructor.0)?.into_value()) }
    }

    /// The pointer of a capsule with this name.
    quiet fn PyCapsule_GetPointer(cx, capsule: Option<Borrowed>, name: *const c_char) -> *mut c_void {
        let it = valid(cx, capsule.as_ref(), "PyCapsule_GetPointer")?;
        // SAFETY: the contract: a text or NULL.
        if !unsafe { same_name(it, name) } {
            return raise!(cx, exc::VALUE_ERROR, "PyCapsule_GetPointer called with incorrect name");
        }
        Ok(it.pointer.get())
    }

    /// What ends it.
    quiet fn PyCapsule_GetDestructor(cx, capsule: Option<Borrowed>) -> Ends {
        Ok(Ends(valid(cx, capsule.as_ref(), "PyCapsule_GetDestructor")?.destructor.get()))
    }

    /// Its name.
    quiet fn PyCapsule_GetName(cx, capsule: Option<Borrowed>) -> *const c_char {
        Ok(valid(cx, capsule.as_ref(), "PyCapsule_GetName")?.name().map_or(null(), CStr::as_ptr))
    }

    /// Its context.
    quiet fn PyCapsule_GetContext(cx, capsule: Option<Borrowed>) -> *mut c_void {
        Ok(valid(cx, capsule.as_ref(), "PyCapsule_GetContext")?.context.get())
    }

    /// Is it a capsule of this name that leads somewhere?
    quiet fn PyCapsule_IsValid(cx, capsule: Option<Borrowed>, name: *const c_char) -> c_int {
        let _ = cx;
        let it = capsule.as_ref().and_then(|object| object.downcast_exact::<PyCapsule>());
        // SAFETY: the contract: a text or NULL.
        Ok(it.is_some_and(|it| !it.pointer.get().is_null() && unsafe { same_name(it, name) }).into())
    }

    /// Sets its pointer.
    quiet fn PyCapsule_SetPointer(cx, capsule: Option<Borrowed>, pointer: *mut c_void) -> () {
        if pointer.is_null() {
            return raise!(cx, exc::VALUE_ERROR, "PyCapsule_SetPointer called with null pointer");
        }
        valid(cx, capsule.as_ref(), "PyCapsule_SetPointer")?.pointer.set(pointer);
        Ok(())
    }

    /// Sets what ends it.
    quiet fn PyCapsule_SetDestructor(cx, capsule: Option<Borrowed>, destructor: Ends) -> () {
        valid(cx, capsule.as_ref(), "PyCapsule_SetDestructor")?.destructor.set(destructor.0);
        Ok(())
    }

    /// Sets its name.
    quiet fn PyCapsule_SetName(cx, capsule: Option<Borrowed>, name: *const c_char) -> () {
        // SAFETY: the contract: a text that outlives the capsule, or NULL.
        valid(cx, capsule.as_ref(), "PyCapsule_SetName")?.set_name(unsafe { kept(name) });
        Ok(())
    }

    /// Sets its context.
    quiet fn PyCapsule_SetContext(cx, capsule: Option<Borrowed>, context: *mut c_void) -> () {
        valid(cx, capsule.as_ref(), "PyCapsule_SetContext")?.context.set(context);
        Ok(())
    }

    /// The pointer of the capsule that is an attribute of a module: `module.attribute`, which is its name, too.
    runs fn PyCapsule_Import(cx, name: *const c_char, no_block: c_int) -> *mut c_void {
        let _ = no_block;
        // SAFETY: the contract: a text.
        let path = unsafe { text_of(name) };
        let mut object: Option<Value> = None;
        for part in path.split('.') {
            object = Some(match &object {
                Some(object) => cx.getattr_text(object, part)?,
                None => match cx.import(part) {
                    Ok(module) => module,
                    Err(raised) if raised.is(&exc::MEMORY_ERROR) => return Err(raised),
                    Err(_) => {
                        return raise!(cx, exc::IMPORT_ERROR, "PyCapsule_Import could not import module \"{part}\"");
                    }
                },
            });
        }
        let it = object.as_ref().and_then(|object| object.downcast_exact::<PyCapsule>());
        match it {
            // SAFETY: as above.
            Some(it) if !it.pointer.get().is_null() && unsafe { same_name(it, name) } => Ok(it.pointer.get()),
            _ => raise!(cx, exc::ATTRIBUTE_ERROR, "PyCapsule_Import \"{path}\" is not valid"),
        }
    }
}
