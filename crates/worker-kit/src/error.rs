//! The error of whatever the platform does for this code.

use std::fmt::{self, Display, Formatter};

use worker::wasm_bindgen::JsValue;

/// An error of the platform, or one of this code about it. It is for the log, never for a caller.
///
/// It has the size of a pointer, where the platform crate's own has 44 bytes: that many would be handed on at every `?`, and kept in
/// every future that waits for something that can fail.
#[derive(Debug)]
pub struct Error(Box<worker::Error>);

/// What a call of the platform results in.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl From<worker::Error> for Error {
    #[cold]
    #[inline(never)]
    fn from(error: worker::Error) -> Self {
        Self(Box::new(error))
    }
}

impl From<Error> for worker::Error {
    fn from(error: Error) -> Self {
        *error.0
    }
}

impl From<JsValue> for Error {
    fn from(error: JsValue) -> Self {
        worker::Error::from(error).into()
    }
}

impl From<json::Error> for Error {
    fn from(error: json::Error) -> Self {
        error.to_string().into()
    }
}

impl From<&str> for Error {
    fn from(what: &str) -> Self {
        worker::Error::from(what).into()
    }
}

impl From<String> for Error {
    fn from(what: String) -> Self {
        worker::Error::from(what).into()
    }
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        worker::Error::from(error).into()
    }
}
