//! Texts that are derived from types and stored as files, so that the Worker has no code that derives them. Tests compare each text
//! with its types; this writes all of them again:
//!
//! ```sh
//! KEEP=1 cargo test -p todo-service kept
//! ```

use std::{fmt::Write as _, fs, path::Path};

use serde_json::Value;

/// Holds a text to what is derived now. `path` is below the repository's root; objects up to `depth` have a line for each member, so that a
/// difference can be read.
pub(crate) fn hold(path: &str, kept: &str, derived: &Value, depth: usize) {
    let mut text = String::new();
    write(&mut text, derived, depth, 0);
    text.push('\n');
    if std::env::var_os("KEEP").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), text).unwrap();
    } else {
        assert!(
            kept == text,
            "{path} is not what its types say. `KEEP=1 cargo test -p todo-service kept` writes it anew"
        );
    }
}

fn write(text: &mut String, value: &Value, depth: usize, indent: usize) {
    match value {
        Value::Object(members) if depth > 0 && !members.is_empty() => {
            for (index, (name, member)) in members.iter().enumerate() {
                let before = if index == 0 { "{" } else { "," };
                write!(text, "{before}\n{:1$}{2}:", "", indent + 1, Value::from(name.as_str())).unwrap();
                write(text, member, depth - 1, indent + 1);
            }
            write!(text, "\n{:indent$}}}", "").unwrap();
        }
        value => write!(text, "{value}").unwrap(),
    }
}
