//! Imports.

use ruff_python_ast as ast;

use super::Gen;
use super::unit::{Dst, Operand, Slot, Unit};
use crate::code::Const;
use crate::error::Res;
use crate::op::Op;
use crate::scope::ScopeKind;

impl Gen<'_> {
    /// The module, at the top. Names of modules are not mangled.
    fn import_module(&mut self, module: &str, level: u32, from: Const) {
        let base = self.u.sp();
        self.constant_to(Const::Int(level.into()), Dst::Push);
        self.constant_to(from, Dst::Push);
        let name = self.u.name_number(module);
        self.u.stack[base..].fill(Slot::Free);
        self.u.pop_to(base);
        self.u.raw(Op::ImportName, 0, [Unit::temp(base), name, Unit::temp(base)], 0, None);
        self.u.push(Slot::Owned);
    }

    pub(super) fn import(&mut self, s: &ast::StmtImport) -> Res {
        for alias in &s.names {
            let base = self.u.sp();
            self.at(s);
            self.import_module(&alias.name, 0, Const::None);
            match &alias.asname {
                None => {
                    let name = alias.name.split('.').next().unwrap_or(&alias.name);
                    self.forbidden(name, ast::ExprContext::Store, alias.range)?;
                    self.store_name(name, base, Operand::Temp(base));
                }
                Some(name) => {
                    self.forbidden(name, ast::ExprContext::Store, alias.range)?;
                    // `import a.b.c as d` is a, then b of it, then c of that.
                    for part in alias.name.split('.').skip(1) {
                        let part = self.u.name_number(part);
                        self.u.make1(Op::ImportFrom, Dst::Push, base, Operand::Temp(base), part);
                    }
                    self.store_name(name, base, Operand::Temp(base));
                }
            }
        }
        Ok(())
    }

    pub(super) fn import_from(&mut self, s: &ast::StmtImportFrom) -> Res {
        let base = self.u.sp();
        let names = s.names.iter().map(|alias| Const::Str(alias.name.as_str().into())).collect();
        let module = s.module.as_ref().map_or("", |module| module.as_str());
        self.import_module(module, s.level, Const::Tuple(names));
        if let [alias] = &s.names[..]
            && alias.name.as_str() == "*"
        {
            if self.scope().kind != ScopeKind::Module {
                return self.error("import * only allowed at module level", s);
            }
            self.u.effect(Op::ImportStar, base, None, Some(Operand::Temp(base)), 0);
            return Ok(());
        }
        for alias in &s.names {
            let stored = alias.asname.as_ref().unwrap_or(&alias.name);
            self.forbidden(stored, ast::ExprContext::Store, alias.range)?;
            let top = self.u.sp();
            let name = self.u.name_number(&alias.name);
            let dst = self.fast(stored).map_or(Dst::Push, Dst::Local);
            self.u.make1(Op::ImportFrom, dst, top, Operand::Look(base), name);
            if dst == Dst::Push {
                self.store_name(stored, top, Operand::Temp(top));
            }
        }
        self.u.drop_to(base);
        Ok(())
    }
}
