//! Names that the runtime itself uses, interned once for each interpreter.

use crate::cx::Cx;
use crate::error::R;
use crate::object::Slot;
use crate::value::Value;

macro_rules! names {
    ($($name:ident = $text:literal,)*) => {
        /// Interned names: `cx.names.init()` is `__init__`.
        pub struct Names { $($name: Slot,)* }

        #[allow(clippy::new_ret_no_self, clippy::should_implement_trait, reason = "the names are Python's")]
        impl Names {
            pub(crate) const fn unset() -> Names {
                Names { $($name: Slot::empty(),)* }
            }

            pub(crate) fn fill(&self, cx: &Cx) -> R<()> {
                $(self.$name.set(cx.intern($text)?);)*
                Ok(())
            }

            pub(crate) fn empty(&self) {
                $(drop(self.$name.take());)*
            }

            $(
                #[doc = concat!("`", $text, "`")]
                #[inline(always)]
                pub fn $name(&self) -> &Value {
                    // SAFETY: filled when the interpreter is made, emptied when it ends.
                    unsafe { self.$name.peek() }
                }
            )*
        }
    };
}

names! {
    abs = "__abs__", abstractmethods = "__abstractmethods__", add = "__add__", aenter = "__aenter__", aexit = "__aexit__",
    aiter = "__aiter__", and = "__and__", anext = "__anext__", annotate = "__annotate__", annotate_func = "__annotate_func__",
    annotations = "__annotations__", annotations_cache = "__annotations_cache__", args = "args", await_ = "__await__",
    bases = "__bases__", bool = "__bool__",
    buffer = "__buffer__", build_class = "__build_class__", builtins = "__builtins__", bytes = "__bytes__", call = "__call__",
    cause = "__cause__", class = "__class__", class_getitem = "__class_getitem__", classcell = "__classcell__",
    classdictcell = "__classdictcell__", close = "close", closure = "__closure__", code = "__code__", complex = "__complex__",
    contains = "__contains__", context = "__context__", defaults = "__defaults__", del = "__del__",
    delattr = "__delattr__", delete = "__delete__", delitem = "__delitem__", dict = "__dict__", dir = "__dir__",
    divmod = "__divmod__", doc = "__doc__", enter = "__enter__", eq = "__eq__", excepthook = "excepthook", exit = "__exit__",
    file = "__file__", firstlineno = "__firstlineno__", float = "__float__", floordiv = "__floordiv__", format = "__format__",
    fromkeys = "fromkeys", ge = "__ge__",
    get = "__get__", get_plain = "get", getattr = "__getattr__", getattribute = "__getattribute__", getitem = "__getitem__",
    getnewargs = "__getnewargs__", getnewargs_ex = "__getnewargs_ex__", getstate = "__getstate__", globals = "__globals__",
    gt = "__gt__", hash = "__hash__", iadd = "__iadd__", iand = "__iand__", ifloordiv = "__ifloordiv__",
    ilshift = "__ilshift__", imatmul = "__imatmul__", imod = "__imod__", import = "__import__", imul = "__imul__",
    index = "__index__", init = "__init__", init_subclass = "__init_subclass__", instancecheck = "__instancecheck__",
    int = "__int__", invert = "__invert__", ior = "__ior__", ipow = "__ipow__", irshift = "__irshift__",
    isabstractmethod = "__isabstractmethod__", isub = "__isub__", items = "items", iter = "__iter__",
    itruediv = "__itruediv__", ixor = "__ixor__", keys = "keys", kwdefaults = "__kwdefaults__", le = "__le__", len = "__len__",
    length_hint = "__length_hint__", lshift = "__lshift__", lt = "__lt__", main = "__main__", match_args = "__match_args__",
    matmul = "__matmul__", missing = "__missing__", mod_ = "__mod__", module = "__module__", mro = "mro",
    mro_dunder = "__mro__", mro_entries = "__mro_entries__", mul = "__mul__", name = "__name__", ne = "__ne__",
    neg = "__neg__", new = "__new__", next = "__next__", notes = "__notes__", objclass = "__objclass__", or = "__or__",
    orig_bases = "__orig_bases__", orig_class = "__orig_class__", package = "__package__", path = "__path__",
    pos = "__pos__", pow = "__pow__", prepare = "__prepare__", qualname = "__qualname__", radd = "__radd__",
    rand = "__rand__", rdivmod = "__rdivmod__", reduce = "__reduce__", reduce_ex = "__reduce_ex__",
    release_buffer = "__release_buffer__", repr = "__repr__",
    reversed = "__reversed__", rfloordiv = "__rfloordiv__", rlshift = "__rlshift__", rmatmul = "__rmatmul__",
    rmod = "__rmod__", rmul = "__rmul__", ror = "__ror__", round = "__round__", rpow = "__rpow__", rrshift = "__rrshift__",
    rshift = "__rshift__", rsub = "__rsub__", rtruediv = "__rtruediv__", rxor = "__rxor__", send = "send", set = "__set__",
    set_name = "__set_name__", setattr = "__setattr__", setitem = "__setitem__", setstate = "__setstate__",
    sizeof = "__sizeof__", slots = "__slots__", spec = "__spec__", static_attributes = "__static_attributes__",
    str = "__str__", sub = "__sub__", subclasscheck = "__subclasscheck__", subclasshook = "__subclasshook__",
    throw = "throw", traceback = "__traceback__", truediv = "__truediv__", trunc = "__trunc__", type_params = "__type_params__",
    typing_subst = "__typing_subst__", unraisablehook = "unraisablehook", value = "value", values = "values",
    weakref = "__weakref__", wrapped = "__wrapped__", xor = "__xor__", stdout = "stdout", stderr = "stderr", write = "write",
    flush = "flush", loader = "__loader__", origin = "origin", initializing = "_initializing", modules = "modules",
    obj = "obj", name_plain = "name", path_plain = "path", metaclass = "metaclass", last = "last_exc", empty_str = "",
}
