//! Reading what is made of other things: containers and instances.

use adder_objects::dict::{DICT_TYPE, PyDict};
use adder_objects::list::{LIST_TYPE, PyList};
use adder_objects::set::{FROZENSET_TYPE, PySet, SET_TYPE};
use adder_objects::str::STR_TYPE;
use adder_objects::tuple::PyTuple;
use adder_objects::{Args, R, TypeObject, Value};

use super::cannot_load;
use super::load::Load;

impl Load<'_> {
    pub(super) fn load_tuple(&mut self, count: usize) -> R<()> {
        let items = self.pop_many(count)?;
        let tuple = self.cx.tuple(items)?.into_value();
        self.push(tuple)
    }

    pub(super) fn load_dict(&mut self) -> R<()> {
        let items = self.pop_mark()?;
        if !items.len().is_multiple_of(2) {
            return Err(cannot_load(self.cx, format_args!("odd number of items for DICT")));
        }
        let dict = self.cx.dict()?;
        for pair in items.chunks_exact(2) {
            dict.set(self.cx, &pair[0], pair[1].clone())?;
        }
        self.push(dict.into_value())
    }

    pub(super) fn load_frozenset(&mut self) -> R<()> {
        let cx = self.cx;
        let items = cx.tuple(self.pop_mark()?)?.into_value();
        let set = cx.call(&FROZENSET_TYPE.value(), &[items])?;
        self.push(set)
    }

    /// Adds items to what lies on top.
    pub(super) fn append(&mut self, items: Vec<Value>) -> R<()> {
        let cx = self.cx;
        let target = self.top()?;
        if items.is_empty() {
            return Ok(());
        }
        if target.is_exact(&LIST_TYPE)
            && let Some(list) = target.downcast::<PyList>()
        {
            for item in items {
                list.push(cx, item)?;
            }
            return Ok(());
        }
        if let Some(extend) = cx.getattr_opt(&target, &cx.intern("extend")?)? {
            let items = cx.list(items)?.into_value();
            return cx.call(&extend, &[items]).map(drop);
        }
        let append = cx.getattr_text(&target, "append")?;
        for item in items {
            cx.call(&append, &[item])?;
        }
        Ok(())
    }

    /// Sets entries of what lies on top.
    pub(super) fn set_items(&mut self, items: &[Value]) -> R<()> {
        let cx = self.cx;
        let target = self.top()?;
        if !items.len().is_multiple_of(2) {
            return Err(cannot_load(cx, format_args!("odd number of items for SETITEMS")));
        }
        let dict = target.downcast::<PyDict>().filter(|_| target.is_exact(&DICT_TYPE));
        for pair in items.chunks_exact(2) {
            match dict {
                Some(dict) => dict.set(cx, &pair[0], pair[1].clone())?,
                None => cx.setitem(&target, &pair[0], Some(&pair[1]))?,
            }
        }
        Ok(())
    }

    pub(super) fn add_items(&mut self) -> R<()> {
        let cx = self.cx;
        let items = self.pop_mark()?;
        let target = self.top()?;
        if target.is_instance(&SET_TYPE)
            && let Some(set) = target.downcast::<PySet>()
        {
            for item in &items {
                set.add(cx, item)?;
            }
            return Ok(());
        }
        if items.is_empty() {
            return Ok(());
        }
        let add = cx.getattr_text(&target, "add")?;
        for item in items {
            cx.call(&add, &[item])?;
        }
        Ok(())
    }

    pub(super) fn load_reduce(&mut self) -> R<()> {
        let cx = self.cx;
        let args = self.pop()?;
        let function = self.pop()?;
        let made = match args.downcast::<PyTuple>() {
            Some(args) => cx.call(&function, args.items())?,
            None => {
                let name = super::class_name(cx, &args);
                return Err(cx.type_error(format_args!("argument list must be a tuple, not {name}")));
            }
        };
        self.push(made)
    }

    /// `class.__new__(class, *args)`, with keywords too if `extended`.
    pub(super) fn load_new(&mut self, extended: bool) -> R<()> {
        let cx = self.cx;
        let keywords = if extended { Some(self.pop()?) } else { None };
        let args = self.pop()?;
        let class = self.pop()?;
        let op = if extended { "NEWOBJ_EX" } else { "NEWOBJ" };
        let Some(ty) = class.downcast::<TypeObject>() else {
            let name = super::class_name(cx, &class);
            return Err(cannot_load(cx, format_args!("{op} class argument must be a type, not {name}")));
        };
        let Some(new) = ty.slots.new.get() else {
            let name = ty.name();
            return Err(cannot_load(cx, format_args!("{op} class argument '{name}' doesn't have __new__")));
        };
        let Some(values) = args.downcast::<PyTuple>() else {
            let name = super::class_name(cx, &args);
            return Err(cannot_load(cx, format_args!("{op} args argument must be a tuple, not {name}")));
        };
        let mut values = values.items().to_vec();
        let names = match &keywords {
            None => None,
            Some(keywords) => match keywords.downcast::<PyDict>() {
                None => {
                    let name = super::class_name(cx, keywords);
                    return Err(cannot_load(cx, format_args!("{op} kwargs argument must be a dict, not {name}")));
                }
                Some(keywords) => {
                    let (names, more): (Vec<Value>, Vec<Value>) = keywords.entries().into_iter().unzip();
                    if !names.iter().all(|name| name.is_instance(&STR_TYPE)) {
                        return Err(cx.type_error(format_args!("keywords must be strings")));
                    }
                    values.extend(more);
                    Some(cx.tuple(names)?)
                }
            },
        };
        let made = new(cx, ty, Args::with_names(&values, names.as_deref()))?;
        self.push(made)
    }

    /// An instance as protocols 0 and 1 made them.
    fn instantiate(&mut self, class: &Value, args: &[Value]) -> R<()> {
        let cx = self.cx;
        let bare = args.is_empty()
            && class.downcast::<TypeObject>().is_some()
            && cx.getattr_opt(class, &cx.intern("__getinitargs__")?)?.is_none();
        let made = if bare {
            cx.call(&cx.getattr_text(class, "__new__")?, core::slice::from_ref(class))?
        } else {
            cx.call(class, args)?
        };
        self.push(made)
    }

    pub(super) fn load_inst(&mut self) -> R<()> {
        let (module, name) = (self.name()?, self.name()?);
        let class = self.find_class(&module, &name)?;
        let args = self.pop_mark()?;
        self.instantiate(&class, &args)
    }

    pub(super) fn load_obj(&mut self) -> R<()> {
        let items = self.pop_mark()?;
        match items.split_first() {
            Some((class, args)) => self.instantiate(class, args),
            None => self.underflow(),
        }
    }

    /// Gives an instance its state.
    pub(super) fn load_build(&mut self) -> R<()> {
        let cx = self.cx;
        let state = self.pop()?;
        let instance = self.top()?;
        if let Some(set) = cx.getattr_opt(&instance, &cx.intern("__setstate__")?)? {
            return cx.call(&set, &[state]).map(drop);
        }
        let (state, slots) = match state.downcast::<PyTuple>().map(PyTuple::items) {
            Some([state, slots]) => (state.clone(), Some(slots.clone())),
            _ => (state, None),
        };
        if !state.is_none() {
            let Some(entries) = state.downcast::<PyDict>() else {
                return Err(cannot_load(cx, format_args!("state is not a dictionary")));
            };
            let dict = cx.getattr(&instance, cx.names.dict())?;
            for (key, value) in entries.entries() {
                let key = if key.is_exact(&STR_TYPE) { cx.intern_value(key) } else { key };
                cx.setitem(&dict, &key, Some(&value))?;
            }
        }
        if let Some(slots) = slots.filter(|slots| !slots.is_none()) {
            let Some(entries) = slots.downcast::<PyDict>() else {
                return Err(cannot_load(cx, format_args!("slot state is not a dictionary")));
            };
            for (key, value) in entries.entries() {
                cx.setattr(&instance, &key, Some(&value))?;
            }
        }
        Ok(())
    }
}
