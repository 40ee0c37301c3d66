//! What the tokens of a prolog mean: the grammar of document types (XML 1.0, sections 2.8, 3.2 to 3.4, 4.2 and 4.7).

use super::prolog_scan::Part;

/// A kind of declaration that is told as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Markup {
    Doctype,
    Entity,
    Notation,
    Attlist,
    Element,
}

/// What a token is there for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// Nothing that anybody is told of by itself.
    None,
    /// A keyword, a bracket or space, within a declaration that is told as one.
    Within(Markup),
    XmlDecl,
    TextDecl,
    Instruction,
    Comment,
    /// The first element begins: the prolog is over.
    Element,
    DoctypeName,
    DoctypePublicId,
    DoctypeSystemId,
    DoctypeInternalSubset,
    DoctypeClose,
    GeneralEntityName,
    ParamEntityName,
    EntityValue,
    EntityPublicId,
    EntitySystemId,
    /// The end of what names an external entity.
    EntityComplete,
    EntityNotationName,
    NotationName,
    NotationPublicId,
    NotationSystemId,
    /// The end of what has a public identifier only.
    NotationNoSystemId,
    AttlistElementName,
    AttributeName,
    AttributeType(&'static str),
    AttributeEnumValue,
    AttributeNotationValue,
    ImpliedAttribute,
    RequiredAttribute,
    DefaultAttribute,
    FixedAttribute,
    ElementName,
    ContentAny,
    ContentEmpty,
    ContentPcdata,
    GroupOpen,
    GroupClose(Repeat),
    GroupChoice,
    GroupSequence,
    ContentElement(Repeat),
    /// Between declarations.
    ParamEntityRef,
    /// Within a declaration.
    InnerParamEntityRef,
    IgnoreSection,
}

/// How often a part of a content model may come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Repeat {
    Once = 0,
    Optional = 1,
    Any = 2,
    Many = 3,
}

