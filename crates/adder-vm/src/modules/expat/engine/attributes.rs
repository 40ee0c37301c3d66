//! Attributes: values, defaults, namespaces.

use std::collections::HashSet;
use std::rc::Rc;

use super::error::{self, Code};
use super::scan::{Scanner, Token, Written};
use super::{Event, Handler, Host, Parser, chars, str_of};

/// An element's name as it is told, its attributes, how many of those were specified, and how many prefixes it binds.
pub(super) type Told = (String, Vec<(String, String)>, usize, usize);

/// Where the value of an attribute is written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Of {
    /// A tag.
    Tag,
    /// A declaration.
    Declaration,
}

/// Text whose references are being replaced.
enum Source<'a> {
    Written(&'a [u8], usize),
    Entity(Rc<str>, usize, String),
}

impl Parser {
    /// The attributes of a start tag.
    pub(super) fn attributes(
        &mut self,
        host: &dyn Host,
        text: &[u8],
        element: &str,
        written: &[Written],
        internal: bool,
    ) -> Result<Told, Code> {
        let declared = self.shared.dtd.attributes(element);
        let declared = declared.as_deref().map_or(&[][..], Vec::as_slice);
        let mut attributes: Vec<(String, String)> = Vec::with_capacity(written.len());
        let mut names: HashSet<&str> = HashSet::new();
        let mut bindings = 0;
        for attribute in written {
            let name = str_of(text, attribute.name);
            if !names.insert(name) {
                return self.fail(error::DUPLICATE_ATTRIBUTE, attribute.name.0, internal);
            }
            let is_cdata = declared.iter().find(|known| known.name == name).is_none_or(|known| known.is_cdata);
            let value =
                self.attribute_value(&text[..attribute.value.1], attribute.value.0, is_cdata, Of::Tag, internal)?;
            if !self.bind_attribute(host, name, &value, &mut bindings)? {
                attributes.push((name.to_owned(), value));
            }
        }
        let specified = attributes.len();
        for known in declared {
            if let Some(value) = &known.default
                && names.insert(&known.name)
                && !self.bind_attribute(host, &known.name, value, &mut bindings)?
            {
                attributes.push((known.name.clone(), value.clone()));
            }
        }
        let Some(namespaces) = &self.namespaces else { return Ok((element.to_owned(), attributes, specified, 0)) };
        // Without a separator a prefix could not be told apart.
        let prefixes = self.shared.prefixes.get() && namespaces.separator.is_some();
        let expand = |name: &str, is_element: bool| -> Result<Option<String>, Code> {
            let (prefix, local) = match name.split_once(':') {
                Some((prefix, local)) => (Some(prefix), local),
                None if is_element => (None, name),
                None => return Ok(None),
            };
            match (namespaces.find(prefix.unwrap_or("")), prefix) {
                (Some(uri), prefix) => Ok(Some(namespaces.expanded(&uri, local, prefix.filter(|_| prefixes)))),
                (None, Some(_)) => Err(error::UNBOUND_PREFIX),
                (None, None) => Ok(None),
            }
        };
        let mut expanded = HashSet::new();
        for (name, _) in &mut attributes {
            if let Some(full) = expand(name, false)? {
                // Two prefixes may stand for one namespace.
                let key = match name.split_once(':') {
                    Some((prefix, local)) => (namespaces.find(prefix), local.to_owned()),
                    None => (None, full.clone()),
                };
                if !expanded.insert(key) {
                    return Err(error::DUPLICATE_ATTRIBUTE);
                }
                *name = full;
            }
        }
        let told = expand(element, true)?.unwrap_or_else(|| element.to_owned());
        Ok((told, attributes, specified, bindings))
    }

    /// Binds a prefix, if the attribute does that.
    fn bind_attribute(&mut self, host: &dyn Host, name: &str, uri: &str, bindings: &mut usize) -> Result<bool, Code> {
        let Some(namespaces) = &mut self.namespaces else { return Ok(false) };
        let prefix = match name.split_once(':') {
            Some(("xmlns", prefix)) => prefix,
            None if name == "xmlns" => "",
            _ => return Ok(false),
        };
        namespaces.bind(prefix, uri)?;
        *bindings += 1;
        if host.wants(Handler::StartNamespaceDecl) {
            let some = |text: &'_ str| !text.is_empty();
            host.tell(Event::StartNamespaceDecl {
                prefix: Some(prefix).filter(|text| some(text)),
                uri: Some(uri).filter(|text| some(text)),
            });
        }
        Ok(true)
    }

