//! What can be done with any object: CPython's abstract object protocol.

mod number;
mod sequence;

pub use number::{BINARY_NAMES, symbol};

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Obj;
use crate::str::{PyStr, STR_TYPE};
use crate::tuple::PyTuple;
use crate::typeobject::{CompareOp, TypeObject, flag};
use crate::value::Value;

/// What the `hash` slot of a type without hashes holds.
pub fn unhashable(cx: &Cx, this: &Value) -> R<i64> {
    raise!(cx, exc::TYPE_ERROR, "unhashable type: '{}'", this.ty().name())
}

/// `hash(n)` of a small int: `n` modulo 2^61 - 1 with its sign, and -2 for -1.
#[inline]
fn small_hash(int: i64) -> i64 {
    const PRIME: i64 = (1 << 61) - 1;
    match int % PRIME {
        -1 => -2,
        hash => hash,
    }
}

impl Cx {
    /// Calls with positional arguments.
    ///
    /// # Errors
    /// What the call raises; TypeError if it cannot be called.
    #[inline]
    pub fn call(&self, callable: &Value, args: &[Value]) -> R {
        self.call_args(callable, Args::positional(args))
    }

    /// Calls with any arguments.
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    #[inline]
    pub fn call_args(&self, callable: &Value, args: Args<'_>) -> R {
        self.check_stack()?;
        match callable.ty().slots.call.get() {
            Some(call) => call(self, callable, args),
            None => raise!(self, exc::TYPE_ERROR, "'{}' object is not callable", callable.ty().name()),
        }
    }

    /// Calls with one more argument in front.
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    pub fn call_with_first(&self, callable: &Value, first: Value, args: Args<'_>) -> R {
        let mut values = Vec::with_capacity(args.values().len() + 1);
        values.push(first);
        values.extend_from_slice(args.values());
        self.call_args(callable, Args::with_names(&values, args.names()))
    }

    /// Calls a method.
    ///
    /// # Errors
    /// AttributeError; what the call raises.
    pub fn call_method(&self, object: &Value, name: &Value, args: &[Value]) -> R {
        match self.method(object, name)? {
            (function, Some(this)) => self.call_with_first(&function, this, Args::positional(args)),
            (bound, None) => self.call(&bound, args),
        }
    }

    /// Calls a special method of the type; `None` if it has none.
    ///
    /// # Errors
    /// What the call raises.
    pub fn call_special(&self, object: &Value, name: &Value, args: &[Value]) -> R<Option<Value>> {
        match self.lookup(object.ty(), name)? {
            None => Ok(None),
            Some(function) if function.ty().has(flag::METHOD_DESCRIPTOR) => {
                self.call_with_first(&function, object.clone(), Args::positional(args)).map(Some)
            }
            Some(attribute) => {
                let bound = match attribute.ty().slots.descr_get.get() {
                    Some(get) => get(self, &attribute, Some(object), Some(&object.ty().value()))?,
                    None => attribute,
                };
                self.call(&bound, args).map(Some)
            }
        }
    }

    /// `bool(value)`
    ///
    /// # Errors
    /// What `__bool__` or `__len__` raises.
    #[inline]
    pub fn is_true(&self, value: &Value) -> R<bool> {
        if let Some(yes) = value.as_bool() {
            return Ok(yes);
        }
        if let Some(int) = value.as_small() {
            return Ok(int != 0);
        }
        let slots = &value.ty().slots;
        match (slots.bool.get(), slots.len.get()) {
            (Some(test), _) => test(self, value),
            (None, Some(len)) => Ok(len(self, value)? != 0),
            (None, None) => Ok(true),
        }
    }

    /// `hash(value)`
    ///
    /// # Errors
    /// TypeError if it is not hashable; what `__hash__` raises.
    #[inline]
    pub fn hash(&self, value: &Value) -> R<i64> {
        if let Some(int) = value.as_small() {
            return Ok(small_hash(int));
        }
        match value.ty().slots.hash.get() {
            Some(hash) => hash(self, value),
            None => unhashable(self, value),
        }
    }

