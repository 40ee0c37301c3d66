//! What an instance of a class looks like: the base that decides, `__slots__`, the dict word, inline slots.

use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Obj;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::{OBJECT_TYPE, TYPE_TYPE, TypeObject, flag};
use crate::value::Value;

/// Inline slots of an instance at most: what comes after goes into a dict.
const MOST_INLINE: usize = 30;
/// Inline slots that every class whose instances have a dict gets.
const LEAST_INLINE: usize = 4;

/// Bytes of the part of an instance that a built-in type says, when the instance is of a class derived from it.
pub(crate) fn native_size(native: &TypeObject) -> u32 {
    if native.has(flag::STR) { crate::str::DERIVED_SIZE as u32 } else { native.shape.size.get() }
}

/// Bytes of the part that all classes derived from this one share: built-in fields and `__slots__`.
pub(super) fn solid_size(ty: &TypeObject) -> u32 {
    if ty.is_heap() || ty.is_foreign() { ty.solid.get() } else { native_size(ty) }
}

/// Do the instances of this type differ in size?
fn varies(ty: &TypeObject) -> bool {
    let native = ty.native();
    native.c.tp_itemsize.get() != 0 || native.is_subtype(&TYPE_TYPE)
}

/// The nearest base (the type itself included) that has fields of its own.
pub(super) fn solid_base(ty: &TypeObject) -> &TypeObject {
    let mut at = ty;
    while let Some(base) = at.base.get() {
        let same = if at.is_heap() || at.is_foreign() {
            solid_size(at) == solid_size(base)
        } else {
            at.shape.size.get() == base.shape.size.get() && at.c.tp_itemsize.get() == base.c.tp_itemsize.get()
        };
        if !same {
            return at;
        }
        at = base;
    }
    at
}

/// The base that decides the layout of a class with these bases.
///
/// # Errors
/// TypeError if they are no classes, cannot be bases, or do not fit together.
pub(super) fn best_base<'a>(cx: &Cx, bases: &'a [Value]) -> R<&'a TypeObject> {
    let mut best: Option<(&TypeObject, &TypeObject)> = None;
    for base in bases {
        let Some(base) = base.downcast::<TypeObject>() else {
            return raise!(cx, exc::TYPE_ERROR, "bases must be types");
        };
        if !base.has(flag::BASE) {
            return raise!(cx, exc::TYPE_ERROR, "type '{}' is not an acceptable base type", base.name());
        }
        let candidate = solid_base(base);
        best = match best {
            None => Some((candidate, base)),
            Some((winner, _)) if winner.is_subtype(candidate) => best,
            Some((winner, _)) if candidate.is_subtype(winner) => Some((candidate, base)),
            Some(_) => return raise!(cx, exc::TYPE_ERROR, "multiple bases have instance lay-out conflict"),
        };
    }
    Ok(best.map_or(&OBJECT_TYPE, |(_, base)| base))
}

/// What `__slots__` says.
pub(super) struct Asked {
    /// Names of new members, mangled and sorted.
    pub(super) members: Vec<Value>,
    /// Has an instance a dict?
    pub(super) dict: bool,
    /// Does this class add it?
    pub(super) adds_dict: bool,
    /// May there be weak references to instances?
    pub(super) weak: bool,
    /// Does this class add that?
    pub(super) adds_weak: bool,
}

/// Can instances of this type have a dict (types have their namespace)?
pub(super) fn has_dict(ty: &TypeObject) -> bool {
    ty.shape.dict_offset.get() != 0 || ty.has(flag::TYPE)
}

/// May there be weak references to instances of this type?
pub(crate) fn is_weak(cx: &Cx, ty: &TypeObject) -> bool {
    match ty.spec {
        Some(spec) => spec.weak || ty.base.get().is_some_and(|base| is_weak(cx, base)),
        None => cx.state(ty).weak.get(),
    }
}

