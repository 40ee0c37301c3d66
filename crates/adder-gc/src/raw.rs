//! Doors for object models: headers in the open, type infos made by hand, references counted by hand.
//!
//! [`Gc`](crate::Gc), [`AnyGc`] and [`RuntimeType`](crate::RuntimeType) are the safe way to all this. A language
//! runtime whose values are tagged words, whose classes are objects with a layout that C code knows, and whose objects must be
//! made and dropped in a few instructions works on headers itself; this module is what it needs for that, and no more.
//! Everything here is as unsafe as it looks: a count that is wrong frees an object that is in use.
//!
//! An object begins with its [`Head`]; pointers in this module point to it.

use core::alloc::Layout;
use core::ptr::NonNull;
use core::sync::atomic::AtomicU32;

use crate::any::AnyGc;
use crate::header::{HEADER_SIZE, Hdr, Header, State, count, flag, header_of, payload_of};
use crate::heap::{self, Heap, Inner, OutOfMemory, careful_death};
use crate::info::{TypeInfo, info_of, no_clear, no_drop, no_finalizer, no_trace, type_flag};
use crate::page::Placement;
use crate::trace::{Clearer, Sink, Tracer, Trash};

/// The two words in front of every object: its count, and the pointer to its type info. 16 bytes, aligned to 8.
#[repr(transparent)]
pub struct Head(Header);

// SAFETY: only immortal heads of statics are shared between threads, and those are never written.
unsafe impl Sync for Head {}

impl Head {
    /// The head of a static object: immortal, on no page, never looked into by the collector.
    ///
    /// # Safety
    /// The info stays valid, and is right for the object, as long as the object is used.
    pub const unsafe fn immortal(info: *const TypeInfo) -> Head {
        Head(Header {
            count: core::cell::Cell::new(count::IMMORTAL),
            flags: core::cell::Cell::new(flag::FOREIGN),
            info: core::cell::Cell::new(info),
        })
    }

    /// The type info of a live object.
    #[inline(always)]
    pub fn info(&self) -> *const TypeInfo {
        self.0.info.get()
    }

    /// Owned references; `u32::MAX` if immortal, 0 while the object dies.
    #[inline(always)]
    pub fn references(&self) -> u32 {
        self.0.references()
    }

    /// Is there exactly one owned reference?
    #[inline(always)]
    pub fn is_unique(&self) -> bool {
        let word = self.0.count.get();
        word == 0 || word == count::CALM | 1
    }

    /// Is it never freed?
    #[inline(always)]
    pub fn is_immortal(&self) -> bool {
        self.0.state() == State::Immortal
    }

    /// Does it lie on no page (a static)?
    #[inline(always)]
    pub fn is_foreign(&self) -> bool {
        self.0.has(flag::FOREIGN)
    }

    /// Does the collector look at it?
    #[inline(always)]
    pub fn is_tracked(&self) -> bool {
        self.0.has(flag::TRACKED)
    }

    /// Has its finalizer been called?
    pub fn is_finalized(&self) -> bool {
        self.0.has(flag::FINALIZED)
    }

    /// Says that its finalizer has been called, or that it has not.
    pub fn set_finalized(&self, yes: bool) {
        if yes { self.0.set(flag::FINALIZED) } else { self.0.unset(flag::FINALIZED) }
    }

    /// Says whether the finalizer of its type info is to be called: for objects whose class has just got or lost one.
    pub fn set_has_finalizer(&self, yes: bool) {
        if yes { self.0.set(flag::FINALIZER) } else { self.0.unset(flag::FINALIZER) }
    }

    /// Are there weak references to it?
    #[inline(always)]
    pub fn has_weak(&self) -> bool {
        self.0.has(flag::WEAK)
    }

    /// Has a collection found it to be garbage?
    pub fn is_condemned(&self) -> bool {
        self.0.has(flag::CONDEMNED)
    }

    /// May it be looked into: is it alive, and not dying?
    #[inline]
    pub fn is_alive(&self) -> bool {
        self.0.is_open()
    }

