//! Writing objects: which way each goes.

use core::cell::RefCell;
use core::fmt::Arguments;

use adder_objects::bool::BOOL_TYPE;
use adder_objects::bytearray::BYTEARRAY_TYPE;
use adder_objects::bytes::BYTES_TYPE;
use adder_objects::dict::DICT_TYPE;
use adder_objects::float::FLOAT_TYPE;
use adder_objects::int::INT_TYPE;
use adder_objects::list::LIST_TYPE;
use adder_objects::set::{FROZENSET_TYPE, SET_TYPE};
use adder_objects::str::{PyStr, STR_TYPE};
use adder_objects::tuple::{PyTuple, TUPLE_TYPE};
use adder_objects::typeobject::TYPE_TYPE;
use adder_objects::{Catch, Cx, R, Raised, Value, exceptions as exc, raise};

use super::buffer::PICKLE_BUFFER_TYPE;
use super::memo::Written;
use super::op::*;
use super::output::Output;
use super::{Part, cannot_pickle, class_name, look_up};

/// How to write.
pub(super) struct Settings {
    pub protocol: i64,
    /// The instructions are those of protocol 1 and above.
    pub binary: bool,
    /// Names are those that the modules had in Python 2.
    pub fix_imports: bool,
    /// Nothing is remembered.
    pub fast: bool,
    pub buffer_callback: Option<Value>,
}

/// What the program has a say in.
pub(super) struct Hooks {
    pub persistent_id: Option<Value>,
    pub dispatch_table: Option<Value>,
    pub reducer_override: Option<Value>,
}

/// One object being written, with all that it refers to.
pub(super) struct Save<'a> {
    pub cx: &'a Cx,
    pub settings: &'a Settings,
    hooks: &'a Hooks,
    pub memo: &'a RefCell<Written>,
    pub out: Output<'a>,
    /// Containers that are open, where nothing is remembered: the deep ones.
    open: Vec<usize>,
    depth: usize,
}

/// How deep containers may be before circles are looked for.
const FAST_DEPTH: usize = 50;

