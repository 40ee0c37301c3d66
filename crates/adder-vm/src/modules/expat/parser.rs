//! `pyexpat.xmlparser`

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use adder_gc::raw::{self, Head};
use adder_gc::{Clearer, Tracer};
use adder_objects::buffer::request;
use adder_objects::bytes::PyBytes;
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Spec, flag};
use adder_objects::{Args, Cx, Layout, Params, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::caller::Caller;
use super::engine::{Code, Handler, Parameters, Parser, Shared, error};
use super::text_or_none;
use crate::modules::{exception_classes, support};

/// Where the handlers lie: those of the parser, and `DefaultHandlerExpand`.
const HANDLERS: usize = Handler::SkippedEntity as usize + 2;
/// `DefaultHandlerExpand`
const EXPAND: usize = HANDLERS - 1;

/// Bytes that a parser is given at once.
const CHUNK: usize = 1 << 20;

/// Layout of a parser.
#[repr(C)]
pub(super) struct PyParser {
    head: Head,
    handlers: [Slot; HANDLERS],
    /// The dict of names that are told; empty where none are kept.
    pub(super) intern: Slot,
    /// Away while it works.
    engine: RefCell<Option<Box<Parser>>>,
    shared: Rc<Shared>,
    charge: Charge,
    /// What a handler raised.
    pub(super) raised: RefCell<Option<Raised>>,
    pub(super) in_handler: Cell<bool>,
    /// Where text goes that nobody else wants: one of the two default handlers, or none.
    default: Cell<Option<usize>>,
    pub(super) expands: Cell<bool>,
    pub(super) ordered: Cell<bool>,
    pub(super) only_specified: Cell<bool>,
    /// Characters that are not told yet; only with `buffer_text`.
    pub(super) buffer: RefCell<String>,
    pub(super) buffers: Cell<bool>,
    pub(super) buffer_size: Cell<usize>,
}

/// Bytes that are charged to the interpreter as long as this is there.
#[derive(Default)]
struct Charge(Cell<usize>);

impl Charge {
    fn set(&self, cx: &Cx, bytes: usize) -> R<()> {
        if bytes > self.0.get() && raw::charge(&cx.heap, bytes - self.0.get()).is_err() {
            return Err(cx.no_memory());
        }
        // To charge may let other code run.
        let had = self.0.replace(bytes);
        if bytes < had {
            raw::uncharge(&cx.heap, had - bytes);
        }
        Ok(())
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if let Some(cx) = Cx::try_current() {
            raw::uncharge(&cx.heap, self.0.get());
        }
    }
}

macro_rules! handlers {
    ($($name:literal $handler:ident;)*) => {
        [$(GetSet::both(
            $name,
            |_, this| Ok(handler(this, Handler::$handler as usize)),
            |cx, this, value| set_handler(cx, this, Handler::$handler as usize, value),
        ),)* GetSet::both(
            "DefaultHandlerExpand",
            |_, this| Ok(handler(this, EXPAND)),
            |cx, this, value| set_handler(cx, this, EXPAND, value),
        ),
            GetSet::get("ErrorCode", |_, this| Ok(Value::small(of(this).shared.error.get().into()))),
            GetSet::get("ErrorLineNumber", line),
            GetSet::get("ErrorColumnNumber", column),
            GetSet::get("ErrorByteIndex", byte),
            GetSet::get("CurrentLineNumber", line),
            GetSet::get("CurrentColumnNumber", column),
            GetSet::get("CurrentByteIndex", byte),
            GetSet::both(
                "buffer_size",
                |cx, this| cx.int(of(this).buffer_size.get() as i64),
                |cx, this, value| set_buffer_size(cx, this, value),
            ),
            GetSet::get("buffer_used", |cx, this| cx.int(of(this).buffer.borrow().len() as i64)),
            GetSet::both("buffer_text", |_, this| Ok(Value::bool(of(this).buffers.get())), set_buffer_text),
            GetSet::both(
                "namespace_prefixes",
                |_, this| Ok(Value::bool(of(this).shared.prefixes.get())),
                |cx, this, value| set_flag(cx, value, &of(this).shared.prefixes),
            ),
            GetSet::both(
                "ordered_attributes",
                |_, this| Ok(Value::bool(of(this).ordered.get())),
                |cx, this, value| set_flag(cx, value, &of(this).ordered),
            ),
            GetSet::both(
                "specified_attributes",
                |_, this| Ok(Value::bool(of(this).only_specified.get())),
                |cx, this, value| set_flag(cx, value, &of(this).only_specified),
            ),
            GetSet::get("intern", |_, this| Ok(of(this).intern.try_get().unwrap_or_else(Value::none))),
        ]
    };
}

static ATTRIBUTES: &[GetSet] = &handlers! {
    "StartElementHandler" StartElement;
    "EndElementHandler" EndElement;
    "ProcessingInstructionHandler" ProcessingInstruction;
    "CharacterDataHandler" CharacterData;
    "UnparsedEntityDeclHandler" UnparsedEntityDecl;
    "NotationDeclHandler" NotationDecl;
    "StartNamespaceDeclHandler" StartNamespaceDecl;
    "EndNamespaceDeclHandler" EndNamespaceDecl;
    "CommentHandler" Comment;
    "StartCdataSectionHandler" StartCdataSection;
    "EndCdataSectionHandler" EndCdataSection;
    "DefaultHandler" Default;
    "NotStandaloneHandler" NotStandalone;
    "ExternalEntityRefHandler" ExternalEntityRef;
    "StartDoctypeDeclHandler" StartDoctypeDecl;
    "EndDoctypeDeclHandler" EndDoctypeDecl;
    "EntityDeclHandler" EntityDecl;
    "XmlDeclHandler" XmlDecl;
    "ElementDeclHandler" ElementDecl;
    "AttlistDeclHandler" AttlistDecl;
    "SkippedEntityHandler" SkippedEntity;
};

/// `pyexpat.xmlparser`
pub(super) static PARSER_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const PARSER_TYPE);
static SPEC: Spec = Spec {
    module: "pyexpat",
    doc: Some("A parser of XML."),
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyParser>(),
    functions: functions::<PyParser>(true, true),
    methods: &[
        Method::any("Parse", parse).doc("($self, data, isfinal=False, /)", "Reads XML."),
        Method::one("ParseFile", parse_file).doc("($self, file, /)", "Reads XML from an object with `read`."),
        Method::one("SetBase", set_base).doc("($self, base, /)", "Sets what system identifiers are relative to."),
        Method::none("GetBase", |cx, this| text_or_none(cx, of(this).shared.base.borrow().as_deref()))
            .doc("($self, /)", "What system identifiers are relative to."),
        Method::none("GetInputContext", |cx, this| match of(this).shared.context() {
            Some(text) if of(this).in_handler.get() => Ok(cx.bytes(&text)?.into_value()),
            _ => Ok(Value::none()),
        })
        .doc("($self, /)", "The text from the event on that is told now."),
        Method::positional("ExternalEntityParserCreate", 1, 2, external)
            .doc("($self, context, encoding=None, /)", "A parser of an external entity."),
        Method::one("SetParamEntityParsing", set_parameters)
            .doc("($self, flag, /)", "Says whether external parameter entities are read; gives 1 if that is possible."),
        Method::positional("UseForeignDTD", 0, 1, use_foreign_dtd)
            .doc("($self, flag=True, /)", "A document without an external subset is given one."),
        Method::one("SetReparseDeferralEnabled", |cx, this, flag| {
            of(this).shared.deferral.set(cx.is_true(flag)?);
            Ok(Value::none())
        })
        .doc("($self, enabled, /)", "Says whether a token that is not whole waits until there is much more."),
        Method::none("GetReparseDeferralEnabled", |_, this| Ok(Value::bool(of(this).shared.deferral.get())))
            .doc("($self, /)", "Does a token that is not whole wait until there is much more?"),
    ],
    getset: ATTRIBUTES,
    ..Spec::new("pyexpat.xmlparser", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyParser {
    fn ty() -> &'static TypeObject {
        &PARSER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.handlers.iter().for_each(|slot| slot.trace(tracer));
        self.intern.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.handlers.iter().for_each(|slot| slot.clear(clearer));
        self.intern.clear(clearer);
    }
}

pub(super) fn of(this: &Value) -> &PyParser {
    // SAFETY: called for parsers.
    unsafe { this.cast::<PyParser>() }
}

fn handler(this: &Value, at: usize) -> Value {
    of(this).handlers[at].try_get().unwrap_or_else(Value::none)
}

impl PyParser {
    /// The handler that is told of something.
    pub(super) fn wanted(&self, handler: Handler) -> Option<Value> {
        match handler {
            Handler::Default => self.handlers[self.default.get()?].try_get(),
            handler => self.handlers[handler as usize].try_get(),
        }
    }

    pub(super) fn wants(&self, handler: Handler) -> bool {
        match handler {
            Handler::Default => self.default.get().is_some_and(|at| !self.handlers[at].is_unset()),
            handler => !self.handlers[handler as usize].is_unset(),
        }
    }

    /// Nobody is told of anything any more.
    pub(super) fn clear_handlers(&self) {
        let held: Vec<_> = self.handlers.iter().map(Slot::take).collect();
        drop(held);
    }
}

/// `pyexpat.ExpatError`
pub(super) fn error_class(cx: &Cx) -> R {
    exception_classes::class(cx, "xml.parsers.expat.ExpatError", &exc::EXCEPTION)
}

/// The exception for an error, with where it is.
#[cold]
fn failed(cx: &Cx, it: &PyParser, code: Code) -> Raised {
    let position = it.shared.position();
    let made = || -> R {
        let text = error::text(code.into()).unwrap_or("");
        let message = format!("{text}: line {}, column {}", position.line + 1, position.column);
        let exception = cx.call(&error_class(cx)?, &[cx.str_value(&message)?])?;
        for (name, number) in [("code", usize::from(code)), ("offset", position.column), ("lineno", position.line + 1)]
        {
            cx.setattr(&exception, &cx.intern(name)?, Some(&cx.int(number as i64)?))?;
        }
        Ok(exception)
    };
    match made() {
        Ok(exception) if exception.is_instance(&exc::BASE_EXCEPTION) => Raised::new(exception),
        Ok(_) => cx.error(&exc::EXCEPTION, format_args!("{}", error::text(code.into()).unwrap_or(""))),
        Err(raised) => raised,
    }
}

fn line(cx: &Cx, this: &Value) -> R {
    cx.int(of(this).shared.position().line as i64 + 1)
}

fn column(cx: &Cx, this: &Value) -> R {
    cx.int(of(this).shared.position().column as i64)
}

fn byte(cx: &Cx, this: &Value) -> R {
    cx.int(of(this).shared.byte().map_or(-1, |byte| byte as i64))
}

/// The value that an attribute is set to; none can be deleted.
fn given<'a>(cx: &Cx, value: Option<&'a Value>) -> R<&'a Value> {
    match value {
        Some(value) => Ok(value),
        None => raise!(cx, exc::RUNTIME_ERROR, "Cannot delete attribute"),
    }
}

