//! What the slots of a class hold whose special method is written in Python: functions that call the method.

use super::{BINARY, NULLARY};
use crate::args::Args;
use crate::attributes::generic_getattr;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::tuple::PyTuple;
use crate::typeobject::{Binary, CompareOp, TypeObject, by_operator, flag, number};
use crate::value::Value;

/// Calls a special method that must be there.
fn call(cx: &Cx, this: &Value, name: &Value, args: &[Value]) -> R {
    match cx.call_special(this, name, args)? {
        Some(result) => Ok(result),
        None => Err(cx.error_of(&exc::ATTRIBUTE_ERROR, core::slice::from_ref(name))),
    }
}

/// Calls a special method that may be missing.
fn call_maybe(cx: &Cx, this: &Value, name: &Value, args: &[Value]) -> R {
    Ok(cx.call_special(this, name, args)?.unwrap_or_else(Value::not_implemented))
}

pub(super) fn nullary<const SLOT: usize>(cx: &Cx, this: &Value) -> R {
    call(cx, this, (NULLARY[SLOT].name)(&cx.names), &[])
}

pub(super) fn repr(cx: &Cx, this: &Value) -> R {
    match cx.call_special(this, cx.names.repr(), &[])? {
        Some(text) => Ok(text),
        None => crate::object_type::repr(cx, this),
    }
}

pub(super) fn str(cx: &Cx, this: &Value) -> R {
    call(cx, this, cx.names.str(), &[])
}

/// `__iter__ = None` says that there is none, and so does a class that lost it.
pub(super) fn iter(cx: &Cx, this: &Value) -> R {
    if let Some(method) = cx.lookup(this.ty(), cx.names.iter())? {
        if method.is_none() {
            return raise!(cx, exc::TYPE_ERROR, "'{}' object is not iterable", this.ty().name());
        }
        return call(cx, this, cx.names.iter(), &[]);
    }
    cx.sequence_iterator(this)
}

pub(super) fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let hash = call(cx, this, cx.names.hash(), &[])?;
    if !hash.is_int() {
        return raise!(cx, exc::TYPE_ERROR, "__hash__ method should return an integer");
    }
    Ok(match hash.as_i64() {
        Some(-1) => -2,
        Some(hash) => hash,
        // Too large for a word: as the int hashes itself.
        None => match crate::int::INT_TYPE.slots.hash.get() {
            Some(of_int) => of_int(cx, &hash)?,
            None => 0,
        },
    })
}

pub(super) fn call_object(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    match cx.lookup(this.ty(), cx.names.call())? {
        Some(method) if method.ty().has(crate::typeobject::flag::METHOD_DESCRIPTOR) => {
            cx.call_with_first(&method, this.clone(), args)
        }
        Some(_) => match cx.special(this, cx.names.call())? {
            Some(bound) => cx.call_args(&bound, args),
            None => raise!(cx, exc::TYPE_ERROR, "'{}' object is not callable", this.ty().name()),
        },
        None => raise!(cx, exc::TYPE_ERROR, "'{}' object is not callable", this.ty().name()),
    }
}

/// `__getattribute__` alone.
pub(super) fn getattribute(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    call(cx, this, cx.names.getattribute(), core::slice::from_ref(name)).map(Some)
}

/// `__getattribute__`, then `__getattr__` if there is no such attribute.
pub(super) fn getattr_hook(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    let native = cx.lookup(this.ty(), cx.names.getattribute())?.and_then(|found| super::fill::native_getattr(&found));
    let found = match native {
        Some(get) => get(cx, this, name),
        None => getattribute(cx, this, name),
    };
    match found {
        Ok(None) => {}
        Err(raised) if raised.is(&exc::ATTRIBUTE_ERROR) => {}
        other => return other,
    }
    match cx.call_special(this, cx.names.getattr(), core::slice::from_ref(name))? {
        Some(value) => Ok(Some(value)),
        None => generic_getattr(cx, this, name),
    }
}

pub(super) fn setattr(cx: &Cx, this: &Value, name: &Value, value: Option<&Value>) -> R<()> {
    match value {
        Some(value) => call(cx, this, cx.names.setattr(), &[name.clone(), value.clone()]),
        None => call(cx, this, cx.names.delattr(), core::slice::from_ref(name)),
    }
    .map(drop)
}

fn compare_name(cx: &Cx, op: CompareOp) -> &Value {
    match op {
        CompareOp::Lt => cx.names.lt(),
        CompareOp::Le => cx.names.le(),
        CompareOp::Eq => cx.names.eq(),
        CompareOp::Ne => cx.names.ne(),
        CompareOp::Gt => cx.names.gt(),
        CompareOp::Ge => cx.names.ge(),
    }
}

