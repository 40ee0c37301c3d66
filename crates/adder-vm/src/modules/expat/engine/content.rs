//! Elements and what is in them.

use super::error::{self, Code};
use super::scan::{No, Scanner, Span, Token};
use super::{Event, Handler, Host, Parser, Question, Stage, Step, chars, str_of, with_newlines};

/// An element that is open.
pub(super) struct Tag {
    /// As it is written.
    raw: String,
    /// As it is told.
    name: String,
    /// Prefixes that it binds.
    bindings: usize,
}

impl Tag {
    /// About how many bytes it has.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Tag>() + self.raw.len() + self.name.len()
    }
}

/// Separates the parts of a context.
const CONTEXT: char = '\x0c';

/// Bytes of text at once where the encoding is not UTF-8.
const PIECE: usize = 1024;

impl Parser {
    fn scanner<'a>(&self, text: &'a [u8]) -> Scanner<'a> {
        Scanner { text, namespaces: self.namespaces.is_some() }
    }

    /// Tags that are open, those of the document around included.
    fn depth(&self) -> usize {
        self.tags.len() + self.level
    }

    /// Reads a token of content.
    pub(super) fn content_step(
        &mut self,
        host: &dyn Host,
        text: &[u8],
        at: usize,
        internal: bool,
        more: bool,
    ) -> Result<Step, Code> {
        let (token, end) = match self.scanner(text).content(at) {
            Ok(found) => found,
            Err(no) => return self.no_content(host, no, text, at, internal, more),
        };
        self.mark(at, internal);
        let piece = &text[at..end];
        match token {
            Token::StartTag { name, attributes, empty } => {
                self.start_tag(host, text, at..end, name, &attributes, empty, internal)?;
            }
            Token::EndTag { name } => self.end_tag(host, text, at..end, name, internal)?,
            Token::Data => self.data(host, piece, internal),
            Token::NewLine => self.characters(host, "\n", piece),
            Token::CharRef(digits) => match chars::of_reference(str_of(text, digits)) {
                Some(c) => self.characters(host, c.encode_utf8(&mut [0; 4]), piece),
                None => return Err(error::BAD_CHAR_REF),
            },
            Token::EntityRef(name) => {
                if self.entity_reference(host, str_of(text, name), piece)? {
                    return Ok(Step::Enter(end));
                }
            }
            Token::CdataOpen => {
                match host.wants(Handler::StartCdataSection) {
                    true => host.tell(Event::StartCdataSection),
                    false => self.tell_default(host, piece),
                }
                self.in_cdata = true;
            }
            Token::XmlDecl => return Err(error::MISPLACED_XML_PI),
            Token::Instruction { target, data } => self.instruction(host, text, target, data, piece),
            Token::Comment(span) => self.comment(host, text, span, piece),
            Token::CdataClose => {}
        }
        Ok(Step::On(end))
    }

    /// There is no token.
    fn no_content(
        &mut self,
        host: &dyn Host,
        no: No,
        text: &[u8],
        at: usize,
        internal: bool,
        more: bool,
    ) -> Result<Step, Code> {
        match no {
            No::Invalid(place) => return self.fail(error::INVALID_TOKEN, place, internal),
            _ if more => return Ok(Step::Wait),
            _ => self.mark(at, internal),
        }
        let ended = |parser: &Parser, at: usize| {
            if internal {
                return Ok(Step::Done);
            }
            if !parser.is_child {
                return parser.fail(error::NO_ELEMENTS, at, internal);
            }
            match parser.tags.is_empty() {
                true => Ok(Step::Done),
                false => parser.fail(error::ASYNC_ENTITY, at, internal),
            }
        };
        match no {
            No::End => ended(self, at),
            No::Partial => Err(error::UNCLOSED_TOKEN),
            No::PartialChar => Err(error::PARTIAL_CHAR),
            No::TrailingReturn => {
                self.characters(host, "\n", &text[at..]);
                ended(self, at).map(|_| Step::On(text.len()))
            }
            No::TrailingBracket => {
                self.data(host, &text[at..], internal);
                ended(self, text.len()).map(|_| Step::On(text.len()))
            }
            No::Invalid(_) => Err(error::INVALID_TOKEN),
        }
    }

    /// Tells characters, or the text that they are.
    fn characters(&self, host: &dyn Host, characters: &str, text: &[u8]) {
        match host.wants(Handler::CharacterData) {
            true => host.tell(Event::CharacterData(characters)),
            false => self.tell_default(host, text),
        }
    }

    /// Tells a run of characters.
    fn data(&self, host: &dyn Host, text: &[u8], internal: bool) {
        let is_text = self.shared.encoding.borrow().is_text();
        if internal || is_text || text.len() <= PIECE {
            return self.characters(host, &String::from_utf8_lossy(text), text);
        }
        let mut rest = text;
        while !rest.is_empty() {
            let mut end = PIECE.min(rest.len());
            while end < rest.len() && rest[end] & 0xC0 == 0x80 {
                end -= 1;
            }
            self.characters(host, &String::from_utf8_lossy(&rest[..end]), &rest[..end]);
            rest = &rest[end..];
        }
    }

    pub(super) fn instruction(&self, host: &dyn Host, text: &[u8], target: Span, data: Span, piece: &[u8]) {
        if !host.wants(Handler::ProcessingInstruction) {
            return self.tell_default(host, piece);
        }
        let data = with_newlines(str_of(text, data));
        host.tell(Event::ProcessingInstruction { target: str_of(text, target), data: &data });
    }

    pub(super) fn comment(&self, host: &dyn Host, text: &[u8], span: Span, piece: &[u8]) {
        match host.wants(Handler::Comment) {
            true => host.tell(Event::Comment(&with_newlines(str_of(text, span)))),
            false => self.tell_default(host, piece),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one token")]
    fn start_tag(
        &mut self,
        host: &dyn Host,
        text: &[u8],
        token: core::ops::Range<usize>,
        name: Span,
        written: &[super::scan::Written],
        empty: bool,
        internal: bool,
    ) -> Result<(), Code> {
        let raw = str_of(text, name);
        let before = self.tags.len();
        let bound = self.namespaces.as_ref().map_or(0, super::namespaces::Namespaces::len);
        let (told, attributes, specified, bindings) = match self.attributes(host, text, raw, written, internal) {
            Ok(found) => found,
            Err(code) => {
                if empty {
                    let now = self.namespaces.as_ref().map_or(0, super::namespaces::Namespaces::len);
                    self.unbind(host, now - bound);
                }
                return Err(code);
            }
        };
        let starts = host.wants(Handler::StartElement);
        if starts {
            host.tell(Event::StartElement { name: &told, attributes: &attributes, specified });
        } else if !empty || !host.wants(Handler::EndElement) {
            self.tell_default(host, &text[token.clone()]);
        }
        if !empty {
            self.tags.push(Tag { raw: raw.to_owned(), name: told, bindings });
            return Ok(());
        }
        if host.wants(Handler::EndElement) {
            // The end of an element without content is at the end of its tag.
            if starts {
                self.mark(token.end, internal);
            }
            host.tell(Event::EndElement(&told));
        }
        self.unbind(host, bindings);
        if before + self.level == 0 {
            self.stage = Stage::Epilog;
        }
        Ok(())
    }

    fn end_tag(
        &mut self,
        host: &dyn Host,
        text: &[u8],
        token: core::ops::Range<usize>,
        name: Span,
        internal: bool,
    ) -> Result<(), Code> {
        let least = self.frames.last().map_or(0, |frame| frame.level);
        if self.tags.len() <= least {
            return Err(error::ASYNC_ENTITY);
        }
        if self.tags.last().is_none_or(|tag| tag.raw != str_of(text, name)) {
            return self.fail(error::TAG_MISMATCH, name.0, internal);
        }
        let Some(tag) = self.tags.pop() else { return Ok(()) };
        match host.wants(Handler::EndElement) {
            true => host.tell(Event::EndElement(&tag.name)),
            false => self.tell_default(host, &text[token]),
        }
        self.unbind(host, tag.bindings);
        if self.depth() == 0 {
            self.stage = Stage::Epilog;
        }
        Ok(())
    }

    fn unbind(&mut self, host: &dyn Host, bindings: usize) {
        for _ in 0..bindings {
            let Some(prefix) = self.namespaces.as_mut().and_then(super::namespaces::Namespaces::unbind) else { return };
            if host.wants(Handler::EndNamespaceDecl) {
                host.tell(Event::EndNamespaceDecl((!prefix.is_empty()).then_some(&prefix)));
            }
        }
    }

    /// A reference to an entity; true if its text is read next.
    fn entity_reference(&mut self, host: &dyn Host, name: &str, piece: &[u8]) -> Result<bool, Code> {
        if let Some(c) = chars::predefined(name) {
            self.characters(host, c.encode_utf8(&mut [0; 4]), piece);
            return Ok(false);
        }
        let skip = |parser: &Parser| match host.wants(Handler::SkippedEntity) {
            true => host.tell(Event::SkippedEntity { name, is_parameter: false }),
            false => parser.tell_default(host, piece),
        };
        let dtd = self.shared.dtd.clone();
        let entity = dtd.entity(name);
        if !dtd.has_parameter_refs.get() || dtd.standalone.get() {
            match &entity {
                None => return Err(error::UNDEFINED_ENTITY),
                Some(entity) if !entity.is_internal => return Err(error::ENTITY_DECLARED_IN_PE),
                Some(_) => {}
            }
        }
        let Some(entity) = entity else {
            skip(self);
            return Ok(false);
        };
        if self.open.contains(&(false, name.to_owned())) {
            return Err(error::RECURSIVE_ENTITY_REF);
        }
        if entity.notation.is_some() {
            return Err(error::BINARY_ENTITY_REF);
        }
        if let Some(text) = &entity.text {
            if !host.expands() {
                skip(self);
                return Ok(false);
            }
            self.enter(name, text.clone(), false, false)?;
            return Ok(true);
        }
        if host.wants(Handler::ExternalEntityRef) {
            let context = self.context(name);
            let goes_on = host.ask(Question::ExternalEntity {
                context: Some(&context),
                base: entity.base.as_deref(),
                system_id: entity.system_id.as_deref(),
                public_id: entity.public_id.as_deref(),
            });
            return if goes_on { Ok(false) } else { Err(error::EXTERNAL_ENTITY_HANDLING) };
        }
        self.tell_default(host, piece);
        Ok(false)
    }

    /// What an external entity needs to know: bindings of prefixes, and entities that are being read.
    fn context(&self, name: &str) -> String {
        let mut parts: Vec<String> = Vec::new();
        for (prefix, uri) in self.namespaces.iter().flat_map(super::namespaces::Namespaces::all) {
            parts.push(format!("{prefix}={uri}"));
        }
        let open = self.open.iter().filter(|(is_parameter, _)| !is_parameter).map(|(_, name)| name.clone());
        let mut open: Vec<String> = open.chain([name.to_owned()]).collect();
        open.sort();
        parts.extend(open);
        parts.join(&CONTEXT.to_string())
    }

    pub(super) fn enter_context(&mut self, context: &str) {
        for part in context.split(CONTEXT).filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some((prefix, uri)) => {
                    if let Some(namespaces) = &mut self.namespaces {
                        namespaces.bind_context(prefix, uri);
                    }
                }
                None => {
                    self.open.insert((false, part.to_owned()));
                }
            }
        }
    }

    /// Reads a token of a CDATA section.
    pub(super) fn cdata_step(
        &mut self,
        host: &dyn Host,
        text: &[u8],
        at: usize,
        internal: bool,
        more: bool,
    ) -> Result<Step, Code> {
        match self.scanner(text).cdata(at) {
            Ok((token, end)) => {
                self.mark(at, internal);
                let piece = &text[at..end];
                match token {
                    Token::NewLine => self.characters(host, "\n", piece),
                    Token::CdataClose => {
                        self.in_cdata = false;
                        match host.wants(Handler::EndCdataSection) {
                            true => host.tell(Event::EndCdataSection),
                            false => self.tell_default(host, piece),
                        }
                    }
                    _ => self.data(host, piece, internal),
                }
                Ok(Step::On(end))
            }
            Err(No::Invalid(place)) => self.fail(error::INVALID_TOKEN, place, internal),
            Err(_) if more => Ok(Step::Wait),
            Err(No::PartialChar) => self.fail(error::PARTIAL_CHAR, at, internal),
            Err(_) => self.fail(error::UNCLOSED_CDATA_SECTION, at, internal),
        }
    }

    /// Reads a token behind the last element.
    pub(super) fn epilog_step(&mut self, host: &dyn Host, text: &[u8], at: usize, more: bool) -> Result<Step, Code> {
        use super::prolog_scan::Part;
        let (found, end) = match self.scanner(text).prolog(at) {
            Ok(found) => found,
            Err(No::End) => {
                if !more {
                    self.mark(at, false);
                }
                return Ok(Step::Done);
            }
            Err(No::Invalid(place)) => return self.fail(error::INVALID_TOKEN, place, false),
            Err(_) if more => return Ok(Step::Wait),
            Err(No::PartialChar) => return self.fail(error::PARTIAL_CHAR, at, false),
            Err(_) => return self.fail(error::UNCLOSED_TOKEN, at, false),
        };
        self.mark(at, false);
        let piece = &text[at..end];
        match found.part {
            Part::Space => self.tell_default(host, piece),
            Part::Instruction { target, data } => self.instruction(host, text, target, data, piece),
            Part::Comment(span) => self.comment(host, text, span, piece),
            _ => return Err(error::JUNK_AFTER_DOC_ELEMENT),
        }
        Ok(Step::On(end))
    }

    /// Reads the start of an external general entity: it may have a text declaration.
    pub(super) fn entity_start(&mut self, host: &dyn Host, text: &[u8], at: usize, more: bool) -> Result<Step, Code> {
        self.stage = Stage::Content;
        match self.scanner(text).content(at) {
            Ok((Token::XmlDecl, end)) => {
                self.mark(at, false);
                self.xml_decl(host, text, at..end, true)?;
                Ok(Step::On(end))
            }
            Err(No::Partial | No::PartialChar | No::End) if more => {
                self.stage = Stage::EntityStart;
                Ok(Step::Wait)
            }
            _ => Ok(Step::On(at)),
        }
    }
}
