//! The abstract grammar of Python 3.14: which nodes there are, and what they are made of.

/// How often something stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Once.
    One,
    /// Once, or `None` stands there.
    Optional,
    /// In a list.
    Many,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A name.
    Identifier,
    /// A string.
    Text,
    /// An int that fits into C's.
    Int,
    /// A constant of any type.
    Constant,
    /// A node.
    Node(Sum),
}

impl Holds {
    /// As the documentation of the classes says it.
    pub fn name(self) -> &'static str {
        match self {
            Holds::Identifier => "identifier",
            Holds::Text => "string",
            Holds::Int => "int",
            Holds::Constant => "constant",
            Holds::Node(sum) => sum.name(),
        }
    }
}

/// A field of a node.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// How often.
    pub count: Count,
}

/// Which attributes nodes have beside their fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// None.
    Nowhere,
    /// `lineno`, `col_offset`, and where it ends, which may be left out.
    OpenEnd,
    /// `lineno`, `col_offset`, `end_lineno`, `end_col_offset`
    Both,
}

impl Place {
    /// The attributes.
    pub fn attributes(self) -> &'static [Field] {
        const fn int(name: &'static str, count: Count) -> Field {
            Field { name, holds: Holds::Int, count }
        }
        const OPEN: &[Field] = &[
            int("lineno", Count::One),
            int("col_offset", Count::One),
            int("end_lineno", Count::Optional),
            int("end_col_offset", Count::Optional),
        ];
        const BOTH: &[Field] = &[
            int("lineno", Count::One),
            int("col_offset", Count::One),
            int("end_lineno", Count::One),
            int("end_col_offset", Count::One),
        ];
        match self {
            Place::Nowhere => &[],
            Place::OpenEnd => OPEN,
            Place::Both => BOTH,
        }
    }
}

macro_rules! count {
    () => {
        Count::One
    };
    (?) => {
        Count::Optional
    };
    (*) => {
        Count::Many
    };
}

macro_rules! holds {
    (identifier) => {
        Holds::Identifier
    };
    (string) => {
        Holds::Text
    };
    (int) => {
        Holds::Int
    };
    (constant) => {
        Holds::Constant
    };
    ($sum:ident) => {
        Holds::Node(Sum::$sum)
    };
}

/// Makes the enums and their tables. A sum of one node with `= product` has no class of its own above it.
macro_rules! grammar {
    ($($sum:ident $text:literal $place:ident $($product:literal)? {
        $($kind:ident($($field:ident[$holds:ident $($count:tt)?]),*);)*
    })*) => {
        /// A sort of nodes that may stand for each other.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the names are those of the classes")]
        pub enum Sum { $($sum,)* }

        impl Sum {
            /// All of them.
            pub const ALL: &[Sum] = &[$(Sum::$sum,)*];

            /// The name of the class.
            pub fn name(self) -> &'static str {
                match self { $(Sum::$sum => $text,)* }
            }

            /// The attributes that its nodes have.
            pub fn place(self) -> Place {
                match self { $(Sum::$sum => Place::$place,)* }
            }

            /// Its nodes.
            pub fn kinds(self) -> &'static [Kind] {
                match self { $(Sum::$sum => &[$(Kind::$kind,)*],)* }
            }

            /// The node that is the only one of its sort, and has its name.
            pub fn product(self) -> Option<Kind> {
                match self {
                    $($(Sum::$sum => { let _: &str = $product; Some(self.kinds()[0]) })?)*
                    #[allow(unreachable_patterns, reason = "all others")]
                    _ => None,
                }
            }
        }

        /// A class of nodes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the names are those of the classes")]
        pub enum Kind { $($($kind,)*)* }

        impl Kind {
            /// All of them.
            pub const ALL: &[Kind] = &[$($(Kind::$kind,)*)*];

            /// The name of the class.
            pub fn name(self) -> &'static str {
                match self.sum().product() {
                    Some(_) => self.sum().name(),
                    None => match self { $($(Kind::$kind => stringify!($kind),)*)* },
                }
            }

            /// Of which sort it is.
            pub fn sum(self) -> Sum {
                match self { $($(Kind::$kind => Sum::$sum,)*)* }
            }

            /// Its fields.
            pub fn fields(self) -> &'static [Field] {
                match self {
                    $($(Kind::$kind => const { &[$(Field {
                        name: stringify!($field),
                        holds: holds!($holds),
                        count: count!($($count)?),
                    },)*] },)*)*
                }
            }
        }
    };
}

