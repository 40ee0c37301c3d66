//! What a document type declares.

use core::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::roles::Repeat;

/// An entity.
#[derive(Clone, Debug, Default)]
pub(super) struct Entity {
    pub name: String,
    /// What an internal one stands for.
    pub text: Option<Rc<str>>,
    pub system_id: Option<String>,
    pub public_id: Option<String>,
    pub base: Option<Rc<str>>,
    pub notation: Option<String>,
    pub is_parameter: bool,
    /// It was declared in the document itself.
    pub is_internal: bool,
}

/// An attribute that an element type declares.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub name: String,
    pub is_cdata: bool,
    pub default: Option<String>,
}

/// What document type declarations have said. A document and its external parts share it.
#[derive(Default)]
pub(super) struct Dtd {
    pub entities: RefCell<HashMap<String, Rc<Entity>>>,
    pub parameters: RefCell<HashMap<String, Rc<Entity>>>,
    pub elements: RefCell<HashMap<String, Rc<Vec<Declared>>>>,
    /// What was left out may have declared things: declarations do not count any more.
    pub ignores: Cell<bool>,
    pub has_parameter_refs: Cell<bool>,
    pub standalone: Cell<bool>,
    pub parameter_entity_read: Cell<bool>,
    /// About how many bytes it has.
    pub bytes: Cell<usize>,
}

impl Dtd {
    pub(super) fn grow(&self, bytes: usize) {
        self.bytes.set(self.bytes.get() + bytes + 64);
    }

    pub(super) fn entity(&self, name: &str) -> Option<Rc<Entity>> {
        self.entities.borrow().get(name).cloned()
    }

    pub(super) fn parameter(&self, name: &str) -> Option<Rc<Entity>> {
        self.parameters.borrow().get(name).cloned()
    }

    pub(super) fn attributes(&self, element: &str) -> Option<Rc<Vec<Declared>>> {
        self.elements.borrow().get(element).cloned()
    }

    /// Puts a declared entity where it belongs. The first declaration counts.
    pub(super) fn declare(&self, entity: Entity) {
        self.grow(entity.name.len() + entity.text.as_ref().map_or(0, |text| text.len()));
        let table = if entity.is_parameter { &self.parameters } else { &self.entities };
        table.borrow_mut().insert(entity.name.clone(), Rc::new(entity));
    }

    /// Declares an attribute of an element type.
    pub(super) fn declare_attribute(&self, element: &str, declared: Declared) {
        self.grow(declared.name.len() + declared.default.as_ref().map_or(0, String::len));
        let mut elements = self.elements.borrow_mut();
        let attributes = Rc::make_mut(elements.entry(element.to_owned()).or_default());
        if !attributes.iter().any(|known| known.name == declared.name) {
            attributes.push(declared);
        }
    }
}

/// What a part of a content model is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Empty = 1,
    Any = 2,
    Mixed = 3,
    Name = 4,
    Choice = 5,
    Sequence = 6,
}

/// A part of a content model.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub kind: Kind,
    pub repeat: u8,
    pub name: Option<String>,
    /// The part that it belongs to; the first part belongs to none.
    pub parent: Option<usize>,
}

/// A content model in the making: parts in the order in which they are written.
#[derive(Default)]
pub(super) struct Model {
    pub nodes: Vec<Node>,
    /// Groups that are open, and what joins their parts, once that was written.
    open: Vec<(usize, Option<Kind>)>,
}

impl Model {
    /// A model without parts.
    pub(super) fn simple(kind: Kind) -> Model {
        let mut model = Model::default();
        model.add(kind, None, Repeat::Once);
        model
    }

    fn add(&mut self, kind: Kind, name: Option<String>, repeat: Repeat) {
        let parent = self.open.last().map(|&(at, _)| at);
        self.nodes.push(Node { kind, repeat: repeat as u8, name, parent });
    }

    pub(super) fn open(&mut self) {
        self.add(Kind::Sequence, None, Repeat::Once);
        self.open.push((self.nodes.len() - 1, None));
    }

    /// The group that is open is of this kind. False if it has another.
    pub(super) fn is(&mut self, kind: Kind) -> bool {
        let Some((at, known)) = self.open.last_mut() else { return true };
        if known.is_some_and(|known| known != kind) {
            return false;
        }
        *known = Some(kind);
        self.nodes[*at].kind = kind;
        true
    }

    pub(super) fn element(&mut self, name: &str, repeat: Repeat) {
        self.add(Kind::Name, Some(name.to_owned()), repeat);
    }

    /// Closes a group; true if it was the last.
    pub(super) fn close(&mut self, repeat: Repeat) -> bool {
        if let Some((at, _)) = self.open.pop() {
            self.nodes[at].repeat = repeat as u8;
        }
        self.open.is_empty()
    }
}