    /// Generation: 0, 1 or 2.
    pub fn generation(&self) -> u32 {
        self.0.generation()
    }

    /// Is it in the permanent generation?
    pub fn is_frozen(&self) -> bool {
        self.0.has(flag::FROZEN)
    }

    /// Makes it immortal: it is never freed, and its count is never written again.
    pub fn make_immortal(&self) {
        self.0.count.set(count::IMMORTAL);
    }
}

/// What is done with the objects of a type. The functions get a pointer to the head.
#[derive(Clone, Copy)]
pub struct Functions {
    /// Visits the references in the payload with [`visit`].
    pub trace: Option<unsafe fn(NonNull<u8>, &mut Tracer<'_>)>,
    /// Takes the references out of the mutable slots and gives them to [`release_later`].
    pub clear: Option<unsafe fn(NonNull<u8>, &mut Clearer<'_>)>,
    /// Called once before an object dies whose head [says so](Head::set_has_finalizer), with one reference held.
    pub finalize: Option<unsafe fn(NonNull<Head>)>,
    /// Drops the payload.
    pub drop: Option<unsafe fn(NonNull<u8>)>,
    /// The name, for reports.
    pub name: fn(&TypeInfo) -> &str,
}

/// Bits of a type info made by [`TypeInfo::raw`].
pub mod kind {
    use crate::info::type_flag;

    /// The info lies in a counted object; every object of the type owns a reference to that one.
    pub const COUNTED: u32 = type_flag::RUNTIME;
    /// Its objects stand for weak references: see [`WeakFunctions`](super::WeakFunctions).
    pub const WEAK_REFERENCE: u32 = type_flag::WEAK_REFERENCE;
    /// Its objects differ in size.
    pub const VARIES: u32 = type_flag::VARIES;
    /// [`Functions::drop`](super::Functions::drop) gives the block back itself, with [`free`](super::free), or keeps it for an
    /// object to come (a free list): C's `tp_dealloc`. A panic in it leaks the block.
    pub const FREES_ITSELF: u32 = type_flag::FREES_ITSELF;
    /// With [`COUNTED`]: it releases the object's reference to the owner of its info, too.
    pub const RELEASES_TYPE: u32 = type_flag::RELEASES_TYPE;
}

impl TypeInfo {
    /// A type info made by hand. `size` is the object's with its head (the fixed part, if they differ); `owner`, for
    /// [`kind::COUNTED`], how many bytes after the head of the owning object the info lies.
    ///
    /// The functions [`Functions::trace`], [`clear`](Functions::clear) and [`drop`](Functions::drop) get a pointer to what
    /// follows the head.
    ///
    /// # Safety
    /// The functions are right for every object that will have this info.
    pub const unsafe fn raw(size: usize, kind: u32, owner: u32, functions: &Functions) -> TypeInfo {
        let drops = if functions.drop.is_some() || functions.trace.is_some() { type_flag::DROPS } else { 0 };
        TypeInfo {
            size: size - HEADER_SIZE,
            align: 8,
            flags: kind | drops,
            offset: 0,
            owner,
            item: 0,
            death: raw_death,
            trace: match functions.trace {
                Some(f) => f,
                None => no_trace,
            },
            clear: match functions.clear {
                Some(f) => f,
                None => no_clear,
            },
            finalize: match functions.finalize {
                // SAFETY: `Head` is a transparent `Header`.
                Some(f) => unsafe { core::mem::transmute::<unsafe fn(NonNull<Head>), unsafe fn(NonNull<Header>)>(f) },
                None => no_finalizer,
            },
            drop: match functions.drop {
                Some(f) => f,
                None => no_drop,
            },
            name: functions.name,
            given: None,
            type_id: core::any::TypeId::of::<crate::RuntimeObject>,
        }
    }
}

/// Death of an object with a type info made by hand: the short way inlined, all else in `heap::death`.
unsafe fn raw_death(header: Hdr) {
    // SAFETY: called with the last reference to a live object.
    unsafe {
        let h: &Header = header.as_ref();
        let info = info_of(header);
        let drops = info.flags & type_flag::DROPS != 0;
        if h.has(flag::CARE) || heap::must_queue(header, drops) {
            return careful_death(header);
        }
        let owner = heap::owner_to_release(header);
        if drops {
            h.count.set(count::DYING);
            let _block = (info.flags & type_flag::FREES_ITSELF == 0).then(|| heap::FreeOnDrop(header));
            (info.drop)(payload_of(header));
        } else {
            heap::free_block(header);
        }
        // After the block: see soundness rule 18.
        if let Some(owner) = owner {
            Header::decrement(owner);
        }
    }
}

/// Where objects of one size go; computed once for each type.
#[derive(Clone, Copy, Debug)]
pub struct Place(Placement);

impl Place {
    /// For objects of so many bytes, the head included.
    ///
    /// # Panics
    /// Below 16 bytes, or so large that no layout is possible.
    pub const fn of(bytes: usize) -> Place {
        assert!(bytes >= HEADER_SIZE, "an object has a head of 16 bytes");
        match Layout::from_size_align(bytes - HEADER_SIZE, 8) {
            Ok(layout) => Place(Placement::of(layout, false)),
            Err(_) => panic!("an object is too large for this address space"),
        }
    }
}

/// Makes an object with one reference. Some 3 ns where its page has a free block.
///
/// # Errors
/// When the heap's limit would be exceeded.
///
/// # Safety
/// The info is right for the object, and the caller fills the payload before anything else is allocated, counted or
/// collected in this heap. An owner of the info ([`kind::COUNTED`]) has been counted for this object.
#[inline(always)]
pub unsafe fn alloc(
    heap: &Heap,
    place: Place,
    tracked: bool,
    finalizer: bool,
    info: *const TypeInfo,
) -> Result<NonNull<Head>, OutOfMemory> {
    let flags = if tracked { flag::TRACKED } else { 0 } | if finalizer { flag::FINALIZER } else { 0 };
    Ok(heap.inner().birth(place.0, tracked, flags, info)?.cast())
}

/// Counts one more reference.
///
/// # Safety
/// The object is live.
#[inline(always)]
pub unsafe fn increment(object: NonNull<Head>) {
    Header::increment(object.cast());
}

/// Counts one more reference to an object that the caller holds one to. An object that the collector has no reason to look at
/// does not get one by this.
///
/// # Safety
/// The object is live.
#[inline(always)]
pub unsafe fn increment_held(object: NonNull<Head>) {
    Header::increment_calmly(object.cast());
}

/// Gives up one reference while the caller holds another one, which it gives up later or moves on. So no cycle can have become
/// garbage by this, and the collector gets no reason to look.
///
/// # Safety
/// The object is live, and both references are the caller's.
#[inline(always)]
pub unsafe fn decrement_held(object: NonNull<Head>) {
    Header::decrement_calmly(object.cast());
}

/// Gives up one reference; the object dies if it was the last.
///
/// # Safety
/// The object is live, and the reference was the caller's.
#[inline(always)]
pub unsafe fn decrement(object: NonNull<Head>) {
    Header::decrement(object.cast());
}

/// A reference has been moved into a place without a borrow of its owner (C's "steals", a kill bit): the object may have
/// become part of a cycle without any count telling. Costs a test where the object has been shared before.
///
/// # Safety
/// The object is live.
#[inline]
pub unsafe fn suspect(object: NonNull<Head>) {
    // SAFETY: by the contract.
    if !unsafe { object.as_ref() }.is_foreign() {
        heap::suspect(object.cast());
    }
}

/// Tracks an object of a tracked page again; see [`AnyGc::track`].
///
/// # Safety
/// The object is live and no static.
pub unsafe fn track(object: NonNull<Head>) {
    heap::track(object.cast());
}

/// Ends tracking: the object is in no cycle, now and until [`track`].
///
/// # Safety
/// The object is live.
#[inline]
pub unsafe fn untrack(object: NonNull<Head>) {
    // SAFETY: by the contract.
    unsafe { object.as_ref() }.0.unset(flag::TRACKED);
}

/// Changes the type info of an object. References to owners are the caller's business: the new one counted before, the old
/// one released after.
///
/// # Safety
/// The payload is valid for the new info, and it fits the block.
pub unsafe fn set_info(object: NonNull<Head>, info: *const TypeInfo) {
    // SAFETY: by the contract.
    unsafe { object.as_ref() }.0.info.set(info);
}

/// Lets an object die although it is said to be immortal: for the end of an interpreter.
///
/// # Safety
/// The object lies on a page, is immortal, and this is the last reference.
pub unsafe fn end_immortal(object: NonNull<Head>) {
    // SAFETY: by the contract.
    let tracked = unsafe { object.as_ref() }.is_tracked();
    // SAFETY: as above.
    unsafe { object.as_ref() }.0.count.set(if tracked { count::CALM | 1 } else { 0 });
    Header::decrement(object.cast());
}

/// Gives back the block of an object whose type [frees itself](kind::FREES_ITSELF). Weak references were cleared before its drop.
///
/// # Safety
/// The object is dying, and no static; nobody refers to it any more.
pub unsafe fn free(object: NonNull<Head>) {
    // SAFETY: by the contract.
    unsafe {
        match object.as_ref().0.has(flag::WATCHED) {
            true => heap::free_watched(object.cast()),
            false => heap::free_block(object.cast()),
        }
    }
}

/// Is its drop under way?
#[inline]
pub fn is_dying(object: &Head) -> bool {
    object.0.state() == State::Dying
}

/// Makes an object again of a block whose type [frees itself](kind::FREES_ITSELF) and kept it back: a birth, with one reference. Not tracked.
///
/// # Safety
/// The block is that of an object which was dying, or a place for a static; nobody refers to it. The payload is valid for the
/// info before anything else is done with the heap. An owner of the info has been counted for it.
pub unsafe fn reborn(object: NonNull<Head>, finalizer: bool, info: *const TypeInfo) {
    // SAFETY: by the contract.
    let head = unsafe { &object.as_ref().0 };
    head.info.set(info);
    head.unset(flag::FINALIZED | flag::CONDEMNED | flag::TRACKED | flag::FINALIZER);
    if finalizer {
        head.set(flag::FINALIZER);
    }
    head.count.set(0);
}

/// Says that a live object with one reference is dying again: its drop goes on.
///
/// # Safety
/// The object was dying before [`set_references`], and the caller is its drop.
pub unsafe fn set_dying(object: NonNull<Head>) {
    // SAFETY: by the contract.
    unsafe { object.as_ref() }.0.count.set(count::DYING);
}

/// Says how many references there are, as C's `Py_SET_REFCNT`: a dying object with some is alive again, an immortal one stays as
/// it is. Beyond 2³⁰ it becomes immortal.
///
/// # Safety
/// The object is live or dying. There are as many references as the caller says. None is no number for a live object.
pub unsafe fn set_references(object: NonNull<Head>, references: u32) {
    // SAFETY: by the contract.
    let head = unsafe { &object.as_ref().0 };
    if head.state() == State::Immortal || references == 0 {
        return;
    }
    if references > count::CALM_MAX as u32 {
        head.count.set(count::IMMORTAL);
        return;
    }
    match head.state() {
        State::Calm(_) => heap::touched(object.cast()),
        // SAFETY: it lies on a page: statics are immortal.
        State::Dying if head.has(flag::TRACKED) => unsafe { heap_inner(object) }.gc.suspects.add(object.cast()),
        _ => {}
    }
    head.count.set(references as i32 - 1);
}

/// A reference, for [`Functions::trace`]. Statics are passed over.
///
/// # Safety
/// The object is live, and the visited object owns this reference to it.
#[inline(always)]
pub unsafe fn visit(tracer: &mut Tracer<'_>, object: NonNull<Head>) {
    // SAFETY: by the contract.
    if !unsafe { object.as_ref() }.is_foreign() {
        tracer.edge(object.cast());
    }
}

/// A reference taken out of a slot, for [`Functions::clear`]: released when no code works on the object any more.
///
/// # Safety
/// The reference was owned, and is given up.
#[inline]
pub unsafe fn release_later(clearer: &mut Clearer<'_>, object: NonNull<Head>) {
    clearer.handle(object.cast());
}

/// The untyped handle of an object; counts one.
///
/// # Safety
/// The object is live.
pub unsafe fn handle(object: NonNull<Head>) -> AnyGc {
    Header::increment(object.cast());
    // SAFETY: counted just now.
    unsafe { AnyGc::from_header(object.cast()) }
}

/// The object of an untyped handle.
pub fn head_of(handle: &AnyGc) -> NonNull<Head> {
    handle.header().cast()
}

/// The object in front of a payload, as [`Functions::trace`], `clear` and `drop` get it.
///
/// # Safety
/// The pointer is one to the payload of an object of this crate.
#[inline(always)]
pub unsafe fn object_of(payload: NonNull<u8>) -> NonNull<Head> {
    // SAFETY: by the contract.
    unsafe { header_of(payload) }.cast()
}

/// Bytes of the object's block, its head included; for a static, those that its info says.
///
/// # Safety
/// The object is live.
pub unsafe fn block_size(object: NonNull<Head>) -> usize {
    // SAFETY: by the contract.
    unsafe {
        if object.as_ref().is_foreign() {
            info_of(object.cast()).size + HEADER_SIZE
        } else {
            heap::block_bytes(object.cast())
        }
    }
}

/// The heap of an object.
///
/// # Safety
/// The object is live (or its payload is being dropped) and no static; its heap outlives the reference.
#[inline(always)]
unsafe fn heap_inner<'a>(object: NonNull<Head>) -> &'a Inner {
    // SAFETY: by the contract.
    unsafe { heap::heap_of(object.cast()).as_ref() }
}

/// Memory for a buffer that an object owns, from the process's allocator, charged to the heap.
///
/// # Errors
/// When the limit or the system refuses.
///
/// # Panics
/// If the layout has no bytes.
pub fn allocate(heap: &Heap, layout: Layout) -> Result<NonNull<u8>, OutOfMemory> {
    assert!(layout.size() > 0, "a buffer without bytes");
    heap.inner().allocate(layout)
}

/// Changes the size of a buffer; what both sizes share keeps its contents.
///
/// # Errors
/// When the limit or the system refuses; the buffer stays as it was.
///
/// # Safety
/// The buffer is from [`allocate`] or this function for the same heap, with the layout `old`; the new size is not zero.
pub unsafe fn reallocate(
    heap: &Heap,
    buffer: NonNull<u8>,
    old: Layout,
    size: usize,
) -> Result<NonNull<u8>, OutOfMemory> {
    // SAFETY: forwarded contract.
    unsafe { heap.inner().reallocate(buffer, old, size) }
}

/// Gives a buffer back; `object` is any object of its heap.
///
/// # Safety
/// The buffer is from [`allocate`] or [`reallocate`], with this layout. The object is live or being dropped, and no static.
pub unsafe fn deallocate(object: NonNull<Head>, buffer: NonNull<u8>, layout: Layout) {
    // SAFETY: by the contract.
    unsafe { heap_inner(object).deallocate(buffer, layout) };
}

/// Gives a buffer back whose heap is at hand.
///
/// # Safety
/// The buffer is from [`allocate`] or [`reallocate`] for this heap, with this layout.
pub unsafe fn give_back(heap: &Heap, buffer: NonNull<u8>, layout: Layout) {
    // SAFETY: forwarded contract.
    unsafe { heap.inner().deallocate(buffer, layout) };
}

/// Told of every birth and every death in a heap: see [`watch`].
#[derive(Clone, Copy)]
pub struct Watcher {
    /// Handed to the functions.
    pub data: *const (),
    /// An object (the address of its head) or a buffer came to be, of so many bytes.
    pub born: unsafe fn(data: *const (), address: usize, bytes: usize),
    /// What was at this address is no more.
    pub died: unsafe fn(data: *const (), address: usize),
    /// May this request for so many bytes be granted? `None` for always. Where it says no, the request fails as it does at the
    /// limit: so a test can see what becomes of a failing allocation.
    pub asked: Option<unsafe fn(data: *const (), bytes: usize) -> bool>,
}

/// Tells the watcher of the objects and buffers that come to be from now on, and of their ends. `None` ends that; the deaths of
/// what was told of are then no longer told either. While nobody watches an object costs nothing more.
///
/// # Safety
/// The functions neither allocate in the heap nor let anything in it die, and are right for the data as long as they are set.
pub unsafe fn watch(heap: &Heap, watcher: Option<Watcher>) {
    heap.inner().set_watcher(watcher);
}

/// Charges bytes to the heap that no buffer stands for, before they are used.
///
/// # Errors
/// When the limit would be exceeded.
pub fn charge(heap: &Heap, bytes: usize) -> Result<(), OutOfMemory> {
    heap.inner().more_charged(bytes)
}

/// Takes charged bytes back.
pub fn uncharge(heap: &Heap, bytes: usize) {
    heap.inner().less_charged(bytes);
}

/// The thread that has the heap lets go of it, deep inside the evaluation of something if need be: the next to touch it is the
/// thread that calls [`take_over`]. For interpreters that run threads under one lock and have made the heap in the ordinary way.
/// What [`Heap::attach`] does beyond that, making the heap the thread's current one, does not happen: such an interpreter names
/// its heap whenever it allocates.
///
/// # Panics
/// If another thread has taken the heap over, and inside a [`trace`](crate::Trace::trace); the heap stays the thread's then.
///
/// # Safety
/// Until this thread has called [`take_over`], it keeps to the contract of [`Heap::attach`] for a thread without a token; and the
/// thread calls it before its own stack frames touch the heap again.
#[inline]
pub unsafe fn let_go(heap: &Heap) {
    heap.let_go();
}

/// Takes over a heap that another thread (or this one) has [let go](let_go) of. What was done with it before happens before this.
///
/// # Panics
/// If nobody has let go of it.
///
/// # Safety
/// As for [`Heap::attach`]; a lock decides whose turn it is.
#[inline]
pub unsafe fn take_over(heap: &Heap) {
    heap.take_over();
}

/// In manual mode ([`CollectMode::Manual`](crate::CollectMode::Manual)): when enough has been allocated for a collection to be
/// due, `bit` is set in `word`. The runtime then calls [`Heap::safepoint`] where it can.
///
/// # Safety
/// The word stays where it is until the heap has gone or another word takes its place.
pub unsafe fn wake(heap: &Heap, word: *const AtomicU32, bit: u32) {
    heap.inner().gc.wake.set((word, bit));
}

/// How the objects that stand for weak references are told; see [`weak_add`].
#[derive(Clone, Copy)]
pub struct WeakFunctions {
    /// What it refers to is gone: it must forget its target. Says whether it has a callback. Runs no code of a user.
    pub emptied: unsafe fn(NonNull<Head>) -> bool,
    /// It is garbage itself: it must end its reference, with [`weak_remove`] if it still has a target. Runs no code of a user.
    pub end: unsafe fn(NonNull<Head>),
    /// Calls the callback.
    pub call: unsafe fn(NonNull<Head>),
}

/// Says how weak reference objects of this heap are told.
pub fn set_weak_functions(heap: &Heap, functions: &'static WeakFunctions) {
    heap.inner().weak.functions.set(Some(functions));
}

/// `reference`, an object of a type with [`kind::WEAK_REFERENCE`], refers weakly to `target` from now on. It is not counted: its
/// drop must call [`weak_remove`] unless it has been emptied.
///
/// When the target dies, its references are emptied, and those that have callbacks and are not garbage are called, the
/// newest first.
///
/// # Safety
/// Both are live and of one heap; [`set_weak_functions`] was called.
pub unsafe fn weak_add(target: NonNull<Head>, reference: NonNull<Head>) {
    // SAFETY: by the contract.
    unsafe {
        target.as_ref().0.set(flag::WEAK);
        heap_inner(target).weak.add_object(target.cast(), reference.cast());
    }
}

/// Ends what [`weak_add`] began.
///
/// # Safety
/// As for [`weak_add`]; the reference has not been emptied.
pub unsafe fn weak_remove(target: NonNull<Head>, reference: NonNull<Head>) {
    // SAFETY: by the contract.
    unsafe { heap_inner(target).weak.remove_object(target.cast(), reference.cast()) };
}

/// The weak reference objects of a target, the oldest first. Not counted.
///
/// # Safety
/// The target is live.
pub unsafe fn weak_list(target: NonNull<Head>) -> Vec<NonNull<Head>> {
    // SAFETY: by the contract.
    unsafe {
        if !target.as_ref().has_weak() {
            return Vec::new();
        }
        heap_inner(target).weak.objects(target.cast()).iter().map(|h| h.cast()).collect()
    }
}

/// What types derived at run time do with the part of an object that their base knows.
impl TypeInfo {
    /// Visits the references in a payload as this info says.
    ///
    /// # Safety
    /// The payload begins as this info's objects do.
    #[inline]
    pub unsafe fn trace_payload(&self, payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
        // SAFETY: by the contract.
        unsafe { (self.trace)(payload, tracer) };
    }

    /// Empties the slots of a payload as this info says.
    ///
    /// # Safety
    /// As for [`trace_payload`](TypeInfo::trace_payload).
    #[inline]
    pub unsafe fn clear_payload(&self, payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
        // SAFETY: by the contract.
        unsafe { (self.clear)(payload, clearer) };
    }

    /// Drops a payload as this info says.
    ///
    /// # Safety
    /// As for [`trace_payload`](TypeInfo::trace_payload); the payload is dropped once.
    #[inline]
    pub unsafe fn drop_payload(&self, payload: NonNull<u8>) {
        // SAFETY: by the contract.
        unsafe { (self.drop)(payload) };
    }
}

/// The references in an object, as an info says that is its own or its base's: for C's `tp_traverse` of a base. Not counted.
///
/// # Safety
/// The object is live and begins as the info's objects do.
pub unsafe fn referents_as(info: &TypeInfo, object: NonNull<Head>, found: &mut Vec<NonNull<Head>>) {
    struct Each<'f>(&'f mut Vec<NonNull<Head>>);
    impl Sink for Each<'_> {
        fn edges(&mut self, edges: &[Hdr]) {
            self.0.extend(edges.iter().map(|edge| edge.cast::<Head>()));
        }
    }
    let mut each = Each(found);
    let mut tracer = Tracer::new(Vec::new(), &mut each);
    // SAFETY: by the contract.
    unsafe { (info.trace)(payload_of(object.cast()), &mut tracer) };
    tracer.finish();
}

