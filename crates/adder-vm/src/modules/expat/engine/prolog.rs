//! What stands in front of the first element, and document types.

use core::ops::Range;

use super::attributes::Of;
use super::dtd::{Declared, Entity, Kind, Model};
use super::error::{self, Code};
use super::prolog_scan::Part;
use super::roles::{Markup, Role};
use super::scan::{No, Scanner, Span};
use super::{Event, Handler, Host, Parameters, Parser, Question, Stage, Step, str_of};

/// A declaration in the making.
#[derive(Default)]
pub(super) struct Declaration {
    /// The document type, until it is told.
    doctype: Option<String>,
    system_id: Option<String>,
    public_id: Option<String>,
    /// The document type has an external subset.
    has_subset: bool,
    /// Nothing where the entity was declared before.
    pub(super) entity: Option<Entity>,
    notation: Option<String>,
    notation_public_id: Option<String>,
    element: String,
    attribute: String,
    kind: String,
    is_cdata: bool,
    model: Model,
}

/// A token of a prolog and what is around it.
pub(super) struct Piece<'a> {
    pub text: &'a [u8],
    pub token: Range<usize>,
    pub part: Part,
    pub internal: bool,
}

impl Piece<'_> {
    pub(super) fn str(&self) -> &str {
        str_of(self.text, (self.token.start, self.token.end))
    }

    /// What stands within the quotes.
    pub(super) fn literal(&self) -> Span {
        match self.part {
            Part::Literal(span) => span,
            _ => (self.token.start, self.token.end),
        }
    }

    pub(super) fn unquoted(&self) -> &str {
        str_of(self.text, self.literal())
    }
}

impl Parser {
    /// Reads a token of a prolog.
    pub(super) fn prolog_step(
        &mut self,
        host: &dyn Host,
        text: &[u8],
        at: usize,
        internal: bool,
        more: bool,
    ) -> Result<Step, Code> {
        let scanner = Scanner { text, namespaces: self.namespaces.is_some() };
        let (found, end) = match scanner.prolog(at) {
            Ok((found, _)) if found.maybe_longer && more => return Ok(Step::Wait),
            Ok((found, end)) => (found.part, end),
            Err(No::Invalid(place)) => return self.fail(error::INVALID_TOKEN, place, internal),
            Err(_) if more => return Ok(Step::Wait),
            Err(No::End) => return self.no_prolog(at, internal),
            Err(No::PartialChar) => return self.fail(error::PARTIAL_CHAR, at, internal),
            Err(_) => return self.fail(error::UNCLOSED_TOKEN, at, internal),
        };
        self.mark(at, internal);
        let piece = Piece { text, token: at..end, part: found, internal };
        let Some(role) = self.prolog.role(found, &text[at..end]) else {
            return Err(match found {
                Part::ParamEntityRef(_) => error::PARAM_ENTITY_REF,
                Part::XmlDecl => error::MISPLACED_XML_PI,
                _ => error::SYNTAX,
            });
        };
        if role == Role::Element {
            self.foreign_subset(host)?;
            self.stage = Stage::Content;
            return Ok(Step::On(at));
        }
        let frames = self.frames.len();
        if !self.act(host, role, &piece)? {
            self.tell_default(host, &text[at..end]);
        }
        if role == Role::IgnoreSection {
            self.stage = Stage::Ignored;
        }
        Ok(if self.frames.len() > frames && internal { Step::Enter(end) } else { Step::On(end) })
    }

    /// The text has come to its end.
    fn no_prolog(&mut self, at: usize, internal: bool) -> Result<Step, Code> {
        if internal {
            if self.frames.last().is_some_and(|frame| frame.between_declarations) && !self.prolog.may_end() {
                return Err(error::INCOMPLETE_PE);
            }
            return Ok(Step::Done);
        }
        self.mark(at, internal);
        if !self.is_parameter {
            return Err(error::NO_ELEMENTS);
        }
        if self.prolog.may_end() { Ok(Step::Done) } else { Err(error::INCOMPLETE_PE) }
    }

