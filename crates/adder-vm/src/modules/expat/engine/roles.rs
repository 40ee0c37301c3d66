//! What the tokens of a prolog mean: the grammar of document types.

use super::prolog_scan::Part;

/// What a token is there for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    None,
    XmlDecl,
    TextDecl,
    Instruction,
    Comment,
    Element,
    DoctypeName,
    DoctypeSystemId,
    DoctypePublicId,
    DoctypeInternalSubset,
    DoctypeNone,
    DoctypeClose,
    EntityNone,
    GeneralEntityName,
    ParamEntityName,
    EntityValue,
    EntitySystemId,
    EntityPublicId,
    EntityComplete,
    EntityNotationName,
    NotationNone,
    NotationName,
    NotationSystemId,
    NotationNoSystemId,
    NotationPublicId,
    AttlistNone,
    AttlistElementName,
    AttributeName,
    AttributeType(&'static str),
    AttributeEnumValue,
    AttributeNotationValue,
    ImpliedAttribute,
    RequiredAttribute,
    DefaultAttribute,
    FixedAttribute,
    ElementNone,
    ElementName,
    ContentAny,
    ContentEmpty,
    ContentPcdata,
    GroupOpen,
    GroupClose(Repeat),
    GroupChoice,
    GroupSequence,
    ContentElement(Repeat),
    ParamEntityRef,
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

/// Where in the grammar a parser is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Prolog0,
    Prolog1,
    Prolog2,
    Doctype0,
    Doctype1,
    Doctype2,
    Doctype3,
    Doctype4,
    Doctype5,
    InternalSubset,
    Entity0,
    Entity1,
    Entity2,
    Entity3,
    Entity4,
    Entity5,
    Entity6,
    Entity7,
    Entity8,
    Entity9,
    Entity10,
    Notation0,
    Notation1,
    Notation2,
    Notation3,
    Notation4,
    Attlist0,
    Attlist1,
    Attlist2,
    Attlist3,
    Attlist4,
    Attlist5,
    Attlist6,
    Attlist7,
    Attlist8,
    Attlist9,
    Element0,
    Element1,
    Element2,
    Element3,
    Element4,
    Element5,
    Element6,
    Element7,
    DeclClose,
    ExternalSubset0,
    ExternalSubset1,
    CondSect0,
    CondSect1,
    CondSect2,
    Error,
}

/// The state of a parser within a prolog.
#[derive(Clone, Debug)]
pub(super) struct Prolog {
    state: State,
    level: usize,
    /// What the end of the declaration is told as.
    role_none: Role,
    include_level: usize,
    /// It is the document itself, not an external subset or a parameter entity.
    pub document_entity: bool,
}