pub(super) fn compare(cx: &Cx, this: &Value, other: &Value, op: CompareOp) -> R {
    let name = compare_name(cx, op);
    match cx.lookup(this.ty(), name)? {
        Some(method) if method.ty().has(flag::METHOD_DESCRIPTOR) => {
            cx.call_with_first(&method, this.clone(), Args::positional(core::slice::from_ref(other)))
        }
        // What binding raises (a property, say) is no comparison, as in CPython.
        Some(_) => match cx.special(this, name) {
            Ok(Some(method)) => cx.call(&method, core::slice::from_ref(other)),
            Ok(None) | Err(_) => Ok(Value::not_implemented()),
        },
        None => Ok(Value::not_implemented()),
    }
}

/// Calls `__next__`; StopIteration is the end.
pub(super) fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    match call(cx, this, cx.names.next(), &[]) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.is(&exc::STOP_ITERATION) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// How far an iterator has come.
pub enum Step {
    /// Its next value.
    Value(Value),
    /// It has ended, with this result: what `yield from` and `await` give.
    End(Value),
}

impl Cx {
    /// The next value of an iterator, or the value with which it ended (None, but for generators and for StopIteration with a
    /// value). `sent` goes to a generator; others take None only, or have a method `send`.
    ///
    /// # Errors
    /// What the iterator raises, but for StopIteration; AttributeError if it cannot be sent to.
    pub fn step(&self, iterator: &Value, sent: &Value) -> R<Step> {
        let slots = &iterator.ty().slots;
        if let Some(send) = slots.send.get() {
            return Ok(match send(self, iterator, sent)? {
                Ok(value) => Step::Value(value),
                Err(result) => Step::End(result),
            });
        }
        let native =
            slots.next.get().filter(|&f| !core::ptr::fn_addr_eq(f, next as fn(&Cx, &Value) -> R<Option<Value>>));
        let result = match (native, sent.is_none()) {
            (Some(next), true) => {
                return Ok(match next(self, iterator)? {
                    Some(value) => Step::Value(value),
                    None => Step::End(Value::none()),
                });
            }
            (None, true) if slots.next.get().is_some() => call(self, iterator, self.names.next(), &[]),
            (_, true) => {
                return raise!(self, exc::TYPE_ERROR, "'{}' object is not an iterator", iterator.ty().name());
            }
            (_, false) => self.call_method(iterator, self.names.send(), core::slice::from_ref(sent)),
        };
        match result {
            Ok(value) => Ok(Step::Value(value)),
            Err(raised) if raised.is(&exc::STOP_ITERATION) => {
                let exception = raised.value();
                if let Some(value) = self.getattr_opt(exception, self.names.value())? {
                    return Ok(Step::End(value));
                }
                let args = exception.downcast::<exc::PyBaseException>().map(|exception| exception.args.get());
                let first = args.as_ref().and_then(Value::downcast::<PyTuple>).and_then(|args| args.items().first());
                Ok(Step::End(first.cloned().unwrap_or_else(Value::none)))
            }
            Err(raised) => Err(raised),
        }
    }
}

pub(super) fn descr_get(cx: &Cx, this: &Value, object: Option<&Value>, class: Option<&Value>) -> R {
    let (object, class) = (object.cloned(), class.cloned());
    match cx.call_special(
        this,
        cx.names.get(),
        &[object.unwrap_or_else(Value::none), class.unwrap_or_else(Value::none)],
    )? {
        Some(value) => Ok(value),
        None => Ok(this.clone()),
    }
}

pub(super) fn descr_set(cx: &Cx, this: &Value, object: &Value, value: Option<&Value>) -> R<()> {
    match value {
        Some(value) => call(cx, this, cx.names.set(), &[object.clone(), value.clone()]),
        None => call(cx, this, cx.names.delete(), core::slice::from_ref(object)),
    }
    .map(drop)
}

pub(super) fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let result = match cx.lookup(this.ty(), cx.names.init())? {
        Some(method) if method.ty().has(crate::typeobject::flag::METHOD_DESCRIPTOR) => {
            cx.call_with_first(&method, this.clone(), args)?
        }
        Some(_) => match cx.special(this, cx.names.init())? {
            Some(bound) => cx.call_args(&bound, args)?,
            None => return Ok(()),
        },
        None => return Err(cx.error_of(&exc::ATTRIBUTE_ERROR, core::slice::from_ref(cx.names.init()))),
    };
    if !result.is_none() {
        return raise!(cx, exc::TYPE_ERROR, "__init__() should return None, not '{}'", result.ty().name());
    }
    Ok(())
}

pub(super) fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let class = class.value();
    let method = cx.getattr(&class, cx.names.new())?;
    cx.call_with_first(&method, class, args)
}

/// `__del__`; an error goes to the hook for errors that nobody can catch.
pub(super) fn finalize(cx: &Cx, this: &Value) {
    let method = match cx.lookup(this.ty(), cx.names.del()) {
        Ok(Some(method)) => method,
        Ok(None) => return,
        Err(raised) => return cx.unraisable(raised, None, Some(this)),
    };
    if let Err(raised) = cx.call_special(this, cx.names.del(), &[]) {
        cx.unraisable(raised, None, Some(&method));
    }
}

