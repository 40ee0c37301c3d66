//! The classes of nodes, made from the abstract grammar when a program first needs one.

use adder_compiler::syntax::{Count, Field, Holds, Kind, Sum};
use adder_objects::int::INT_TYPE;
use adder_objects::list::LIST_TYPE;
use adder_objects::str::STR_TYPE;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{OBJECT_TYPE, TYPE_TYPE};
use adder_objects::{Cx, Obj, R, TypeObject, Value, exceptions as exc, generic_alias, raise, union_type};

use super::NODE_TYPE;
use crate::vm::Vm;

/// All classes: those of the kinds, then those of the sums, then of each kind without fields its one instance in trees.
pub(crate) struct Classes(Obj<PyTuple>);

impl Classes {
    /// Those of an interpreter.
    ///
    /// # Errors
    /// MemoryError, when they are made first.
    pub(crate) fn of(vm: &Vm) -> R<Classes> {
        let cx = &*vm.cx;
        if vm.state.ast_classes.is_unset() {
            vm.state.ast_classes.set(all(cx)?);
        }
        match vm.state.ast_classes.get().try_into_obj::<PyTuple>() {
            Ok(all) if all.items().len() == 2 * Kind::ALL.len() + Sum::ALL.len() => Ok(Classes(all)),
            _ => raise!(cx, exc::SYSTEM_ERROR, "the classes of nodes are gone"),
        }
    }

    fn at(&self, at: usize) -> Value {
        self.0.items()[at].clone()
    }

    /// The class of a kind of nodes.
    pub(crate) fn kind(&self, kind: Kind) -> Value {
        self.at(kind as usize)
    }

    /// The class above the nodes of a sum.
    pub(crate) fn sum(&self, sum: Sum) -> Value {
        self.at(Kind::ALL.len() + sum as usize)
    }

    /// The one instance of a kind without fields.
    pub(crate) fn single(&self, kind: Kind) -> Value {
        self.at(Kind::ALL.len() + Sum::ALL.len() + kind as usize)
    }
}

fn all(cx: &Cx) -> R {
    let mut sums = Vec::with_capacity(Sum::ALL.len());
    for &sum in Sum::ALL {
        let class = match sum.product() {
            Some(kind) => class(cx, kind.name(), NODE_TYPE.value(), Some(kind), &kind.signature())?,
            None => class(cx, sum.name(), NODE_TYPE.value(), None, &sum.signature())?,
        };
        let names = names(cx, sum.place().attributes())?;
        cx.setattr(&class, &cx.intern("_attributes")?, Some(&names))?;
        set_defaults(cx, &class, sum.place().attributes())?;
        sums.push(class);
    }
    let mut kinds = Vec::with_capacity(Kind::ALL.len());
    for &kind in Kind::ALL {
        let above = sums[kind.sum() as usize].clone();
        kinds.push(match kind.sum().product() {
            Some(_) => above,
            None => class(cx, kind.name(), above, Some(kind), &kind.signature())?,
        });
    }
    // What fields hold is named by the classes, so it is told when all are there.
    for (&kind, class) in Kind::ALL.iter().zip(&kinds) {
        set_defaults(cx, class, kind.fields())?;
        let types = cx.dict()?;
        for field in kind.fields() {
            types.set_text(cx, field.name, field_type(cx, field, &sums)?)?;
        }
        let types = types.into_value();
        cx.setattr(class, &cx.intern("_field_types")?, Some(&types))?;
        cx.setattr(class, &cx.intern("__annotations__")?, Some(&types))?;
    }
    let mut singles = Vec::with_capacity(Kind::ALL.len());
    for (&kind, class) in Kind::ALL.iter().zip(&kinds) {
        let plain = kind.fields().is_empty() && kind.sum().place().attributes().is_empty();
        singles.push(if plain { cx.call(class, &[])? } else { Value::none() });
    }
    let all: Vec<Value> = kinds.into_iter().chain(sums).chain(singles).collect();
    Ok(cx.tuple(all)?.into_value())
}

fn class(cx: &Cx, name: &str, base: Value, kind: Option<Kind>, doc: &str) -> R {
    let namespace = cx.dict()?;
    let fields = names(cx, kind.map_or(&[], Kind::fields))?;
    namespace.set_text(cx, "_fields", fields.clone())?;
    namespace.set_text(cx, "__match_args__", fields)?;
    namespace.set_text(cx, "__module__", cx.intern("ast")?)?;
    namespace.set_text(cx, "__doc__", cx.str_value(doc)?)?;
    let bases = cx.tuple([base])?.into_value();
    cx.call(&TYPE_TYPE.value(), &[cx.intern(name)?, bases, namespace.into_value()])
}

fn names(cx: &Cx, fields: &[Field]) -> R {
    let names = fields.iter().map(|field| cx.intern(field.name)).collect::<R<Vec<Value>>>()?;
    Ok(cx.tuple(names)?.into_value())
}

/// What may be left out is None in the class.
fn set_defaults(cx: &Cx, class: &Value, fields: &[Field]) -> R<()> {
    for field in fields.iter().filter(|field| field.count == Count::Optional) {
        cx.setattr(class, &cx.intern(field.name)?, Some(&Value::none()))?;
    }
    Ok(())
}

fn field_type(cx: &Cx, field: &Field, sums: &[Value]) -> R {
    let built_in = |ty: &'static TypeObject| ty.value();
    let one = match field.holds {
        Holds::Identifier | Holds::Text => built_in(&STR_TYPE),
        Holds::Int => built_in(&INT_TYPE),
        Holds::Constant => built_in(&OBJECT_TYPE),
        Holds::Node(sum) => sums[sum as usize].clone(),
    };
    match field.count {
        Count::One => Ok(one),
        Count::Optional => union_type::or(cx, &one, &Value::none()),
        Count::Many => generic_alias::of(cx, &LIST_TYPE.value(), &one),
    }
}