grammar! {
    Module "mod" Nowhere {
        Module(body[Statement *], type_ignores[TypeIgnore *]);
        Interactive(body[Statement *]);
        Expression(body[Expression]);
        FunctionType(argtypes[Expression *], returns[Expression]);
    }
    Statement "stmt" OpenEnd {
        FunctionDef(name[identifier], args[Arguments], body[Statement *], decorator_list[Expression *],
            returns[Expression ?], type_comment[string ?], type_params[TypeParameter *]);
        AsyncFunctionDef(name[identifier], args[Arguments], body[Statement *], decorator_list[Expression *],
            returns[Expression ?], type_comment[string ?], type_params[TypeParameter *]);
        ClassDef(name[identifier], bases[Expression *], keywords[Keyword *], body[Statement *],
            decorator_list[Expression *], type_params[TypeParameter *]);
        Return(value[Expression ?]);
        Delete(targets[Expression *]);
        Assign(targets[Expression *], value[Expression], type_comment[string ?]);
        TypeAlias(name[Expression], type_params[TypeParameter *], value[Expression]);
        AugAssign(target[Expression], op[Operator], value[Expression]);
        AnnAssign(target[Expression], annotation[Expression], value[Expression ?], simple[int]);
        For(target[Expression], iter[Expression], body[Statement *], orelse[Statement *], type_comment[string ?]);
        AsyncFor(target[Expression], iter[Expression], body[Statement *], orelse[Statement *], type_comment[string ?]);
        While(test[Expression], body[Statement *], orelse[Statement *]);
        If(test[Expression], body[Statement *], orelse[Statement *]);
        With(items[WithItem *], body[Statement *], type_comment[string ?]);
        AsyncWith(items[WithItem *], body[Statement *], type_comment[string ?]);
        Match(subject[Expression], cases[MatchCase *]);
        Raise(exc[Expression ?], cause[Expression ?]);
        Try(body[Statement *], handlers[Handler *], orelse[Statement *], finalbody[Statement *]);
        TryStar(body[Statement *], handlers[Handler *], orelse[Statement *], finalbody[Statement *]);
        Assert(test[Expression], msg[Expression ?]);
        Import(names[Alias *]);
        ImportFrom(module[identifier ?], names[Alias *], level[int ?]);
        Global(names[identifier *]);
        Nonlocal(names[identifier *]);
        Expr(value[Expression]);
        Pass();
        Break();
        Continue();
    }
    Expression "expr" OpenEnd {
        BoolOp(op[BoolOperator], values[Expression *]);
        NamedExpr(target[Expression], value[Expression]);
        BinOp(left[Expression], op[Operator], right[Expression]);
        UnaryOp(op[UnaryOperator], operand[Expression]);
        Lambda(args[Arguments], body[Expression]);
        IfExp(test[Expression], body[Expression], orelse[Expression]);
        Dict(keys[Expression *], values[Expression *]);
        Set(elts[Expression *]);
        ListComp(elt[Expression], generators[Comprehension *]);
        SetComp(elt[Expression], generators[Comprehension *]);
        DictComp(key[Expression], value[Expression], generators[Comprehension *]);
        GeneratorExp(elt[Expression], generators[Comprehension *]);
        Await(value[Expression]);
        Yield(value[Expression ?]);
        YieldFrom(value[Expression]);
        Compare(left[Expression], ops[CompareOperator *], comparators[Expression *]);
        Call(func[Expression], args[Expression *], keywords[Keyword *]);
        FormattedValue(value[Expression], conversion[int], format_spec[Expression ?]);
        Interpolation(value[Expression], str[constant], conversion[int], format_spec[Expression ?]);
        JoinedStr(values[Expression *]);
        TemplateStr(values[Expression *]);
        Constant(value[constant], kind[string ?]);
        Attribute(value[Expression], attr[identifier], ctx[Context]);
        Subscript(value[Expression], slice[Expression], ctx[Context]);
        Starred(value[Expression], ctx[Context]);
        Name(id[identifier], ctx[Context]);
        List(elts[Expression *], ctx[Context]);
        Tuple(elts[Expression *], ctx[Context]);
        Slice(lower[Expression ?], upper[Expression ?], step[Expression ?]);
    }
    Context "expr_context" Nowhere {
        Load();
        Store();
        Del();
    }
    BoolOperator "boolop" Nowhere {
        And();
        Or();
    }
    Operator "operator" Nowhere {
        Add();
        Sub();
        Mult();
        MatMult();
        Div();
        Mod();
        Pow();
        LShift();
        RShift();
        BitOr();
        BitXor();
        BitAnd();
        FloorDiv();
    }
    UnaryOperator "unaryop" Nowhere {
        Invert();
        Not();
        UAdd();
        USub();
    }
    CompareOperator "cmpop" Nowhere {
        Eq();
        NotEq();
        Lt();
        LtE();
        Gt();
        GtE();
        Is();
        IsNot();
        In();
        NotIn();
    }
    Comprehension "comprehension" Nowhere "product" {
        Comprehension(target[Expression], iter[Expression], ifs[Expression *], is_async[int]);
    }
    Handler "excepthandler" OpenEnd {
        ExceptHandler(type[Expression ?], name[identifier ?], body[Statement *]);
    }
    Arguments "arguments" Nowhere "product" {
        Arguments(posonlyargs[Argument *], args[Argument *], vararg[Argument ?], kwonlyargs[Argument *],
            kw_defaults[Expression *], kwarg[Argument ?], defaults[Expression *]);
    }
    Argument "arg" OpenEnd "product" {
        Argument(arg[identifier], annotation[Expression ?], type_comment[string ?]);
    }
    Keyword "keyword" OpenEnd "product" {
        Keyword(arg[identifier ?], value[Expression]);
    }
    Alias "alias" OpenEnd "product" {
        Alias(name[identifier], asname[identifier ?]);
    }
    WithItem "withitem" Nowhere "product" {
        WithItem(context_expr[Expression], optional_vars[Expression ?]);
    }
    MatchCase "match_case" Nowhere "product" {
        MatchCase(pattern[Pattern], guard[Expression ?], body[Statement *]);
    }
    Pattern "pattern" Both {
        MatchValue(value[Expression]);
        MatchSingleton(value[constant]);
        MatchSequence(patterns[Pattern *]);
        MatchMapping(keys[Expression *], patterns[Pattern *], rest[identifier ?]);
        MatchClass(cls[Expression], patterns[Pattern *], kwd_attrs[identifier *], kwd_patterns[Pattern *]);
        MatchStar(name[identifier ?]);
        MatchAs(pattern[Pattern ?], name[identifier ?]);
        MatchOr(patterns[Pattern *]);
    }
    TypeIgnore "type_ignore" Nowhere {
        TypeIgnore(lineno[int], tag[string]);
    }
    TypeParameter "type_param" Both {
        TypeVar(name[identifier], bound[Expression ?], default_value[Expression ?]);
        ParamSpec(name[identifier], default_value[Expression ?]);
        TypeVarTuple(name[identifier], default_value[Expression ?]);
    }
}