fn set_flag(cx: &Cx, value: Option<&Value>, flag: &Cell<bool>) -> R<()> {
    flag.set(cx.is_true(given(cx, value)?)?);
    Ok(())
}

fn set_handler(cx: &Cx, this: &Value, at: usize, value: Option<&Value>) -> R<()> {
    let value = given(cx, value)?;
    let it = of(this);
    if at == Handler::CharacterData as usize {
        // What was read is for the handler that there was.
        Caller { cx, this }.flush()?;
    }
    if at == Handler::Default as usize || at == EXPAND {
        it.default.set((!value.is_none()).then_some(at));
        it.expands.set(at == EXPAND);
    }
    drop(it.handlers[at].take());
    if !value.is_none() {
        it.handlers[at].set(value.clone());
    }
    Ok(())
}

fn set_buffer_size(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let value = given(cx, value)?;
    if !value.is_int() {
        return raise!(cx, exc::TYPE_ERROR, "buffer_size must be an integer");
    }
    let it = of(this);
    let size = match i32::try_from(support::int(cx, value)?) {
        Ok(size) if size > 0 => size as usize,
        Ok(_) => return raise!(cx, exc::VALUE_ERROR, "buffer_size must be greater than zero"),
        Err(_) if support::int(cx, value)? < 0 => {
            return raise!(cx, exc::VALUE_ERROR, "buffer_size must be greater than zero");
        }
        Err(_) => return raise!(cx, exc::VALUE_ERROR, "buffer_size must not be greater than {}", i32::MAX),
    };
    if size != it.buffer_size.get() {
        Caller { cx, this }.flush()?;
        it.buffer_size.set(size);
    }
    Ok(())
}

