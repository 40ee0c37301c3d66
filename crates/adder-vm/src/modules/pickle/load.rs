//! Reading a pickle: the stack, and what each instruction does.

use core::cell::{Cell, RefCell};

use adder_objects::codecs::{Handler, decode_named, decode_raw_unicode_escape, decode_utf_8};
use adder_objects::float::FLOAT_TYPE;
use adder_objects::int::{INT_TYPE, from_slice};
use adder_objects::str::PyStr;
use adder_objects::{Cx, Obj, R, Value, exceptions as exc, raise};

use super::cannot_load;
use super::input::Input;
use super::memo::{Charged, Read};
use super::op::*;
use super::unpickler::no_persistent_load;

/// How to read.
pub(super) struct Settings {
    pub fix_imports: bool,
    /// Of strings that Python 2 wrote.
    pub encoding: Obj<PyStr>,
    pub errors: Obj<PyStr>,
    pub buffers: Option<Value>,
}

/// What the program has a say in.
pub(super) struct Hooks<'a> {
    pub persistent_load: Option<Value>,
    pub find_class: Option<Value>,
    /// Where the unpickler keeps the protocol.
    pub protocol: Option<&'a Cell<u8>>,
}

/// One pickle being read.
pub(super) struct Load<'a> {
    pub cx: &'a Cx,
    pub settings: &'a Settings,
    pub hooks: &'a Hooks<'a>,
    memo: &'a RefCell<Read>,
    pub input: Input<'a>,
    pub stack: Charged<Value>,
    /// Heights of the stack at its marks.
    marks: Charged<usize>,
    protocol: u8,
}

