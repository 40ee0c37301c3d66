//! `match`.
use super::Gen;
use crate::error::Res;
use ruff_python_ast as ast;
impl<'a> Gen<'a> {
    pub(super) fn match_stmt(&mut self, s: &'a ast::StmtMatch) -> Res {
        self.error("match does not compile yet", s)
    }
}
