//! Private names.

use super::Name;

/// `__x` inside of class `C` is `_C__x`.
pub(crate) fn mangle(private: Option<&str>, name: &str) -> Name {
    let Some(class) = private else { return name.into() };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.into();
    }
    match class.trim_start_matches('_') {
        "" => name.into(),
        class => format!("_{class}{name}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::mangle;

    #[test]
    fn private_names_only() {
        let in_class = |name| mangle(Some("__Spam"), name).to_string();
        assert_eq!(in_class("__x"), "_Spam__x");
        assert_eq!(in_class("__x__"), "__x__");
        assert_eq!(in_class("_x"), "_x");
        assert_eq!(in_class("__a.b"), "__a.b");
        assert_eq!(&*mangle(Some("___"), "__x"), "__x");
        assert_eq!(&*mangle(None, "__x"), "__x");
    }
}
