//! Writing what `__reduce__` gives.

use adder_objects::dict::PyDict;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::TYPE_TYPE;
use adder_objects::{Args, R, TypeObject, Value};

use super::op::*;
use super::save::Save;
use super::{Part, class_name, part, shown};

/// Which function makes the object again.
#[derive(PartialEq, Eq)]
enum Maker {
    NewObjEx,
    NewObj,
    Other,
}

impl Save<'_> {
    /// Writes a function, its arguments, and what is done with what it makes.
    pub(super) fn save_reduce(&mut self, parts: &[Value], object: Option<&Value>) -> R<()> {
        let cx = self.cx;
        if !(2..=6).contains(&parts.len()) {
            return self.fail(format_args!("tuple returned by __reduce__ must contain 2 through 6 elements"));
        }
        let optional = |at: usize| parts.get(at).filter(|part| !part.is_none());
        let (function, args) = (&parts[0], &parts[1]);
        if function.ty().slots.call.get().is_none() {
            let name = class_name(cx, function);
            return self
                .fail(format_args!("first item of the tuple returned by __reduce__ must be callable, not {name}"));
        }
        let Some(arguments) = args.downcast::<PyTuple>() else {
            let name = class_name(cx, args);
            return self
                .fail(format_args!("second item of the tuple returned by __reduce__ must be a tuple, not {name}"));
        };
        let arguments = arguments.items();
        for (at, place) in [(3, "fourth"), (4, "fifth")] {
            if let Some(iterator) = optional(at)
                && iterator.ty().slots.next.get().is_none()
            {
                let name = class_name(cx, iterator);
                return self.fail(format_args!(
                    "{place} item of the tuple returned by __reduce__ must be an iterator, not {name}"
                ));
            }
        }
        if let Some(setter) = optional(5)
            && setter.ty().slots.call.get().is_none()
        {
            let name = class_name(cx, setter);
            return self
                .fail(format_args!("sixth item of the tuple returned by __reduce__ must be a function, not {name}"));
        }
        // What the notes of exceptions name.
        let named = object.unwrap_or(function);
        match self.maker(function)? {
            Maker::NewObjEx => self.save_new_ex(arguments, named)?,
            Maker::NewObj => self.save_new(arguments, object, named)?,
            Maker::Other => {
                let done = self.save(function);
                self.noted(done, |cx| format!("when serializing {} reconstructor", class_name(cx, named)))?;
                let done = self.save(args);
                self.noted(done, |cx| format!("when serializing {} reconstructor arguments", class_name(cx, named)))?;
                self.out.op(REDUCE)?;
            }
        }
        if let Some(object) = object {
            // It may have been written on the way to its arguments: what stands on the stack is thrown away then.
            match self.number(object) {
                Some(number) => {
                    self.out.op(POP)?;
                    self.get(number)?;
                }
                None => self.memoize(object)?,
            }
        }
        if let Some(items) = optional(3) {
            self.save_items(items, named)?;
        }
        if let Some(pairs) = optional(4) {
            self.save_pairs(pairs, named)?;
        }
        let Some(state) = optional(2) else { return Ok(()) };
        let state_note = |cx: &adder_objects::Cx| format!("when serializing {} state", class_name(cx, named));
        let Some(setter) = optional(5) else {
            let done = self.save(state);
            self.noted(done, state_note)?;
            return self.out.op(BUILD);
        };
        let done = self.save(setter);
        self.noted(done, |cx| format!("when serializing {} state setter", class_name(cx, named)))?;
        self.save(named)?;
        let done = self.save(state);
        self.noted(done, state_note)?;
        self.out.write(&[TUPLE2, REDUCE, POP])
    }

    fn maker(&self, function: &Value) -> R<Maker> {
        if self.protocol() < 2 {
            return Ok(Maker::Other);
        }
        let name = self.cx.getattr_opt(function, self.cx.names.name())?;
        let name = name.as_ref().and_then(Value::downcast::<adder_objects::str::PyStr>);
        Ok(match name.and_then(|name| name.as_str()) {
            Some("__newobj_ex__") => Maker::NewObjEx,
            Some("__newobj__") => Maker::NewObj,
            _ => Maker::Other,
        })
    }

    fn save_new_ex(&mut self, arguments: &[Value], named: &Value) -> R<()> {
        let cx = self.cx;
        let [class, args, keywords] = arguments else {
            return self.fail(format_args!("__newobj_ex__ expected 3 arguments, got {}", arguments.len()));
        };
        if class.downcast::<TypeObject>().is_none() {
            let name = class_name(cx, class);
            return self.fail(format_args!("first argument to __newobj_ex__() must be a class, not {name}"));
        }
        let Some(values) = args.downcast::<PyTuple>() else {
            let name = class_name(cx, args);
            return self.fail(format_args!("second argument to __newobj_ex__() must be a tuple, not {name}"));
        };
        let Some(named_values) = keywords.downcast::<PyDict>() else {
            let name = class_name(cx, keywords);
            return self.fail(format_args!("third argument to __newobj_ex__() must be a dict, not {name}"));
        };
        let class_note = |cx: &adder_objects::Cx| format!("when serializing {} class", class_name(cx, named));
        let arguments_note =
            |cx: &adder_objects::Cx| format!("when serializing {} __new__ arguments", class_name(cx, named));
        if self.protocol() >= 4 {
            let done = self.save(class);
            self.noted(done, class_note)?;
            let done = self.save(args).and_then(|()| self.save(keywords));
            self.noted(done, arguments_note)?;
            return self.out.op(NEWOBJ_EX);
        }
        // Older protocols call a partial application of `__new__`.
        let mut all = vec![cx.getattr_text(class, "__new__")?, class.clone()];
        all.extend_from_slice(values.items());
        let (names, more): (Vec<Value>, Vec<Value>) = named_values.entries().into_iter().unzip();
        all.extend(more);
        let names = cx.tuple(names)?;
        let partial = cx.call_args(&part(cx, Part::Partial)?, Args::with_names(&all, Some(&names)))?;
        let done = self.save(&partial);
        self.noted(done, |cx| format!("when serializing {} reconstructor", class_name(cx, named)))?;
        let nothing = cx.empty_tuple()?.into_value();
        self.save(&nothing)?;
        self.out.op(REDUCE)
    }

    fn save_new(&mut self, arguments: &[Value], object: Option<&Value>, named: &Value) -> R<()> {
        let cx = self.cx;
        let Some((class, rest)) = arguments.split_first() else {
            return self.fail(format_args!("__newobj__ expected at least 1 argument, got 0"));
        };
        if class.downcast::<TypeObject>().is_none() {
            let name = class_name(cx, class);
            return self.fail(format_args!("first argument to __newobj__() must be a class, not {name}"));
        }
        if let Some(object) = object {
            let own = cx.getattr_opt(object, cx.names.class())?.unwrap_or_else(|| object.ty().value());
            if !own.is(class) {
                let (own, class) = (shown(cx, &own)?, shown(cx, class)?);
                return self.fail(format_args!("first argument to __newobj__() must be {own}, not {class}"));
            }
        }
        let done = self.save(class);
        self.noted(done, |cx| format!("when serializing {} class", class_name(cx, named)))?;
        let rest = cx.tuple(rest.to_vec())?.into_value();
        let done = self.save(&rest);
        self.noted(done, |cx| format!("when serializing {} __new__ arguments", class_name(cx, named)))?;
        self.out.op(NEWOBJ)
    }

    /// Writes a class: those of the singletons have no name.
    pub(super) fn save_type(&mut self, object: &Value) -> R<()> {
        let cx = self.cx;
        for single in [Value::none(), Value::not_implemented(), cx.getattr_text(&cx.import("builtins")?, "Ellipsis")?] {
            if object.is(&single.ty().value()) {
                let args = cx.tuple([single])?.into_value();
                return self.save_reduce(&[TYPE_TYPE.value(), args], Some(object));
            }
        }
        self.save_global(object, None)
    }
}
