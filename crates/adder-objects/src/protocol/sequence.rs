//! Items, lengths, iteration.

use crate::cx::Cx;
use crate::error::{Catch, R, Raised};
use crate::exceptions as exc;
use crate::list::PyList;
use crate::object::Obj;
use crate::tuple::PyTuple;
use crate::value::Value;

impl Cx {
    /// `len(value)`
    ///
    /// # Errors
    /// TypeError if it has none; what `__len__` raises.
    pub fn len(&self, value: &Value) -> R<usize> {
        match value.ty().slots.len.get() {
            Some(len) => len(self, value),
            None => raise!(self, exc::TYPE_ERROR, "object of type '{}' has no len()", value.ty().name()),
        }
    }

    /// How long an iterable says it is: its length, else `__length_hint__`, else the default.
    ///
    /// # Errors
    /// What these raise, but for TypeError of `len`.
    pub fn length_hint(&self, value: &Value, default: usize) -> R<usize> {
        if value.ty().slots.len.get().is_some()
            && let Some(len) = self.len(value).unless(&exc::TYPE_ERROR)?
        {
            return Ok(len);
        }
        let hint = match self.call_special(value, self.names.length_hint(), &[]).unless(&exc::TYPE_ERROR)? {
            None | Some(None) => return Ok(default),
            Some(Some(hint)) if hint.is_not_implemented() => return Ok(default),
            Some(Some(hint)) => hint,
        };
        match hint.as_i64() {
            Some(n) => match usize::try_from(n) {
                Ok(n) => Ok(n),
                Err(_) => raise!(self, exc::VALUE_ERROR, "__length_hint__() should return >= 0"),
            },
            None => {
                raise!(self, exc::TYPE_ERROR, "__length_hint__ must be an integer, not {}", hint.ty().name())
            }
        }
    }

    /// `value[key]`
    ///
    /// # Errors
    /// TypeError if it has no items; what the look-up raises.
    pub fn getitem(&self, value: &Value, key: &Value) -> R {
        if let Some(get) = value.ty().slots.getitem.get() {
            return get(self, value, key);
        }
        if let Some(item) = value.ty().slots.item.get() {
            let index = self.sequence_index(value, key)?;
            return item(self, value, index);
        }
        if let Some(class) = value.downcast::<crate::TypeObject>() {
            if core::ptr::eq(class, &crate::typeobject::TYPE_TYPE) {
                return crate::generic_alias::of(self, value, key);
            }
            if let Some(method) = self.getattr_opt(value, self.names.class_getitem())? {
                return self.call(&method, core::slice::from_ref(key));
            }
            return raise!(self, exc::TYPE_ERROR, "type '{}' is not subscriptable", class.name());
        }
        raise!(self, exc::TYPE_ERROR, "'{}' object is not subscriptable", value.ty().name())
    }

    fn sequence_index(&self, value: &Value, key: &Value) -> R<isize> {
        let Some(index) = self.try_index(key)? else {
            return raise!(self, exc::TYPE_ERROR, "sequence index must be integer, not '{}'", key.ty().name());
        };
        let index = self.index_to_isize(&index, Some(&exc::INDEX_ERROR))?;
        if index < 0 && value.ty().slots.len.get().is_some() {
            return Ok(index.saturating_add(self.len(value)? as isize));
        }
        Ok(index)
    }

    /// `value[key] = item`, or `del value[key]`.
    ///
    /// # Errors
    /// TypeError if it has no items that can be set; what setting raises.
    pub fn setitem(&self, value: &Value, key: &Value, item: Option<&Value>) -> R<()> {
        match value.ty().slots.setitem.get() {
            Some(set) => set(self, value, key, item),
            None => {
                let name = value.ty().name();
                if item.is_some() {
                    return raise!(self, exc::TYPE_ERROR, "'{name}' object does not support item assignment");
                }
                // As CPython's two protocols word it: an index into what counts as a sequence, and everything else.
                let slots = &value.ty().slots;
                let sequence = value.ty().is_heap() || slots.item.get().is_some() || slots.contains.get().is_some();
                let not = if sequence && self.try_index(key)?.is_some() { "doesn't" } else { "does not" };
                raise!(self, exc::TYPE_ERROR, "'{name}' object {not} support item deletion")
            }
        }
    }