    /// Reads a section that is ignored.
    pub(super) fn ignored_step(
        &mut self,
        host: &dyn Host,
        text: &[u8],
        at: usize,
        internal: bool,
        more: bool,
    ) -> Result<Step, Code> {
        let scanner = Scanner { text, namespaces: false };
        match scanner.ignored(at) {
            Ok(end) => {
                self.mark(at, internal);
                self.tell_default(host, &text[at..end]);
                self.stage = Stage::Prolog;
                Ok(Step::On(end))
            }
            Err(No::Invalid(place)) => self.fail(error::INVALID_TOKEN, place, internal),
            Err(_) if more => Ok(Step::Wait),
            Err(No::PartialChar) => self.fail(error::PARTIAL_CHAR, at, internal),
            Err(_) => self.fail(error::SYNTAX, at, internal),
        }
    }

    /// May the parser go on though the document is not alone?
    pub(super) fn check_standalone(&self, host: &dyn Host) -> Result<(), Code> {
        let refused = !self.shared.dtd.standalone.get()
            && host.wants(Handler::NotStandalone)
            && !host.ask(Question::NotStandalone);
        if refused { Err(error::NOT_STANDALONE) } else { Ok(()) }
    }

    /// Reads the subset that is outside of the document.
    fn external_subset(&mut self, host: &dyn Host) -> Result<(), Code> {
        let declared = self.declaration.has_subset;
        if !declared && !self.shared.foreign_dtd.get() {
            return Ok(());
        }
        let dtd = self.shared.dtd.clone();
        let had = dtd.has_parameter_refs.replace(true);
        if self.shared.parameters.get() != Parameters::Never && host.wants(Handler::ExternalEntityRef) {
            dtd.parameter_entity_read.set(false);
            let goes_on = host.ask(Question::ExternalEntity {
                context: None,
                base: self.base().as_deref(),
                system_id: self.declaration.system_id.as_deref(),
                public_id: self.declaration.public_id.as_deref(),
            });
            if !goes_on {
                return Err(error::EXTERNAL_ENTITY_HANDLING);
            }
            if dtd.parameter_entity_read.get() {
                self.check_standalone(host)?;
            } else if !declared {
                dtd.has_parameter_refs.set(had);
            }
        }
        self.shared.foreign_dtd.set(false);
        Ok(())
    }

    /// There was no document type, but there is to be one.
    fn foreign_subset(&mut self, host: &dyn Host) -> Result<(), Code> {
        if self.shared.foreign_dtd.get() { self.external_subset(host) } else { Ok(()) }
    }

