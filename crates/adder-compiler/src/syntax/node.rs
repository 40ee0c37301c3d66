//! Nodes as plain data.

use std::sync::Arc;

use super::Kind;
use crate::code::{Const, Position};

/// A node: what its class is made from.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its class.
    pub kind: Kind,
    /// One for each field, in their order.
    pub fields: Vec<Item>,
    /// Where it stands; of no meaning for kinds without a place.
    pub position: Position,
}

/// What a field holds.
#[derive(Clone, Debug)]
pub enum Item {
    /// Nothing: `None`.
    None,
    /// A node with fields.
    Node(Box<Node>),
    /// A node without fields and place: an operator or a context.
    Plain(Kind),
    /// A list.
    Many(Vec<Item>),
    /// A name or a string.
    Text(Arc<str>),
    /// An int.
    Int(i64),
    /// A constant.
    Constant(Const),
}

impl Node {
    /// Looks at it and all nodes below, in no order that matters. How deeply they nest is the result. Does not recurse: who asks has
    /// yet to make room on the stack.
    pub(crate) fn survey(&self, mut look: impl FnMut(&Node)) -> usize {
        let mut deepest = 0;
        let mut open = vec![(self, 1)];
        while let Some((node, depth)) = open.pop() {
            look(node);
            deepest = deepest.max(depth);
            for field in &node.fields {
                match field {
                    Item::Node(node) => open.push((node, depth + 1)),
                    Item::Many(items) => open.extend(items.iter().filter_map(self::node).map(|node| (node, depth + 1))),
                    _ => {}
                }
            }
        }
        deepest
    }
}

impl From<Node> for Item {
    fn from(node: Node) -> Item {
        Item::Node(Box::new(node))
    }
}

impl From<Kind> for Item {
    fn from(kind: Kind) -> Item {
        Item::Plain(kind)
    }
}

impl From<&str> for Item {
    fn from(text: &str) -> Item {
        Item::Text(text.into())
    }
}

impl From<bool> for Item {
    fn from(yes: bool) -> Item {
        Item::Int(yes.into())
    }
}

impl From<Const> for Item {
    fn from(constant: Const) -> Item {
        Item::Constant(constant)
    }
}

impl<T: Into<Item>> From<Option<T>> for Item {
    fn from(value: Option<T>) -> Item {
        value.map_or(Item::None, T::into)
    }
}

impl From<Vec<Item>> for Item {
    fn from(items: Vec<Item>) -> Item {
        Item::Many(items)
    }
}

/// The fields of a node.
///
/// # Panics
/// If their number is another one: nodes are made by their tables.
pub(super) fn fields<const N: usize>(node: &Node) -> &[Item; N] {
    (&node.fields[..]).try_into().expect("as many fields as the table says")
}

pub(super) fn items(item: &Item) -> &[Item] {
    match item {
        Item::Many(items) => items,
        _ => &[],
    }
}

pub(super) fn nodes(item: &Item) -> impl Iterator<Item = &Node> {
    items(item).iter().filter_map(node)
}

pub(super) fn node(item: &Item) -> Option<&Node> {
    match item {
        Item::Node(node) => Some(node),
        _ => None,
    }
}

pub(super) fn text(item: &Item) -> &str {
    match item {
        Item::Text(text) => text,
        _ => "",
    }
}

pub(super) fn int(item: &Item) -> i64 {
    match item {
        Item::Int(int) => *int,
        _ => 0,
    }
}