/// Reads `__slots__` of a namespace. The members' names must not be class variables.
///
/// # Errors
/// TypeError and ValueError, as CPython says them.
pub(super) fn slots(cx: &Cx, name: &str, base: &TypeObject, bases: &[Value], dict: &Obj<PyDict>) -> R<Asked> {
    let may_add_dict = !has_dict(base);
    let may_add_weak = !is_weak(cx, base) && !varies(base);
    let asked = dict.get(cx, cx.names.slots())?;
    let Some(asked) = asked else {
        return Ok(Asked {
            members: Vec::new(),
            dict: true,
            adds_dict: may_add_dict,
            weak: may_add_weak || is_weak(cx, base),
            adds_weak: may_add_weak,
        });
    };
    let names = match asked.downcast::<PyStr>() {
        Some(_) => vec![asked.clone()],
        None => cx.tuple_of(&asked)?.items().to_vec(),
    };
    if !names.is_empty() && varies(base) {
        return raise!(cx, exc::TYPE_ERROR, "nonempty __slots__ not supported for subtype of '{}'", base.name());
    }
    let (mut adds_dict, mut adds_weak) = (false, false);
    let mut members: Vec<Value> = Vec::new();
    for slot in names {
        let Some(text) = slot.downcast::<PyStr>() else {
            return raise!(cx, exc::TYPE_ERROR, "__slots__ items must be strings, not '{}'", slot.ty().name());
        };
        let text = text.as_str().filter(|text| is_identifier(text));
        let Some(text) = text else { return raise!(cx, exc::TYPE_ERROR, "__slots__ must be identifiers") };
        match text {
            "__dict__" if !may_add_dict || adds_dict => {
                return raise!(cx, exc::TYPE_ERROR, "__dict__ slot disallowed: we already got one");
            }
            "__dict__" => adds_dict = true,
            "__weakref__" if !may_add_weak || adds_weak => {
                return raise!(cx, exc::TYPE_ERROR, "__weakref__ slot disallowed: we already got one");
            }
            "__weakref__" => adds_weak = true,
            text => {
                let mangled = cx.intern(&mangle(name, text))?;
                let set_by_compiler = matches!(text, "__qualname__" | "__classcell__" | "__classdictcell__");
                if !set_by_compiler && dict.get(cx, &mangled)?.is_some() {
                    return raise!(
                        cx,
                        exc::VALUE_ERROR,
                        "'{}' in __slots__ conflicts with class variable",
                        cx.display(&mangled)?
                    );
                }
                members.push(mangled);
            }
        }
    }
    members.sort_by(|a, b| match (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
        (Some(a), Some(b)) => a.compare(b),
        _ => core::cmp::Ordering::Equal,
    });
    // Other bases may have a dict or weak references where the deciding one has not.
    for other in bases.iter().filter_map(Value::downcast::<TypeObject>).filter(|other| !core::ptr::eq(*other, base)) {
        if may_add_dict && !adds_dict && has_dict(other) {
            adds_dict = true;
        }
        if may_add_weak && !adds_weak && is_weak(cx, other) {
            adds_weak = true;
        }
    }
    Ok(Asked { members, dict: adds_dict || !may_add_dict, adds_dict, weak: adds_weak || is_weak(cx, base), adds_weak })
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic()) && chars.all(|c| c == '_' || c.is_alphanumeric())
}

/// A private name of a class as it is stored.
pub(super) fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if class.is_empty() || !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.to_owned();
    }
    format!("_{class}{name}")
}

/// Where things lie in an instance.
pub(super) struct Plan {
    /// Bytes up to the end of the last member.
    pub(super) solid: u32,
    /// Offset of each new member.
    pub(super) offsets: Vec<u32>,
    /// See [`Shape::dict_offset`](crate::typeobject::Shape::dict_offset).
    pub(super) dict_offset: u32,
    /// Inline slots.
    pub(super) inline: u32,
    /// Bytes in all; the fixed part where instances differ in size.
    pub(super) size: u32,
}

/// Lays an instance out. `attributes`: how many attributes the methods are known to set.
pub(super) fn plan(base: &TypeObject, asked: &Asked, attributes: usize) -> Plan {
    let native = base.native();
    let start = solid_size(base);
    let offsets: Vec<u32> = (0..asked.members.len() as u32).map(|at| start + at * 8).collect();
    let solid = start + offsets.len() as u32 * 8;
    let native_dict = native.shape.dict_offset.get();
    if native_dict != 0 || !asked.dict || native.has(flag::TYPE) {
        return Plan { solid, offsets, dict_offset: native_dict, inline: 0, size: solid };
    }
    if native.c.tp_itemsize.get() != 0 {
        // Behind the items, of which each instance has its own number.
        return Plan { solid, offsets, dict_offset: 1, inline: 0, size: solid };
    }
    // A few for attributes that nobody knows of yet, so that small instances have no dict of their own.
    let inline = attributes.clamp(LEAST_INLINE, MOST_INLINE) as u32;
    Plan { solid, offsets, dict_offset: solid, inline, size: solid + 8 + inline * 8 }
}

/// How many attributes the methods of a class and its bases are known to set on their instances.
pub(super) fn known_attributes(cx: &Cx, dict: &Obj<PyDict>, asked: &Asked, bases: &[Value]) -> R<usize> {
    let mut names: Vec<Value> = Vec::new();
    // Members of `__slots__` have their places already.
    let mut members = asked.members.clone();
    add_names(&mut names, dict.get(cx, cx.names.static_attributes())?);
    for base in bases.iter().filter_map(Value::downcast::<TypeObject>) {
        if let Some(mro) = crate::type_type::mro(cx, base) {
            for class in mro.items().iter().filter_map(Value::downcast::<TypeObject>).filter(|c| c.is_heap()) {
                add_names(&mut names, cx.state(class).dict.get(cx, cx.names.static_attributes())?);
                members.extend(cx.state(class).members.borrow().iter().map(|(name, _)| name.clone()));
            }
        }
    }
    Ok(names.iter().filter(|&name| !members.iter().any(|member| same_text(member, name))).count())
}

fn same_text(a: &Value, b: &Value) -> bool {
    match (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
        (Some(a), Some(b)) => a.equals(b),
        _ => a.is(b),
    }
}

fn add_names(names: &mut Vec<Value>, more: Option<Value>) {
    let Some(more) = more else { return };
    let Some(more) = more.downcast::<PyTuple>() else { return };
    for name in more.items() {
        if !names.iter().any(|known| same_text(known, name)) {
            names.push(name.clone());
        }
    }
}