impl<'a> Save<'a> {
    pub(super) fn new(
        cx: &'a Cx,
        settings: &'a Settings,
        hooks: &'a Hooks,
        memo: &'a RefCell<Written>,
        file: Option<Value>,
    ) -> Save<'a> {
        Save { cx, settings, hooks, memo, out: Output::new(cx, file), open: Vec::new(), depth: 0 }
    }

    /// Writes a whole pickle.
    pub(super) fn run(mut self, object: &Value) -> R {
        if self.settings.protocol >= 2 {
            self.out.write(&[PROTO, self.settings.protocol as u8])?;
            if self.settings.protocol >= 4 {
                self.out.begin_framing();
            }
        }
        self.save(object)?;
        self.out.op(STOP)?;
        self.out.finish()
    }

    pub(super) fn protocol(&self) -> i64 {
        self.settings.protocol
    }

    /// Writes an object.
    #[inline]
    pub(super) fn save(&mut self, object: &Value) -> R<()> {
        self.save_as(object, true)
    }

    fn save_as(&mut self, object: &Value, persistent: bool) -> R<()> {
        let cx = self.cx;
        self.out.boundary()?;
        if persistent && let Some(persistent_id) = &self.hooks.persistent_id {
            let id = cx.call(persistent_id, core::slice::from_ref(object))?;
            if !id.is_none() {
                return self.save_persistent(&id);
            }
        }
        let ty = object.ty();
        let is = |other: &adder_objects::TypeObject| core::ptr::eq(ty, other);
        // What has no parts is not remembered.
        if object.is_none() {
            return self.out.op(NONE);
        }
        if is(&BOOL_TYPE) {
            return self.save_bool(cx.is_true(object)?);
        }
        if is(&INT_TYPE) {
            return self.save_int(object);
        }
        if is(&FLOAT_TYPE) {
            return self.save_float(object);
        }
        let known = self.memo.borrow().get(object);
        if let Some(number) = known {
            return self.get(number);
        }
        if is(&STR_TYPE) {
            return self.save_str(object);
        }
        if is(&BYTES_TYPE) {
            return self.save_bytes(object);
        }
        cx.check_stack()?;
        if is(&DICT_TYPE) {
            return self.nested(object, Save::save_dict);
        }
        if is(&LIST_TYPE) {
            return self.nested(object, Save::save_list);
        }
        if is(&TUPLE_TYPE) {
            return self.save_tuple(object);
        }
        if is(&SET_TYPE) {
            return self.save_set(object);
        }
        if is(&FROZENSET_TYPE) {
            return self.save_frozenset(object);
        }
        if is(&BYTEARRAY_TYPE) {
            return self.save_bytearray(object);
        }
        if is(&PICKLE_BUFFER_TYPE) {
            return self.save_buffer(object);
        }
        if let Some(reducer) = &self.hooks.reducer_override {
            let reduced = cx.call(reducer, core::slice::from_ref(object))?;
            if !reduced.is_not_implemented() {
                return self.save_reduced(object, &reduced);
            }
        }
        if is(&TYPE_TYPE) {
            return self.save_type(object);
        }
        if is(&crate::function::FUNCTION_TYPE) {
            return self.save_global(object, None);
        }
        let class = ty.value();
        let registered = match &self.hooks.dispatch_table {
            None => look_up(cx, Part::DispatchTable, &class)?,
            Some(table) => cx.getitem(table, &class).unless(&exc::LOOKUP_ERROR)?,
        };
        let reduced = if let Some(reduce) = registered {
            cx.call(&reduce, core::slice::from_ref(object))?
        } else if object.is_instance(&TYPE_TYPE) {
            return self.save_global(object, None);
        } else if let Some(reduce) = cx.getattr_opt(object, &cx.intern("__reduce_ex__")?)? {
            cx.call(&reduce, &[Value::small(self.protocol())])?
        } else if let Some(reduce) = cx.getattr_opt(object, &cx.intern("__reduce__")?)? {
            cx.call(&reduce, &[])?
        } else {
            return Err(cannot_pickle(cx, format_args!("Can't pickle {} object", class_name(cx, object))));
        };
        self.save_reduced(object, &reduced)
    }

    /// Writes what a reducer has given for an object.
    fn save_reduced(&mut self, object: &Value, reduced: &Value) -> R<()> {
        if reduced.downcast::<PyStr>().is_some() {
            return self.save_global(object, Some(reduced));
        }
        let done = match reduced.downcast::<PyTuple>() {
            Some(parts) => self.save_reduce(parts.items(), Some(object)),
            None => {
                let name = class_name(self.cx, reduced);
                Err(cannot_pickle(self.cx, format_args!("__reduce__ must return a string or tuple, not {name}")))
            }
        };
        self.noted(done, |cx| format!("when serializing {} object", class_name(cx, object)))
    }

    fn save_persistent(&mut self, id: &Value) -> R<()> {
        if self.settings.binary {
            self.save_as(id, false)?;
            return self.out.op(BINPERSID);
        }
        let text = self.cx.to_str(id)?;
        match text.as_str().filter(|text| text.is_ascii()) {
            Some(text) => {
                self.out.op(PERSID)?;
                self.out.write(text.as_bytes())?;
                self.out.write(b"\n")
            }
            None => Err(cannot_pickle(self.cx, format_args!("persistent IDs in protocol 0 must be ASCII strings"))),
        }
    }

    /// Writes a list or a dict; without a memo circles are found by depth.
    fn nested(&mut self, object: &Value, save: fn(&mut Save<'a>, &Value) -> R<()>) -> R<()> {
        if !self.settings.fast {
            return save(self, object);
        }
        self.depth += 1;
        let deep = self.depth > FAST_DEPTH;
        if deep {
            if self.open.contains(&object.bits()) {
                let (name, at) = (object.ty().name(), object.bits());
                return raise!(
                    self.cx,
                    exc::VALUE_ERROR,
                    "fast mode: can't pickle cyclic objects including object type {name} at {at:#x}"
                );
            }
            self.open.push(object.bits());
        }
        let done = save(self, object);
        self.depth -= 1;
        if deep {
            self.open.pop();
        }
        done
    }

    /// Remembers an object that was just written.
    pub(super) fn memoize(&mut self, object: &Value) -> R<()> {
        if self.settings.fast {
            return Ok(());
        }
        let number = {
            let mut memo = self.memo.borrow_mut();
            let Ok(number) = u32::try_from(memo.len()) else { return Err(self.cx.no_memory()) };
            // A program that reaches the pickler while it works may have remembered it already.
            if memo.get(object).is_none() {
                memo.set(self.cx, object.clone(), number)?;
            }
            number
        };
        if self.protocol() >= 4 {
            self.out.op(MEMOIZE)
        } else if !self.settings.binary {
            self.out.write(format!("{}{number}\n", PUT as char).as_bytes())
        } else if let Ok(short) = u8::try_from(number) {
            self.out.write(&[BINPUT, short])
        } else {
            self.out.op(LONG_BINPUT)?;
            self.out.write(&number.to_le_bytes())
        }
    }

    /// The number of an object that was written.
    pub(super) fn number(&self, object: &Value) -> Option<u32> {
        self.memo.borrow().get(object)
    }

    /// Refers to an object that was written.
    pub(super) fn get(&mut self, number: u32) -> R<()> {
        if !self.settings.binary {
            self.out.write(format!("{}{number}\n", GET as char).as_bytes())
        } else if let Ok(short) = u8::try_from(number) {
            self.out.write(&[BINGET, short])
        } else {
            self.out.op(LONG_BINGET)?;
            self.out.write(&number.to_le_bytes())
        }
    }

    /// Adds to an exception where it happened.
    #[inline]
    pub(super) fn noted<T>(&self, result: R<T>, note: impl FnOnce(&Cx) -> String) -> R<T> {
        match result {
            Ok(value) => Ok(value),
            Err(raised) => Err(add_note(self.cx, raised, note)),
        }
    }

    #[cold]
    pub(super) fn fail<T>(&self, message: Arguments<'_>) -> R<T> {
        Err(cannot_pickle(self.cx, message))
    }
}

#[cold]
fn add_note(cx: &Cx, raised: Raised, note: impl FnOnce(&Cx) -> String) -> Raised {
    if raised.is_go_over() {
        return raised;
    }
    let noted = (|| {
        let add = cx.getattr_text(raised.value(), "add_note")?;
        cx.call(&add, &[cx.str_value(&note(cx))?])
    })();
    noted.err().unwrap_or(raised)
}