static TYPES: &[&str] = &["CDATA", "ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "NMTOKEN", "NMTOKENS"];

impl Prolog {
    /// That of a document.
    pub(super) fn document() -> Prolog {
        Prolog { state: State::Prolog0, level: 0, role_none: Role::None, include_level: 0, document_entity: true }
    }

    /// That of an external subset or parameter entity.
    pub(super) fn external() -> Prolog {
        Prolog { state: State::ExternalSubset0, document_entity: false, ..Prolog::document() }
    }

    fn go(&mut self, state: State, role: Role) -> Option<Role> {
        self.state = state;
        Some(role)
    }

    /// Behind a declaration.
    fn top(&mut self) {
        self.state = if self.document_entity { State::InternalSubset } else { State::ExternalSubset1 };
    }

    /// No token can come here: not well-formed, but for references to parameter entities in an external subset.
    fn other(&mut self, part: Part) -> Option<Role> {
        if !self.document_entity && matches!(part, Part::ParamEntityRef(_)) {
            return Some(Role::InnerParamEntityRef);
        }
        self.state = State::Error;
        None
    }

    /// May the text of a parameter entity end here?
    pub(super) fn may_end(&mut self) -> bool {
        let may = match self.state {
            State::ExternalSubset0 => true,
            State::ExternalSubset1 => self.include_level == 0,
            State::InternalSubset => true,
            _ => false,
        };
        if !may {
            self.state = State::Error;
        }
        may
    }

    /// What a token means here; `None` for a syntax error.
    pub(super) fn role(&mut self, part: Part, text: &[u8]) -> Option<Role> {
        use Part as P;
        use Role as R;
        use State as S;
        let is = |name: &str| text == name.as_bytes();
        let declares = |name: &str| matches!(part, P::DeclOpen(_)) && text.get(2..) == Some(name.as_bytes());
        let name = matches!(part, P::Name | P::PrefixedName);
        match (self.state, part) {
            (S::Prolog0, P::Space) => self.go(S::Prolog1, R::None),
            (S::Prolog0, P::XmlDecl) => self.go(S::Prolog1, R::XmlDecl),
            (S::Prolog0 | S::Prolog1, P::Instruction { .. }) => self.go(S::Prolog1, R::Instruction),
            (S::Prolog0 | S::Prolog1, P::Comment(_)) => self.go(S::Prolog1, R::Comment),
            (S::Prolog0 | S::Prolog1, P::DeclOpen(_)) if declares("DOCTYPE") => self.go(S::Doctype0, R::DoctypeNone),
            (S::Prolog0 | S::Prolog1 | S::Prolog2, P::Element) => self.go(S::Error, R::Element),
            (S::Prolog1 | S::Prolog2, P::Space) => Some(R::None),
            (S::Prolog2, P::Instruction { .. }) => Some(R::Instruction),
            (S::Prolog2, P::Comment(_)) => Some(R::Comment),

            (S::Doctype0 | S::Doctype1 | S::Doctype2 | S::Doctype3 | S::Doctype4 | S::Doctype5, P::Space) => {
                Some(R::DoctypeNone)
            }
            (S::Doctype0, _) if name => self.go(S::Doctype1, R::DoctypeName),
            (S::Doctype1 | S::Doctype4, P::OpenBracket) => self.go(S::InternalSubset, R::DoctypeInternalSubset),
            (S::Doctype1 | S::Doctype4 | S::Doctype5, P::DeclClose) => self.go(S::Prolog2, R::DoctypeClose),
            (S::Doctype1, P::Name) if is("SYSTEM") => self.go(S::Doctype3, R::DoctypeNone),
            (S::Doctype1, P::Name) if is("PUBLIC") => self.go(S::Doctype2, R::DoctypeNone),
            (S::Doctype2, P::Literal(_)) => self.go(S::Doctype3, R::DoctypePublicId),
            (S::Doctype3, P::Literal(_)) => self.go(S::Doctype4, R::DoctypeSystemId),

            (S::ExternalSubset0, P::XmlDecl) => self.go(S::ExternalSubset1, R::TextDecl),
            (S::ExternalSubset0 | S::ExternalSubset1, P::CondSectOpen) => self.go(S::CondSect0, R::None),
            (S::ExternalSubset0 | S::ExternalSubset1, P::CondSectClose) => {
                self.state = S::ExternalSubset1;
                match self.include_level.checked_sub(1) {
                    Some(level) => {
                        self.include_level = level;
                        Some(R::None)
                    }
                    None => self.other(part),
                }
            }
            (S::ExternalSubset0 | S::ExternalSubset1, P::CloseBracket) => self.other(part),
            (S::ExternalSubset0 | S::ExternalSubset1 | S::InternalSubset, _) => {
                if self.state == S::ExternalSubset0 {
                    self.state = S::ExternalSubset1;
                }
                match part {
                    P::Space => Some(R::None),
                    P::DeclOpen(_) if declares("ENTITY") => self.go(S::Entity0, R::EntityNone),
                    P::DeclOpen(_) if declares("ATTLIST") => self.go(S::Attlist0, R::AttlistNone),
                    P::DeclOpen(_) if declares("ELEMENT") => self.go(S::Element0, R::ElementNone),
                    P::DeclOpen(_) if declares("NOTATION") => self.go(S::Notation0, R::NotationNone),
                    P::Instruction { .. } => Some(R::Instruction),
                    P::Comment(_) => Some(R::Comment),
                    P::ParamEntityRef(_) => Some(R::ParamEntityRef),
                    P::CloseBracket => self.go(S::Doctype5, R::DoctypeNone),
                    _ => self.other(part),
                }
            }

            (
                S::Entity0
                | S::Entity1
                | S::Entity2
                | S::Entity3
                | S::Entity4
                | S::Entity5
                | S::Entity6
                | S::Entity7
                | S::Entity8
                | S::Entity9
                | S::Entity10,
                P::Space,
            ) => Some(R::EntityNone),
            (S::Entity0, P::Percent) => self.go(S::Entity1, R::EntityNone),
            (S::Entity0, P::Name) => self.go(S::Entity2, R::GeneralEntityName),
            (S::Entity1, P::Name) => self.go(S::Entity7, R::ParamEntityName),
            (S::Entity2, P::Name) if is("SYSTEM") => self.go(S::Entity4, R::EntityNone),
            (S::Entity2, P::Name) if is("PUBLIC") => self.go(S::Entity3, R::EntityNone),
            (S::Entity2 | S::Entity7, P::Literal(_)) => {
                self.role_none = R::EntityNone;
                self.go(S::DeclClose, R::EntityValue)
            }
            (S::Entity3, P::Literal(_)) => self.go(S::Entity4, R::EntityPublicId),
            (S::Entity4, P::Literal(_)) => self.go(S::Entity5, R::EntitySystemId),
            (S::Entity5 | S::Entity10, P::DeclClose) => {
                self.top();
                Some(R::EntityComplete)
            }
            (S::Entity5, P::Name) if is("NDATA") => self.go(S::Entity6, R::EntityNone),
            (S::Entity6, P::Name) => {
                self.role_none = R::EntityNone;
                self.go(S::DeclClose, R::EntityNotationName)
            }
            (S::Entity7, P::Name) if is("SYSTEM") => self.go(S::Entity9, R::EntityNone),
            (S::Entity7, P::Name) if is("PUBLIC") => self.go(S::Entity8, R::EntityNone),
            (S::Entity8, P::Literal(_)) => self.go(S::Entity9, R::EntityPublicId),
            (S::Entity9, P::Literal(_)) => self.go(S::Entity10, R::EntitySystemId),

            (S::Notation0 | S::Notation1 | S::Notation2 | S::Notation3 | S::Notation4, P::Space) => {
                Some(R::NotationNone)
            }
            (S::Notation0, P::Name) => self.go(S::Notation1, R::NotationName),
            (S::Notation1, P::Name) if is("SYSTEM") => self.go(S::Notation3, R::NotationNone),
            (S::Notation1, P::Name) if is("PUBLIC") => self.go(S::Notation2, R::NotationNone),
            (S::Notation2, P::Literal(_)) => self.go(S::Notation4, R::NotationPublicId),
            (S::Notation3 | S::Notation4, P::Literal(_)) => {
                self.role_none = R::NotationNone;
                self.go(S::DeclClose, R::NotationSystemId)
            }
            (S::Notation4, P::DeclClose) => {
                self.top();
                Some(R::NotationNoSystemId)
            }

            (
                S::Attlist0
                | S::Attlist1
                | S::Attlist2
                | S::Attlist3
                | S::Attlist4
                | S::Attlist5
                | S::Attlist6
                | S::Attlist7
                | S::Attlist8
                | S::Attlist9,
                P::Space,
            ) => Some(R::AttlistNone),
            (S::Attlist0, _) if name => self.go(S::Attlist1, R::AttlistElementName),
            (S::Attlist1, P::DeclClose) => {
                self.top();
                Some(R::AttlistNone)
            }
            (S::Attlist1, _) if name => self.go(S::Attlist2, R::AttributeName),
            (S::Attlist2, P::Name) => match TYPES.iter().find(|ty| is(ty)) {
                Some(ty) => self.go(S::Attlist8, R::AttributeType(ty)),
                None if is("NOTATION") => self.go(S::Attlist5, R::AttlistNone),
                None => self.other(part),
            },
            (S::Attlist2, P::OpenParen) => self.go(S::Attlist3, R::AttlistNone),
            (S::Attlist3, P::Nmtoken | P::Name | P::PrefixedName) => self.go(S::Attlist4, R::AttributeEnumValue),
            (S::Attlist4, P::CloseParen) => self.go(S::Attlist8, R::AttlistNone),
            (S::Attlist4, P::Or) => self.go(S::Attlist3, R::AttlistNone),
            (S::Attlist5, P::OpenParen) => self.go(S::Attlist6, R::AttlistNone),
            (S::Attlist6, P::Name) => self.go(S::Attlist7, R::AttributeNotationValue),
            (S::Attlist7, P::CloseParen) => self.go(S::Attlist8, R::AttlistNone),
            (S::Attlist7, P::Or) => self.go(S::Attlist6, R::AttlistNone),
            (S::Attlist8, P::PoundName) if is("#IMPLIED") => self.go(S::Attlist1, R::ImpliedAttribute),
            (S::Attlist8, P::PoundName) if is("#REQUIRED") => self.go(S::Attlist1, R::RequiredAttribute),
            (S::Attlist8, P::PoundName) if is("#FIXED") => self.go(S::Attlist9, R::AttlistNone),
            (S::Attlist8, P::Literal(_)) => self.go(S::Attlist1, R::DefaultAttribute),
            (S::Attlist9, P::Literal(_)) => self.go(S::Attlist1, R::FixedAttribute),

            (
                S::Element0
                | S::Element1
                | S::Element2
                | S::Element3
                | S::Element4
                | S::Element5
                | S::Element6
                | S::Element7,
                P::Space,
            ) => Some(R::ElementNone),
            (S::Element0, _) if name => self.go(S::Element1, R::ElementName),
            (S::Element1, P::Name) if is("EMPTY") => {
                self.role_none = R::ElementNone;
                self.go(S::DeclClose, R::ContentEmpty)
            }
            (S::Element1, P::Name) if is("ANY") => {
                self.role_none = R::ElementNone;
                self.go(S::DeclClose, R::ContentAny)
            }
            (S::Element1, P::OpenParen) => {
                self.level = 1;
                self.go(S::Element2, R::GroupOpen)
            }
            (S::Element2, P::PoundName) if is("#PCDATA") => self.go(S::Element3, R::ContentPcdata),
            (S::Element2 | S::Element6, P::OpenParen) => {
                self.level += 1;
                self.go(S::Element6, R::GroupOpen)
            }
            (S::Element2 | S::Element6, P::Name | P::PrefixedName) => {
                self.go(S::Element7, R::ContentElement(Repeat::Once))
            }
            (S::Element2 | S::Element6, P::NameQuestion) => self.go(S::Element7, R::ContentElement(Repeat::Optional)),
            (S::Element2 | S::Element6, P::NameAsterisk) => self.go(S::Element7, R::ContentElement(Repeat::Any)),
            (S::Element2 | S::Element6, P::NamePlus) => self.go(S::Element7, R::ContentElement(Repeat::Many)),
            (S::Element3, P::CloseParen) => {
                self.role_none = R::ElementNone;
                self.go(S::DeclClose, R::GroupClose(Repeat::Once))
            }
            (S::Element3 | S::Element5, P::CloseParenAsterisk) => {
                self.role_none = R::ElementNone;
                self.go(S::DeclClose, R::GroupClose(Repeat::Any))
            }
            (S::Element3 | S::Element5, P::Or) => self.go(S::Element4, R::ElementNone),
            (S::Element4, _) if name => self.go(S::Element5, R::ContentElement(Repeat::Once)),
            (S::Element7, P::CloseParen | P::CloseParenAsterisk | P::CloseParenQuestion | P::CloseParenPlus) => {
                self.level -= 1;
                if self.level == 0 {
                    self.role_none = R::ElementNone;
                    self.state = S::DeclClose;
                }
                Some(R::GroupClose(match part {
                    P::CloseParenAsterisk => Repeat::Any,
                    P::CloseParenQuestion => Repeat::Optional,
                    P::CloseParenPlus => Repeat::Many,
                    _ => Repeat::Once,
                }))
            }
            (S::Element7, P::Comma) => self.go(S::Element6, R::GroupSequence),
            (S::Element7, P::Or) => self.go(S::Element6, R::GroupChoice),

            (S::CondSect0 | S::CondSect1 | S::CondSect2, P::Space) => Some(R::None),
            (S::CondSect0, P::Name) if is("INCLUDE") => self.go(S::CondSect1, R::None),
            (S::CondSect0, P::Name) if is("IGNORE") => self.go(S::CondSect2, R::None),
            (S::CondSect1, P::OpenBracket) => {
                self.include_level += 1;
                self.go(S::ExternalSubset1, R::None)
            }
            (S::CondSect2, P::OpenBracket) => self.go(S::ExternalSubset1, R::IgnoreSection),

            (S::DeclClose, P::Space) => Some(self.role_none),
            (S::DeclClose, P::DeclClose) => {
                self.top();
                Some(self.role_none)
            }
            (S::Error, _) => None,
            _ => self.other(part),
        }
    }
}
