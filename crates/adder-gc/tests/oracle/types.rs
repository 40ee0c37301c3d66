//! Types made at run time, and objects of them: both with slots, so that a type may refer to its objects.

use std::ptr::NonNull;

use adder_gc::{AnyGc, Clearer, Gc, RuntimeType, Trace, Tracer, TypeSpec};

use super::{Core, Id, Kind, Plan, WORLD, born, heap};

/// What a type knows: slots as its objects have them.
pub(super) struct Slots(Core);

pub(super) type Class = RuntimeType<Slots>;

impl Trace for Slots {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.0.trace_all(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.0.clear_all(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        self.0.dropping();
    }
}

unsafe fn trace(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: the payload of every instance is a `Core`.
    unsafe { payload.cast::<Core>().as_ref() }.trace_all(tracer);
}

unsafe fn clear(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as above.
    unsafe { payload.cast::<Core>().as_ref() }.clear_all(clearer);
}

unsafe fn drop_payload(payload: NonNull<u8>) {
    // SAFETY: as above; called once.
    unsafe {
        payload.cast::<Core>().as_ref().dropping();
        payload.cast::<Core>().drop_in_place();
    }
}

fn finalize(this: &AnyGc) {
    core_of(this).expect("only instances have this finalizer").finalizing(&|| this.clone());
}

/// The slots of a type or of an object of one.
pub(super) fn core_of(any: &AnyGc) -> Option<&Core> {
    if any.type_info().is_runtime() {
        // SAFETY: as above; nobody has `&mut` to it.
        return Some(unsafe { &*any.as_ptr().cast::<Core>() });
    }
    any.downcast_ref::<Class>().map(|class| &class.data().0)
}

fn next_id() -> Id {
    WORLD.with(|w| w.next.replace(w.next.get() + 1))
}

pub(super) fn new_class(drop: Plan) -> AnyGc {
    let id = next_id();
    let heap = heap();
    born(id, Kind::Class, None);
    let mut spec = TypeSpec::new(format!("Class{id}"), size_of::<Core>());
    spec.align = align_of::<Core>();
    spec.trace = Some(trace);
    spec.clear = Some(clear);
    spec.finalize = Some(finalize);
    spec.drop = Some(drop_payload);
    let data = Slots(Core::new(id, Plan::Nothing, drop));
    // SAFETY: the functions are right for a `Core`, and only those are made.
    Gc::into_any(unsafe { Class::try_new(&heap, spec, data) }.expect("there is no limit"))
}

/// An object of the type that `class` is, whose number is `class_id`.
pub(super) fn new_instance(class: &AnyGc, class_id: Id, finalizer: Plan, drop: Plan) -> AnyGc {
    let class: Gc<Class> = class.clone().downcast().expect("a type");
    let id = next_id();
    let heap = heap();
    born(id, Kind::Instance, Some(class_id));
    // SAFETY: the payload is a `Core`, as the functions of every class expect.
    let made = unsafe {
        heap.try_alloc_untyped(&class, size_of::<Core>(), |payload| {
            payload.cast::<Core>().write(Core::new(id, finalizer, drop));
        })
    };
    made.expect("there is no limit")
}

/// The object is of another type from now on.
pub(super) fn set_type(object: &AnyGc, class: &AnyGc) {
    let class: Gc<Class> = class.clone().downcast().expect("a type");
    // SAFETY: all classes have the same functions.
    unsafe { object.set_type(&class) };
}
