//! Declarations of entities, and references to parameter entities.

use std::rc::Rc;

use super::dtd::Entity;
use super::error::{self, Code};
use super::prolog::Piece;
use super::prolog_scan::Part;
use super::roles::Role;
use super::scan::{No, Scanner, Token};
use super::{Event, Handler, Host, Parameters, Parser, Question, chars, str_of};

impl Parser {
    /// A public identifier, with single spaces between its words.
    pub(super) fn public_id(&self, piece: &Piece<'_>) -> Result<String, Code> {
        let (from, to) = piece.literal();
        for (at, &byte) in piece.text[from..to].iter().enumerate() {
            let may = byte.is_ascii_alphanumeric() || b" \r\n-'()+,./:=?;!*#@$_%".contains(&byte);
            if !may {
                return self.fail(error::PUBLICID, from + at, piece.internal);
            }
        }
        Ok(piece.unquoted().split([' ', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
    }

    pub(super) fn entity(
        &mut self,
        host: &dyn Host,
        role: Role,
        piece: &Piece<'_>,
        counts: bool,
    ) -> Result<bool, Code> {
        let wants = counts && host.wants(Handler::EntityDecl);
        match role {
            Role::GeneralEntityName | Role::ParamEntityName => {
                let is_parameter = role == Role::ParamEntityName;
                let name = piece.str();
                let dtd = &self.shared.dtd;
                let known = match is_parameter {
                    true => dtd.parameter(name).is_some(),
                    false => dtd.entity(name).is_some() || chars::predefined(name).is_some(),
                };
                self.declaration.entity = (counts && !known).then(|| Entity {
                    name: name.to_owned(),
                    is_parameter,
                    is_internal: !self.is_child && self.frames.is_empty(),
                    ..Entity::default()
                });
                Ok(wants && self.declaration.entity.is_some())
            }
            Role::EntityValue => {
                if !counts {
                    return Ok(false);
                }
                let (from, to) = piece.literal();
                let mut value = String::new();
                let result = self.entity_value(piece.text, from, to, piece.internal, &mut value);
                let Some(mut entity) = self.declaration.entity.take() else { return result.map(|()| false) };
                entity.text = Some(Rc::from(value));
                self.shared.dtd.declare(entity.clone());
                if wants {
                    let base = self.base();
                    host.tell(Event::EntityDecl {
                        name: &entity.name,
                        is_parameter: entity.is_parameter,
                        value: entity.text.as_deref(),
                        base: base.as_deref(),
                        system_id: None,
                        public_id: None,
                        notation: None,
                    });
                }
                // What is wrong with the value is told after what it is as far as it is right.
                result.map(|()| wants)
            }
            Role::EntityPublicId => {
                let id = self.public_id(piece)?;
                if let Some(entity) = &mut self.declaration.entity {
                    entity.public_id = Some(id);
                    return Ok(wants);
                }
                Ok(false)
            }
            Role::EntitySystemId => {
                let base = self.base();
                if let Some(entity) = &mut self.declaration.entity {
                    entity.system_id = Some(piece.unquoted().to_owned());
                    entity.base = base;
                    return Ok(wants);
                }
                Ok(false)
            }
            _ => {
                let Some(mut entity) = self.declaration.entity.take() else { return Ok(false) };
                if role == Role::EntityNotationName {
                    entity.notation = Some(piece.str().to_owned());
                }
                self.shared.dtd.declare(entity.clone());
                let Entity { name, system_id, public_id, base, notation, is_parameter, .. } = &entity;
                if let Some(notation) = notation
                    && host.wants(Handler::UnparsedEntityDecl)
                {
                    host.tell(Event::UnparsedEntityDecl {
                        name,
                        base: base.as_deref(),
                        system_id: system_id.as_deref(),
                        public_id: public_id.as_deref(),
                        notation,
                    });
                    return Ok(true);
                }
                if wants {
                    host.tell(Event::EntityDecl {
                        name,
                        is_parameter: *is_parameter,
                        value: None,
                        base: base.as_deref(),
                        system_id: system_id.as_deref(),
                        public_id: public_id.as_deref(),
                        notation: notation.as_deref(),
                    });
                }
                Ok(wants)
            }
        }
    }

    /// The text of an entity: references to characters and parameter entities are replaced, others stay.
    pub(super) fn entity_value(
        &mut self,
        text: &[u8],
        from: usize,
        to: usize,
        internal: bool,
        value: &mut String,
    ) -> Result<(), Code> {
        let mut sources: Vec<(Rc<[u8]>, usize, Option<String>)> = vec![(Rc::from(&text[from..to]), 0, None)];
        while let Some((source, at, _)) = sources.last_mut() {
            let (source, start) = (source.clone(), *at);
            let place = if sources.len() == 1 && !internal { from + start } else { usize::MAX };
            let failed = |parser: &Parser, code: Code| {
                if place != usize::MAX {
                    parser.mark(place, false);
                }
                code
            };
            let scanner = Scanner { text: &source, namespaces: self.namespaces.is_some() };
            if source.get(start) == Some(&b'%') {
                let (name, end) = match scanner.prolog(start) {
                    Ok((found, end)) => match found.part {
                        Part::ParamEntityRef(name) => (str_of(&source, name).to_owned(), end),
                        _ => {
                            if place != usize::MAX {
                                self.mark(place + 1, false);
                            }
                            return Err(error::INVALID_TOKEN);
                        }
                    },
                    Err(No::Invalid(wrong)) => {
                        if place != usize::MAX {
                            self.mark(from + wrong, false);
                        }
                        return Err(error::INVALID_TOKEN);
                    }
                    Err(_) => return Err(failed(self, error::INVALID_TOKEN)),
                };
                if !self.is_parameter && self.frames.is_empty() {
                    return Err(failed(self, error::PARAM_ENTITY_REF));
                }
                if let Some(last) = sources.last_mut() {
                    last.1 = end;
                }
                let dtd = self.shared.dtd.clone();
                if self.open.contains(&(true, name.clone())) {
                    return Err(failed(self, error::RECURSIVE_ENTITY_REF));
                }
                match dtd.parameter(&name).and_then(|entity| entity.text.clone()) {
                    Some(text) => {
                        self.shared.account.add(text.len(), true)?;
                        self.open.insert((true, name.clone()));
                        sources.push((Rc::from(text.as_bytes()), 0, Some(name)));
                    }
                    None => {
                        dtd.ignores.set(!dtd.standalone.get());
                        break;
                    }
                }
                continue;
            }
            let (token, end) = match scanner.value(start, true) {
                Ok(found) => found,
                Err(No::End) => {
                    if let Some((_, _, Some(name))) = sources.pop() {
                        self.open.remove(&(true, name));
                    }
                    continue;
                }
                Err(No::Invalid(wrong)) => {
                    if place != usize::MAX {
                        self.mark(from + wrong, false);
                    }
                    return Err(error::INVALID_TOKEN);
                }
                Err(_) => return Err(failed(self, error::INVALID_TOKEN)),
            };
            match token {
                Token::NewLine => value.push('\n'),
                Token::CharRef(digits) => match chars::of_reference(str_of(&source, digits)) {
                    Some(c) => value.push(c),
                    None => return Err(failed(self, error::BAD_CHAR_REF)),
                },
                _ => value.push_str(str_of(&source, (start, end))),
            }
            if let Some(last) = sources.last_mut() {
                last.1 = end;
            }
        }
        for (_, _, name) in sources {
            if let Some(name) = name {
                self.open.remove(&(true, name));
            }
        }
        Ok(())
    }

    pub(super) fn parameter_reference(&mut self, host: &dyn Host, role: Role, piece: &Piece<'_>) -> Result<bool, Code> {
        let dtd = self.shared.dtd.clone();
        dtd.has_parameter_refs.set(true);
        let mut handled = false;
        if self.shared.parameters.get() == Parameters::Never {
            dtd.ignores.set(!dtd.standalone.get());
        } else {
            let Part::ParamEntityRef(name) = piece.part else { return Ok(false) };
            let name = str_of(piece.text, name);
            let entity = dtd.parameter(name);
            if self.prolog.document_entity && dtd.standalone.get() && self.frames.is_empty() {
                match &entity {
                    None => return Err(error::UNDEFINED_ENTITY),
                    Some(entity) if !entity.is_internal => return Err(error::ENTITY_DECLARED_IN_PE),
                    Some(_) => {}
                }
            }
            let Some(entity) = entity else {
                dtd.ignores.set(!dtd.standalone.get());
                let told = role == Role::ParamEntityRef && host.wants(Handler::SkippedEntity);
                if told {
                    host.tell(Event::SkippedEntity { name, is_parameter: true });
                }
                return Ok(told);
            };
            if self.open.contains(&(true, name.to_owned())) {
                return Err(error::RECURSIVE_ENTITY_REF);
            }
            if let Some(text) = &entity.text {
                self.enter(name, text.clone(), true, role == Role::ParamEntityRef)?;
                return Ok(true);
            }
            if host.wants(Handler::ExternalEntityRef) {
                dtd.parameter_entity_read.set(false);
                self.open.insert((true, name.to_owned()));
                let goes_on = host.ask(Question::ExternalEntity {
                    context: None,
                    base: entity.base.as_deref(),
                    system_id: entity.system_id.as_deref(),
                    public_id: entity.public_id.as_deref(),
                });
                self.open.remove(&(true, name.to_owned()));
                if !goes_on {
                    return Err(error::EXTERNAL_ENTITY_HANDLING);
                }
                handled = true;
                if !dtd.parameter_entity_read.get() {
                    dtd.ignores.set(!dtd.standalone.get());
                    return Ok(true);
                }
            } else {
                dtd.ignores.set(!dtd.standalone.get());
                return Ok(false);
            }
        }
        self.check_standalone(host)?;
        Ok(handled)
    }
}