    /// Does what a token says. True if somebody was told, or would be.
    fn act(&mut self, host: &dyn Host, role: Role, piece: &Piece<'_>) -> Result<bool, Code> {
        let counts = !self.shared.dtd.ignores.get();
        let wants = |handler: Handler| host.wants(handler);
        Ok(match role {
            Role::XmlDecl | Role::TextDecl => {
                self.xml_decl(host, piece.text, piece.token.clone(), role == Role::TextDecl)?;
                true
            }
            Role::Instruction => {
                if let Part::Instruction { target, data } = piece.part {
                    self.instruction(host, piece.text, target, data, &piece.text[piece.token.clone()]);
                }
                true
            }
            Role::Comment => {
                if let Part::Comment(span) = piece.part {
                    self.comment(host, piece.text, span, &piece.text[piece.token.clone()]);
                }
                true
            }
            Role::Within(Markup::Doctype) => wants(Handler::StartDoctypeDecl),
            Role::DoctypeName
            | Role::DoctypeSystemId
            | Role::DoctypePublicId
            | Role::DoctypeInternalSubset
            | Role::DoctypeClose => self.doctype(host, role, piece)?,
            Role::Within(Markup::Entity) => counts && wants(Handler::EntityDecl),
            Role::GeneralEntityName
            | Role::ParamEntityName
            | Role::EntityValue
            | Role::EntitySystemId
            | Role::EntityPublicId
            | Role::EntityComplete
            | Role::EntityNotationName => self.entity(host, role, piece, counts)?,
            Role::Within(Markup::Notation) => wants(Handler::NotationDecl),
            Role::NotationName | Role::NotationPublicId | Role::NotationSystemId | Role::NotationNoSystemId => {
                self.notation(host, role, piece)?
            }
            Role::Within(Markup::Attlist) => counts && wants(Handler::AttlistDecl),
            Role::AttlistElementName
            | Role::AttributeName
            | Role::AttributeType(_)
            | Role::AttributeEnumValue
            | Role::AttributeNotationValue
            | Role::ImpliedAttribute
            | Role::RequiredAttribute
            | Role::DefaultAttribute
            | Role::FixedAttribute => self.attribute(host, role, piece, counts)?,
            Role::Within(Markup::Element) => wants(Handler::ElementDecl),
            Role::ElementName
            | Role::ContentAny
            | Role::ContentEmpty
            | Role::ContentPcdata
            | Role::GroupOpen
            | Role::GroupClose(_)
            | Role::GroupChoice
            | Role::GroupSequence
            | Role::ContentElement(_) => self.element(host, role, piece)?,
            Role::ParamEntityRef | Role::InnerParamEntityRef => self.parameter_reference(host, role, piece)?,
            Role::None | Role::Element | Role::IgnoreSection => false,
        })
    }

    fn doctype(&mut self, host: &dyn Host, role: Role, piece: &Piece<'_>) -> Result<bool, Code> {
        let told = host.wants(Handler::StartDoctypeDecl);
        match role {
            Role::DoctypeName => {
                self.declaration.doctype = told.then(|| piece.str().to_owned());
                self.declaration.system_id = None;
                self.declaration.public_id = None;
                Ok(told)
            }
            Role::DoctypePublicId => {
                self.shared.foreign_dtd.set(false);
                self.declaration.public_id = Some(self.public_id(piece)?);
                Ok(told)
            }
            Role::DoctypeSystemId => {
                self.shared.foreign_dtd.set(false);
                self.shared.dtd.has_parameter_refs.set(true);
                self.declaration.has_subset = true;
                self.declaration.system_id = Some(piece.unquoted().to_owned());
                if self.shared.parameters.get() == Parameters::Never {
                    self.check_standalone(host)?;
                }
                Ok(told)
            }
            Role::DoctypeInternalSubset => Ok(self.tell_doctype(host, true)),
            _ => {
                let told = self.tell_doctype(host, false);
                self.external_subset(host)?;
                let ends = host.wants(Handler::EndDoctypeDecl);
                if ends {
                    host.tell(Event::EndDoctypeDecl);
                }
                Ok(told || ends)
            }
        }
    }

    /// Tells of the document type, once.
    fn tell_doctype(&mut self, host: &dyn Host, has_internal: bool) -> bool {
        let Some(name) = self.declaration.doctype.take() else { return false };
        let Declaration { system_id, public_id, .. } = &self.declaration;
        host.tell(Event::StartDoctypeDecl {
            name: &name,
            system_id: system_id.as_deref(),
            public_id: public_id.as_deref(),
            has_internal,
        });
        true
    }

    fn notation(&mut self, host: &dyn Host, role: Role, piece: &Piece<'_>) -> Result<bool, Code> {
        let wants = host.wants(Handler::NotationDecl);
        match role {
            Role::NotationName => {
                self.declaration.notation = wants.then(|| piece.str().to_owned());
                self.declaration.notation_public_id = None;
            }
            Role::NotationPublicId => self.declaration.notation_public_id = Some(self.public_id(piece)?),
            _ => {
                let system_id = (role == Role::NotationSystemId).then(|| piece.unquoted().to_owned());
                let Some(name) = self.declaration.notation.take() else { return Ok(false) };
                if !wants {
                    return Ok(false);
                }
                host.tell(Event::NotationDecl {
                    name: &name,
                    base: self.base().as_deref(),
                    system_id: system_id.as_deref(),
                    public_id: self.declaration.notation_public_id.as_deref(),
                });
            }
        }
        Ok(wants)
    }

