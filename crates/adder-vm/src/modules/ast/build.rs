//! From a tree of plain data to objects.

use adder_compiler::syntax::{Field, Item, Node, Place};
use adder_objects::{Cx, R, Value};

use super::Classes;
use crate::vm::Vm;

/// The objects of a tree.
///
/// # Errors
/// RecursionError; MemoryError.
pub(crate) fn object(vm: &Vm, root: &Node) -> R {
    let classes = Classes::of(vm)?;
    let cx = &*vm.cx;
    let mut names = Vec::new();
    for field in Place::Both.attributes() {
        names.push(cx.intern(field.name)?);
    }
    Builder { cx, classes, places: names }.node(root)
}

struct Builder<'a> {
    cx: &'a Cx,
    classes: Classes,
    /// The names of the attributes.
    places: Vec<Value>,
}

impl Builder<'_> {
    fn node(&self, node: &Node) -> R {
        let cx = self.cx;
        cx.check_stack()?;
        let attributes = cx.dict()?;
        for (Field { name, .. }, item) in node.kind.fields().iter().zip(&node.fields) {
            attributes.set_text(cx, name, self.item(item)?)?;
        }
        if node.kind.sum().place() != Place::Nowhere {
            let at = &node.position;
            let numbers = [at.line, at.column, at.end_line, at.end_column];
            for (name, number) in self.places.iter().zip(numbers) {
                attributes.set(cx, name, Value::small(number.into()))?;
            }
        }
        super::node::node(cx, &self.classes.kind(node.kind), attributes)
    }

    fn item(&self, item: &Item) -> R {
        let cx = self.cx;
        match item {
            Item::None => Ok(Value::none()),
            Item::Node(node) => self.node(node),
            Item::Plain(kind) => Ok(self.classes.single(*kind)),
            Item::Many(items) => {
                let items = items.iter().map(|item| self.item(item)).collect::<R<Vec<Value>>>()?;
                Ok(cx.list(items)?.into_value())
            }
            Item::Text(text) => cx.intern(text),
            Item::Int(number) => cx.int(*number),
            Item::Constant(constant) => crate::constants::object(cx, constant),
        }
    }
}
