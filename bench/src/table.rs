//! Aligned text tables.

/// A table that is printed at once: first column to the left, the others to the right.
pub struct Table {
    title: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with these column heads.
    pub fn new(title: impl Into<String>, header: &[&str]) -> Self {
        Self { title: title.into(), header: header.iter().map(ToString::to_string).collect(), rows: Vec::new() }
    }

    /// Adds a row; missing cells stay empty.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints the table to standard output.
    pub fn print(&self) {
        let columns = self.header.len();
        let mut widths = vec![0; columns];
        for row in std::iter::once(&self.header).chain(&self.rows) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        println!("\n## {}", self.title);
        self.line(&self.header, &widths);
        let rule: usize = widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
        println!("{}", "-".repeat(rule));
        for row in &self.rows {
            self.line(row, &widths);
        }
    }

    fn line(&self, row: &[String], widths: &[usize]) {
        let mut text = String::new();
        for (column, width) in widths.iter().enumerate() {
            let cell = row.get(column).map_or("", String::as_str);
            let gap = " ".repeat(width - cell.chars().count());
            if column == 0 {
                text.push_str(cell);
                text.push_str(&gap);
            } else {
                text.push_str("  ");
                text.push_str(&gap);
                text.push_str(cell);
            }
        }
        println!("{}", text.trim_end());
    }
}

/// A figure with as many digits as it deserves.
pub fn figure(value: f64) -> String {
    if !value.is_finite() {
        "-".into()
    } else if value >= 1000.0 {
        format!("{value:.0}")
    } else if value >= 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// The cell of a freed fraction: marked `!` when something was not freed (or freed twice).
pub fn freed(fraction: f64) -> String {
    if !fraction.is_finite() {
        "-".into()
    } else if (fraction - 1.0).abs() < 1e-9 {
        "1".into()
    } else {
        // Rounded towards zero: 0.99999 must not read as 1.
        format!("{:.4} !", (fraction * 1e4).floor() / 1e4)
    }
}

/// The cell of a target: the bound and whether `value` keeps it.
pub fn target(value: f64, at_most: f64, unit: &str) -> String {
    let verdict = if value <= at_most { "ok" } else { "OVER" };
    format!("<= {at_most}{unit} {verdict}")
}
