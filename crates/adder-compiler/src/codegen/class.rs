//! Classes.

use ruff_python_ast as ast;
use ruff_text_size::TextRange;

use super::Gen;
use super::call::RESERVED;
use super::unit::{Dst, Operand};
use crate::code::Const;
use crate::error::Res;
use crate::op::{Op, part};
use crate::scope::{Part, key};

impl<'a> Gen<'a> {
    pub(super) fn class_def(&mut self, c: &'a ast::StmtClassDef) -> Res {
        let base = self.u.sp();
        self.forbidden(&c.name, ast::ExprContext::Store, c.name.range)?;
        self.decorators(&c.decorator_list)?;
        let header = self.header(c.name.range, c.range);
        self.u.range = header;
        match &c.type_params {
            None => {
                let window = self.class_window(c, header)?;
                self.class_call(window, c, None, header)?;
            }
            Some(params) => self.generic_class(c, params, header)?,
        }
        self.decorate(base, &c.decorator_list);
        self.u.range = header;
        self.store_name(&c.name, base, Operand::Temp(base));
        Ok(())
    }

    /// The window of the call that builds the class: function of the body, name.
    pub(super) fn class_window(&mut self, c: &'a ast::StmtClassDef, header: TextRange) -> Res<usize> {
        let window = self.u.sp();
        self.u.reserve(RESERVED);
        self.u.make(Op::LoadBuildClass, Dst::Push, 0, 0);
        self.unset();
        self.class_body(c, header)?;
        self.u.range = header;
        self.constant_to(Const::Str(c.name.as_str().into()), Dst::Push);
        Ok(window)
    }

    /// Bases, keywords and the call.
    pub(super) fn class_call(
        &mut self,
        window: usize,
        c: &'a ast::StmtClassDef,
        generic_base: Option<&str>,
        header: TextRange,
    ) -> Res {
        let none = ast::Arguments {
            range: header,
            node_index: Default::default(),
            args: Box::default(),
            keywords: Default::default(),
        };
        let arguments = c.arguments.as_deref().unwrap_or(&none);
        self.check_keywords(arguments)?;
        self.arguments(window, 2, arguments, generic_base, header, Dst::Push)
    }

    /// The function of a class's body, at the top.
    fn class_body(&mut self, c: &'a ast::StmtClassDef, header: TextRange) -> Res {
        let slot = self.u.sp();
        self.u.reserve(1);
        let Some(scope) = self.scopes.of(key(c), Part::Body) else { return self.error("invalid syntax", c) };
        let first = c.decorator_list.first().map_or(header, |decorator| decorator.range);
        let first_line = self.lines.place(first.start().to_u32()).0;
        self.enter(scope, c.name.as_str().into(), header);
        self.u.first_line = first_line;
        let entry = &self.scopes.scopes[scope];

        self.load_name("__name__", Dst::Push);
        self.store_name("__module__", 0, Operand::Temp(0));
        let qualname = self.u.qualname.clone();
        self.store_constant(Const::Str(qualname), "__qualname__");
        self.store_constant(Const::Int(first_line.into()), "__firstlineno__");
        if c.type_params.is_some() {
            self.cell_content(".type_params");
            self.store_name("__type_params__", 0, Operand::Temp(0));
        }
        if entry.needs_classdict {
            self.u.make(Op::LoadLocals, Dst::Push, 0, 0);
            self.store_cell("__classdict__", 0, Operand::Temp(0));
        }
        let (docstring, body) = self.docstring(&c.body);
        self.annotations_begin()?;
        if let Some((text, range)) = docstring {
            self.u.range = range;
            self.store_constant(text, "__doc__");
        }
        body.iter().try_for_each(|statement| self.stmt(statement))?;
        self.class_annotate(&c.body)?;

        let attributes = entry.static_attributes.iter().map(|name| Const::Str(name.clone())).collect();
        self.store_constant(Const::Tuple(attributes), "__static_attributes__");
        if entry.needs_classdict {
            self.cell_to("__classdict__", Dst::Push);
            self.store_name("__classdictcell__", 0, Operand::Temp(0));
        }
        if entry.needs_class_closure {
            self.cell_to("__class__", Dst::Push);
            self.store_name("__classcell__", 1, Operand::Look(0));
            self.u.effect(Op::Return, 0, Some(Operand::Temp(0)), None, 0);
        } else {
            self.end_of_body();
        }
        self.u.reachable = false;
        let code = self.leave()?;
        self.u.range = header;
        self.make_function(slot, code, part::CLOSURE);
        Ok(())
    }

    /// The content of a cell register, whatever the class's namespace says.
    fn cell_content(&mut self, name: &str) {
        if let Some(register) = self.u.registers_of.get(name).copied() {
            self.u.make(Op::LoadCell, Dst::Push, register, 0);
        }
    }

    pub(super) fn store_cell(&mut self, name: &str, base: usize, value: Operand) {
        if let Some(register) = self.u.own_cells.get(name).copied() {
            self.u.effect(Op::StoreCell, base, Some(Operand::Local(register)), Some(value), 0);
        }
    }
}
