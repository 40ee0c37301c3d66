//! `_pickle.Pickler`, and the functions that write one object.

use core::cell::{Cell, RefCell};

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::super::support::int;
use super::memo::Written;
use super::op::{DEFAULT_PROTOCOL, HIGHEST_PROTOCOL};
use super::proxies::{self, PyPicklerMemo};
use super::save::{Hooks, Save, Settings};

/// Layout of a pickler.
#[repr(C)]
pub(super) struct PyPickler {
    head: Head,
    /// `write` of the file; empty until `__init__` was called.
    write: Slot,
    pub(super) memo: RefCell<Written>,
    /// `persistent_id`, where it was set on the pickler.
    persistent: Slot,
    /// `dispatch_table`, where it was set on the pickler.
    dispatch: Slot,
    buffer_callback: Slot,
    protocol: Cell<i64>,
    binary: Cell<bool>,
    fast: Cell<bool>,
    fix_imports: Cell<bool>,
}

impl PyPickler {
    fn slots(&self) -> [&Slot; 4] {
        [&self.write, &self.persistent, &self.dispatch, &self.buffer_callback]
    }
}

/// `_pickle.Pickler`
pub(super) static PICKLER_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const PICKLER_TYPE);
static SPEC: Spec = Spec {
    module: "_pickle",
    doc: Some("Writes objects to a file, each as a pickle; what was written before is referred to."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyPickler>(),
    functions: functions::<PyPickler>(true, true),
    slots: Slots { new: slot(new), init: slot(init), ..Slots::NONE },
    methods: &[
        Method::one("dump", dump_method).doc("($self, obj, /)", "Writes an object as a pickle."),
        Method::none("clear_memo", |_, this| {
            // What dies may use the pickler.
            let old = core::mem::take(&mut *of(this).memo.borrow_mut());
            drop(old);
            Ok(Value::none())
        })
        .doc("($self, /)", "Forgets what was written."),
        Method::none("__sizeof__", |cx, this| cx.int((size_of::<PyPickler>() + of(this).memo.borrow().bytes()) as i64)),
    ],
    getset: &[
        GetSet::both("memo", proxies::of_pickler, set_memo),
        GetSet::both("persistent_id", persistent_id, |cx, this, value| {
            set_callable(cx, &of(this).persistent, "persistent_id", value)
        }),
        GetSet::both(
            "dispatch_table",
            |cx, this| match of(this).dispatch.try_get() {
                Some(table) => Ok(table),
                None => raise!(cx, exc::ATTRIBUTE_ERROR, "dispatch_table"),
            },
            |cx, this, value| match value {
                Some(table) => {
                    of(this).dispatch.set(table.clone());
                    Ok(())
                }
                None => match of(this).dispatch.take() {
                    Some(_) => Ok(()),
                    None => raise!(cx, exc::ATTRIBUTE_ERROR, "dispatch_table"),
                },
            },
        ),
        GetSet::both(
            "bin",
            |_, this| Ok(Value::small(of(this).binary.get().into())),
            |cx, this, value| set_flag(cx, &of(this).binary, value),
        ),
        GetSet::both(
            "fast",
            |_, this| Ok(Value::small(of(this).fast.get().into())),
            |cx, this, value| set_flag(cx, &of(this).fast, value),
        ),
    ],
    ..Spec::new("_pickle.Pickler", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyPickler {
    fn ty() -> &'static TypeObject {
        &PICKLER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.slots().into_iter().for_each(|slot| slot.trace(tracer));
        if let Ok(memo) = self.memo.try_borrow() {
            memo.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.slots().into_iter().for_each(|slot| slot.clear(clearer));
        if let Ok(mut memo) = self.memo.try_borrow_mut() {
            memo.clear(clearer);
        }
    }
}

pub(super) fn of(this: &Value) -> &PyPickler {
    // SAFETY: called for picklers.
    unsafe { this.cast::<PyPickler>() }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyPickler {
        head: unborn(),
        write: Slot::empty(),
        memo: RefCell::default(),
        persistent: Slot::empty(),
        dispatch: Slot::empty(),
        buffer_callback: Slot::empty(),
        protocol: Cell::new(DEFAULT_PROTOCOL),
        binary: Cell::new(true),
        fast: Cell::new(false),
        fix_imports: Cell::new(true),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// How to write, from the arguments `protocol`, `fix_imports` and `buffer_callback`.
fn settings(cx: &Cx, given: &[Option<&Value>]) -> R<Settings> {
    let protocol = match given[0].filter(|protocol| !protocol.is_none()) {
        None => DEFAULT_PROTOCOL,
        Some(protocol) => match int(cx, protocol)? {
            negative if negative < 0 => HIGHEST_PROTOCOL,
            protocol if protocol <= HIGHEST_PROTOCOL => protocol,
            _ => return raise!(cx, exc::VALUE_ERROR, "pickle protocol must be <= {HIGHEST_PROTOCOL}"),
        },
    };
    let fix_imports = given[1].map_or(Ok(true), |fix| cx.is_true(fix))?;
    let buffer_callback = given[2].filter(|callback| !callback.is_none()).cloned();
    if buffer_callback.is_some() && protocol < 5 {
        return raise!(cx, exc::VALUE_ERROR, "buffer_callback needs protocol >= 5");
    }
    Ok(Settings {
        protocol,
        binary: protocol > 0,
        fix_imports: fix_imports && protocol < 3,
        fast: false,
        buffer_callback,
    })
}

fn write_of(cx: &Cx, file: &Value) -> R {
    match cx.getattr_opt(file, &cx.intern("write")?)? {
        Some(write) => Ok(write),
        None => raise!(cx, exc::TYPE_ERROR, "file must have a 'write' attribute"),
    }
}

/// `Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)`
fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let given = args.bind(
        cx,
        &Params {
            function: "Pickler",
            names: ["file", "protocol", "fix_imports", "buffer_callback"],
            positional_only: 0,
            positional: 4,
            required: 1,
        },
    )?;
    let it = of(this);
    let settings = settings(cx, &given[1..])?;
    let write = write_of(cx, given[0].unwrap_or(&Value::none()))?;
    it.write.set(write);
    it.protocol.set(settings.protocol);
    it.binary.set(settings.binary);
    it.fix_imports.set(settings.fix_imports);
    it.fast.set(false);
    it.buffer_callback.set(settings.buffer_callback.unwrap_or(Value::UNSET));
    let old = core::mem::take(&mut *it.memo.borrow_mut());
    drop(old);
    Ok(())
}

fn dump_method(cx: &Cx, this: &Value, object: &Value) -> R {
    let it = of(this);
    let Some(write) = it.write.try_get() else {
        let name = this.ty().name();
        return Err(super::cannot_pickle(cx, format_args!("Pickler.__init__() was not called by {name}.__init__()")));
    };
    let settings = Settings {
        protocol: it.protocol.get(),
        binary: it.binary.get(),
        fix_imports: it.fix_imports.get(),
        fast: it.fast.get(),
        buffer_callback: it.buffer_callback.try_get(),
    };
    // A class of the program may have them as methods.
    let derived = !this.is_exact(&PICKLER_TYPE);
    let persistent_id = match it.persistent.try_get() {
        Some(set) => Some(set),
        None if derived && !is_own(cx, this, "persistent_id")? => Some(cx.getattr_text(this, "persistent_id")?),
        None => None,
    };
    let dispatch_table = match it.dispatch.try_get() {
        Some(set) => Some(set),
        None if derived => cx.getattr_opt(this, &cx.intern("dispatch_table")?)?,
        None => None,
    };
    let reducer_override = if derived { cx.getattr_opt(this, &cx.intern("reducer_override")?)? } else { None };
    let hooks = Hooks { persistent_id, dispatch_table, reducer_override };
    Save::new(cx, &settings, &hooks, &it.memo, Some(write)).run(object)
}

/// Is an attribute that of the pickler's (or unpickler's) own type?
pub(super) fn is_own(cx: &Cx, this: &Value, name: &str) -> R<bool> {
    let name = cx.intern(name)?;
    let own: &TypeObject =
        if this.is_instance(&PICKLER_TYPE) { &PICKLER_TYPE } else { &super::unpickler::UNPICKLER_TYPE };
    match (cx.lookup(this.ty(), &name)?, cx.lookup(own, &name)?) {
        (Some(found), Some(own)) => Ok(found.is(&own)),
        _ => Ok(false),
    }
}

static NO_PERSISTENT_ID: Method = Method::one("persistent_id", |_, _, _| Ok(Value::none()));

fn persistent_id(cx: &Cx, this: &Value) -> R {
    match of(this).persistent.try_get() {
        Some(set) => Ok(set),
        None => Ok(cx.builtin(&NO_PERSISTENT_ID, this.clone(), None)?.into_value()),
    }
}

/// Stores a function as an attribute.
pub(super) fn set_callable(cx: &Cx, slot: &Slot, name: &str, value: Option<&Value>) -> R<()> {
    match value {
        None => match slot.take() {
            Some(_) => Ok(()),
            None => raise!(cx, exc::ATTRIBUTE_ERROR, "{name}"),
        },
        Some(function) if function.ty().slots.call.get().is_none() => {
            raise!(cx, exc::TYPE_ERROR, "{name} must be a callable taking one argument")
        }
        Some(function) => {
            slot.set(function.clone());
            Ok(())
        }
    }
}

fn set_flag(cx: &Cx, flag: &Cell<bool>, value: Option<&Value>) -> R<()> {
    match value {
        Some(value) => {
            flag.set(int(cx, value)? != 0);
            Ok(())
        }
        None => raise!(cx, exc::TYPE_ERROR, "can't delete numeric/char attribute"),
    }
}

/// `pickler.memo = …`: another pickler's, or a dict that one gave.
fn set_memo(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let Some(value) = value else {
        return raise!(cx, exc::TYPE_ERROR, "attribute deletion is not supported");
    };
    let mut memo = Written::default();
    if let Some(proxy) = value.downcast::<PyPicklerMemo>() {
        let other = proxy.pickler.get();
        for (object, number) in of(&other).memo.borrow().entries() {
            memo.set(cx, object, number)?;
        }
    } else if let Some(dict) = value.downcast::<PyDict>() {
        for (_, entry) in dict.entries() {
            let Some([number, object]) = entry.downcast::<PyTuple>().map(PyTuple::items) else {
                return raise!(cx, exc::TYPE_ERROR, "'memo' values must be 2-item tuples");
            };
            let Ok(number) = u32::try_from(int(cx, number)?) else {
                return raise!(cx, exc::OVERFLOW_ERROR, "number of a memo out of range");
            };
            if memo.get(object).is_none() {
                memo.set(cx, object.clone(), number)?;
            }
        }
    } else {
        let name = value.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "'memo' attribute must be a PicklerMemoProxy object or dict, not {name}");
    }
    let old = core::mem::replace(&mut *of(this).memo.borrow_mut(), memo);
    drop(old);
    Ok(())
}

fn write(cx: &Cx, object: &Value, settings: &Settings, file: Option<Value>) -> R {
    let memo = RefCell::default();
    let hooks = Hooks { persistent_id: None, dispatch_table: None, reducer_override: None };
    Save::new(cx, settings, &hooks, &memo, file).run(object)
}

/// `dump(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)`
pub(super) fn dump(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let given = args.bind(
        cx,
        &Params {
            function: "dump",
            names: ["obj", "file", "protocol", "fix_imports", "buffer_callback"],
            positional_only: 0,
            positional: 3,
            required: 2,
        },
    )?;
    let settings = settings(cx, &given[2..])?;
    let [Some(object), Some(file), ..] = given else { return Ok(Value::none()) };
    let file = write_of(cx, file)?;
    write(cx, object, &settings, Some(file))
}

/// `dumps(obj, protocol=None, *, fix_imports=True, buffer_callback=None)`
pub(super) fn dumps(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let given = args.bind(
        cx,
        &Params {
            function: "dumps",
            names: ["obj", "protocol", "fix_imports", "buffer_callback"],
            positional_only: 0,
            positional: 2,
            required: 1,
        },
    )?;
    let settings = settings(cx, &given[1..])?;
    write(cx, given[0].unwrap_or(&Value::none()), &settings, None)
}
