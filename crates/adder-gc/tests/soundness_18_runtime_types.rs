//! Rule 18 (and the faithfulness list's 15): a type made at run time outlives its last instance's block, is released exactly
//! once, and may be part of any cycle.

use adder_gc::{AnyGc, Clearer, Gc, Heap, RuntimeType, Trace, Tracer, TypeSpec};
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

thread_local! {
    static TYPES: Cell<usize> = const { Cell::new(0) };
    static INSTANCES: Cell<usize> = const { Cell::new(0) };
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static OTHER: RefCell<Option<Gc<Type>>> = const { RefCell::new(None) };
    static KEPT: RefCell<Vec<AnyGc>> = const { RefCell::new(Vec::new()) };
    static PANIC: Cell<bool> = const { Cell::new(false) };
}

/// What a class has of its own: an attribute.
#[derive(Trace)]
struct Data {
    attribute: RefCell<Option<AnyGc>>,
}

impl Drop for Data {
    fn drop(&mut self) {
        TYPES.set(TYPES.get() + 1);
        LOG.with_borrow_mut(|l| l.push("type".into()));
    }
}

type Type = RuntimeType<Data>;

/// The payload of an instance.
struct Payload {
    slot: Cell<Option<AnyGc>>,
}

unsafe fn trace(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: payloads of these types are `Payload`s.
    unsafe { payload.cast::<Payload>().as_ref() }.slot.trace(tracer);
}

unsafe fn clear(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as above.
    unsafe { payload.cast::<Payload>().as_ref() }.slot.clear_edges(clearer);
}

unsafe fn drop_payload(payload: NonNull<u8>) {
    INSTANCES.set(INSTANCES.get() + 1);
    LOG.with_borrow_mut(|l| l.push("instance".into()));
    // SAFETY: as above; given up by the caller.
    unsafe { payload.cast::<Payload>().drop_in_place() };
    if PANIC.get() {
        panic!("in the drop of an instance");
    }
}

fn make_type(name: &str, finalize: Option<fn(&AnyGc)>) -> Gc<Type> {
    let spec = TypeSpec {
        trace: Some(trace),
        clear: Some(clear),
        drop: Some(drop_payload),
        finalize,
        ..TypeSpec::new(name, size_of::<Payload>())
    };
    // SAFETY: the functions are those of `Payload`.
    unsafe { Type::try_new(&Heap::current(), spec, Data { attribute: RefCell::default() }) }.unwrap()
}

fn make(of: &Gc<Type>) -> AnyGc {
    // SAFETY: the payload is written.
    unsafe {
        Heap::current()
            .try_alloc_untyped(of, 0, |payload| payload.cast::<Payload>().write(Payload { slot: Cell::new(None) }))
    }
    .unwrap()
}

fn slot(any: &AnyGc) -> &Cell<Option<AnyGc>> {
    // SAFETY: instances of the types here; the handle keeps it alive.
    unsafe { &(*any.as_ptr().cast::<Payload>()).slot }
}

/// (types, instances) that ended since.
fn ended() -> (usize, usize) {
    (TYPES.take(), INSTANCES.take())
}

#[test]
fn a_type_dies_with_its_last_instance() {
    let class = make_type("Class", None);
    let (a, b) = (make(&class), make(&class));
    assert_eq!(Gc::ref_count(&class), 3);
    assert_eq!((a.type_name(), a.type_info().is_runtime()), ("Class", true));
    assert!(Gc::ptr_eq(&Type::of(&a).unwrap(), &class));
    let weak = Gc::downgrade(&class);
    drop(class);
    drop(a);
    assert_eq!(ended(), (0, 1));
    assert!(weak.is_alive());
    drop(b);
    assert_eq!(ended(), (1, 1));
    assert_eq!(LOG.take(), ["instance", "instance", "type"]);
    assert_eq!(Heap::current().stats().objects, 0);
}

#[test]
fn a_type_in_a_cycle_with_its_instance() {
    for generation in [0, 2] {
        let class = make_type("Class", None);
        let a = make(&class);
        *class.data().attribute.borrow_mut() = Some(a.clone());
        slot(&a).set(Some(a.clone()));
        assert_eq!(Heap::current().referents(&a)[0].address(), Gc::as_any(&class).address());
        drop((class, a));
        assert_eq!(ended(), (0, 0));
        let report = Heap::current().collect_generation(generation);
        assert_eq!((report.unreachable, report.freed), (2, 2));
        assert_eq!(ended(), (1, 1));
    }
    assert_eq!(Heap::current().stats().objects, 0);
}

