//! Calls of functions written in C, and arguments in the forms in which C has them.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use core::ptr::{NonNull, null_mut};
use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::{LazyLock, Mutex, PoisonError};

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{Foreign, Method, MethodFn};
use adder_objects::{Args, Cx, Obj, R, TypeObject, Value, exceptions as exc, raise};

use crate::border::{Object, returned};
use crate::structs::{PyMethodDef, meth};
use crate::types::inward::Lent;

/// An argument that may be NULL.
pub struct Given(Option<Value>);

impl Given {
    /// What C gets.
    pub fn object(&self) -> Object {
        match &self.0 {
            Some(value) => core::ptr::with_exposed_provenance_mut(value.bits()),
            None => null_mut(),
        }
    }
}

/// Boxed copies of values.
fn boxed(cx: &Cx, values: &[Value]) -> R<Vec<Value>> {
    values.iter().map(|value| value.clone().boxed(cx)).collect()
}

/// The arguments of a call as a tuple, and as a dict where there are keywords.
///
/// # Errors
/// MemoryError.
pub fn tuple_and_dict(cx: &Cx, args: Args<'_>) -> R<(Given, Given)> {
    let tuple = cx.tuple(boxed(cx, args.given())?)?.into_value();
    let keywords = match args.names() {
        None => None,
        Some(_) => {
            let dict = cx.dict()?;
            for (name, value) in args.keywords() {
                dict.set(cx, name, value.clone().boxed(cx)?)?;
            }
            Some(dict.into_value())
        }
    };
    Ok((Given(Some(tuple)), Given(keywords)))
}

/// Calls `f` with what a tuple and a dict (or nothing) hold.
///
/// # Errors
/// TypeError if they are something else, or a keyword is no string; what `f` raises.
pub fn with_tuple_and_dict(cx: &Cx, args: &Value, keywords: Option<&Value>, f: impl FnOnce(Args<'_>) -> R) -> R {
    let Some(args) = args.downcast::<PyTuple>() else {
        return raise!(cx, exc::TYPE_ERROR, "argument list must be a tuple");
    };
    let dict = match keywords.filter(|k| !k.is_none()) {
        None => return f(Args::positional(args.items())),
        Some(keywords) => match keywords.downcast::<PyDict>() {
            Some(dict) if dict.is_empty() => return f(Args::positional(args.items())),
            Some(dict) => dict,
            None => return raise!(cx, exc::TYPE_ERROR, "keywords must be a dictionary"),
        },
    };
    let mut values = args.items().to_vec();
    let mut names = Vec::new();
    for (name, value) in dict.entries() {
        if name.downcast::<PyStr>().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "keywords must be strings");
        }
        names.push(name);
        values.push(value);
    }
    let names = cx.tuple(names)?;
    f(Args::with_names(&values, Some(&names)))
}

/// Methods made from C's tables. A table lives as long as what was made from it; one that is used again at the same place with the
/// same contents is the same.
static METHODS: LazyLock<Mutex<HashMap<Known, &'static Method>>> = LazyLock::new(Mutex::default);

/// A row of C's, by its place and its contents.
#[derive(PartialEq, Eq, Hash)]
struct Known(usize, PyMethodDef);

// SAFETY: the pointers are compared, and not followed.
unsafe impl Send for Known {}

/// The method of a row of C's table.
///
/// # Errors
/// ValueError for flags that make no sense.
///
/// # Safety
/// The row and its texts live as long as the program.
pub unsafe fn method_of(cx: &Cx, def: *const PyMethodDef) -> R<&'static Method> {
    // SAFETY: by the contract.
    let row = unsafe { *def };
    let mut known = METHODS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(method) = known.get(&Known(def.addr(), row)) {
        return Ok(method);
    }
    // SAFETY: by the contract.
    let (name, doc) = unsafe { (text(row.ml_name), text(row.ml_doc)) };
    let name = name.unwrap_or("?");
    let Some(call) = calling(row.ml_flags) else {
        return raise!(cx, exc::SYSTEM_ERROR, "{name}() method: bad call flags");
    };
    let (signature, doc) = split_doc(name, doc);
    let made: &'static Method = Box::leak(Box::new(Method {
        name,
        call: MethodFn::Foreign(Foreign { call, data: def.cast(), class: core::ptr::null() }),
        kind: match row.ml_flags & (meth::CLASS | meth::STATIC) {
            meth::CLASS => Method::CLASS,
            meth::STATIC => Method::STATIC,
            _ => Method::PLAIN,
        },
        signature,
        doc,
    }));
    known.insert(Known(def.addr(), row), made);
    Ok(made)
}

