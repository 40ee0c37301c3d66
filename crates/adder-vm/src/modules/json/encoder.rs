//! `_json.Encoder`: values as JSON text.

use core::cell::RefCell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::{DICT_TYPE, PyDict};
use adder_objects::float::repr_text;
use adder_objects::int::{Int, decimal_digits};
use adder_objects::list::{LIST_TYPE, PyList};
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::{PyStr, StrBuilder};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::{own_encoder, strings};

/// Layout of an encoder.
#[repr(C)]
struct PyEncoder {
    head: Head,
    markers: Slot,
    default: Slot,
    encoder: Slot,
    indent: Slot,
    key_separator: Slot,
    item_separator: Slot,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
}

impl PyEncoder {
    fn slots(&self) -> [&Slot; 6] {
        [&self.markers, &self.default, &self.encoder, &self.indent, &self.key_separator, &self.item_separator]
    }
}

/// `_json.Encoder`
pub(super) static ENCODER_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const ENCODER_TYPE);
static SPEC: Spec = Spec {
    module: "_json",
    doc: Some("Writes one value as JSON text."),
    flags: flag::GC,
    size: size_of::<PyEncoder>(),
    functions: functions::<PyEncoder>(true, true),
    slots: Slots { new: slot(new), call: slot(call), ..Slots::NONE },
    getset: &[
        GetSet::get("markers", |_, this| Ok(held(&of(this).markers))),
        GetSet::get("default", |_, this| Ok(held(&of(this).default))),
        GetSet::get("encoder", |_, this| Ok(held(&of(this).encoder))),
        GetSet::get("indent", |_, this| Ok(held(&of(this).indent))),
        GetSet::get("key_separator", |_, this| Ok(held(&of(this).key_separator))),
        GetSet::get("item_separator", |_, this| Ok(held(&of(this).item_separator))),
        GetSet::get("sort_keys", |_, this| Ok(Value::bool(of(this).sort_keys))),
        GetSet::get("skipkeys", |_, this| Ok(Value::bool(of(this).skip_keys))),
    ],
    ..Spec::new("_json.Encoder", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyEncoder {
    fn ty() -> &'static TypeObject {
        &ENCODER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.slots().into_iter().for_each(|slot| slot.trace(tracer));
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.slots().into_iter().for_each(|slot| slot.clear(clearer));
    }
}

fn of(this: &Value) -> &PyEncoder {
    // SAFETY: called for encoders.
    unsafe { this.cast::<PyEncoder>() }
}

fn held(slot: &Slot) -> Value {
    slot.try_get().unwrap_or_else(Value::none)
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let params = Params {
        function: "make_encoder",
        names: [
            "markers",
            "default",
            "encoder",
            "indent",
            "key_separator",
            "item_separator",
            "sort_keys",
            "skipkeys",
            "allow_nan",
        ],
        positional_only: 0,
        positional: 9,
        required: 9,
    };
    let given = args.bind(cx, &params)?;
    let value = |at: usize| given[at].cloned().unwrap_or_else(Value::none);
    for at in [4, 5] {
        if value(at).downcast::<PyStr>().is_none() {
            let name = value(at);
            let name = name.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "make_encoder() argument {} must be str, not {name}", at + 1);
        }
    }
    let truth = |at: usize| cx.is_true(&value(at));
    let (sort_keys, skip_keys, allow_nan) = (truth(6)?, truth(7)?, truth(8)?);
    let markers = value(0);
    if !markers.is_none() && markers.downcast::<PyDict>().is_none() {
        let name = markers.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "make_encoder() argument 1 must be dict or None, not {name}");
    }
    let made = PyEncoder {
        head: unborn(),
        markers: Slot::new(markers),
        default: Slot::new(value(1)),
        encoder: Slot::new(value(2)),
        indent: Slot::new(value(3)),
        key_separator: Slot::new(value(4)),
        item_separator: Slot::new(value(5)),
        sort_keys,
        skip_keys,
        allow_nan,
    };
    Ok(cx.alloc(made)?.into_value())
}

fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "_iterencode",
        names: ["obj", "_current_indent_level"],
        positional_only: 0,
        positional: 2,
        required: 2,
    };
    let [Some(object), Some(level)] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let level = adder_objects::arguments::ssize(cx, level)?.max(0) as usize;
    let it = of(this);
    let indent = held(&it.indent);
    let (item, key) = (held(&it.item_separator), held(&it.key_separator));
    let (Some(item), Some(key)) = (item.downcast::<PyStr>(), key.downcast::<PyStr>()) else {
        return Ok(Value::none());
    };
    let encoder = held(&it.encoder);
    let writing = Writing {
        cx,
        default: held(&it.default),
        own: own_encoder(&encoder),
        encoder,
        indent: indent.downcast::<PyStr>(),
        item,
        key,
        sort_keys: it.sort_keys,
        skip_keys: it.skip_keys,
        allow_nan: it.allow_nan,
        open: (!held(&it.markers).is_none()).then(RefCell::default),
    };
    let mut out = StrBuilder::new(cx);
    writing.value(&mut out, object, level)?;
    Ok(cx.tuple([out.finish_value()?])?.into_value())
}

/// One call of an encoder.
struct Writing<'a> {
    cx: &'a Cx,
    default: Value,
    encoder: Value,
    /// The encoder is this module's own; in ASCII?
    own: Option<bool>,
    indent: Option<&'a PyStr>,
    item: &'a PyStr,
    key: &'a PyStr,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
    /// Addresses of what is being written, where circles are looked for.
    open: Option<RefCell<Vec<usize>>>,
}

