//! `_json.Scanner`: values of JSON text.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::float::FLOAT_TYPE;
use adder_objects::int::INT_TYPE;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::Chars;
use adder_objects::typeobject::{GetSet, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, Params, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::{decode_error, string, strings};

/// Layout of a scanner.
#[repr(C)]
struct PyScanner {
    head: Head,
    strict: bool,
    object_hook: Slot,
    object_pairs_hook: Slot,
    parse_float: Slot,
    parse_int: Slot,
    parse_constant: Slot,
}

impl PyScanner {
    fn slots(&self) -> [&Slot; 5] {
        [&self.object_hook, &self.object_pairs_hook, &self.parse_float, &self.parse_int, &self.parse_constant]
    }
}

/// `_json.Scanner`
pub(super) static SCANNER_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const SCANNER_TYPE);
static SPEC: Spec = Spec {
    module: "_json",
    doc: Some("Reads one value of JSON text."),
    flags: flag::GC,
    size: size_of::<PyScanner>(),
    functions: functions::<PyScanner>(true, true),
    slots: Slots { new: slot(new), call: slot(call), ..Slots::NONE },
    getset: &[
        GetSet::get("strict", |_, this| Ok(Value::bool(of(this).strict))),
        GetSet::get("object_hook", |_, this| Ok(held(&of(this).object_hook))),
        GetSet::get("object_pairs_hook", |_, this| Ok(held(&of(this).object_pairs_hook))),
        GetSet::get("parse_float", |_, this| Ok(held(&of(this).parse_float))),
        GetSet::get("parse_int", |_, this| Ok(held(&of(this).parse_int))),
        GetSet::get("parse_constant", |_, this| Ok(held(&of(this).parse_constant))),
    ],
    ..Spec::new("_json.Scanner", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyScanner {
    fn ty() -> &'static TypeObject {
        &SCANNER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.slots().into_iter().for_each(|slot| slot.trace(tracer));
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.slots().into_iter().for_each(|slot| slot.clear(clearer));
    }
}

fn of(this: &Value) -> &PyScanner {
    // SAFETY: called for scanners.
    unsafe { this.cast::<PyScanner>() }
}

fn held(slot: &Slot) -> Value {
    slot.try_get().unwrap_or_else(Value::none)
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let params =
        Params { function: "make_scanner", names: ["context"], positional_only: 0, positional: 1, required: 1 };
    let [Some(context)] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let strict = cx.is_true(&cx.getattr_text(context, "strict")?)?;
    let attribute = |name: &str| cx.getattr_text(context, name).map(Slot::new);
    let made = PyScanner {
        head: unborn(),
        strict,
        object_hook: attribute("object_hook")?,
        object_pairs_hook: attribute("object_pairs_hook")?,
        parse_float: attribute("parse_float")?,
        parse_int: attribute("parse_int")?,
        parse_constant: attribute("parse_constant")?,
    };
    Ok(cx.alloc(made)?.into_value())
}

fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let params =
        Params { function: "scan_once", names: ["string", "idx"], positional_only: 0, positional: 2, required: 2 };
    let [Some(text), Some(at)] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let at = adder_objects::arguments::ssize(cx, at)?;
    let chars = string(cx, text)?.chars();
    let Ok(at) = usize::try_from(at) else { return raise!(cx, exc::VALUE_ERROR, "idx cannot be negative") };
    let it = of(this);
    let hook = |slot: &Slot| Some(held(slot)).filter(|hook| !hook.is_none());
    let scan = Scan {
        cx,
        text,
        strict: it.strict,
        object_hook: hook(&it.object_hook),
        pairs_hook: hook(&it.object_pairs_hook),
        parse_float: hook(&it.parse_float).filter(|parse| !parse.is(&FLOAT_TYPE.value())),
        parse_int: hook(&it.parse_int).filter(|parse| !parse.is(&INT_TYPE.value())),
        parse_constant: held(&it.parse_constant),
        names: cx.dict()?,
    };
    let (value, end) = match chars {
        Chars::Ascii(units) | Chars::One(units) => scan.value(chars, units, at)?,
        Chars::Two(units) => scan.value(chars, units, at)?,
        Chars::Four(units) => scan.value(chars, units, at)?,
    };
    Ok(cx.tuple([value, cx.int(end as i64)?])?.into_value())
}

