//! The compiler's words for what a newcomer's types lack say what to do about it.
//!
//! Each file of `type_errors/` has one mistake, and begins with what the compiler must say to it. Only those words are compared:
//! whatever else the compiler says changes from release to release.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of tests fails as tests do")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const CRATE: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn what_the_compiler_says_to_a_mistake_says_what_to_do() {
    let mistakes = mistakes();
    assert!(mistakes.len() >= 6);
    let said = check(&mistakes);
    for (name, file) in mistakes {
        let said = said.get(&name).map_or("", String::as_str);
        let code = fs::read_to_string(file).unwrap();
        let expected: Vec<&str> = code.lines().filter_map(|line| line.strip_prefix("//! says: ")).collect();
        assert!(!expected.is_empty(), "{name}");
        for words in expected {
            assert!(said.contains(words), "{name}: no {words:?} in\n{said}");
        }
    }
}

/// The files, by the names of the mistakes.
fn mistakes() -> BTreeMap<String, String> {
    let files = fs::read_dir(Path::new(CRATE).join("tests/type_errors")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let text = |part: &OsStr| part.to_str().unwrap().to_owned();
    files.map(|file| (text(file.file_stem().unwrap()), text(file.as_os_str()))).collect()
}

/// Has each file checked as a program of its own, with the libraries of this workspace. Gives what the compiler said to each.
fn check(mistakes: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("type_errors");
    fs::create_dir_all(&package).unwrap();
    let mut manifest = format!(
        "[workspace]\n[package]\nname = \"type-errors\"\nedition = \"2024\"\n\
         [dependencies]\nmcp = {{ path = {CRATE:?} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n"
    );
    for (name, file) in mistakes {
        write!(manifest, "[[bin]]\nname = {name:?}\npath = {file:?}\n").unwrap();
    }
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::copy(Path::new(CRATE).join("../../Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["check", "--bins", "--keep-going", "--offline", "--quiet", "--message-format=json"])
        .arg("--target-dir")
        .arg(package.join("target"))
        .current_dir(&package)
        .output()
        .unwrap();
    let mut said = BTreeMap::<String, String>::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        if let (Some(name), Some(words)) =
            (message["target"]["name"].as_str(), message["message"]["rendered"].as_str())
        {
            said.entry(name.to_owned()).or_default().push_str(words);
        }
    }
    assert!(!said.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    said
}