fn set_buffer_text(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let buffers = cx.is_true(given(cx, value)?)?;
    if !buffers {
        Caller { cx, this }.flush()?;
    }
    of(this).buffers.set(buffers);
    Ok(())
}

/// A new parser.
fn made(cx: &Cx, parser: Parser, shared: Rc<Shared>, intern: Option<Value>) -> R {
    let made = PyParser {
        head: unborn(),
        handlers: [const { Slot::empty() }; HANDLERS],
        intern: Slot::empty(),
        engine: RefCell::new(Some(Box::new(parser))),
        shared,
        charge: Charge::default(),
        raised: RefCell::new(None),
        in_handler: Cell::new(false),
        default: Cell::new(None),
        expands: Cell::new(true),
        ordered: Cell::new(false),
        only_specified: Cell::new(false),
        buffer: RefCell::default(),
        buffers: Cell::new(false),
        buffer_size: Cell::new(8192),
    };
    if let Some(intern) = intern {
        made.intern.set(intern);
    }
    Ok(cx.alloc(made)?.into_value())
}

/// Text without zeros, or None.
fn text_argument(cx: &Cx, value: Option<&Value>, function: &str, name: &str) -> R<Option<String>> {
    let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(None) };
    let Some(text) = value.downcast::<PyStr>() else {
        let given = adder_objects::arguments::type_name(value);
        return raise!(cx, exc::TYPE_ERROR, "{function}() argument {name} must be str or None, not {given}");
    };
    let text = text.to_lossy().into_owned();
    if text.contains('\0') {
        return raise!(cx, exc::VALUE_ERROR, "embedded null character");
    }
    Ok(Some(text))
}

