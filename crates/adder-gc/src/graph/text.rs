//! Names and figures for people.

use core::fmt;

/// A type's name without the paths of modules: `Vec<scene::Node>` → `Vec<Node>`.
pub(super) fn short_type_name(full: &str) -> String {
    let mut short = String::with_capacity(full.len());
    // Where the segment of a path that is being read starts.
    let mut segment = 0;
    let mut rest = full.chars().peekable();
    while let Some(c) = rest.next() {
        if c == ':' && rest.peek() == Some(&':') {
            rest.next();
            short.truncate(segment);
            continue;
        }
        short.push(c);
        if !(c.is_alphanumeric() || c == '_') {
            segment = short.len();
        }
    }
    short
}

/// Bytes as people read them.
pub(crate) struct Bytes(pub(crate) usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0 as f64;
        match self.0 {
            0..0x400 => write!(f, "{} B", self.0),
            0x400..0x10_0000 => write!(f, "{:.1} KiB", bytes / 1024.0),
            0x10_0000..0x4000_0000 => write!(f, "{:.1} MiB", bytes / 1_048_576.0),
            _ => write!(f, "{:.1} GiB", bytes / 1_073_741_824.0),
        }
    }
}

/// A number of things: `1 reference`, `2 references`.
pub(crate) struct Count(pub(crate) usize, pub(crate) &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.0, self.1, if self.0 == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_paths() {
        for (full, short) in [
            ("app::scene::Node", "Node"),
            ("alloc::vec::Vec<app::Node>", "Vec<Node>"),
            ("[(app::A, &str)]", "[(A, &str)]"),
            ("app::make::{{closure}}", "{{closure}}"),
            ("core::option::Option<adder_gc::gc::Gc<dyn app::Draw>>", "Option<Gc<dyn Draw>>"),
            ("str", "str"),
        ] {
            assert_eq!(short_type_name(full), short);
        }
    }

    #[test]
    fn figures_are_readable() {
        assert_eq!(Bytes(1000).to_string(), "1000 B");
        assert_eq!(Bytes(1536).to_string(), "1.5 KiB");
        assert_eq!(Bytes(5 << 30).to_string(), "5.0 GiB");
        assert_eq!(Count(1, "object").to_string(), "1 object");
        assert_eq!(Count(2, "object").to_string(), "2 objects");
    }
}