    fn attribute(&mut self, host: &dyn Host, role: Role, piece: &Piece<'_>, counts: bool) -> Result<bool, Code> {
        let wants = counts && host.wants(Handler::AttlistDecl);
        match role {
            Role::AttlistElementName => piece.str().clone_into(&mut self.declaration.element),
            Role::AttributeName => {
                piece.str().clone_into(&mut self.declaration.attribute);
                self.declaration.kind.clear();
                self.declaration.is_cdata = false;
            }
            Role::AttributeType(kind) => {
                kind.clone_into(&mut self.declaration.kind);
                self.declaration.is_cdata = kind == "CDATA";
            }
            Role::AttributeEnumValue | Role::AttributeNotationValue => {
                let kind = &mut self.declaration.kind;
                if kind.is_empty() {
                    kind.push_str(if role == Role::AttributeNotationValue { "NOTATION(" } else { "(" });
                } else {
                    kind.push('|');
                }
                kind.push_str(piece.str());
            }
            _ => {
                if !counts {
                    return Ok(false);
                }
                let is_cdata = self.declaration.is_cdata;
                let default = match role {
                    Role::DefaultAttribute | Role::FixedAttribute => {
                        let (from, to) = piece.literal();
                        Some(self.attribute_value(
                            &piece.text[..to],
                            from,
                            is_cdata,
                            Of::Declaration,
                            piece.internal,
                        )?)
                    }
                    _ => None,
                };
                let Declaration { element, attribute, kind, .. } = &mut self.declaration;
                if kind.contains('(') {
                    kind.push(')');
                }
                let declared = Declared { name: attribute.clone(), is_cdata, default: default.clone() };
                self.shared.dtd.declare_attribute(element, declared);
                if wants {
                    host.tell(Event::AttlistDecl {
                        element,
                        attribute,
                        kind,
                        default: default.as_deref(),
                        required: matches!(role, Role::RequiredAttribute | Role::FixedAttribute),
                    });
                }
            }
        }
        Ok(wants)
    }

    fn element(&mut self, host: &dyn Host, role: Role, piece: &Piece<'_>) -> Result<bool, Code> {
        let wants = host.wants(Handler::ElementDecl);
        let declaration = &mut self.declaration;
        let model = &mut declaration.model;
        let mut ended = false;
        match role {
            Role::ElementName => {
                piece.str().clone_into(&mut declaration.element);
                *model = Model::default();
            }
            Role::ContentAny => {
                *model = Model::simple(Kind::Any);
                ended = true;
            }
            Role::ContentEmpty => {
                *model = Model::simple(Kind::Empty);
                ended = true;
            }
            Role::GroupOpen => {
                self.shared.dtd.grow(0);
                model.open();
            }
            Role::ContentPcdata | Role::GroupChoice | Role::GroupSequence => {
                let kind = match role {
                    Role::ContentPcdata => Kind::Mixed,
                    Role::GroupChoice => Kind::Choice,
                    _ => Kind::Sequence,
                };
                if !model.is(kind) {
                    return Err(error::SYNTAX);
                }
            }
            Role::ContentElement(repeat) => {
                let name = piece.str();
                let name = match piece.part {
                    Part::NameQuestion | Part::NameAsterisk | Part::NamePlus => &name[..name.len() - 1],
                    _ => name,
                };
                model.element(name, repeat);
            }
            Role::GroupClose(repeat) => ended = model.close(repeat),
            _ => {}
        }
        if ended && wants {
            let model = core::mem::take(model);
            host.tell(Event::ElementDecl { name: &self.declaration.element, model: &model.nodes });
        }
        Ok(wants)
    }
}
