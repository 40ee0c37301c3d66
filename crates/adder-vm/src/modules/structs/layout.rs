//! Format strings: which items lie where.

use adder_objects::{Cx, R};

use super::error;

/// Items of one kind that follow each other.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// The letter.
    pub code: u8,
    /// Where the first lies.
    pub offset: usize,
    /// Bytes of one.
    pub size: usize,
    /// How many.
    pub count: usize,
}

/// What a format string says.
pub(super) struct Layout {
    pub runs: Box<[Run]>,
    /// Bytes in all.
    pub size: usize,
    /// Values in all.
    pub values: usize,
    /// The lowest byte of a number comes first.
    pub little: bool,
    /// Sizes and formats of C.
    pub native: bool,
    /// The string itself.
    pub format: String,
}

impl Layout {
    /// What a struct has that was never initialised.
    pub(super) fn none() -> Layout {
        Layout { runs: Box::default(), size: 0, values: 0, little: true, native: true, format: String::new() }
    }

    /// # Errors
    /// `struct.error` where the format is none.
    pub(super) fn parse(cx: &Cx, format: &str) -> R<Layout> {
        let text = format.as_bytes();
        if text.contains(&0) {
            return error(cx, format_args!("embedded null character"));
        }
        let order = text.first().copied().filter(|first| b"@=<>!".contains(first));
        let (native, little) = match order {
            None | Some(b'@') => (true, cfg!(target_endian = "little")),
            Some(b'=') => (false, cfg!(target_endian = "little")),
            Some(order) => (false, order == b'<'),
        };
        let too_long = || error(cx, format_args!("total struct size too long"));
        let mut runs = Vec::new();
        let (mut size, mut values) = (0_usize, 0_usize);
        let mut rest = text[usize::from(order.is_some())..].iter().copied().peekable();
        while let Some(mut code) = rest.next() {
            if matches!(code, 9..=13 | b' ') {
                continue;
            }
            let mut count = 1_usize;
            if code.is_ascii_digit() {
                count = 0;
                loop {
                    let digit = usize::from(code - b'0');
                    match count.checked_mul(10).and_then(|n| n.checked_add(digit)) {
                        Some(n) if n <= isize::MAX as usize => count = n,
                        _ => return too_long(),
                    }
                    match rest.next() {
                        Some(next) => code = next,
                        None => {
                            return error(cx, format_args!("repeat count given without format specifier"));
                        }
                    }
                    if !code.is_ascii_digit() {
                        break;
                    }
                }
            }
            let Some(one) = size_of(code, native) else {
                return error(cx, format_args!("bad char in struct format"));
            };
            if native && one > 1 {
                size = size.next_multiple_of(one);
            }
            let offset = size;
            match one.checked_mul(count).and_then(|n| size.checked_add(n)) {
                Some(n) if n <= isize::MAX as usize => size = n,
                _ => return too_long(),
            }
            match code {
                b'x' => {}
                b's' | b'p' => {
                    values += 1;
                    runs.push(Run { code, offset, size: count, count: 1 });
                }
                _ if count > 0 => {
                    values += count;
                    runs.push(Run { code, offset, size: one, count });
                }
                _ => {}
            }
        }
        Ok(Layout { runs: runs.into(), size, values, little, native, format: format.to_owned() })
    }

    /// Bytes that it takes beside the object that holds it.
    pub(super) fn memory(&self) -> usize {
        core::mem::size_of::<Layout>() + core::mem::size_of_val(&*self.runs) + self.format.len()
    }
}

/// Bytes of an item; `None` for what is no format.
fn size_of(code: u8, native: bool) -> Option<usize> {
    Some(match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if native {
                8
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => 8,
        _ => return None,
    })
}