    /// `key in value`
    ///
    /// # Errors
    /// TypeError if it is no container; what the comparisons raise.
    pub fn contains(&self, value: &Value, key: &Value) -> R<bool> {
        if let Some(contains) = value.ty().slots.contains.get() {
            return contains(self, value, key);
        }
        let Some(Some(iterator)) = self.try_iter(value).unless(&exc::TYPE_ERROR)? else {
            return raise!(self, exc::TYPE_ERROR, "argument of type '{}' is not iterable", value.ty().name());
        };
        while let Some(item) = self.next(&iterator)? {
            if self.equals(&item, key)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `iter(value)`
    ///
    /// # Errors
    /// TypeError if it cannot be iterated; what `__iter__` raises.
    #[inline]
    pub fn iter(&self, value: &Value) -> R {
        match self.try_iter(value)? {
            Some(iterator) => Ok(iterator),
            None => raise!(self, exc::TYPE_ERROR, "'{}' object is not iterable", value.ty().name()),
        }
    }

    fn try_iter(&self, value: &Value) -> R<Option<Value>> {
        let ty = value.ty();
        if let Some(iter) = ty.slots.iter.get() {
            let iterator = iter(self, value)?;
            if iterator.ty().slots.next.get().is_none() {
                return raise!(
                    self,
                    exc::TYPE_ERROR,
                    "iter() returned non-iterator of type '{}'",
                    iterator.ty().name()
                );
            }
            return Ok(Some(iterator));
        }
        if ty.slots.item.get().is_some() {
            return self.sequence_iterator(value).map(Some);
        }
        Ok(None)
    }

    /// The next value of an iterator; `None` at its end.
    ///
    /// # Errors
    /// TypeError if it is no iterator; what `__next__` raises, but for StopIteration.
    #[inline]
    pub fn next(&self, iterator: &Value) -> R<Option<Value>> {
        match self.next_or_stop(iterator) {
            Err(raised) if raised.is(&exc::STOP_ITERATION) => Ok(None),
            other => other,
        }
    }

    /// The same; an end with a value (of a generator that returned one) is a StopIteration.
    ///
    /// # Errors
    /// TypeError if it is no iterator; what `__next__` raises.
    #[inline]
    pub fn next_or_stop(&self, iterator: &Value) -> R<Option<Value>> {
        match iterator.ty().slots.next.get() {
            Some(next) => next(self, iterator),
            None => raise!(self, exc::TYPE_ERROR, "'{}' object is not an iterator", iterator.ty().name()),
        }
    }

    /// Calls a function with each value that an iterable gives.
    ///
    /// # Errors
    /// What the iteration or the function raises.
    pub fn for_each(&self, iterable: &Value, mut f: impl FnMut(Value) -> R<()>) -> R<()> {
        if let Some(list) = iterable.downcast_exact::<PyList>() {
            let mut at = 0;
            while let Some(item) = list.get(at) {
                at += 1;
                f(item)?;
            }
            return Ok(());
        }
        if let Some(tuple) = iterable.downcast_exact::<PyTuple>() {
            for item in tuple.items() {
                f(item.clone())?;
            }
            return Ok(());
        }
        let iterator = self.iter(iterable)?;
        while let Some(item) = self.next(&iterator)? {
            f(item)?;
        }
        Ok(())
    }

    /// All values that an iterable gives.
    ///
    /// # Errors
    /// What the iteration raises. MemoryError: what is gathered is charged to the heap as it grows.
    pub fn collect(&self, iterable: &Value) -> R<Vec<Value>> {
        if let Some(list) = iterable.downcast_exact::<PyList>() {
            return Ok(list.to_vec());
        }
        if let Some(tuple) = iterable.downcast_exact::<PyTuple>() {
            return Ok(tuple.items().to_vec());
        }
        // Gathered in a list, whose growth the heap's limit bounds.
        let list = self.list_of(iterable)?;
        Ok(list.take_items().collect())
    }

    /// A new list of all values that an iterable gives.
    ///
    /// # Errors
    /// What the iteration raises; MemoryError.
    pub fn list_of(&self, iterable: &Value) -> R<Obj<PyList>> {
        let list = self.list([])?;
        self.for_each(iterable, |item| list.push(self, item))?;
        Ok(list)
    }

    /// A tuple of all values that an iterable gives; an exact tuple is given back itself.
    ///
    /// # Errors
    /// What the iteration raises; MemoryError.
    pub fn tuple_of(&self, iterable: &Value) -> R<Obj<PyTuple>> {
        if iterable.downcast_exact::<PyTuple>().is_some()
            && let Ok(tuple) = iterable.clone().try_into_obj::<PyTuple>()
        {
            return Ok(tuple);
        }
        let items = self.collect(iterable)?;
        self.tuple(items)
    }

    /// An index as a machine word. Where it does not fit: this exception, or (without one) the nearest word.
    ///
    /// # Errors
    /// TypeError if it is no index; the exception.
    pub fn index_to_isize(&self, value: &Value, too_large: Option<&'static crate::TypeObject>) -> R<isize> {
        let index = self.index(value)?;
        match (index.as_i64(), too_large) {
            (Some(n), _) => Ok(n as isize),
            (None, Some(ty)) => Err(self.too_large_index(ty, value)),
            (None, None) => {
                let negative = index.downcast::<crate::int::PyLong>().is_some_and(crate::int::PyLong::is_negative);
                Ok(if negative { isize::MIN } else { isize::MAX })
            }
        }
    }

    fn too_large_index(&self, ty: &'static crate::TypeObject, value: &Value) -> Raised {
        self.error(ty, format_args!("cannot fit '{}' into an index-sized integer", value.ty().name()))
    }
}
