//! The graph in the language of Graphviz.

use std::io::{self, Write};

use super::text::{Bytes, Count};
use super::{GraphNode, HeapGraph};

impl HeapGraph {
    /// Writes the graph as DOT.
    ///
    /// Objects held from outside have a thick border, garbage a dashed one; untracked objects are rounded.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_dot(&self, to: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let mut to = io::BufWriter::new(to);
        writeln!(to, "digraph heap {{")?;
        writeln!(to, "  node [shape=box, fontname=\"sans-serif\"];")?;
        if let Some(title) = self.title() {
            writeln!(to, "  label={};", quoted(&title))?;
        }
        for node in self.nodes() {
            let label = self.label(node);
            writeln!(to, "  n{} [label={}{}];", node.index(), quoted(&label), look(node))?;
        }
        for edge in self.nodes().flat_map(GraphNode::edges) {
            let name = edge.place().to_string();
            let name = name.strip_prefix('.').unwrap_or(&name);
            writeln!(to, "  n{} -> n{} [label={}];", edge.from().index(), edge.to().index(), quoted(name))?;
        }
        writeln!(to, "}}")?;
        to.flush()
    }

    /// What a picture says at its top, if it is not one of everything.
    pub(super) fn title(&self) -> Option<String> {
        let (objects, bytes) = self.left_out();
        (objects > 0).then(|| {
            format!(
                "The {} that retain the most; {} left out ({})",
                Count(self.len(), "object"),
                Count(objects, "object"),
                Bytes(bytes)
            )
        })
    }

    /// What a picture says of an object, in lines.
    pub(super) fn label(&self, node: GraphNode<'_>) -> String {
        let mut label = format!("{}\n{}", node.short_type_name(), Bytes(node.bytes()));
        if node.retained() > node.bytes() {
            label += &format!(", retains {}", Bytes(node.retained()));
        }
        if !node.is_reachable() {
            label += "\ngarbage";
        }
        match node.outside() {
            0 => {}
            u32::MAX => label += "\nimmortal",
            n => label += &format!("\nheld from outside ({n})"),
        }
        for field in node.opaque_fields().take(3) {
            label += &format!("\nopaque: {:?}", field);
        }
        label
    }
}

fn look(node: GraphNode<'_>) -> String {
    let mut styles = Vec::new();
    if node.is_root() {
        styles.push("bold");
    }
    if !node.is_reachable() {
        styles.push("dashed");
    }
    if !node.is_tracked() {
        styles.push("rounded");
    }
    if styles.is_empty() { String::new() } else { format!(", style=\"{}\"", styles.join(",")) }
}

/// A string of DOT: only the quote and the backslash mean something in it.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push('\u{FFFD}'),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_quoted() {
        assert_eq!(super::quoted("a \"b\"\\\nc\0"), "\"a \\\"b\\\"\\\\\\nc\u{FFFD}\"");
    }
}
