//! What a program is told, and asked.

use super::Node;

/// What a program can be told of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Handler {
    StartElement,
    EndElement,
    ProcessingInstruction,
    CharacterData,
    UnparsedEntityDecl,
    NotationDecl,
    StartNamespaceDecl,
    EndNamespaceDecl,
    Comment,
    StartCdataSection,
    EndCdataSection,
    Default,
    NotStandalone,
    ExternalEntityRef,
    StartDoctypeDecl,
    EndDoctypeDecl,
    EntityDecl,
    XmlDecl,
    ElementDecl,
    AttlistDecl,
    SkippedEntity,
}

/// Something that the parser tells.
pub(crate) enum Event<'a> {
    StartElement {
        name: &'a str,
        attributes: &'a [(String, String)],
        specified: usize,
    },
    EndElement(&'a str),
    ProcessingInstruction {
        target: &'a str,
        data: &'a str,
    },
    CharacterData(&'a str),
    UnparsedEntityDecl {
        name: &'a str,
        base: Text<'a>,
        system_id: Text<'a>,
        public_id: Text<'a>,
        notation: &'a str,
    },
    NotationDecl {
        name: &'a str,
        base: Text<'a>,
        system_id: Text<'a>,
        public_id: Text<'a>,
    },
    StartNamespaceDecl {
        prefix: Text<'a>,
        uri: Text<'a>,
    },
    EndNamespaceDecl(Text<'a>),
    Comment(&'a str),
    StartCdataSection,
    EndCdataSection,
    Default(&'a str),
    StartDoctypeDecl {
        name: &'a str,
        system_id: Text<'a>,
        public_id: Text<'a>,
        has_internal: bool,
    },
    EndDoctypeDecl,
    EntityDecl {
        name: &'a str,
        is_parameter: bool,
        value: Text<'a>,
        base: Text<'a>,
        system_id: Text<'a>,
        public_id: Text<'a>,
        notation: Text<'a>,
    },
    XmlDecl {
        version: Text<'a>,
        encoding: Text<'a>,
        standalone: i32,
    },
    ElementDecl {
        name: &'a str,
        model: &'a [Node],
    },
    AttlistDecl {
        element: &'a str,
        attribute: &'a str,
        kind: &'a str,
        default: Text<'a>,
        required: bool,
    },
    SkippedEntity {
        name: &'a str,
        is_parameter: bool,
    },
}

/// Text that may be missing.
pub(crate) type Text<'a> = Option<&'a str>;

/// Something that the parser needs an answer to.
pub(crate) enum Question<'a> {
    NotStandalone,
    ExternalEntity { context: Text<'a>, base: Text<'a>, system_id: Text<'a>, public_id: Text<'a> },
}

/// The program that is told of events. It may do anything meanwhile but let the same parser go on.
pub(crate) trait Host {
    /// Does it want to be told?
    fn wants(&self, handler: Handler) -> bool;
    /// Is the text of internal entities to be read?
    fn expands(&self) -> bool;
    fn tell(&self, event: Event<'_>);
    /// Must the parser stop behind the token that it is at?
    fn stops(&self) -> bool;
    /// May the parser go on?
    fn ask(&self, question: Question<'_>) -> bool;
    /// The characters of an encoding in which each has one byte.
    fn table(&self, encoding: &str) -> Option<Box<[Option<char>; 256]>>;
}
