//! Events become calls of handlers.

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};

use super::engine::{Event, Handler, Host, Node, Question, Text};
use super::parser::{PyParser, of};
use super::text_or_none;
use crate::modules::support;

/// A parser in Python that is told of events.
pub(super) struct Caller<'a> {
    pub cx: &'a Cx,
    pub this: &'a Value,
}

impl Caller<'_> {
    fn it(&self) -> &PyParser {
        of(self.this)
    }

    /// Keeps what a handler raised until the parser is back. Nobody is told of anything any more.
    fn note(&self, raised: Raised) {
        let it = self.it();
        it.clear_handlers();
        it.buffer.borrow_mut().clear();
        let mut held = it.raised.borrow_mut();
        if held.is_none() {
            *held = Some(raised);
        } else {
            drop(held);
            drop(raised);
        }
    }

    fn call(&self, function: &Value, args: &[Value]) -> R {
        let before = self.it().in_handler.replace(true);
        let result = self.cx.call(function, args);
        self.it().in_handler.set(before);
        result
    }

    /// Calls a handler, if there is one.
    fn call_handler(&self, handler: Handler, args: &[Value]) -> R<Option<Value>> {
        match self.it().wanted(handler) {
            Some(function) => self.call(&function, args).map(Some),
            None => Ok(None),
        }
    }

    /// Tells characters that have waited.
    pub(super) fn flush(&self) -> R<()> {
        let text = core::mem::take(&mut *self.it().buffer.borrow_mut());
        if text.is_empty() {
            return Ok(());
        }
        self.tell_characters(&text)
    }

    fn tell_characters(&self, text: &str) -> R<()> {
        let text = self.cx.str_value(text)?;
        match self.call_handler(Handler::CharacterData, &[text]) {
            Ok(_) => Ok(()),
            Err(raised) => {
                self.it().clear_handlers();
                Err(raised)
            }
        }
    }

    fn characters(&self, text: &str) -> R<()> {
        let it = self.it();
        if !it.buffers.get() {
            return self.tell_characters(text);
        }
        if it.buffer.borrow().len() + text.len() > it.buffer_size.get() {
            self.flush()?;
            // The handler may have gone.
            if !it.wants(Handler::CharacterData) {
                return Ok(());
            }
        }
        if text.len() > it.buffer_size.get() {
            return self.tell_characters(text);
        }
        it.buffer.borrow_mut().push_str(text);
        Ok(())
    }

    /// A name, which is one object for all that are told.
    fn name(&self, text: &str) -> R {
        let name = self.cx.str_value(text)?;
        let intern = self.it().intern.try_get();
        match intern.as_ref().and_then(|intern| intern.downcast::<PyDict>()) {
            Some(intern) => intern.setdefault(self.cx, &name, name.clone()),
            None => Ok(name),
        }
    }

    fn name_or_none(&self, text: Text<'_>) -> R {
        text.map_or(Ok(Value::none()), |text| self.name(text))
    }

    fn names<const N: usize>(&self, names: [Text<'_>; N]) -> R<Vec<Value>> {
        names.into_iter().map(|name| self.name_or_none(name)).collect()
    }

    fn attributes(&self, attributes: &[(String, String)], specified: usize) -> R {
        let (cx, it) = (self.cx, self.it());
        let shown = if it.only_specified.get() { &attributes[..specified] } else { attributes };
        if it.ordered.get() {
            let mut flat = Vec::with_capacity(2 * shown.len());
            for (name, value) in shown {
                flat.push(self.name(name)?);
                flat.push(cx.str_value(value)?);
            }
            return Ok(cx.list(flat)?.into_value());
        }
        let dict = cx.dict()?;
        for (name, value) in shown {
            dict.set(cx, &self.name(name)?, cx.str_value(value)?)?;
        }
        Ok(dict.into_value())
    }

    /// A content model: each part is a tuple with its kind, how often it may come, its name, and its parts.
    fn model(&self, nodes: &[Node]) -> R {
        let cx = self.cx;
        let mut parts: Vec<Vec<Value>> = nodes.iter().map(|_| Vec::new()).collect();
        // What belongs to a part stands behind it.
        for (at, node) in nodes.iter().enumerate().rev() {
            let mut own = core::mem::take(&mut parts[at]);
            own.reverse();
            let made = cx.tuple([
                Value::small(node.kind as i64),
                Value::small(node.repeat.into()),
                self.name_or_none(node.name.as_deref())?,
                cx.tuple(own)?.into_value(),
            ])?;
            match node.parent {
                Some(parent) => parts[parent].push(made.into_value()),
                None => return Ok(made.into_value()),
            }
        }
        Ok(Value::none())
    }

    fn event(&self, event: Event<'_>) -> R<()> {
        let cx = self.cx;
        let none = |text: Text<'_>| text_or_none(cx, text);
        if let Event::CharacterData(text) = event {
            return self.characters(text);
        }
        self.flush()?;
        let (handler, args) = match event {
            Event::CharacterData(_) => return Ok(()),
            Event::StartElement { name, attributes, specified } => {
                let attributes = self.attributes(attributes, specified)?;
                (Handler::StartElement, vec![self.name(name)?, attributes])
            }
            Event::EndElement(name) => (Handler::EndElement, vec![self.name(name)?]),
            Event::ProcessingInstruction { target, data } => {
                (Handler::ProcessingInstruction, vec![self.name(target)?, cx.str_value(data)?])
            }
            Event::UnparsedEntityDecl { name, base, system_id, public_id, notation } => {
                (Handler::UnparsedEntityDecl, self.names([Some(name), base, system_id, public_id, Some(notation)])?)
            }
            Event::NotationDecl { name, base, system_id, public_id } => {
                (Handler::NotationDecl, self.names([Some(name), base, system_id, public_id])?)
            }
            Event::StartNamespaceDecl { prefix, uri } => (Handler::StartNamespaceDecl, self.names([prefix, uri])?),
            Event::EndNamespaceDecl(prefix) => (Handler::EndNamespaceDecl, self.names([prefix])?),
            Event::Comment(text) => (Handler::Comment, vec![cx.str_value(text)?]),
            Event::StartCdataSection => (Handler::StartCdataSection, vec![]),
            Event::EndCdataSection => (Handler::EndCdataSection, vec![]),
            Event::Default(text) => (Handler::Default, vec![cx.str_value(text)?]),
            Event::StartDoctypeDecl { name, system_id, public_id, has_internal } => {
                let mut args = self.names([Some(name), system_id, public_id])?;
                args.push(Value::small(has_internal.into()));
                (Handler::StartDoctypeDecl, args)
            }
            Event::EndDoctypeDecl => (Handler::EndDoctypeDecl, vec![]),
            Event::EntityDecl { name, is_parameter, value, base, system_id, public_id, notation } => {
                let mut args = vec![self.name(name)?, Value::small(is_parameter.into()), none(value)?];
                args.extend(self.names([base, system_id, public_id, notation])?);
                (Handler::EntityDecl, args)
            }
            Event::XmlDecl { version, encoding, standalone } => {
                (Handler::XmlDecl, vec![none(version)?, none(encoding)?, Value::small(standalone.into())])
            }
            Event::ElementDecl { name, model } => (Handler::ElementDecl, vec![self.name(name)?, self.model(model)?]),
            Event::AttlistDecl { element, attribute, kind, default, required } => (
                Handler::AttlistDecl,
                vec![
                    self.name(element)?,
                    self.name(attribute)?,
                    cx.str_value(kind)?,
                    none(default)?,
                    Value::small(required.into()),
                ],
            ),
            Event::SkippedEntity { name, is_parameter } => {
                (Handler::SkippedEntity, vec![self.name(name)?, Value::small(is_parameter.into())])
            }
        };
        self.call_handler(handler, &args).map(drop)
    }

    fn question(&self, question: Question<'_>) -> R<bool> {
        self.flush()?;
        let (handler, args) = match question {
            Question::NotStandalone => (Handler::NotStandalone, vec![]),
            Question::ExternalEntity { context, base, system_id, public_id } => {
                let mut args = vec![text_or_none(self.cx, context)?];
                args.extend(self.names([base, system_id, public_id])?);
                (Handler::ExternalEntityRef, args)
            }
        };
        match self.call_handler(handler, &args)? {
            Some(answer) => Ok(support::int(self.cx, &answer)? != 0),
            None => Ok(true),
        }
    }

    /// Asks the codec of an encoding what each byte means.
    fn characters_of(&self, encoding: &str) -> R<Box<[Option<char>; 256]>> {
        let cx = self.cx;
        let bytes: Vec<u8> = (0..=255).collect();
        let object = cx.bytes(&bytes)?.into_value();
        let errors = cx.str("replace")?;
        let text = adder_objects::codecs::decode_named(cx, &object, &bytes, encoding, Some(&errors))?;
        let text = text.into_value();
        let text = text.downcast::<PyStr>().map_or_else(String::new, |text| text.to_lossy().into_owned());
        let points: Vec<char> = text.chars().collect();
        let Ok(points) = <[char; 256]>::try_from(points) else {
            return raise!(cx, exc::VALUE_ERROR, "multi-byte encodings are not supported");
        };
        Ok(Box::new(points.map(|c| (c != '\u{FFFD}').then_some(c))))
    }
}

impl Host for Caller<'_> {
    fn wants(&self, handler: Handler) -> bool {
        self.it().wants(handler)
    }

    fn expands(&self) -> bool {
        self.it().expands.get()
    }

    fn tell(&self, event: Event<'_>) {
        if let Err(raised) = self.event(event) {
            self.note(raised);
        }
    }

    fn stops(&self) -> bool {
        self.it().raised.borrow().is_some()
    }

    fn ask(&self, question: Question<'_>) -> bool {
        match self.question(question) {
            Ok(answer) => answer,
            Err(raised) => {
                self.note(raised);
                false
            }
        }
    }

    fn table(&self, encoding: &str) -> Option<Box<[Option<char>; 256]>> {
        match self.characters_of(encoding) {
            Ok(table) => Some(table),
            Err(raised) => {
                self.note(raised);
                None
            }
        }
    }
}