/// Where in the grammar a parser is: mostly, what it expects next.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// The first token, which may be an XML declaration.
    Beginning,
    BeforeDoctype,
    BehindDoctype,
    Doctype(Doctype),
    InternalSubset,
    /// The first token of an external subset, which may be a text declaration.
    ExternalBeginning,
    ExternalSubset,
    Entity {
        parameter: bool,
        expects: Entity,
    },
    Notation(Notation),
    Attlist(Attlist),
    Element(Element),
    Section(Section),
    /// Nothing but the end of this declaration.
    End(Markup),
    /// Behind what was wrong.
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Doctype {
    Name,
    /// Or the subset, or the end.
    ExternalId,
    PublicId,
    SystemId,
    SubsetOrEnd,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Entity {
    /// Or `%`.
    Name,
    /// A value or an external identifier.
    Definition,
    PublicId,
    SystemId,
    /// Or `NDATA`, of a general entity.
    End,
    NotationName,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Notation {
    Name,
    ExternalId,
    PublicId,
    SystemId,
    SystemIdOrEnd,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Attlist {
    ElementName,
    /// Or the end.
    AttributeName,
    Type,
    /// The parenthesis behind `NOTATION`.
    Notations,
    /// One of those to choose from.
    Choice {
        notations: bool,
    },
    /// Behind one of them.
    NextChoice {
        notations: bool,
    },
    Default,
    FixedValue,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Element {
    Name,
    Content,
    /// What stands first within the outermost group.
    First,
    /// Behind `#PCDATA`.
    Text,
    /// A name of mixed content.
    MixedName,
    /// Behind such a name.
    Mixed,
    /// A name or a group.
    Particle,
    /// Behind one of them.
    NextParticle,
}

/// A conditional section.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Section {
    Keyword,
    Include,
    Ignore,
}

const TYPES: [&str; 8] = ["CDATA", "ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "NMTOKEN", "NMTOKENS"];

/// The state of a parser within a prolog.
#[derive(Clone, Debug)]
pub(super) struct Prolog {
    place: Place,
    /// Groups of a content model that are open.
    groups: usize,
    /// Sections that are included and open.
    included: usize,
    /// It is the document itself, not an external subset or a parameter entity.
    pub document_entity: bool,
}

/// The place that follows and the role of the token; nothing for a token that cannot come there.
type Next = Option<(Place, Role)>;

impl Prolog {
    /// That of a document.
    pub(super) fn document() -> Prolog {
        Prolog { place: Place::Beginning, groups: 0, included: 0, document_entity: true }
    }

    /// That of an external subset or parameter entity.
    pub(super) fn external() -> Prolog {
        Prolog { place: Place::ExternalBeginning, document_entity: false, ..Prolog::document() }
    }

    /// May the text of a parameter entity end here?
    pub(super) fn may_end(&mut self) -> bool {
        let may = match self.place {
            Place::ExternalBeginning | Place::InternalSubset => true,
            Place::ExternalSubset => self.included == 0,
            _ => false,
        };
        if !may {
            self.place = Place::Lost;
        }
        may
    }

    /// What a token means here; `None` for a syntax error.
    pub(super) fn role(&mut self, part: Part, text: &[u8]) -> Option<Role> {
        if self.place == Place::Lost {
            return None;
        }
        let next = match (self.place, part) {
            (Place::Doctype(_), Part::Space) => self.stay(Markup::Doctype),
            (Place::Entity { .. }, Part::Space) => self.stay(Markup::Entity),
            (Place::Notation(_), Part::Space) => self.stay(Markup::Notation),
            (Place::Attlist(_), Part::Space) => self.stay(Markup::Attlist),
            (Place::Element(_), Part::Space) => self.stay(Markup::Element),
            (Place::End(of), Part::Space) => self.stay(of),
            (Place::End(of), Part::DeclClose) => Some((self.between(), Role::Within(of))),
            (Place::Beginning | Place::BeforeDoctype | Place::BehindDoctype, _) => self.around_doctype(part, text),
            (Place::Doctype(expects), _) => doctype(expects, part, text),
            (Place::InternalSubset | Place::ExternalBeginning | Place::ExternalSubset, _) => self.subset(part, text),
            (Place::Entity { parameter, expects }, _) => self.entity(parameter, expects, part, text),
            (Place::Notation(expects), _) => self.notation(expects, part, text),
            (Place::Attlist(expects), _) => self.attlist(expects, part, text),
            (Place::Element(expects), _) => self.element(expects, part, text),
            (Place::Section(expects), _) => self.section(expects, part, text),
            (Place::End(_) | Place::Lost, _) => None,
        };
        match next {
            Some((place, role)) => {
                self.place = place;
                Some(role)
            }
            // Within the declarations of an external subset a parameter entity may stand for any of their parts.
            None if !self.document_entity && matches!(part, Part::ParamEntityRef(_)) => Some(Role::InnerParamEntityRef),
            None => {
                self.place = Place::Lost;
                None
            }
        }
    }

    fn stay(&self, markup: Markup) -> Next {
        Some((self.place, Role::Within(markup)))
    }

    /// Where the next declaration may stand.
    fn between(&self) -> Place {
        if self.document_entity { Place::InternalSubset } else { Place::ExternalSubset }
    }

    /// `prolog ::= XMLDecl? Misc* (doctypedecl Misc*)?`
    fn around_doctype(&self, part: Part, text: &[u8]) -> Next {
        let (first, behind) = (self.place == Place::Beginning, self.place == Place::BehindDoctype);
        let here = if behind { Place::BehindDoctype } else { Place::BeforeDoctype };
        Some(match part {
            Part::Element => (Place::Lost, Role::Element),
            Part::Space => (here, Role::None),
            Part::Instruction { .. } => (here, Role::Instruction),
            Part::Comment(_) => (here, Role::Comment),
            Part::XmlDecl if first => (here, Role::XmlDecl),
            Part::DeclOpen(_) if !behind && text == b"<!DOCTYPE" => {
                (Place::Doctype(Doctype::Name), Role::Within(Markup::Doctype))
            }
            _ => return None,
        })
    }

    /// `(markupdecl | conditionalSect | DeclSep)*`
    fn subset(&mut self, part: Part, text: &[u8]) -> Next {
        let internal = self.place == Place::InternalSubset;
        let first = self.place == Place::ExternalBeginning;
        let here = if internal { Place::InternalSubset } else { Place::ExternalSubset };
        // Also what is wrong is behind the beginning.
        self.place = here;
        Some(match part {
            Part::Space => (here, Role::None),
            Part::Instruction { .. } => (here, Role::Instruction),
            Part::Comment(_) => (here, Role::Comment),
            Part::ParamEntityRef(_) => (here, Role::ParamEntityRef),
            Part::DeclOpen(_) => match text {
                b"<!ENTITY" => {
                    (Place::Entity { parameter: false, expects: Entity::Name }, Role::Within(Markup::Entity))
                }
                b"<!ATTLIST" => (Place::Attlist(Attlist::ElementName), Role::Within(Markup::Attlist)),
                b"<!ELEMENT" => (Place::Element(Element::Name), Role::Within(Markup::Element)),
                b"<!NOTATION" => (Place::Notation(Notation::Name), Role::Within(Markup::Notation)),
                _ => return None,
            },
            Part::CloseBracket if internal => (Place::Doctype(Doctype::End), Role::Within(Markup::Doctype)),
            Part::XmlDecl if first => (here, Role::TextDecl),
            Part::CondSectOpen if !internal => (Place::Section(Section::Keyword), Role::None),
            Part::CondSectClose if !internal => {
                self.included = self.included.checked_sub(1)?;
                (here, Role::None)
            }
            _ => return None,
        })
    }

    /// `'<![' S? ('INCLUDE' | 'IGNORE') S? '[' …`
    fn section(&mut self, expects: Section, part: Part, text: &[u8]) -> Next {
        Some(match (expects, part) {
            (_, Part::Space) => (self.place, Role::None),
            (Section::Keyword, Part::Name) => match text {
                b"INCLUDE" => (Place::Section(Section::Include), Role::None),
                b"IGNORE" => (Place::Section(Section::Ignore), Role::None),
                _ => return None,
            },
            (Section::Include, Part::OpenBracket) => {
                self.included += 1;
                (Place::ExternalSubset, Role::None)
            }
            (Section::Ignore, Part::OpenBracket) => (Place::ExternalSubset, Role::IgnoreSection),
            _ => return None,
        })
    }

    /// `'<!ENTITY' S ('%' S)? Name S (EntityValue | ExternalID NDataDecl?) S? '>'`
    fn entity(&self, parameter: bool, expects: Entity, part: Part, text: &[u8]) -> Next {
        const WITHIN: Role = Role::Within(Markup::Entity);
        let on = |expects, role| Some((Place::Entity { parameter, expects }, role));
        let end = |role| Some((Place::End(Markup::Entity), role));
        match (expects, part) {
            (Entity::Name, Part::Percent) if !parameter => {
                Some((Place::Entity { parameter: true, expects: Entity::Name }, WITHIN))
            }
            (Entity::Name, Part::Name) => {
                on(Entity::Definition, if parameter { Role::ParamEntityName } else { Role::GeneralEntityName })
            }
            (Entity::Definition, Part::Literal(_)) => end(Role::EntityValue),
            (Entity::Definition, Part::Name) => match text {
                b"SYSTEM" => on(Entity::SystemId, WITHIN),
                b"PUBLIC" => on(Entity::PublicId, WITHIN),
                _ => None,
            },
            (Entity::PublicId, Part::Literal(_)) => on(Entity::SystemId, Role::EntityPublicId),
            (Entity::SystemId, Part::Literal(_)) => on(Entity::End, Role::EntitySystemId),
            (Entity::End, Part::DeclClose) => Some((self.between(), Role::EntityComplete)),
            (Entity::End, Part::Name) if !parameter && text == b"NDATA" => on(Entity::NotationName, WITHIN),
            (Entity::NotationName, Part::Name) => end(Role::EntityNotationName),
            _ => None,
        }
    }

    /// `'<!NOTATION' S Name S (ExternalID | PublicID) S? '>'`
    fn notation(&self, expects: Notation, part: Part, text: &[u8]) -> Next {
        const WITHIN: Role = Role::Within(Markup::Notation);
        let on = |expects, role| Some((Place::Notation(expects), role));
        match (expects, part) {
            (Notation::Name, Part::Name) => on(Notation::ExternalId, Role::NotationName),
            (Notation::ExternalId, Part::Name) => match text {
                b"SYSTEM" => on(Notation::SystemId, WITHIN),
                b"PUBLIC" => on(Notation::PublicId, WITHIN),
                _ => None,
            },
            (Notation::PublicId, Part::Literal(_)) => on(Notation::SystemIdOrEnd, Role::NotationPublicId),
            (Notation::SystemId | Notation::SystemIdOrEnd, Part::Literal(_)) => {
                Some((Place::End(Markup::Notation), Role::NotationSystemId))
            }
            (Notation::SystemIdOrEnd, Part::DeclClose) => Some((self.between(), Role::NotationNoSystemId)),
            _ => None,
        }
    }

    /// `'<!ATTLIST' S Name (S Name S AttType S DefaultDecl)* S? '>'`
    fn attlist(&self, expects: Attlist, part: Part, text: &[u8]) -> Next {
        const WITHIN: Role = Role::Within(Markup::Attlist);
        let on = |expects, role| Some((Place::Attlist(expects), role));
        match (expects, part) {
            (Attlist::ElementName, Part::Name | Part::PrefixedName) => {
                on(Attlist::AttributeName, Role::AttlistElementName)
            }
            (Attlist::AttributeName, Part::Name | Part::PrefixedName) => on(Attlist::Type, Role::AttributeName),
            (Attlist::AttributeName, Part::DeclClose) => Some((self.between(), WITHIN)),
            (Attlist::Type, Part::OpenParen) => on(Attlist::Choice { notations: false }, WITHIN),
            (Attlist::Type, Part::Name) if text == b"NOTATION" => on(Attlist::Notations, WITHIN),
            (Attlist::Type, Part::Name) => {
                let known = TYPES.into_iter().find(|known| text == known.as_bytes())?;
                on(Attlist::Default, Role::AttributeType(known))
            }
            (Attlist::Notations, Part::OpenParen) => on(Attlist::Choice { notations: true }, WITHIN),
            (Attlist::Choice { notations: true }, Part::Name) => {
                on(Attlist::NextChoice { notations: true }, Role::AttributeNotationValue)
            }
            (Attlist::Choice { notations: false }, Part::Nmtoken | Part::Name | Part::PrefixedName) => {
                on(Attlist::NextChoice { notations: false }, Role::AttributeEnumValue)
            }
            (Attlist::NextChoice { notations }, Part::Or) => on(Attlist::Choice { notations }, WITHIN),
            (Attlist::NextChoice { .. }, Part::CloseParen) => on(Attlist::Default, WITHIN),
            (Attlist::Default, Part::Literal(_)) => on(Attlist::AttributeName, Role::DefaultAttribute),
            (Attlist::Default, Part::PoundName) => match text {
                b"#IMPLIED" => on(Attlist::AttributeName, Role::ImpliedAttribute),
                b"#REQUIRED" => on(Attlist::AttributeName, Role::RequiredAttribute),
                b"#FIXED" => on(Attlist::FixedValue, WITHIN),
                _ => None,
            },
            (Attlist::FixedValue, Part::Literal(_)) => on(Attlist::AttributeName, Role::FixedAttribute),
            _ => None,
        }
    }

    /// `'<!ELEMENT' S Name S ('EMPTY' | 'ANY' | Mixed | children) S? '>'`
    fn element(&mut self, expects: Element, part: Part, text: &[u8]) -> Next {
        let on = |expects, role| Some((Place::Element(expects), role));
        let end = |role| Some((Place::End(Markup::Element), role));
        match expects {
            Element::Name if is_name(part) => on(Element::Content, Role::ElementName),
            Element::Content => match part {
                Part::Name if text == b"EMPTY" => end(Role::ContentEmpty),
                Part::Name if text == b"ANY" => end(Role::ContentAny),
                Part::OpenParen => {
                    self.groups = 1;
                    on(Element::First, Role::GroupOpen)
                }
                _ => None,
            },
            Element::First if part == Part::PoundName && text == b"#PCDATA" => on(Element::Text, Role::ContentPcdata),
            Element::First | Element::Particle => match part {
                Part::OpenParen => {
                    self.groups += 1;
                    on(Element::Particle, Role::GroupOpen)
                }
                _ => on(Element::NextParticle, Role::ContentElement(repeat_of_name(part)?)),
            },
            Element::NextParticle => match part {
                Part::Or => on(Element::Particle, Role::GroupChoice),
                Part::Comma => on(Element::Particle, Role::GroupSequence),
                _ => {
                    let role = Role::GroupClose(repeat_of_group(part)?);
                    self.groups -= 1;
                    if self.groups == 0 { end(role) } else { on(Element::NextParticle, role) }
                }
            },
            Element::Text if part == Part::CloseParen => end(Role::GroupClose(Repeat::Once)),
            Element::Text | Element::Mixed => match part {
                Part::CloseParenAsterisk => end(Role::GroupClose(Repeat::Any)),
                Part::Or => on(Element::MixedName, Role::Within(Markup::Element)),
                _ => None,
            },
            Element::MixedName if is_name(part) => on(Element::Mixed, Role::ContentElement(Repeat::Once)),
            Element::Name | Element::MixedName => None,
        }
    }
}

/// `'<!DOCTYPE' S Name (S ExternalID)? S? ('[' intSubset ']' S?)? '>'`
fn doctype(expects: Doctype, part: Part, text: &[u8]) -> Next {
    const WITHIN: Role = Role::Within(Markup::Doctype);
    let on = |expects, role| Some((Place::Doctype(expects), role));
    match (expects, part) {
        (Doctype::Name, Part::Name | Part::PrefixedName) => on(Doctype::ExternalId, Role::DoctypeName),
        (Doctype::ExternalId, Part::Name) => match text {
            b"SYSTEM" => on(Doctype::SystemId, WITHIN),
            b"PUBLIC" => on(Doctype::PublicId, WITHIN),
            _ => None,
        },
        (Doctype::PublicId, Part::Literal(_)) => on(Doctype::SystemId, Role::DoctypePublicId),
        (Doctype::SystemId, Part::Literal(_)) => on(Doctype::SubsetOrEnd, Role::DoctypeSystemId),
        (Doctype::ExternalId | Doctype::SubsetOrEnd, Part::OpenBracket) => {
            Some((Place::InternalSubset, Role::DoctypeInternalSubset))
        }
        (Doctype::ExternalId | Doctype::SubsetOrEnd | Doctype::End, Part::DeclClose) => {
            Some((Place::BehindDoctype, Role::DoctypeClose))
        }
        _ => None,
    }
}

fn is_name(part: Part) -> bool {
    matches!(part, Part::Name | Part::PrefixedName)
}

/// How often an element of a content model may come.
fn repeat_of_name(part: Part) -> Option<Repeat> {
    Some(match part {
        Part::Name | Part::PrefixedName => Repeat::Once,
        Part::NameQuestion => Repeat::Optional,
        Part::NameAsterisk => Repeat::Any,
        Part::NamePlus => Repeat::Many,
        _ => return None,
    })
}

/// How often a group that ends may come.
fn repeat_of_group(part: Part) -> Option<Repeat> {
    Some(match part {
        Part::CloseParen => Repeat::Once,
        Part::CloseParenQuestion => Repeat::Optional,
        Part::CloseParenAsterisk => Repeat::Any,
        Part::CloseParenPlus => Repeat::Many,
        _ => return None,
    })
}
