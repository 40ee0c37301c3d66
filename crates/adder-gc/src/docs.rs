//! Pages.
pub mod cookbook {
    //! Cookbook.
}