    /// The value that is meant by what is written from a place on to the end of the text.
    pub(super) fn attribute_value(
        &mut self,
        text: &[u8],
        from: usize,
        is_cdata: bool,
        of: Of,
        internal: bool,
    ) -> Result<String, Code> {
        let mut value = String::new();
        let mut sources = vec![Source::Written(text, from)];
        while let Some(source) = sources.last_mut() {
            let outermost = matches!(source, Source::Written(..));
            let (bytes, at): (&[u8], &mut usize) = match source {
                Source::Written(text, at) => (text, at),
                Source::Entity(text, at, _) => (text.as_bytes(), at),
            };
            let start = *at;
            let scanner = Scanner { text: bytes, namespaces: self.namespaces.is_some() };
            let (token, end) = match scanner.value(start, false) {
                Ok(found) => found,
                Err(super::scan::No::End) => {
                    if let Some(Source::Entity(_, _, name)) = sources.pop() {
                        self.open.remove(&(false, name));
                    }
                    continue;
                }
                Err(super::scan::No::Invalid(place)) if outermost => {
                    return self.fail(error::INVALID_TOKEN, place, internal);
                }
                Err(_) => return Err(error::INVALID_TOKEN),
            };
            *at = end;
            let place = |code: Code| if outermost && !internal { (code, Some(start)) } else { (code, None) };
            let failed = match token {
                Token::NewLine => {
                    push_space(&mut value, is_cdata);
                    continue;
                }
                Token::CharRef(digits) => match chars::of_reference(str_of(bytes, digits)) {
                    Some(' ') if !is_cdata => {
                        push_space(&mut value, false);
                        continue;
                    }
                    Some(c) => {
                        value.push(c);
                        continue;
                    }
                    None => place(error::BAD_CHAR_REF),
                },
                Token::EntityRef(name) => {
                    let name = str_of(bytes, name);
                    if let Some(c) = chars::predefined(name) {
                        value.push(c);
                        continue;
                    }
                    match self.attribute_entity(name, of) {
                        Ok(None) => continue,
                        Ok(Some(text)) => {
                            let name = name.to_owned();
                            self.shared.account.add(text.len(), true)?;
                            self.open.insert((false, name.clone()));
                            sources.push(Source::Entity(text, 0, name));
                            continue;
                        }
                        // The place of these is the tag's.
                        Err(code @ (error::UNDEFINED_ENTITY | error::ENTITY_DECLARED_IN_PE)) => (code, None),
                        Err(code) => place(code),
                    }
                }
                _ => {
                    for c in str_of(bytes, (start, end)).chars() {
                        match c {
                            ' ' | '\t' => push_space(&mut value, is_cdata),
                            // Entities may hold what tags may not.
                            '<' if !outermost => return Err(error::INVALID_TOKEN),
                            c => value.push(c),
                        }
                    }
                    continue;
                }
            };
            let (code, at) = failed;
            for source in sources {
                if let Source::Entity(_, _, name) = source {
                    self.open.remove(&(false, name));
                }
            }
            return match at {
                Some(at) => self.fail(code, at, internal),
                None => Err(code),
            };
        }
        if !is_cdata && value.ends_with(' ') {
            value.pop();
        }
        Ok(value)
    }

    /// The text of an entity that an attribute refers to; nothing where it is not known and need not be.
    fn attribute_entity(&self, name: &str, of: Of) -> Result<Option<Rc<str>>, Code> {
        let dtd = &self.shared.dtd;
        let entity = dtd.entity(name);
        let checks = match of {
            Of::Tag => !dtd.has_parameter_refs.get() || dtd.standalone.get(),
            Of::Declaration => {
                self.prolog.document_entity
                    && if dtd.standalone.get() { self.frames.is_empty() } else { !dtd.has_parameter_refs.get() }
            }
        };
        let entity = match entity {
            None if checks => return Err(error::UNDEFINED_ENTITY),
            None => return Ok(None),
            Some(entity) if checks && !entity.is_internal => return Err(error::ENTITY_DECLARED_IN_PE),
            Some(entity) => entity,
        };
        if self.open.contains(&(false, name.to_owned())) {
            return Err(error::RECURSIVE_ENTITY_REF);
        }
        if entity.notation.is_some() {
            return Err(error::BINARY_ENTITY_REF);
        }
        match &entity.text {
            Some(text) => Ok(Some(text.clone())),
            None => Err(error::ATTRIBUTE_EXTERNAL_ENTITY_REF),
        }
    }
}

/// White space in a value: where it is not plain text, one between words.
fn push_space(value: &mut String, is_cdata: bool) {
    if is_cdata || !value.is_empty() && !value.ends_with(' ') {
        value.push(' ');
    }
}