/// The text of C's at a pointer, if it is UTF-8.
///
/// # Safety
/// NULL, or a text that lives as long as the program.
pub unsafe fn text(pointer: *const c_char) -> Option<&'static str> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: by the contract.
    unsafe { CStr::from_ptr(pointer) }.to_str().ok()
}

/// A signature at the head of a documentation (`name($self, x, /)\n--\n\n`), and the rest.
pub fn split_doc(name: &str, doc: Option<&'static str>) -> (Option<&'static str>, Option<&'static str>) {
    let Some(doc) = doc else { return (None, None) };
    let short = name.rsplit('.').next().unwrap_or(name);
    let signature = doc.strip_prefix(short).filter(|rest| rest.starts_with('('));
    match signature.and_then(|rest| rest.split_once(")\n--\n\n").map(|(head, tail)| (&rest[..head.len() + 1], tail))) {
        Some((signature, rest)) => (Some(signature), Some(rest)),
        None => (None, Some(doc)),
    }
}

type Calling = fn(&Cx, &Foreign, &Value, Args<'_>) -> R;

/// How a function with these flags is called.
fn calling(flags: i32) -> Option<Calling> {
    Some(match flags & !(meth::CLASS | meth::STATIC | meth::COEXIST) {
        meth::NOARGS => no_args,
        meth::O => one,
        meth::VARARGS => var_args,
        f if f == meth::VARARGS | meth::KEYWORDS || f == meth::KEYWORDS => var_keywords,
        meth::FASTCALL => fast,
        f if f == meth::FASTCALL | meth::KEYWORDS => fast_keywords,
        f if f == meth::METHOD | meth::FASTCALL | meth::KEYWORDS => by_method,
        _ => return None,
    })
}

/// A row of C's table of methods. C may write to it: what is wanted is read when it is wanted.
#[derive(Clone, Copy)]
struct Row(*const PyMethodDef);

impl Row {
    #[inline(always)]
    fn is_static(self) -> bool {
        // SAFETY: a row lives as long as the program.
        unsafe { (*self.0).ml_flags & meth::STATIC != 0 }
    }

    fn name(self) -> &'static str {
        // SAFETY: as above, and its name with it.
        unsafe { text((*self.0).ml_name) }.unwrap_or("?")
    }
}

/// The row, and its function as one of the given kind.
macro_rules! function {
    ($foreign:ident as fn($($arg:ty),*) -> Object) => {{
        let row = Row($foreign.data.cast());
        // SAFETY: the data of a foreign method is its row, whose flags say of which kind the function is.
        (row, unsafe {
            core::mem::transmute::<*const c_void, unsafe extern "C" fn($($arg),*) -> Object>((*row.0).ml_meth)
        })
    }};
}

fn full_name(row: Row) -> String {
    format!("<built-in function {}>", row.name())
}

#[cold]
fn refuse(cx: &Cx, row: Row, this: &Value, args: Args<'_>, what: &str) -> R {
    let name = row.name();
    let owner = match this.downcast::<TypeObject>() {
        Some(class) => format!("{}.", class.name()),
        None if this.is_none() => String::new(),
        None if this.ty().name() == "module" => {
            let name = cx.getattr_opt(this, cx.names.name()).ok().flatten();
            name.and_then(|name| cx.display(&name).ok()).map_or_else(String::new, |name| format!("{name}."))
        }
        None => format!("{}.", this.ty().name()),
    };
    if args.names().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "{owner}{name}() takes no keyword arguments");
    }
    raise!(cx, exc::TYPE_ERROR, "{owner}{name}() takes {what} ({} given)", args.given().len())
}

/// What C gets for `self`: NULL where there is none.
struct Receiver<'a>(Option<Lent<'a>>);