    /// `a == b` as containers ask it: an object equals itself.
    ///
    /// # Errors
    /// What the comparison raises.
    #[inline]
    pub fn equals(&self, a: &Value, b: &Value) -> R<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if let (Some(a), Some(b)) = (a.downcast_exact::<PyStr>(), b.downcast_exact::<PyStr>()) {
            return Ok(a.equals(b));
        }
        let result = self.compare(a, b, CompareOp::Eq)?;
        self.is_true(&result)
    }

    /// `a op b`
    ///
    /// # Errors
    /// TypeError if they cannot be ordered; what the comparison raises.
    pub fn compare(&self, a: &Value, b: &Value, op: CompareOp) -> R {
        if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
            return Ok(Value::bool(op.holds(x.cmp(&y))));
        }
        self.check_stack()?;
        let (left, right) = (a.ty(), b.ty());
        let mut reflected = false;
        if !core::ptr::eq(left, right)
            && right.is_subtype(left)
            && let Some(compare) = right.slots.compare.get()
        {
            reflected = true;
            let result = compare(self, b, a, op.swapped())?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        if let Some(compare) = left.slots.compare.get() {
            let result = compare(self, a, b, op)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        if !reflected && let Some(compare) = right.slots.compare.get() {
            let result = compare(self, b, a, op.swapped())?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        match op {
            CompareOp::Eq => Ok(Value::bool(a.is(b))),
            CompareOp::Ne => Ok(Value::bool(!a.is(b))),
            _ => raise!(
                self,
                exc::TYPE_ERROR,
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                left.name(),
                right.name()
            ),
        }
    }

    /// `a op b`, as a truth value.
    ///
    /// # Errors
    /// As for [`compare`](Self::compare).
    pub fn compares(&self, a: &Value, b: &Value, op: CompareOp) -> R<bool> {
        let result = self.compare(a, b, op)?;
        self.is_true(&result)
    }

    /// `repr(value)`
    ///
    /// # Errors
    /// What `__repr__` raises; TypeError if that gives no string.
    pub fn repr(&self, value: &Value) -> R<Obj<PyStr>> {
        self.check_stack()?;
        let Some(repr) = value.ty().slots.repr.get() else {
            return self.str_from_fmt(format_args!("<{} object at {:#x}>", value.ty().name(), value.bits()));
        };
        self.must_be_str(repr(self, value)?, "__repr__")
    }

    /// `str(value)`
    ///
    /// # Errors
    /// What `__str__` raises; TypeError if that gives no string.
    pub fn to_str(&self, value: &Value) -> R<Obj<PyStr>> {
        if value.is_exact(&STR_TYPE) {
            return self.must_be_str(value.clone(), "__str__");
        }
        match value.ty().slots.str.get() {
            Some(str) => {
                self.check_stack()?;
                self.must_be_str(str(self, value)?, "__str__")
            }
            None => self.repr(value),
        }
    }

    fn must_be_str(&self, value: Value, method: &str) -> R<Obj<PyStr>> {
        value
            .try_into_obj::<PyStr>()
            .map_err(|value| self.type_error(format_args!("{method} returned non-string (type {})", value.ty().name())))
    }

    /// Is the object's `repr` being made further up? Then containers print `...`. Balanced by [`leave_repr`](Self::leave_repr).
    pub fn enter_repr(&self, object: &Value) -> bool {
        // SAFETY: no borrow is held over other code.
        let stack = unsafe { &mut *self.repr_stack.get() };
        if stack.contains(&object.bits()) {
            return true;
        }
        stack.push(object.bits());
        false
    }

    /// See [`enter_repr`](Self::enter_repr): only after it said false.
    pub fn leave_repr(&self) {
        // SAFETY: as above.
        unsafe { &mut *self.repr_stack.get() }.pop();
    }

    /// The same, where others may not have been left: of this object. Says whether it was entered.
    pub fn leave_repr_of(&self, object: &Value) -> bool {
        // SAFETY: as above.
        let stack = unsafe { &mut *self.repr_stack.get() };
        let found = stack.iter().rposition(|entered| *entered == object.bits());
        found.map(|at| stack.remove(at)).is_some()
    }

    /// `isinstance(value, class)`, with tuples, unions and `__instancecheck__`.
    ///
    /// # Errors
    /// TypeError if it is no class; what `__instancecheck__` raises.
    pub fn is_instance(&self, value: &Value, class: &Value) -> R<bool> {
        if let Some(ty) = class.downcast_exact::<TypeObject>() {
            return match value.is_instance(ty) {
                true => Ok(true),
                false => self.is_instance_by_class(value, class),
            };
        }
        if let Some(classes) = class.downcast::<PyTuple>() {
            self.check_stack()?;
            for class in classes.items() {
                if self.is_instance(value, class)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(answer) = self.call_special(class, self.names.instancecheck(), core::slice::from_ref(value))? {
            return self.is_true(&answer);
        }
        self.is_instance_by_class(value, class)
    }

    /// `type.__instancecheck__`: by the type, else by what `__class__` says.
    ///
    /// # Errors
    /// TypeError if it is no class.
    pub fn is_instance_by_class(&self, value: &Value, class: &Value) -> R<bool> {
        if let Some(ty) = class.downcast::<TypeObject>() {
            if value.is_instance(ty) {
                return Ok(true);
            }
            return match self.getattr_opt(value, self.names.class())? {
                Some(said) => Ok(said.downcast::<TypeObject>().is_some_and(|said| said.is_subtype(ty))),
                None => Ok(false),
            };
        }
        self.must_be_class(class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
        match self.getattr_opt(value, self.names.class())? {
            Some(said) => self.derives(&said, class),
            None => Ok(false),
        }
    }

    fn must_be_class(&self, class: &Value, text: &str) -> R<()> {
        match self.getattr_opt(class, self.names.bases())? {
            Some(bases) if bases.downcast::<PyTuple>().is_some() => Ok(()),
            _ => raise!(self, exc::TYPE_ERROR, "{text}"),
        }
    }

    /// Whether something with `__bases__` derives from another.
    fn derives(&self, derived: &Value, class: &Value) -> R<bool> {
        if derived.is(class) {
            return Ok(true);
        }
        self.check_stack()?;
        let Some(bases) = self.getattr_opt(derived, self.names.bases())? else { return Ok(false) };
        let Some(bases) = bases.downcast::<PyTuple>() else { return Ok(false) };
        for base in bases.items() {
            if self.derives(base, class)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `issubclass(derived, class)`, with tuples, unions and `__subclasscheck__`.
    ///
    /// # Errors
    /// TypeError if one is no class; what `__subclasscheck__` raises.
    pub fn is_subclass(&self, derived: &Value, class: &Value) -> R<bool> {
        if let Some(classes) = class.downcast::<PyTuple>() {
            self.check_stack()?;
            for class in classes.items() {
                if self.is_subclass(derived, class)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if class.downcast_exact::<TypeObject>().is_none()
            && let Some(answer) =
                self.call_special(class, self.names.subclasscheck(), core::slice::from_ref(derived))?
        {
            return self.is_true(&answer);
        }
        self.is_subclass_by_bases(derived, class)
    }

    /// `type.__subclasscheck__`
    ///
    /// # Errors
    /// TypeError if one is no class.
    pub fn is_subclass_by_bases(&self, derived: &Value, class: &Value) -> R<bool> {
        if let (Some(derived), Some(class)) = (derived.downcast::<TypeObject>(), class.downcast::<TypeObject>()) {
            return Ok(derived.is_subtype(class));
        }
        self.must_be_class(derived, "issubclass() arg 1 must be a class")?;
        self.must_be_class(class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
        self.derives(derived, class)
    }

    /// The module of this name, imported if need be.
    ///
    /// # Errors
    /// ImportError and what the module raises.
    pub fn import(&self, name: &str) -> R {
        match self.hooks.import.get() {
            Some(import) => import(self, name),
            None => raise!(self, exc::IMPORT_ERROR, "no module named '{name}': this interpreter has no import"),
        }
    }

    /// Issues a warning; an error if warnings are made errors.
    ///
    /// # Errors
    /// The warning, where a filter says so.
    pub fn warn(&self, category: &'static TypeObject, message: &str, level: usize) -> R<()> {
        match self.hooks.warn.get() {
            Some(warn) => warn(self, category, message, level),
            None => Ok(()),
        }
    }
}
