//! `_pickle.Unpickler`, and the functions that read one object.

use core::cell::{Cell, RefCell};

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::input::{File, Input};
use super::load::{Hooks, Load, Settings};
use super::memo::Read;
use super::pickler::{is_own, set_callable};
use super::proxies::{self, PyUnpicklerMemo};
use super::{cannot_load, find};

/// Layout of an unpickler.
#[repr(C)]
pub(super) struct PyUnpickler {
    head: Head,
    /// `read` of the file; empty until `__init__` was called.
    read: Slot,
    read_line: Slot,
    pub(super) memo: RefCell<Read>,
    /// `persistent_load`, where it was set on the unpickler.
    persistent: Slot,
    buffers: Slot,
    encoding: Slot,
    errors: Slot,
    fix_imports: Cell<bool>,
    /// Protocol of the pickle that is read, for `find_class`.
    protocol: Cell<u8>,
    loading: Cell<bool>,
}

impl PyUnpickler {
    fn slots(&self) -> [&Slot; 6] {
        [&self.read, &self.read_line, &self.persistent, &self.buffers, &self.encoding, &self.errors]
    }
}

/// `_pickle.Unpickler`
pub(super) static UNPICKLER_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const UNPICKLER_TYPE);
static SPEC: Spec = Spec {
    module: "_pickle",
    doc: Some("Reads objects from a file with pickles. What a pickle says is done: never read one from a stranger."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyUnpickler>(),
    functions: functions::<PyUnpickler>(true, true),
    slots: Slots { new: slot(new), init: slot(init), ..Slots::NONE },
    methods: &[
        Method::none("load", load_method).doc("($self, /)", "Reads an object from the file."),
        Method::positional("find_class", 2, 2, |cx, this, args| {
            let it = of(this);
            find::class(cx, it.protocol.get(), it.fix_imports.get(), &args[0], &args[1])
        })
        .doc("($self, module_name, global_name, /)", "What a module has under a name; the module is imported."),
        Method::none("__sizeof__", |cx, this| {
            cx.int((size_of::<PyUnpickler>() + of(this).memo.borrow().bytes()) as i64)
        }),
    ],
    getset: &[
        GetSet::both("memo", proxies::of_unpickler, set_memo),
        GetSet::both("persistent_load", persistent_load, |cx, this, value| {
            set_callable(cx, &of(this).persistent, "persistent_load", value)
        }),
    ],
    ..Spec::new("_pickle.Unpickler", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyUnpickler {
    fn ty() -> &'static TypeObject {
        &UNPICKLER_TYPE
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

pub(super) fn of(this: &Value) -> &PyUnpickler {
    // SAFETY: called for unpicklers.
    unsafe { this.cast::<PyUnpickler>() }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyUnpickler {
        head: unborn(),
        read: Slot::empty(),
        read_line: Slot::empty(),
        memo: RefCell::default(),
        persistent: Slot::empty(),
        buffers: Slot::empty(),
        encoding: Slot::empty(),
        errors: Slot::empty(),
        fix_imports: Cell::new(true),
        protocol: Cell::new(0),
        loading: Cell::new(false),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn text(cx: &Cx, value: Option<&Value>, name: &str, default: &str) -> R<Obj<PyStr>> {
    let value = match value {
        Some(value) => value.clone(),
        None => cx.intern(default)?,
    };
    value.try_into_obj::<PyStr>().map_err(|value| {
        cx.type_error(format_args!("Unpickler() argument '{name}' must be str, not {}", value.ty().name()))
    })
}

/// How to read, from the arguments `fix_imports`, `encoding`, `errors`, `buffers`.
fn settings(cx: &Cx, given: &[Option<&Value>]) -> R<Settings> {
    let fix_imports = given[0].map_or(Ok(true), |fix| cx.is_true(fix))?;
    let encoding = text(cx, given[1], "encoding", "ASCII")?;
    let errors = text(cx, given[2], "errors", "strict")?;
    let buffers = match given[3].filter(|buffers| !buffers.is_none()) {
        Some(buffers) => Some(cx.iter(buffers)?),
        None => None,
    };
    Ok(Settings { fix_imports, encoding, errors, buffers })
}

fn file_of(cx: &Cx, file: &Value) -> R<File> {
    let method = |name: &str| -> R<Option<Value>> { cx.getattr_opt(file, &cx.intern(name)?) };
    match (method("read")?, method("readline")?) {
        (Some(read), Some(read_line)) => Ok(File { read, read_line }),
        _ => raise!(cx, exc::ATTRIBUTE_ERROR, "file must have 'read' and 'readline' attributes"),
    }
}

/// `Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())`
fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let given = args.bind(
        cx,
        &Params {
            function: "Unpickler",
            names: ["file", "fix_imports", "encoding", "errors", "buffers"],
            positional_only: 0,
            positional: 1,
            required: 1,
        },
    )?;
    let it = of(this);
    let file = file_of(cx, given[0].unwrap_or(&Value::none()))?;
    let settings = settings(cx, &given[1..])?;
    it.read.set(file.read);
    it.read_line.set(file.read_line);
    it.fix_imports.set(settings.fix_imports);
    it.encoding.set(settings.encoding.into_value());
    it.errors.set(settings.errors.into_value());
    it.buffers.set(settings.buffers.unwrap_or(Value::UNSET));
    it.protocol.set(0);
    let old = core::mem::take(&mut *it.memo.borrow_mut());
    drop(old);
    Ok(())
}

fn load_method(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let (Some(read), Some(read_line)) = (it.read.try_get(), it.read_line.try_get()) else {
        let name = this.ty().name();
        return Err(cannot_load(cx, format_args!("Unpickler.__init__() was not called by {name}.__init__()")));
    };
    if it.loading.replace(true) {
        return raise!(cx, exc::RUNTIME_ERROR, "Unpickler is already in use");
    }
    let done = (|| {
        let file = File { read, read_line };
        let settings = Settings {
            fix_imports: it.fix_imports.get(),
            encoding: text(cx, it.encoding.try_get().as_ref(), "encoding", "ASCII")?,
            errors: text(cx, it.errors.try_get().as_ref(), "errors", "strict")?,
            buffers: it.buffers.try_get(),
        };
        let derived = !this.is_exact(&UNPICKLER_TYPE);
        let persistent_load = match it.persistent.try_get() {
            Some(set) => Some(set),
            None if derived && !is_own(cx, this, "persistent_load")? => Some(cx.getattr_text(this, "persistent_load")?),
            None => None,
        };
        let find_class = if derived { Some(cx.getattr_text(this, "find_class")?) } else { None };
        it.protocol.set(0);
        let hooks = Hooks { persistent_load, find_class, protocol: Some(&it.protocol) };
        Load::new(cx, &settings, &hooks, &it.memo, Input::of_file(cx, &file)).run()
    })();
    it.loading.set(false);
    done
}

static NO_PERSISTENT_LOAD: Method = Method::one("persistent_load", |cx, _, _| Err(no_persistent_load(cx)));

/// UnpicklingError: nobody knows what a persistent id means.
pub(super) fn no_persistent_load(cx: &Cx) -> adder_objects::Raised {
    cannot_load(
        cx,
        format_args!(
            "A load persistent id instruction was encountered, but no persistent_load function was specified."
        ),
    )
}

fn persistent_load(cx: &Cx, this: &Value) -> R {
    match of(this).persistent.try_get() {
        Some(set) => Ok(set),
        None => Ok(cx.builtin(&NO_PERSISTENT_LOAD, this.clone(), None)?.into_value()),
    }
}

/// `unpickler.memo = …`: another unpickler's, or a dict that one gave.
fn set_memo(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let Some(value) = value else {
        return raise!(cx, exc::TYPE_ERROR, "attribute deletion is not supported");
    };
    let mut memo = Read::default();
    if let Some(proxy) = value.downcast::<PyUnpicklerMemo>() {
        let other = proxy.unpickler.get();
        let entries = of(&other).memo.borrow().entries();
        for (number, object) in entries {
            memo.set(cx, number, object)?;
        }
    } else if let Some(dict) = value.downcast::<PyDict>() {
        for (key, object) in dict.entries() {
            if !key.is_int() {
                return raise!(cx, exc::TYPE_ERROR, "memo key must be integers");
            }
            match key.as_i64().map(u64::try_from) {
                Some(Ok(number)) => drop(memo.set(cx, number, object)?),
                _ => return raise!(cx, exc::VALUE_ERROR, "memo key must be positive integers."),
            }
        }
    } else {
        let name = value.ty().name();
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {name}"
        );
    }
    let old = core::mem::replace(&mut *of(this).memo.borrow_mut(), memo);
    drop(old);
    Ok(())
}

fn read(cx: &Cx, settings: &Settings, input: Input<'_>) -> R {
    let memo = RefCell::default();
    let hooks = Hooks { persistent_load: None, find_class: None, protocol: None };
    Load::new(cx, settings, &hooks, &memo, input).run()
}

/// `load(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())`
pub(super) fn load(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let given = args.bind(
        cx,
        &Params {
            function: "load",
            names: ["file", "fix_imports", "encoding", "errors", "buffers"],
            positional_only: 0,
            positional: 1,
            required: 1,
        },
    )?;
    let file = file_of(cx, given[0].unwrap_or(&Value::none()))?;
    let settings = settings(cx, &given[1..])?;
    read(cx, &settings, Input::of_file(cx, &file))
}

/// `loads(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())`
pub(super) fn loads(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let given = args.bind(
        cx,
        &Params {
            function: "loads",
            names: ["data", "fix_imports", "encoding", "errors", "buffers"],
            positional_only: 1,
            positional: 1,
            required: 1,
        },
    )?;
    let settings = settings(cx, &given[1..])?;
    read(cx, &settings, Input::of_bytes(cx, given[0].unwrap_or(&Value::none()))?)
}