impl<'a> Receiver<'a> {
    #[inline]
    fn new(cx: &Cx, row: Row, this: &'a Value) -> R<Receiver<'a>> {
        Ok(Receiver(if row.is_static() || this.is_special() { None } else { Some(Lent::new(cx, this)?) }))
    }

    #[inline]
    fn object(&self) -> Object {
        self.0.as_ref().map_or(null_mut(), Lent::object)
    }
}

fn no_args(cx: &Cx, foreign: &Foreign, this: &Value, args: Args<'_>) -> R {
    let (row, f) = function!(foreign as fn(Object, Object) -> Object);
    if !args.is_empty() {
        return refuse(cx, row, this, args, "no arguments");
    }
    if this.is_small() {
        let receiver = Receiver::new(cx, row, this)?;
        // SAFETY: the contract of METH_NOARGS.
        return unsafe { returned(cx, f(receiver.object(), null_mut()), || full_name(row)) };
    }
    // SAFETY: as above.
    unsafe { returned(cx, f(receiver(row, this), null_mut()), || full_name(row)) }
}

fn one(cx: &Cx, foreign: &Foreign, this: &Value, args: Args<'_>) -> R {
    let (row, f) = function!(foreign as fn(Object, Object) -> Object);
    let ([arg], None) = (args.given(), args.names()) else {
        return refuse(cx, row, this, args, "exactly one argument");
    };
    let (receiver, arg) = (Receiver::new(cx, row, this)?, Lent::new(cx, arg)?);
    // SAFETY: the contract of METH_O.
    unsafe { returned(cx, f(receiver.object(), arg.object()), || full_name(row)) }
}

fn var_args(cx: &Cx, foreign: &Foreign, this: &Value, args: Args<'_>) -> R {
    let (row, f) = function!(foreign as fn(Object, Object) -> Object);
    if args.names().is_some() {
        return refuse(cx, row, this, args, "no keyword arguments");
    }
    let receiver = Receiver::new(cx, row, this)?;
    let (tuple, _) = tuple_and_dict(cx, args)?;
    // SAFETY: the contract of METH_VARARGS.
    unsafe { returned(cx, f(receiver.object(), tuple.object()), || full_name(row)) }
}

fn var_keywords(cx: &Cx, foreign: &Foreign, this: &Value, args: Args<'_>) -> R {
    let (row, f) = function!(foreign as fn(Object, Object, Object) -> Object);
    let receiver = Receiver::new(cx, row, this)?;
    let (tuple, dict) = tuple_and_dict(cx, args)?;
    // SAFETY: the contract of METH_VARARGS | METH_KEYWORDS.
    unsafe { returned(cx, f(receiver.object(), tuple.object(), dict.object()), || full_name(row)) }
}

/// The arguments of a call one behind the other, as C gets them: where they lie already, or beside boxes of the small ints.
pub enum Window<'a> {
    /// All are objects.
    There(&'a [Value]),
    /// Few.
    Few(Few<'a>),
    /// Many.
    Many(Vec<Value>),
}

/// So many arguments need no storage of their own where ints are among them.
const FEW: usize = 6;

/// Values, of which the small ints are boxed.
pub struct Few<'a> {
    objects: [MaybeUninit<Object>; FEW],
    /// Those that were made.
    values: &'a [Value],
}

impl Drop for Few<'_> {
    fn drop(&mut self) {
        for (object, value) in self.objects.iter().zip(self.values) {
            if value.is_small() {
                // SAFETY: the box was made here, and its one reference is given up.
                drop(unsafe { Value::from_owned(NonNull::new_unchecked(object.assume_init())) });
            }
        }
    }
}

impl<'a> Few<'a> {
    #[inline]
    fn new(cx: &Cx, values: &'a [Value]) -> R<Few<'a>> {
        let mut few = Few { objects: [MaybeUninit::uninit(); FEW], values: &[] };
        for (at, value) in values.iter().enumerate() {
            let object = if value.is_small() {
                value.clone().boxed(cx)?.into_raw().as_ptr().cast()
            } else {
                core::ptr::with_exposed_provenance_mut(value.bits())
            };
            few.objects[at].write(object);
            few.values = &values[..=at];
        }
        Ok(few)
    }
}

#[inline(always)]
fn are_objects(values: &[Value]) -> bool {
    values.iter().all(|value| !value.is_small())
}

impl<'a> Window<'a> {
    /// Boxes small ints.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn new(cx: &Cx, values: &'a [Value]) -> R<Window<'a>> {
        if are_objects(values) {
            return Ok(Window::There(values));
        }
        if values.len() > FEW {
            return Ok(Window::Many(boxed(cx, values)?));
        }
        Ok(Window::Few(Few::new(cx, values)?))
    }

