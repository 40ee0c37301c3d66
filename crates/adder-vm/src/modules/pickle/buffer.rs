//! `PickleBuffer`: the buffer of an object, to be pickled without a copy.

use core::cell::RefCell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::buffer::{Buffer, request};
use adder_objects::memoryview::View;
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::op::*;
use super::save::Save;

/// Layout of a pickle buffer.
#[repr(C)]
pub struct PyPickleBuffer {
    head: Head,
    /// The view; none once it was released.
    pub view: RefCell<Option<Buffer>>,
    /// What another language was given to look at: the view's copy, and what was made of that.
    shown: RefCell<Option<(Box<View>, Box<dyn core::any::Any>)>>,
}

impl PyPickleBuffer {
    /// What another language looks at instead of the view: made once, of a copy that stays where it is. Null once it was released.
    pub fn shown<T: core::any::Any>(&self, make: impl FnOnce(&View, &Buffer) -> T) -> *mut T {
        let (view, mut shown) = (self.view.borrow(), self.shown.borrow_mut());
        let Some(buffer) = &*view else { return core::ptr::null_mut() };
        let (_, made) = shown.get_or_insert_with(|| {
            let copy = Box::new(View {
                data: buffer.data,
                read_only: buffer.read_only,
                item_size: buffer.item_size,
                format: buffer.format.clone(),
                shape: buffer.shape.clone(),
                strides: buffer.strides.clone(),
            });
            let made = Box::new(make(&copy, buffer));
            (copy, made)
        });
        made.downcast_mut::<T>().map_or(core::ptr::null_mut(), core::ptr::from_mut)
    }
}

// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyPickleBuffer_Type")]
pub(super) static PICKLE_BUFFER_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const PICKLE_BUFFER_TYPE);
static SPEC: Spec = Spec {
    // As in CPython.
    module: "pickle",
    doc: Some("The buffer of an object, which may be pickled beside the stream."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyPickleBuffer>(),
    weak: true,
    functions: functions::<PyPickleBuffer>(true, true),
    slots: Slots { new: slot(new), buffer: slot(buffer), ..Slots::NONE },
    methods: &[
        Method::none("raw", raw).doc("($self, /)", "A memoryview of the bytes, in one dimension."),
        Method::none("release", |_, this| {
            drop(of(this).view.take());
            Ok(Value::none())
        })
        .doc("($self, /)", "Lets go of the buffer."),
    ],
    ..Spec::new("pickle.PickleBuffer", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyPickleBuffer {
    fn ty() -> &'static TypeObject {
        &PICKLE_BUFFER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Ok(view) = self.view.try_borrow()
            && let Some(view) = &*view
        {
            view.owner.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        if let Ok(mut view) = self.view.try_borrow_mut()
            && let Some(view) = view.take()
        {
            // Ends the view; the owner must not die meanwhile.
            let owner = view.owner.clone();
            drop(view);
            owner.release_later(clearer);
        }
    }
}

fn of(this: &Value) -> &PyPickleBuffer {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyPickleBuffer>() }
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    args.no_keywords(cx, "PickleBuffer")?;
    let [object] = args.exactly::<1>(cx, "PickleBuffer")?;
    let Some(get) = object.ty().slots.buffer.get() else {
        let name = object.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{name}'");
    };
    let view = get(cx, object, request::FULL)?;
    Ok(cx
        .alloc_in(class, PyPickleBuffer { head: unborn(), view: RefCell::new(Some(view)), shown: RefCell::new(None) })?
        .into_value())
}

fn owner(cx: &Cx, this: &Value) -> R {
    match &*of(this).view.borrow() {
        Some(view) => Ok(view.owner.clone()),
        None => raise!(cx, exc::VALUE_ERROR, "operation forbidden on released PickleBuffer object"),
    }
}

/// The view is the object's own.
fn buffer(cx: &Cx, this: &Value, asked: u32) -> R<Buffer> {
    let owner = owner(cx, this)?;
    match owner.ty().slots.buffer.get() {
        Some(get) => get(cx, &owner, asked),
        None => raise!(cx, exc::BUFFER_ERROR, "the object has no buffer any more"),
    }
}

fn raw(cx: &Cx, this: &Value) -> R {
    owner(cx, this)?;
    let view = cx.memoryview(this)?;
    if !cx.is_true(&cx.getattr_text(&view, "contiguous")?)? {
        return raise!(cx, exc::BUFFER_ERROR, "cannot extract raw buffer from non-contiguous buffer");
    }
    let cast = cx.getattr_text(&view, "cast")?;
    cx.call(&cast, &[cx.intern("B")?])
}

impl Save<'_> {
    pub(super) fn save_buffer(&mut self, object: &Value) -> R<()> {
        let cx = self.cx;
        if self.protocol() < 5 {
            return self.fail(format_args!("PickleBuffer can only be pickled with protocol >= 5"));
        }
        owner(cx, object)?;
        let view = cx.memoryview(object)?;
        if !cx.is_true(&cx.getattr_text(&view, "contiguous")?)? {
            return self.fail(format_args!("PickleBuffer can not be pickled when pointing to a non-contiguous buffer"));
        }
        let in_band = match &self.settings.buffer_callback {
            Some(callback) => cx.is_true(&cx.call(callback, core::slice::from_ref(object))?)?,
            None => true,
        };
        let read_only = cx.is_true(&cx.getattr_text(&view, "readonly")?)?;
        if !in_band {
            self.out.op(NEXT_BUFFER)?;
            return if read_only { self.out.op(READONLY_BUFFER) } else { Ok(()) };
        }
        let bytes = buffer(cx, object, request::FULL)?;
        // SAFETY: the view keeps them where they are, and they are copied before other code runs.
        let slice = unsafe { bytes.as_slice() };
        if read_only {
            self.write_bytes(slice, None)?;
        } else {
            self.write_bytearray(slice)?;
        }
        drop(bytes);
        self.memoize(object)
    }
}
