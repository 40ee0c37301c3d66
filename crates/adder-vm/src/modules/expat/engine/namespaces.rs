//! Which prefix stands for which namespace.

use std::collections::HashMap;
use std::rc::Rc;

use super::error::{
    Code, RESERVED_NAMESPACE_URI, RESERVED_PREFIX_XML, RESERVED_PREFIX_XMLNS, SYNTAX, UNDECLARING_PREFIX,
};

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The prefixes that are bound. The one without a name is the empty text.
pub(super) struct Namespaces {
    pub separator: Option<char>,
    bound: HashMap<String, Vec<Rc<str>>>,
    /// Bindings in their order.
    order: Vec<String>,
}

impl Namespaces {
    pub(super) fn new(separator: Option<char>) -> Namespaces {
        let bound = HashMap::from([("xml".to_owned(), vec![Rc::from(XML)])]);
        Namespaces { separator, bound, order: Vec::new() }
    }

    /// Binds a prefix until it is unbound.
    pub(super) fn bind(&mut self, prefix: &str, uri: &str) -> Result<(), Code> {
        if !prefix.is_empty() && uri.is_empty() {
            return Err(UNDECLARING_PREFIX);
        }
        if prefix == "xmlns" {
            return Err(RESERVED_PREFIX_XMLNS);
        }
        if (prefix == "xml") != (uri == XML) {
            return Err(if prefix == "xml" { RESERVED_PREFIX_XML } else { RESERVED_NAMESPACE_URI });
        }
        if uri == XMLNS {
            return Err(RESERVED_NAMESPACE_URI);
        }
        // A name that is taken apart at the separator must come out as it went in.
        if let Some(separator) = self.separator
            && !is_of_uri(separator)
            && uri.contains(separator)
        {
            return Err(SYNTAX);
        }
        self.bind_unchecked(prefix, uri);
        Ok(())
    }

    fn bind_unchecked(&mut self, prefix: &str, uri: &str) {
        self.bound.entry(prefix.to_owned()).or_default().push(Rc::from(uri));
        self.order.push(prefix.to_owned());
    }

    /// How many bindings there are.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// Takes the newest binding back, and gives its prefix.
    pub(super) fn unbind(&mut self) -> Option<String> {
        let prefix = self.order.pop()?;
        if let Some(uris) = self.bound.get_mut(&prefix) {
            uris.pop();
        }
        Some(prefix)
    }

    /// The namespace of a prefix; that of no prefix may be none.
    pub(super) fn find(&self, prefix: &str) -> Option<Rc<str>> {
        let uri = self.bound.get(prefix)?.last()?;
        (!uri.is_empty()).then(|| uri.clone())
    }

    /// A name within a namespace as it is told.
    pub(super) fn expanded(&self, uri: &str, local: &str, prefix: Option<&str>) -> String {
        let mut name = String::with_capacity(uri.len() + local.len() + 1);
        name.push_str(uri);
        name.extend(self.separator);
        name.push_str(local);
        if let Some(prefix) = prefix {
            name.extend(self.separator);
            name.push_str(prefix);
        }
        name
    }

    /// All bindings that count, for a context.
    pub(super) fn all(&self) -> Vec<(String, Rc<str>)> {
        let now = |(prefix, uris): (&String, &Vec<Rc<str>>)| Some((prefix.clone(), uris.last()?.clone()));
        let mut all: Vec<_> = self.bound.iter().filter_map(now).filter(|(_, uri)| !uri.is_empty()).collect();
        all.sort();
        all
    }

    /// Binds what a context says.
    pub(super) fn bind_context(&mut self, prefix: &str, uri: &str) {
        if prefix != "xml" {
            self.bound.entry(prefix.to_owned()).or_default().push(Rc::from(uri));
        }
    }
}

/// May the character stand in a URI (RFC 3986)?
fn is_of_uri(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~%!$&'()*+,;=:@/?#[]".contains(c)
}