/// `pyexpat.ParserCreate`
pub(super) fn create(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "ParserCreate",
        names: ["encoding", "namespace_separator", "intern"],
        positional_only: 0,
        positional: 3,
        required: 0,
    };
    let [encoding, separator, intern] = args.bind(cx, &params)?;
    let encoding = text_argument(cx, encoding, "ParserCreate", "'encoding'")?;
    let separator = text_argument(cx, separator, "ParserCreate", "'namespace_separator'")?;
    let separator = match separator {
        None => None,
        Some(text) if text.len() > 1 => {
            return raise!(cx, exc::VALUE_ERROR, "namespace_separator must be at most one character, omitted, or None");
        }
        Some(text) => Some(text.chars().next()),
    };
    let intern = match intern {
        None => Some(cx.dict()?.into_value()),
        Some(value) if value.is_none() => None,
        Some(value) if value.downcast::<PyDict>().is_some() => Some(value.clone()),
        Some(_) => return raise!(cx, exc::TYPE_ERROR, "intern must be a dictionary"),
    };
    let (parser, shared) = Parser::document(encoding.as_deref(), separator);
    made(cx, parser, shared, intern)
}

/// `ExternalEntityParserCreate`
fn external(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let it = of(this);
    let context = text_argument(cx, args.first(), "ExternalEntityParserCreate", "1")?;
    let encoding = text_argument(cx, args.get(1), "ExternalEntityParserCreate", "2")?;
    let (parser, shared) = Parser::external(&it.shared, context.as_deref(), encoding.as_deref());
    let child = made(cx, parser, shared, it.intern.try_get())?;
    let new = of(&child);
    for (slot, other) in new.handlers.iter().zip(&it.handlers) {
        if let Some(handler) = other.try_get() {
            slot.set(handler);
        }
    }
    new.default.set(it.default.get());
    new.expands.set(it.expands.get());
    new.ordered.set(it.ordered.get());
    new.only_specified.set(it.only_specified.get());
    new.buffers.set(it.buffers.get());
    new.buffer_size.set(it.buffer_size.get());
    Ok(child)
}