/// One call of a scanner: text never changes, whatever the hooks do.
struct Scan<'a> {
    cx: &'a Cx,
    text: &'a Value,
    strict: bool,
    object_hook: Option<Value>,
    pairs_hook: Option<Value>,
    parse_float: Option<Value>,
    parse_int: Option<Value>,
    parse_constant: Value,
    /// The names of members so far: equal ones are the same object.
    names: Obj<PyDict>,
}

fn unit<T: Copy + Into<u32>>(units: &[T], at: usize) -> Option<u8> {
    units.get(at).and_then(|unit| u8::try_from((*unit).into()).ok())
}

/// The place of what is no white space.
fn skip_space<T: Copy + Into<u32>>(units: &[T], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = unit(units, at) {
        at += 1;
    }
    at
}

fn starts_with<T: Copy + Into<u32>>(units: &[T], at: usize, word: &str) -> bool {
    word.bytes().enumerate().all(|(i, byte)| unit(units, at + i) == Some(byte))
}

impl Scan<'_> {
    fn no_value(&self, at: usize) -> Raised {
        match self.cx.int(at as i64) {
            Ok(at) => self.cx.error_of(&exc::STOP_ITERATION, &[at]),
            Err(raised) => raised,
        }
    }

    fn fail<T>(&self, message: &str, at: usize) -> R<T> {
        Err(decode_error(self.cx, message, self.text, at as isize))
    }

    fn value<T: Copy + Into<u32>>(&self, chars: Chars<'_>, units: &[T], at: usize) -> R<(Value, usize)> {
        let constant = |name: &str| {
            let value = self.cx.call(&self.parse_constant, &[self.cx.str_value(name)?])?;
            Ok((value, at + name.len()))
        };
        match unit(units, at) {
            Some(b'"') => strings::scan(self.cx, self.text, chars, at + 1, self.strict),
            Some(b'{') => self.object(chars, units, at + 1),
            Some(b'[') => self.array(chars, units, at + 1),
            Some(b'n') if starts_with(units, at, "null") => Ok((Value::none(), at + 4)),
            Some(b't') if starts_with(units, at, "true") => Ok((Value::bool(true), at + 4)),
            Some(b'f') if starts_with(units, at, "false") => Ok((Value::bool(false), at + 5)),
            Some(b'N') if starts_with(units, at, "NaN") => constant("NaN"),
            Some(b'I') if starts_with(units, at, "Infinity") => constant("Infinity"),
            Some(b'-') if starts_with(units, at, "-Infinity") => constant("-Infinity"),
            Some(b'-' | b'0'..=b'9') => self.number(units, at),
            _ => Err(self.no_value(at)),
        }
    }

    fn number<T: Copy + Into<u32>>(&self, units: &[T], start: usize) -> R<(Value, usize)> {
        let cx = self.cx;
        let digits = |mut at: usize| {
            while let Some(b'0'..=b'9') = unit(units, at) {
                at += 1;
            }
            at
        };
        let negative = unit(units, start) == Some(b'-');
        let first = start + usize::from(negative);
        let whole = match unit(units, first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => digits(first),
            _ => return Err(self.no_value(start)),
        };
        let mut end = whole;
        if unit(units, whole) == Some(b'.') && matches!(unit(units, whole + 1), Some(b'0'..=b'9')) {
            end = digits(whole + 1);
        }
        if matches!(unit(units, end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(unit(units, end + 1), Some(b'+' | b'-')));
            if matches!(unit(units, end + 1 + sign), Some(b'0'..=b'9')) {
                end = digits(end + 1 + sign);
            }
        }
        let is_float = end > whole;
        if !is_float && self.parse_int.is_none() && end - first <= 18 {
            let value = (first..end).fold(0, |n, at| n * 10 + i64::from(unit(units, at).unwrap_or(b'0') - b'0'));
            return Ok((cx.int(if negative { -value } else { value })?, end));
        }
        let text: Vec<u8> = (start..end).filter_map(|at| unit(units, at)).collect();
        let value = match (is_float, &self.parse_float, &self.parse_int) {
            (true, None, _) => {
                cx.float(core::str::from_utf8(&text).ok().and_then(|t| t.parse().ok()).unwrap_or(0.0))?
            }
            (true, Some(parse), _) | (false, _, Some(parse)) => {
                cx.call(parse, &[cx.str_from_ascii(&text)?.into_value()])?
            }
            (false, _, None) => cx.call(&INT_TYPE.value(), &[cx.str_from_ascii(&text)?.into_value()])?,
        };
        Ok((value, end))
    }

    fn array<T: Copy + Into<u32>>(&self, chars: Chars<'_>, units: &[T], start: usize) -> R<(Value, usize)> {
        self.cx.check_stack()?;
        let mut values = Vec::new();
        let mut at = skip_space(units, start);
        if unit(units, at) == Some(b']') {
            return Ok((self.cx.list([])?.into_value(), at + 1));
        }
        loop {
            let (value, end) = self.value(chars, units, at)?;
            values.push(value);
            at = skip_space(units, end);
            match unit(units, at) {
                Some(b']') => return Ok((self.cx.list(values)?.into_value(), at + 1)),
                Some(b',') => {}
                _ => return self.fail("Expecting ',' delimiter", at),
            }
            let comma = at;
            at = skip_space(units, at + 1);
            if unit(units, at) == Some(b']') {
                return self.fail("Illegal trailing comma before end of array", comma);
            }
        }
    }

    fn object<T: Copy + Into<u32>>(&self, chars: Chars<'_>, units: &[T], start: usize) -> R<(Value, usize)> {
        const NO_NAME: &str = "Expecting property name enclosed in double quotes";
        let cx = self.cx;
        cx.check_stack()?;
        let mut pairs = Vec::new();
        let dict = if self.pairs_hook.is_none() { Some(cx.dict()?) } else { None };
        let mut at = skip_space(units, start);
        if unit(units, at) != Some(b'}') {
            loop {
                if unit(units, at) != Some(b'"') {
                    return self.fail(NO_NAME, at);
                }
                let (name, end) = strings::scan(cx, self.text, chars, at + 1, self.strict)?;
                let name = self.names.setdefault(cx, &name, name.clone())?;
                at = skip_space(units, end);
                if unit(units, at) != Some(b':') {
                    return self.fail("Expecting ':' delimiter", at);
                }
                let (value, end) = self.value(chars, units, skip_space(units, at + 1))?;
                match &dict {
                    Some(dict) => dict.set(cx, &name, value)?,
                    None => pairs.push(cx.tuple([name, value])?.into_value()),
                }
                at = skip_space(units, end);
                match unit(units, at) {
                    Some(b'}') => break,
                    Some(b',') => {}
                    _ => return self.fail("Expecting ',' delimiter", at),
                }
                let comma = at;
                at = skip_space(units, at + 1);
                if unit(units, at) == Some(b'}') {
                    return self.fail("Illegal trailing comma before end of object", comma);
                }
            }
        }
        let made = match (dict, &self.pairs_hook, &self.object_hook) {
            (None, Some(hook), _) => cx.call(hook, &[cx.list(pairs)?.into_value()])?,
            (Some(dict), _, Some(hook)) => cx.call(hook, &[dict.into_value()])?,
            (Some(dict), _, None) => dict.into_value(),
            (None, None, _) => Value::none(),
        };
        Ok((made, at + 1))
    }
}
