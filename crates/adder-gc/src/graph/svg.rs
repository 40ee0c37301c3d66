//! The graph as a picture, laid out by the crate `layout-rs`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use layout::backends::svg::SVGWriter;
use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::geometry::{Point, get_size_for_str};
use layout::core::style::StyleAttr;
use layout::std_shapes::shapes::{Arrow, Element, ShapeKind};
use layout::topo::layout::VisualGraph;

use super::{GraphNode, HeapGraph};

/// The most objects that a picture shows.
const MOST: usize = 150;
/// References drawn between two objects in one line before it is said that there are more.
const NAMED: usize = 3;
const FONT: usize = 12;

impl HeapGraph {
    /// Draws the graph as SVG. Feature `svg`.
    ///
    /// Objects held from outside are blue, garbage is red. Of a graph of more than 150 objects those that retain the most are
    /// drawn ([`largest_part`](HeapGraph::largest_part)), and the picture says so. Several references from one object
    /// to another are one line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_svg(&self, to: &mut (impl Write + ?Sized)) -> io::Result<()> {
        if self.len() > MOST {
            return self.largest_part(MOST).write_svg(to);
        }
        to.write_all(self.draw().as_bytes())?;
        to.write_all(b"\n")
    }

    fn draw(&self) -> String {
        let mut picture = VisualGraph::new(Orientation::TopToBottom);
        if let Some(title) = self.title() {
            picture.add_node(shape(&title, "white", "white"));
        }
        if self.is_empty() && self.left_out().0 == 0 {
            picture.add_node(shape("The heap is empty", "white", "white"));
        }
        let handles: Vec<_> = self
            .nodes()
            .map(|node| picture.add_node(shape(&self.label(node), line_color(node), fill_color(node))))
            .collect();
        for ((from, target), names) in self.merged_edges() {
            let mut text = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
            if names.len() > NAMED {
                text += &format!(" and {} more", names.len() - NAMED);
            }
            let mut arrow = Arrow::simple(&printable(&text));
            arrow.look = style("black", None);
            picture.add_edge(arrow, handles[from], handles[target]);
        }
        let mut svg = SVGWriter::new();
        // Not debugging, with optimisation, with layout.
        picture.do_it(false, false, false, &mut svg);
        svg.finalize()
    }

    /// For each pair of objects the names of the references from one to the other.
    fn merged_edges(&self) -> BTreeMap<(usize, usize), Vec<String>> {
        let mut merged: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for edge in self.nodes().flat_map(GraphNode::edges) {
            let name = edge.place().to_string();
            let name = name.strip_prefix('.').unwrap_or(&name).to_owned();
            merged.entry((edge.from().index(), edge.to().index())).or_default().push(name);
        }
        merged
    }
}

fn line_color(node: GraphNode<'_>) -> &'static str {
    if !node.is_reachable() {
        "red"
    } else if node.is_root() {
        "blue"
    } else {
        "black"
    }
}

fn fill_color(node: GraphNode<'_>) -> &'static str {
    if node.is_tracked() { "white" } else { "lightgray" }
}

fn shape(text: &str, line: &str, fill: &str) -> Element {
    let text = printable(text);
    let size = get_size_for_str(&text, FONT);
    // The crate takes every letter for a square one.
    let size = Point::new(size.x * 0.6 + 16.0, size.y + 16.0);
    Element::create(ShapeKind::new_box(&text), style(line, Some(fill)), Orientation::TopToBottom, size)
}

fn style(line: &str, fill: Option<&str>) -> StyleAttr {
    StyleAttr::new(Color::fast(line), 1, fill.map(Color::fast), 0, FONT)
}

/// The crate escapes what means something in XML; what may not stand in it at all is replaced here.
fn printable(text: &str) -> String {
    let allowed = |c: char| c == '\n' || !(c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    text.chars().map(|c| if allowed(c) { c } else { '\u{FFFD}' }).collect()
}