/// The last handle to the type goes inside the drop of the last instance.
#[test]
fn a_type_released_inside_its_own_instances_drop() {
    let class = make_type("Class", None);
    let outer = make(&class);
    // The payload of the outer one holds the only handles: to an inner instance, and by it to the type itself.
    let inner = make(&class);
    slot(&inner).set(Some(Gc::into_any(class)));
    slot(&outer).set(Some(inner));
    drop(outer);
    assert_eq!(ended(), (1, 2));
    assert_eq!(LOG.take().last().unwrap(), "type");
    assert_eq!(Heap::current().stats().objects, 0);
}

#[test]
fn a_panic_in_the_drop_of_the_last_instance() {
    let class = make_type("Class", None);
    let a = make(&class);
    drop(class);
    PANIC.set(true);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(a)));
    PANIC.set(false);
    assert!(caught.is_err());
    assert_eq!(ended(), (1, 1));
    assert_eq!(Heap::current().stats().objects, 0);
}

#[test]
fn a_panic_while_an_instance_is_made() {
    let class = make_type("Class", None);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        // SAFETY: there is no object if this panics.
        unsafe { Heap::current().try_alloc_untyped(&class, 100, |_| panic!("no object")) }
    }));
    assert!(caught.is_err());
    assert_eq!((ended(), Gc::ref_count(&class), Heap::current().stats().objects), ((0, 0), 1, 1));
}

/// `__class__` changed in the finalizer: the old type and the new one are each released once.
#[test]
fn a_change_of_type_in_the_finalizer() {
    fn change(this: &AnyGc) {
        let other = OTHER.take().unwrap();
        // SAFETY: both types' payloads are `Payload`s.
        unsafe { this.set_type(&other) };
    }
    for cyclic in [false, true] {
        let old = make_type("Old", Some(change));
        let new = make_type("New", None);
        OTHER.set(Some(new.clone()));
        let a = make(&old);
        if cyclic {
            slot(&a).set(Some(a.clone()));
        }
        drop(old);
        drop(a);
        if cyclic {
            assert_eq!(Heap::current().collect().freed, 2);
        }
        assert_eq!(ended(), (1, 1), "the old type went with the change");
        assert_eq!(Gc::ref_count(&new), 1);
        drop(new);
        assert_eq!(ended(), (1, 0));
    }
    assert_eq!(Heap::current().stats().objects, 0);
}

#[test]
fn a_finalizer_that_resurrects_an_instance() {
    let class = make_type("Class", Some(|this| KEPT.with_borrow_mut(|k| k.push(this.clone()))));
    let a = make(&class);
    drop(class);
    drop(a);
    assert_eq!(ended(), (0, 0));
    let back = KEPT.take().pop().unwrap();
    assert!(back.is_finalized());
    assert_eq!(back.type_name(), "Class");
    drop(back);
    assert_eq!(ended(), (1, 1));
}

/// Payloads of any size, aligned as asked, zero at first.
#[test]
fn sizes_and_alignments() {
    for align in [1, 2, 8, 16, 32, 64, 4096] {
        let spec = TypeSpec { align, tracked: false, ..TypeSpec::new("Bytes", 3) };
        // SAFETY: no functions.
        let class = unsafe { Type::try_new(&Heap::current(), spec, Data { attribute: RefCell::default() }) }.unwrap();
        for size in [0, 3, 24, 1000, 20_000, 70_000, 5_000_000] {
            // SAFETY: any bytes are valid.
            let any = unsafe {
                Heap::current().try_alloc_untyped(&class, size, |p| {
                    let bytes = core::slice::from_raw_parts_mut(p.as_ptr(), size);
                    assert!(bytes.iter().all(|&b| b == 0));
                    bytes.fill(0xEE);
                })
            }
            .unwrap();
            assert_eq!(any.as_ptr().addr() % align, 0);
            assert!(any.payload_size() >= size.max(3));
            // All of what it says it has can be used.
            // SAFETY: the payload is that long.
            unsafe { core::slice::from_raw_parts_mut(any.as_ptr(), any.payload_size()).fill(0x11) };
        }
    }
    ended();
    assert_eq!(Heap::current().stats().objects, 0);
}