pub(super) fn bool(cx: &Cx, this: &Value) -> R<bool> {
    let answer = call(cx, this, cx.names.bool(), &[])?;
    match answer.as_bool() {
        Some(yes) => Ok(yes),
        None => raise!(cx, exc::TYPE_ERROR, "__bool__ should return bool, returned {}", answer.ty().name()),
    }
}

pub(super) fn len(cx: &Cx, this: &Value) -> R<usize> {
    let len = call(cx, this, cx.names.len(), &[])?;
    let len = cx.index(&len)?;
    let negative = match len.as_i64() {
        Some(n) => n < 0,
        None => len.downcast::<crate::int::PyLong>().is_some_and(crate::int::PyLong::is_negative),
    };
    if negative {
        return raise!(cx, exc::VALUE_ERROR, "__len__() should return >= 0");
    }
    Ok(cx.index_to_isize(&len, Some(&exc::OVERFLOW_ERROR))? as usize)
}

pub(super) fn getitem(cx: &Cx, this: &Value, key: &Value) -> R {
    call(cx, this, cx.names.getitem(), core::slice::from_ref(key))
}

pub(super) fn item(cx: &Cx, this: &Value, index: isize) -> R {
    getitem(cx, this, &cx.int(index as i64)?)
}

pub(super) fn setitem(cx: &Cx, this: &Value, key: &Value, item: Option<&Value>) -> R<()> {
    match item {
        Some(item) => call(cx, this, cx.names.setitem(), &[key.clone(), item.clone()]),
        None => call(cx, this, cx.names.delitem(), core::slice::from_ref(key)),
    }
    .map(drop)
}

pub(super) fn contains(cx: &Cx, this: &Value, key: &Value) -> R<bool> {
    if let Some(method) = cx.lookup(this.ty(), cx.names.contains())?
        && method.is_none()
    {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object is not a container", this.ty().name());
    }
    let answer = call(cx, this, cx.names.contains(), core::slice::from_ref(key))?;
    cx.is_true(&answer)
}

fn same(a: Option<Binary>, b: Binary) -> bool {
    a.is_some_and(|a| core::ptr::fn_addr_eq(a, b))
}

/// Does the right operand's class say something else under the reflected name than the left one's?
fn overloads(cx: &Cx, left: &Value, right: &Value, name: &Value) -> R<bool> {
    let Some(of_right) = cx.getattr_opt(&right.ty().value(), name)? else { return Ok(false) };
    let Some(of_left) = cx.getattr_opt(&left.ty().value(), name)? else { return Ok(true) };
    Ok(!cx.equals(&of_left, &of_right)?)
}

/// A binary operator: the method of the left operand, or the reflected one of the right, which comes first if its class is
/// derived from the left one's and says something else.
pub(super) fn binary<const OP: usize>(cx: &Cx, a: &Value, b: &Value) -> R {
    let [name, reflected, _] = BINARY[OP];
    let (name, reflected) = (name(&cx.names), reflected(&cx.names));
    let (left, right) = (a.ty(), b.ty());
    let differ = !core::ptr::eq(left, right);
    let mut try_right = differ && same(right.slots.binary[OP].get(), binary::<OP>);
    if same(left.slots.binary[OP].get(), binary::<OP>) {
        if try_right && right.is_subtype(left) && overloads(cx, a, b, reflected)? {
            let result = call_maybe(cx, b, reflected, core::slice::from_ref(a))?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
            try_right = false;
        }
        let result = call_maybe(cx, a, name, core::slice::from_ref(b))?;
        if !result.is_not_implemented() || !differ {
            return Ok(result);
        }
    }
    if try_right {
        return call_maybe(cx, b, reflected, core::slice::from_ref(a));
    }
    Ok(Value::not_implemented())
}

pub(super) fn in_place<const OP: usize>(cx: &Cx, a: &Value, b: &Value) -> R {
    call(cx, a, BINARY[OP][2](&cx.names), core::slice::from_ref(b))
}

/// `pow` with three operands asks only the first.
pub(super) fn power(cx: &Cx, a: &Value, b: &Value, c: &Value) -> R {
    let mine: fn(&Cx, &Value, &Value, &Value) -> R = power;
    if a.ty().slots.power.get().is_some_and(|f| core::ptr::fn_addr_eq(f, mine)) {
        return call(cx, a, cx.names.pow(), &[b.clone(), c.clone()]);
    }
    Ok(Value::not_implemented())
}

/// What [`Slots::binary`](crate::typeobject::Slots::binary) holds for methods written in Python.
pub(super) static BINARIES: [Binary; number::COUNT] = by_operator!(binary);
/// The same for [`Slots::in_place`](crate::typeobject::Slots::in_place).
pub(super) static IN_PLACES: [Binary; number::COUNT] = by_operator!(in_place);