    /// What C gets.
    #[inline]
    pub fn objects(&self) -> *const Object {
        match self {
            Window::There(values) => values.as_ptr().cast(),
            Window::Few(few) => few.objects.as_ptr().cast(),
            Window::Many(values) => values.as_ptr().cast(),
        }
    }
}

/// What C gets for `self` where that is no small int.
#[inline(always)]
fn receiver(row: Row, this: &Value) -> Object {
    if row.is_static() || this.is_special() { null_mut() } else { core::ptr::with_exposed_provenance_mut(this.bits()) }
}

type Fast = unsafe extern "C" fn(Object, *const Object, isize) -> Object;

fn fast(cx: &Cx, foreign: &Foreign, this: &Value, args: Args<'_>) -> R {
    let (row, f) = function!(foreign as fn(Object, *const Object, isize) -> Object);
    if args.names().is_some() {
        return refuse(cx, row, this, args, "no keyword arguments");
    }
    let values = args.given();
    if this.is_small() || !are_objects(values) {
        return fast_with_ints(cx, row, f, this, values);
    }
    // SAFETY: the contract of METH_FASTCALL.
    unsafe { returned(cx, f(receiver(row, this), values.as_ptr().cast(), values.len() as isize), || full_name(row)) }
}

#[inline(never)]
fn fast_with_ints(cx: &Cx, row: Row, f: Fast, this: &Value, values: &[Value]) -> R {
    let receiver = Receiver::new(cx, row, this)?;
    let window = Window::new(cx, values)?;
    // SAFETY: the contract of METH_FASTCALL.
    unsafe { returned(cx, f(receiver.object(), window.objects(), values.len() as isize), || full_name(row)) }
}

/// The names of the keywords, as C gets them.
pub fn names_of(args: Args<'_>) -> Object {
    args.names().map_or(null_mut(), |names| core::ptr::from_ref(names).cast_mut().cast())
}

fn fast_keywords(cx: &Cx, foreign: &Foreign, this: &Value, args: Args<'_>) -> R {
    let (row, f) = function!(foreign as fn(Object, *const Object, isize, Object) -> Object);
    let receiver = Receiver::new(cx, row, this)?;
    let window = Window::new(cx, args.values())?;
    let n = args.given().len() as isize;
    // SAFETY: the contract of METH_FASTCALL | METH_KEYWORDS.
    unsafe { returned(cx, f(receiver.object(), window.objects(), n, names_of(args)), || full_name(row)) }
}

/// With the class that defines the method: the nearest one of the receiver's whose namespace has the row.
fn by_method(cx: &Cx, foreign: &Foreign, this: &Value, args: Args<'_>) -> R {
    let (row, f) = function!(foreign as fn(Object, Object, *const Object, usize, Object) -> Object);
    // SAFETY: the function object that says so holds the class.
    let class = match unsafe { foreign.class.as_ref() } {
        Some(class) => class.value(),
        None => defining_class(cx, foreign, this)?,
    };
    let receiver = Receiver::new(cx, row, this)?;
    let window = Window::new(cx, args.values())?;
    let n = args.given().len();
    let class = Lent::new(cx, &class)?;
    // SAFETY: the contract of METH_METHOD | METH_FASTCALL | METH_KEYWORDS.
    unsafe {
        returned(cx, f(receiver.object(), class.object(), window.objects(), n, names_of(args)), || full_name(row))
    }
}

fn defining_class(cx: &Cx, foreign: &Foreign, this: &Value) -> R {
    let start = this.downcast::<TypeObject>().unwrap_or_else(|| this.ty());
    let order: Option<Obj<PyTuple>> = adder_objects::type_type::mro(cx, start);
    for class in order.iter().flat_map(|order| order.items()) {
        let Some(ty) = class.downcast::<TypeObject>().filter(|ty| ty.is_foreign()) else { continue };
        let mut row = ty.c.tp_methods.get().cast::<PyMethodDef>();
        // SAFETY: a table of methods ends with a row without a name.
        unsafe {
            while !row.is_null() && !(*row).ml_name.is_null() {
                if core::ptr::eq(row.cast(), foreign.data) {
                    return Ok(class.clone());
                }
                row = row.add(1);
            }
        }
    }
    Ok(start.value())
}