/// Empties the slots of an object, as an info says that is its own or its base's, and releases what was in them: for C's
/// `tp_clear` of a base.
///
/// # Safety
/// The object is live and begins as the info's objects do.
pub unsafe fn clear_as(info: &TypeInfo, object: NonNull<Head>) {
    let mut trash = Trash::default();
    // SAFETY: by the contract.
    unsafe { (info.clear)(payload_of(object.cast()), &mut Clearer::new(&mut trash)) };
    while !trash.is_empty() {
        trash.burn(usize::MAX);
    }
}

/// Takes the charge of a buffer back from the heap of an object; its memory goes to the system later, without the heap.
///
/// # Safety
/// The object is live or being dropped, and no static; the buffer is from [`allocate`] or [`reallocate`] for its heap.
pub unsafe fn disown(object: NonNull<Head>, buffer: NonNull<u8>, bytes: usize) {
    // SAFETY: by the contract.
    let heap = unsafe { heap_inner(object) };
    heap.watch_buffer_end(buffer);
    heap.less_charged(bytes);
}

/// Takes charged bytes back from the heap of an object.
///
/// # Safety
/// The object is live or being dropped, and no static.
pub unsafe fn uncharge_of(object: NonNull<Head>, bytes: usize) {
    // SAFETY: by the contract.
    unsafe { heap_inner(object) }.less_charged(bytes);
}