impl Kind {
    /// The node with its fields, in the notation of the abstract grammar.
    pub fn signature(self) -> String {
        let fields: Vec<String> = self.fields().iter().map(Field::signature).collect();
        match &fields[..] {
            [] => self.name().to_owned(),
            fields => format!("{}({})", self.name(), fields.join(", ")),
        }
    }
}

impl Sum {
    /// All that it may be, in the notation of the abstract grammar.
    pub fn signature(self) -> String {
        let kinds: Vec<String> = self.kinds().iter().map(|kind| kind.signature()).collect();
        let (name, simple) = (self.name(), self.kinds().iter().all(|kind| kind.fields().is_empty()));
        match simple {
            true => format!("{name} = {}", kinds.join(" | ")),
            false => format!("{name} = {}", kinds.join(&format!("\n{:width$} | ", "", width = name.len()))),
        }
    }
}

impl Field {
    fn signature(&self) -> String {
        let count = match self.count {
            Count::One => "",
            Count::Optional => "?",
            Count::Many => "*",
        };
        format!("{}{count} {}", self.holds.name(), self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures() {
        assert_eq!(Kind::Raise.signature(), "Raise(expr? exc, expr? cause)");
        assert_eq!(Kind::Pass.signature(), "Pass");
        assert_eq!(Sum::Context.signature(), "expr_context = Load | Store | Del");
        assert!(
            Sum::Module
                .signature()
                .starts_with("mod = Module(stmt* body, type_ignore* type_ignores)\n    | Interactive(stmt* body)\n")
        );
    }
}