impl Writing<'_> {
    fn string(&self, out: &mut StrBuilder<'_>, value: &Value) -> R<()> {
        if let (Some(ascii), Some(text)) = (self.own, value.downcast::<PyStr>()) {
            return strings::write(out, text, ascii);
        }
        let encoded = self.cx.call(&self.encoder, core::slice::from_ref(value))?;
        match encoded.downcast::<PyStr>() {
            Some(text) => out.push_object(text),
            None => raise!(self.cx, exc::TYPE_ERROR, "encoder() must return a string, not {}", encoded.ty().name()),
        }
    }

    /// Text of what is neither string nor container: None, a bool, an int, a float.
    fn plain(&self, value: &Value) -> R<Option<String>> {
        if value.is_none() {
            return Ok(Some("null".to_owned()));
        }
        if value.is_exact(&adder_objects::bool::BOOL_TYPE) {
            return Ok(Some(if self.cx.is_true(value)? { "true" } else { "false" }.to_owned()));
        }
        if let Some(int) = Int::of(value) {
            let digits = decimal_digits(self.cx, &int)?;
            return Ok(Some(if int.negative { format!("-{digits}") } else { digits }));
        }
        let Some(float) = value.as_float() else { return Ok(None) };
        if float.is_finite() {
            return Ok(Some(repr_text(float, true)));
        }
        if !self.allow_nan {
            let text = self.cx.repr(value)?;
            return raise!(
                self.cx,
                exc::VALUE_ERROR,
                "Out of range float values are not JSON compliant: {}",
                text.to_lossy()
            );
        }
        let text = if float.is_nan() {
            "NaN"
        } else if float > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        Ok(Some(text.to_owned()))
    }

    fn value(&self, out: &mut StrBuilder<'_>, value: &Value, level: usize) -> R<()> {
        if value.downcast::<PyStr>().is_some() {
            return self.string(out, value);
        }
        if let Some(text) = self.plain(value)? {
            return out.push_ascii(text.as_bytes());
        }
        self.cx.check_stack()?;
        if value.downcast::<PyList>().is_some() || value.downcast::<PyTuple>().is_some() {
            return self.sequence(out, value, level);
        }
        if let Some(dict) = value.downcast::<PyDict>() {
            return self.mapping(out, value, dict, level);
        }
        self.open(value)?;
        let instead = self.cx.call(&self.default, core::slice::from_ref(value))?;
        if let Err(raised) = self.value(out, &instead, level) {
            return Err(self.noted(raised, format!("when serializing {} object", value.ty().name())));
        }
        self.close();
        Ok(())
    }

    fn open(&self, value: &Value) -> R<()> {
        let Some(open) = &self.open else { return Ok(()) };
        if open.borrow().contains(&value.bits()) {
            return raise!(self.cx, exc::VALUE_ERROR, "Circular reference detected");
        }
        open.borrow_mut().push(value.bits());
        Ok(())
    }

    fn close(&self) {
        if let Some(open) = &self.open {
            open.borrow_mut().pop();
        }
    }

    /// An exception with a note that says where it happened.
    #[cold]
    fn noted(&self, raised: Raised, note: String) -> Raised {
        let noted = (|| {
            let add = self.cx.getattr_text(raised.value(), "add_note")?;
            self.cx.call(&add, &[self.cx.str_value(&note)?])
        })();
        noted.err().unwrap_or(raised)
    }

    fn new_line(&self, out: &mut StrBuilder<'_>, level: usize) -> R<()> {
        if let Some(indent) = self.indent {
            out.push_ascii(b"\n")?;
            for _ in 0..level {
                out.push_object(indent)?;
            }
        }
        Ok(())
    }

    fn sequence(&self, out: &mut StrBuilder<'_>, value: &Value, level: usize) -> R<()> {
        let cx = self.cx;
        // Subclasses say by their iterators what is in them.
        let held = match value.downcast::<PyTuple>() {
            Some(_) if value.is_exact(&adder_objects::tuple::TUPLE_TYPE) => value.clone(),
            None if value.is_exact(&LIST_TYPE) => value.clone(),
            _ => cx.list_of(value)?.into_value(),
        };
        let item = |at: usize| match held.downcast::<PyList>() {
            Some(list) => list.get(at),
            None => held.downcast::<PyTuple>().and_then(|tuple| tuple.items().get(at).cloned()),
        };
        let Some(mut next) = item(0) else { return out.push_ascii(b"[]") };
        self.open(value)?;
        out.push_ascii(b"[")?;
        self.new_line(out, level + 1)?;
        let mut at = 0;
        loop {
            if let Err(raised) = self.value(out, &next, level + 1) {
                return Err(self.noted(raised, format!("when serializing {} item {at}", value.ty().name())));
            }
            at += 1;
            match item(at) {
                Some(value) => next = value,
                None => break,
            }
            out.push_object(self.item)?;
            self.new_line(out, level + 1)?;
        }
        self.close();
        self.new_line(out, level)?;
        out.push_ascii(b"]")
    }

    fn mapping(&self, out: &mut StrBuilder<'_>, value: &Value, dict: &PyDict, level: usize) -> R<()> {
        let cx = self.cx;
        if dict.is_empty() {
            return out.push_ascii(b"{}");
        }
        self.open(value)?;
        out.push_ascii(b"{")?;
        let mut first = true;
        if self.sort_keys || !value.is_exact(&DICT_TYPE) {
            let items = cx.list_of(&cx.call(&cx.getattr_text(value, "items")?, &[])?)?;
            if self.sort_keys {
                cx.call(&cx.getattr_text(items.as_value(), "sort")?, &[])?;
            }
            let mut at = 0;
            while let Some(pair) = items.get(at) {
                let Some([name, member]) = pair.downcast::<PyTuple>().map(PyTuple::items) else {
                    return raise!(cx, exc::VALUE_ERROR, "items must return 2-tuples");
                };
                self.member(out, value, name, member, &mut first, level + 1)?;
                at += 1;
            }
        } else {
            let mut position = 0;
            while let Some((name, member)) = dict.next(&mut position) {
                self.member(out, value, &name, &member, &mut first, level + 1)?;
            }
        }
        self.close();
        if !first {
            self.new_line(out, level)?;
        }
        out.push_ascii(b"}")
    }

    fn member(
        &self,
        out: &mut StrBuilder<'_>,
        owner: &Value,
        name: &Value,
        member: &Value,
        first: &mut bool,
        level: usize,
    ) -> R<()> {
        let cx = self.cx;
        let made;
        let text = if name.downcast::<PyStr>().is_some() {
            name
        } else if let Some(text) = self.plain(name)? {
            made = cx.str_value(&text)?;
            &made
        } else if self.skip_keys {
            return Ok(());
        } else {
            return raise!(cx, exc::TYPE_ERROR, "keys must be str, int, float, bool or None, not {}", name.ty().name());
        };
        if !core::mem::replace(first, false) {
            out.push_object(self.item)?;
        }
        self.new_line(out, level)?;
        self.string(out, text)?;
        out.push_object(self.key)?;
        if let Err(raised) = self.value(out, member, level) {
            let name = cx.repr(text)?;
            let note = format!("when serializing {} item {}", owner.ty().name(), name.to_lossy());
            return Err(self.noted(raised, note));
        }
        Ok(())
    }
}
