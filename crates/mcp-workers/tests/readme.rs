//! The versions that the README tells newcomers to take are those that this workspace is built with.

#![expect(clippy::panic, reason = "a helper of tests fails as tests do")]

const README: &str = include_str!("../README.md");
const MANIFEST: &str = include_str!("../../../Cargo.toml");
const LOCK: &str = include_str!("../../../Cargo.lock");

/// The part of a text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).map(|(_, rest)| rest);
    let part = rest.and_then(|rest| rest.split_once(after)).map(|(part, _)| part);
    part.unwrap_or_else(|| panic!("nothing between {before:?} and {after:?}"))
}

/// The version in the README's row of a library.
fn pinned_in_readme(library: &str) -> &'static str {
    let row = README.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{library}`")));
    between(row.unwrap_or_else(|| panic!("no row of {library}")), "` | `", "`")
}

#[test]
fn the_pins_are_those_of_the_workspace() {
    for library in ["worker", "worker-macros", "wasm-bindgen"] {
        let pinned = between(MANIFEST, &format!("\n{library} = \""), "\"");
        assert!(pinned.starts_with('='), "{library} {pinned}");
        assert_eq!(pinned_in_readme(library), pinned, "{library}");
    }
    assert_eq!(format!("={}", pinned_in_readme("worker-build")), pinned_in_readme("worker"));
    assert_eq!(pinned_in_readme("getrandom"), between(MANIFEST, "\ngetrandom = \"", "\""));
    assert_eq!(
        pinned_in_readme("idna_adapter"),
        between(LOCK, "name = \"idna_adapter\"\nversion = \"", "\"")
    );
}