/// Lets the engine read bytes, and raises what came of it.
fn feed(cx: &Cx, this: &Value, bytes: &[u8], is_final: bool) -> R<()> {
    let it = of(this);
    let Some(mut engine) = it.engine.take() else {
        return raise!(cx, exc::RUNTIME_ERROR, "cannot parse from within a handler of the same parser");
    };
    // Text of another encoding may take more room than its bytes; and a name may be kept twice.
    let room = engine.footprint().saturating_add(bytes.len().saturating_mul(3));
    let result = match it.charge.set(cx, room) {
        Ok(()) => engine.parse(&Caller { cx, this }, bytes, is_final),
        Err(raised) => {
            it.engine.replace(Some(engine));
            return Err(raised);
        }
    };
    let footprint = engine.footprint();
    it.engine.replace(Some(engine));
    let charged = it.charge.set(cx, footprint);
    let raised = it.raised.take();
    if let Some(raised) = raised {
        return Err(raised);
    }
    charged?;
    if let Err(code) = result {
        return Err(failed(cx, it, code));
    }
    Caller { cx, this }.flush()
}

fn parse(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let params =
        Params { function: "Parse", names: ["data", "isfinal"], positional_only: 2, positional: 2, required: 1 };
    let [Some(data), is_final] = args.bind(cx, &params)? else { return Ok(Value::none()) };
    let is_final = is_final.map_or(Ok(false), |value| cx.is_true(value))?;
    let bytes = if data.downcast::<PyStr>().is_some() {
        let bytes = adder_objects::codecs::encode_utf_8(cx, data, &adder_objects::codecs::Handler::Strict)?;
        if let Some(engine) = &mut *of(this).engine.borrow_mut() {
            engine.name_encoding("utf-8");
        }
        bytes.into_value()
    } else {
        data.clone()
    };
    let view = support::view(cx, &bytes, request::SIMPLE)?;
    let mut at = 0;
    while view.len - at > CHUNK {
        // SAFETY: the view keeps the bytes where they are; who changes them meanwhile has changed a document that is being read.
        let part = unsafe { view.as_slice() }[at..at + CHUNK].to_vec();
        feed(cx, this, &part, false)?;
        at += CHUNK;
    }
    // SAFETY: as above; copied, since handlers may change them.
    let rest = unsafe { view.as_slice() }[at..].to_vec();
    drop(view);
    feed(cx, this, &rest, is_final)?;
    Ok(Value::small(1))
}

fn parse_file(cx: &Cx, this: &Value, file: &Value) -> R {
    const AT_ONCE: usize = 2048;
    let Some(read) = cx.getattr_opt(file, &cx.intern("read")?)? else {
        return raise!(cx, exc::TYPE_ERROR, "argument must have 'read' attribute");
    };
    loop {
        let data = cx.call(&read, &[Value::small(AT_ONCE as i64)])?;
        let bytes = match data.downcast::<PyBytes>() {
            Some(bytes) => bytes.as_slice().to_vec(),
            None => match data.ty().slots.buffer.get() {
                Some(_) if data.ty().name() == "bytearray" => support::contents(cx, &data)?.to_vec(),
                _ => {
                    return raise!(
                        cx,
                        exc::TYPE_ERROR,
                        "read() did not return a bytes object (type={})",
                        data.ty().name()
                    );
                }
            },
        };
        if bytes.len() > AT_ONCE {
            return raise!(
                cx,
                exc::VALUE_ERROR,
                "read() returned too much data: {AT_ONCE} bytes requested, {} returned",
                bytes.len()
            );
        }
        feed(cx, this, &bytes, bytes.is_empty())?;
        if bytes.is_empty() {
            return Ok(Value::small(1));
        }
    }
}

fn set_base(cx: &Cx, this: &Value, base: &Value) -> R {
    let base = adder_objects::arguments::string(cx, base, "SetBase", "argument")?.to_lossy().into_owned();
    of(this).shared.base.replace(Some(Rc::from(base)));
    Ok(Value::none())
}

fn set_parameters(cx: &Cx, this: &Value, mode: &Value) -> R {
    let mode = match support::c_int(cx, mode)? {
        0 => Parameters::Never,
        1 => Parameters::UnlessStandalone,
        2 => Parameters::Always,
        _ => return Ok(Value::small(1)),
    };
    let shared = &of(this).shared;
    if shared.started() {
        return Ok(Value::small(0));
    }
    shared.parameters.set(mode);
    Ok(Value::small(1))
}

fn use_foreign_dtd(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let flag = args.first().map_or(Ok(true), |flag| cx.is_true(flag))?;
    let it = of(this);
    if it.shared.started() {
        return Err(failed(cx, it, error::CANT_CHANGE_FEATURE_ONCE_PARSING));
    }
    it.shared.foreign_dtd.set(flag);
    Ok(Value::none())
}
