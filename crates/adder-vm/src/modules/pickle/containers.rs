//! Writing tuples, lists, dicts, sets.

use adder_objects::dict::PyDict;
use adder_objects::list::PyList;
use adder_objects::set::{FROZENSET_TYPE, PySet, SET_TYPE};
use adder_objects::tuple::PyTuple;
use adder_objects::{R, Value, exceptions as exc, raise};

use super::op::*;
use super::save::Save;
use super::{class_name, shown};

impl Save<'_> {
    pub(super) fn save_tuple(&mut self, object: &Value) -> R<()> {
        let Some(tuple) = object.downcast::<PyTuple>() else { return Ok(()) };
        let items = tuple.items();
        if items.is_empty() {
            return self.out.write(if self.settings.binary { &[EMPTY_TUPLE] } else { &[MARK, TUPLE] });
        }
        let short = items.len() <= 3 && self.protocol() >= 2;
        if !short {
            self.out.op(MARK)?;
        }
        for (at, item) in items.iter().enumerate() {
            let done = self.save(item);
            self.noted(done, |cx| format!("when serializing {} item {at}", class_name(cx, object)))?;
        }
        // Its items may have led back to it: then it was written, and what stands on the stack is of no use.
        if let Some(number) = self.number(object) {
            if short {
                self.out.write(&[POP; 3][..items.len()])?;
            } else if self.settings.binary {
                self.out.op(POP_MARK)?;
            } else {
                for _ in 0..=items.len() {
                    self.out.op(POP)?;
                }
            }
            return self.get(number);
        }
        self.out.op(if short { [TUPLE1, TUPLE2, TUPLE3][items.len() - 1] } else { TUPLE })?;
        self.memoize(object)
    }

    pub(super) fn save_list(&mut self, object: &Value) -> R<()> {
        self.out.write(if self.settings.binary { &[EMPTY_LIST] } else { &[MARK, LIST] })?;
        self.memoize(object)?;
        let Some(list) = object.downcast::<PyList>() else { return Ok(()) };
        if !self.settings.binary {
            let iterator = self.cx.iter(object)?;
            return self.save_items(&iterator, object);
        }
        // The list may change while its items are written.
        if list.len() == 1 {
            let Some(item) = list.get(0) else { return Ok(()) };
            self.save_item(&item, object, 0)?;
            return self.out.op(APPEND);
        }
        let mut at = 0;
        while at < list.len() {
            self.out.op(MARK)?;
            for _ in 0..BATCH {
                let Some(item) = list.get(at) else { break };
                self.save_item(&item, object, at)?;
                at += 1;
            }
            self.out.op(APPENDS)?;
        }
        Ok(())
    }

    fn save_item(&mut self, item: &Value, owner: &Value, at: usize) -> R<()> {
        let done = self.save(item);
        self.noted(done, |cx| format!("when serializing {} item {at}", class_name(cx, owner)))
    }

    /// Writes what an iterator gives as items of the list that was written last.
    pub(super) fn save_items(&mut self, iterator: &Value, owner: &Value) -> R<()> {
        let cx = self.cx;
        let mut at = 0;
        let mut next = cx.next(iterator)?;
        while let Some(first) = next {
            next = if self.settings.binary { cx.next(iterator)? } else { None };
            if next.is_none() {
                self.save_item(&first, owner, at)?;
                self.out.op(APPEND)?;
                at += 1;
                if self.settings.binary {
                    return Ok(());
                }
                next = cx.next(iterator)?;
                continue;
            }
            self.out.op(MARK)?;
            self.save_item(&first, owner, at)?;
            at += 1;
            let mut count = 1;
            while let Some(item) = next.take() {
                self.save_item(&item, owner, at)?;
                at += 1;
                count += 1;
                if count == BATCH {
                    break;
                }
                next = cx.next(iterator)?;
            }
            self.out.op(APPENDS)?;
            if count < BATCH {
                return Ok(());
            }
            next = cx.next(iterator)?;
        }
        Ok(())
    }

    pub(super) fn save_dict(&mut self, object: &Value) -> R<()> {
        let cx = self.cx;
        self.out.write(if self.settings.binary { &[EMPTY_DICT] } else { &[MARK, DICT] })?;
        self.memoize(object)?;
        let Some(dict) = object.downcast::<PyDict>() else { return Ok(()) };
        if !self.settings.binary {
            let items = cx.call(&cx.getattr_text(object, "items")?, &[])?;
            let iterator = cx.iter(&items)?;
            return self.save_pairs(&iterator, object);
        }
        let size = dict.len();
        let mut position = 0;
        if size <= 1 {
            let Some((key, value)) = dict.next(&mut position) else { return Ok(()) };
            self.save_pair(&key, &value, object)?;
            return self.out.op(SETITEM);
        }
        loop {
            self.out.op(MARK)?;
            let mut count = 0;
            while let Some((key, value)) = dict.next(&mut position) {
                self.save_pair(&key, &value, object)?;
                count += 1;
                if count == BATCH {
                    break;
                }
            }
            self.out.op(SETITEMS)?;
            if dict.len() != size {
                return raise!(cx, exc::RUNTIME_ERROR, "dictionary changed size during iteration");
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    fn save_pair(&mut self, key: &Value, value: &Value, owner: &Value) -> R<()> {
        self.save(key)?;
        let done = self.save(value);
        self.noted(done, |cx| {
            let key = shown(cx, key).unwrap_or_default();
            format!("when serializing {} item {key}", class_name(cx, owner))
        })
    }

    /// Writes what an iterator gives as entries of the dict that was written last.
    pub(super) fn save_pairs(&mut self, iterator: &Value, owner: &Value) -> R<()> {
        let cx = self.cx;
        let pair = |entry: &Value| -> R<(Value, Value)> {
            match entry.downcast::<PyTuple>().map(PyTuple::items) {
                Some([key, value]) => Ok((key.clone(), value.clone())),
                _ => raise!(cx, exc::TYPE_ERROR, "dict items iterator must return 2-tuples"),
            }
        };
        if !self.settings.binary {
            while let Some(entry) = cx.next(iterator)? {
                let (key, value) = pair(&entry)?;
                self.save_pair(&key, &value, owner)?;
                self.out.op(SETITEM)?;
            }
            return Ok(());
        }
        while let Some(first) = cx.next(iterator)? {
            let (key, value) = pair(&first)?;
            let Some(mut entry) = cx.next(iterator)? else {
                self.save_pair(&key, &value, owner)?;
                return self.out.op(SETITEM);
            };
            self.out.op(MARK)?;
            self.save_pair(&key, &value, owner)?;
            let mut count = 1;
            loop {
                let (key, value) = pair(&entry)?;
                self.save_pair(&key, &value, owner)?;
                count += 1;
                if count == BATCH {
                    break;
                }
                match cx.next(iterator)? {
                    Some(next) => entry = next,
                    None => break,
                }
            }
            self.out.op(SETITEMS)?;
            if count < BATCH {
                return Ok(());
            }
        }
        Ok(())
    }

    pub(super) fn save_set(&mut self, object: &Value) -> R<()> {
        let cx = self.cx;
        let Some(set) = object.downcast::<PySet>() else { return Ok(()) };
        if self.protocol() < 4 {
            let items = cx.list_of(object)?.into_value();
            let args = cx.tuple([items])?.into_value();
            return self.save_reduce(&[SET_TYPE.value(), args], Some(object));
        }
        self.out.op(EMPTY_SET)?;
        self.memoize(object)?;
        let size = set.len();
        if size == 0 {
            return Ok(());
        }
        let mut place = 0;
        loop {
            self.out.op(MARK)?;
            let mut count = 0;
            while let Some((_, item)) = set.next(&mut place) {
                self.save_element(&item, object)?;
                count += 1;
                if count == BATCH {
                    break;
                }
            }
            self.out.op(ADDITEMS)?;
            if set.len() != size {
                return raise!(cx, exc::RUNTIME_ERROR, "set changed size during iteration");
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    fn save_element(&mut self, item: &Value, owner: &Value) -> R<()> {
        let done = self.save(item);
        self.noted(done, |cx| format!("when serializing {} element", class_name(cx, owner)))
    }

    pub(super) fn save_frozenset(&mut self, object: &Value) -> R<()> {
        let cx = self.cx;
        let Some(set) = object.downcast::<PySet>() else { return Ok(()) };
        if self.protocol() < 4 {
            let items = cx.list_of(object)?.into_value();
            let args = cx.tuple([items])?.into_value();
            return self.save_reduce(&[FROZENSET_TYPE.value(), args], Some(object));
        }
        self.out.op(MARK)?;
        let mut place = 0;
        while let Some((_, item)) = set.next(&mut place) {
            self.save_element(&item, object)?;
        }
        if let Some(number) = self.number(object) {
            self.out.op(POP_MARK)?;
            return self.get(number);
        }
        self.out.op(FROZENSET)?;
        self.memoize(object)
    }
}