impl<'a> Load<'a> {
    pub(super) fn new(
        cx: &'a Cx,
        settings: &'a Settings,
        hooks: &'a Hooks<'a>,
        memo: &'a RefCell<Read>,
        input: Input<'a>,
    ) -> Load<'a> {
        Load { cx, settings, hooks, memo, input, stack: Charged::new(), marks: Charged::new(), protocol: 0 }
    }

    pub(super) fn protocol(&self) -> u8 {
        self.protocol
    }

    /// Reads to the end of the pickle, and gives the object.
    pub(super) fn run(mut self) -> R {
        loop {
            let Some(op) = self.input.op()? else { return raise!(self.cx, exc::EOF_ERROR, "Ran out of input") };
            if op == STOP {
                return self.pop();
            }
            self.instruction(op)?;
        }
    }

    fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    #[cold]
    pub(super) fn underflow<T>(&self) -> R<T> {
        let text = if self.marks.is_empty() { "unpickling stack underflow" } else { "unexpected MARK found" };
        Err(cannot_load(self.cx, format_args!("{text}")))
    }

    #[inline]
    pub(super) fn push(&mut self, value: Value) -> R<()> {
        self.stack.push(self.cx, value)
    }

    pub(super) fn pop(&mut self) -> R {
        if self.stack.len() <= self.fence() {
            return self.underflow();
        }
        match self.stack.pop() {
            Some(value) => Ok(value),
            None => self.underflow(),
        }
    }

    /// What lies on top.
    pub(super) fn top(&self) -> R {
        match self.stack.last() {
            Some(value) if self.stack.len() > self.fence() => Ok(value.clone()),
            _ => self.underflow(),
        }
    }

    /// Takes all from the last mark on.
    pub(super) fn pop_mark(&mut self) -> R<Vec<Value>> {
        match self.marks.pop() {
            Some(at) => {
                let at = at.min(self.stack.len());
                Ok(self.stack.split_off(at))
            }
            None => Err(cannot_load(self.cx, format_args!("could not find MARK"))),
        }
    }

    /// Takes the last so many.
    pub(super) fn pop_many(&mut self, count: usize) -> R<Vec<Value>> {
        match self.stack.len().checked_sub(count) {
            Some(at) if at >= self.fence() => Ok(self.stack.split_off(at)),
            _ => self.underflow(),
        }
    }

    fn count(&mut self, bytes: usize) -> R<usize> {
        let mut number = [0; 8];
        number[..bytes].copy_from_slice(self.input.take(bytes)?);
        match isize::try_from(u64::from_le_bytes(number)) {
            Ok(count) => Ok(count as usize),
            Err(_) => raise!(
                self.cx,
                exc::OVERFLOW_ERROR,
                "an instruction exceeds system's maximum size of {} bytes",
                isize::MAX
            ),
        }
    }

    #[inline]
    fn instruction(&mut self, op: u8) -> R<()> {
        let cx = self.cx;
        match op {
            NONE => self.push(Value::none()),
            NEWTRUE => self.push(Value::bool(true)),
            NEWFALSE => self.push(Value::bool(false)),
            BININT1 => {
                let [byte] = self.input.array()?;
                self.push(Value::small(byte.into()))
            }
            BININT2 => {
                let short = u16::from_le_bytes(self.input.array()?);
                self.push(Value::small(short.into()))
            }
            BININT => {
                let int = i32::from_le_bytes(self.input.array()?);
                self.push(Value::small(int.into()))
            }
            BINFLOAT => {
                let float = f64::from_be_bytes(self.input.array()?);
                self.push(cx.float(float)?)
            }
            SHORT_BINUNICODE => self.load_text(1),
            BINUNICODE => self.load_text(4),
            BINUNICODE8 => self.load_text(8),
            SHORT_BINBYTES => self.load_bytes(1),
            BINBYTES => self.load_bytes(4),
            BINBYTES8 => self.load_bytes(8),
            MEMOIZE => {
                let number = self.memo.borrow().len() as u64;
                self.put(number)
            }
            BINPUT => {
                let [number] = self.input.array()?;
                self.put(number.into())
            }
            LONG_BINPUT => {
                let number = u32::from_le_bytes(self.input.array()?);
                self.put(number.into())
            }
            PUT => match self.number()? {
                Ok(number) => self.put(number),
                Err(()) => raise!(cx, exc::VALUE_ERROR, "negative PUT argument"),
            },
            BINGET => {
                let [number] = self.input.array()?;
                self.get(number.into())
            }
            LONG_BINGET => {
                let number = u32::from_le_bytes(self.input.array()?);
                self.get(number.into())
            }
            GET => match self.number()? {
                Ok(number) => self.get(number),
                Err(()) => Err(cannot_load(cx, format_args!("Memo value not found at a negative index"))),
            },
            MARK => {
                let height = self.stack.len();
                self.marks.push(cx, height)
            }
            POP => {
                if self.marks.last() == Some(&self.stack.len()) {
                    self.marks.pop();
                    return Ok(());
                }
                self.pop().map(drop)
            }
            POP_MARK => self.pop_mark().map(drop),
            DUP => {
                let top = self.top()?;
                self.push(top)
            }
            EMPTY_TUPLE => self.push(cx.empty_tuple()?.into_value()),
            TUPLE1 => self.load_tuple(1),
            TUPLE2 => self.load_tuple(2),
            TUPLE3 => self.load_tuple(3),
            TUPLE => {
                let items = self.pop_mark()?;
                self.push(cx.tuple(items)?.into_value())
            }
            EMPTY_LIST => self.push(cx.list([])?.into_value()),
            EMPTY_DICT => self.push(cx.dict()?.into_value()),
            EMPTY_SET => self.push(cx.set()?.into_value()),
            LIST => {
                let items = self.pop_mark()?;
                self.push(cx.list(items)?.into_value())
            }
            DICT => self.load_dict(),
            FROZENSET => self.load_frozenset(),
            APPEND => {
                let item = self.pop()?;
                self.append(vec![item])
            }
            APPENDS => {
                let items = self.pop_mark()?;
                self.append(items)
            }
            SETITEM => {
                let pair = self.pop_many(2)?;
                self.set_items(&pair)
            }
            SETITEMS => {
                let pairs = self.pop_mark()?;
                self.set_items(&pairs)
            }
            ADDITEMS => self.add_items(),
            STACK_GLOBAL => self.load_stack_global(),
            GLOBAL => {
                let (module, name) = (self.name()?, self.name()?);
                let found = self.find_class(&module, &name)?;
                self.push(found)
            }
            REDUCE => self.load_reduce(),
            NEWOBJ => self.load_new(false),
            NEWOBJ_EX => self.load_new(true),
            BUILD => self.load_build(),
            INST => self.load_inst(),
            OBJ => self.load_obj(),
            PROTO => {
                let [protocol] = self.input.array()?;
                if i64::from(protocol) > HIGHEST_PROTOCOL {
                    return raise!(cx, exc::VALUE_ERROR, "unsupported pickle protocol: {protocol}");
                }
                self.protocol = protocol;
                if let Some(told) = self.hooks.protocol {
                    told.set(protocol);
                }
                Ok(())
            }
            FRAME => {
                let length = self.count(8)?;
                self.input.expect(length)
            }
            LONG1 => {
                let length = self.count(1)?;
                self.load_long(length)
            }
            LONG4 => match usize::try_from(i32::from_le_bytes(self.input.array()?)) {
                Ok(length) => self.load_long(length),
                Err(_) => Err(cannot_load(cx, format_args!("LONG pickle has negative byte count"))),
            },
            _ => self.rare_instruction(op),
        }
    }

    /// What no pickle of today has, or few have.
    #[cold]
    fn rare_instruction(&mut self, op: u8) -> R<()> {
        let cx = self.cx;
        match op {
            INT => self.load_int_line(),
            LONG => {
                let line = self.text_line()?;
                let text = cx.str_value(line.trim_end_matches('L'))?;
                self.push(cx.call(&INT_TYPE.value(), &[text])?)
            }
            FLOAT => {
                let line = cx.str_value(&self.text_line()?)?;
                match cx.call(&FLOAT_TYPE.value(), &[line]) {
                    Ok(float) => self.push(float),
                    Err(raised) if raised.is(&exc::VALUE_ERROR) => {
                        raise!(cx, exc::VALUE_ERROR, "could not convert string to float")
                    }
                    Err(raised) => Err(raised),
                }
            }
            UNICODE => {
                let text = decode_raw_unicode_escape(cx, self.input.line()?, &Handler::Strict, true)?.0;
                self.push(text.into_value())
            }
            STRING => self.load_string_line(),
            SHORT_BINSTRING => {
                let length = self.count(1)?;
                self.load_old_string(length)
            }
            BINSTRING => match usize::try_from(i32::from_le_bytes(self.input.array()?)) {
                Ok(length) => self.load_old_string(length),
                Err(_) => Err(cannot_load(cx, format_args!("BINSTRING pickle has negative byte count"))),
            },
            BYTEARRAY8 => {
                let length = self.count(8)?;
                let array = cx.bytearray(self.input.take(length)?)?;
                self.push(array.into_value())
            }
            NEXT_BUFFER => self.load_buffer(),
            READONLY_BUFFER => self.load_read_only(),
            PERSID => {
                let id = match core::str::from_utf8(self.input.line()?) {
                    Ok(id) if id.is_ascii() => cx.str_value(id)?,
                    _ => {
                        let text = "persistent IDs in protocol 0 must be ASCII strings";
                        return Err(cannot_load(cx, format_args!("{text}")));
                    }
                };
                self.load_persistent(&id)
            }
            BINPERSID => {
                let id = self.pop()?;
                self.load_persistent(&id)
            }
            EXT1 => {
                let [code] = self.input.array()?;
                self.load_extension(code.into())
            }
            EXT2 => {
                let code = u16::from_le_bytes(self.input.array()?);
                self.load_extension(code.into())
            }
            EXT4 => {
                let code = i32::from_le_bytes(self.input.array()?);
                self.load_extension(code.into())
            }
            0x20..=0x7E if op != b'\'' && op != b'\\' => {
                Err(cannot_load(cx, format_args!("invalid load key, '{}'.", op as char)))
            }
            _ => Err(cannot_load(cx, format_args!("invalid load key, '\\x{op:02x}'."))),
        }
    }

    fn load_persistent(&mut self, id: &Value) -> R<()> {
        match &self.hooks.persistent_load {
            Some(load) => {
                let object = self.cx.call(load, core::slice::from_ref(id))?;
                self.push(object)
            }
            None => Err(no_persistent_load(self.cx)),
        }
    }

    fn put(&mut self, number: u64) -> R<()> {
        let object = self.top()?;
        // What had the number dies when the memo is not borrowed any more.
        let old = self.memo.borrow_mut().set(self.cx, number, object)?;
        drop(old);
        Ok(())
    }

    fn get(&mut self, number: u64) -> R<()> {
        let known = self.memo.borrow().get(number);
        match known {
            Some(object) => self.push(object),
            None => Err(cannot_load(self.cx, format_args!("Memo value not found at index {number}"))),
        }
    }

    /// A number in a line; nothing if it is negative.
    fn number(&mut self) -> R<Result<u64, ()>> {
        let text = self.cx.str_value(&self.text_line()?)?;
        let number = self.cx.call(&INT_TYPE.value(), &[text])?;
        match number.as_i64() {
            Some(number) => Ok(u64::try_from(number).map_err(drop)),
            None => raise!(self.cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"),
        }
    }

    /// A line of text of which only the ASCII part can mean anything.
    pub(super) fn text_line(&mut self) -> R<String> {
        Ok(String::from_utf8_lossy(self.input.line()?).into_owned())
    }

    /// A name in a line.
    pub(super) fn name(&mut self) -> R {
        let cx = self.cx;
        match self.input.line()? {
            [] => Err(cannot_load(cx, format_args!("pickle data was truncated"))),
            line => Ok(decode_utf_8(cx, line, &Handler::Strict, true)?.0.into_value()),
        }
    }

    fn load_text(&mut self, bytes: usize) -> R<()> {
        let length = self.count(bytes)?;
        let cx = self.cx;
        let slice = self.input.take(length)?;
        let text = if slice.is_ascii() {
            cx.str_from_ascii(slice)?
        } else {
            let handler = Handler::built_in("surrogatepass").unwrap_or(Handler::Strict);
            decode_utf_8(cx, slice, &handler, true)?.0
        };
        self.push(text.into_value())
    }

    fn load_bytes(&mut self, bytes: usize) -> R<()> {
        let length = self.count(bytes)?;
        let made = self.input.bytes(length)?;
        self.push(made)
    }

    fn load_long(&mut self, length: usize) -> R<()> {
        let cx = self.cx;
        let int = from_slice(cx, self.input.take(length)?, true, true)?;
        self.push(int)
    }

    /// An int, or a bool as protocols 0 and 1 wrote it.
    fn load_int_line(&mut self) -> R<()> {
        let cx = self.cx;
        let line = self.text_line()?;
        match line.as_str() {
            "00" => return self.push(Value::bool(false)),
            "01" => return self.push(Value::bool(true)),
            _ => {}
        }
        match cx.call(&INT_TYPE.value(), &[cx.str_value(&line)?]) {
            Ok(int) => self.push(int),
            Err(raised) if raised.is(&exc::VALUE_ERROR) => {
                raise!(cx, exc::VALUE_ERROR, "could not convert string to int")
            }
            Err(raised) => Err(raised),
        }
    }

    fn load_string_line(&mut self) -> R<()> {
        let cx = self.cx;
        let inner = match self.input.line()? {
            [b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'] => cx.bytes(inner)?.into_value(),
            _ => return Err(cannot_load(cx, format_args!("the STRING opcode argument must be quoted"))),
        };
        let decode = cx.getattr_text(&cx.import("_codecs")?, "escape_decode")?;
        let decoded = cx.getitem(&cx.call(&decode, &[inner])?, &Value::small(0))?;
        self.push_old_string(decoded)
    }

    fn load_old_string(&mut self, length: usize) -> R<()> {
        let bytes = self.input.bytes(length)?;
        self.push_old_string(bytes)
    }

    /// A string of Python 2, which were bytes.
    fn push_old_string(&mut self, bytes: Value) -> R<()> {
        let cx = self.cx;
        let encoding = self.settings.encoding.to_lossy();
        if encoding == "bytes" {
            return self.push(bytes);
        }
        let held = bytes.clone();
        let slice = held.downcast::<adder_objects::bytes::PyBytes>().map_or(&[][..], |bytes| bytes.as_slice());
        let text = decode_named(cx, &bytes, slice, &encoding, Some(&self.settings.errors))?;
        self.push(text.into_value())
    }

    fn load_buffer(&mut self) -> R<()> {
        let cx = self.cx;
        let Some(buffers) = &self.settings.buffers else {
            let text = "pickle stream refers to out-of-band data but no *buffers* argument was given";
            return Err(cannot_load(cx, format_args!("{text}")));
        };
        match cx.next(buffers)? {
            Some(buffer) => self.push(buffer),
            None => Err(cannot_load(cx, format_args!("not enough out-of-band buffers"))),
        }
    }

    fn load_read_only(&mut self) -> R<()> {
        let cx = self.cx;
        let view = cx.memoryview(&self.top()?)?;
        if !cx.is_true(&cx.getattr_text(&view, "readonly")?)? {
            let read_only = cx.call(&cx.getattr_text(&view, "toreadonly")?, &[])?;
            drop(self.pop()?);
            return self.push(read_only);
        }
        Ok(())
    }

    fn load_stack_global(&mut self) -> R<()> {
        let name = self.pop()?;
        let module = self.pop()?;
        let is_text = |value: &Value| value.is_exact(&adder_objects::str::STR_TYPE);
        if !is_text(&name) || !is_text(&module) {
            return Err(cannot_load(self.cx, format_args!("STACK_GLOBAL requires str")));
        }
        let found = self.find_class(&module, &name)?;
        self.push(found)
    }
}
