//! The crate's documentation is its guide: its opening example, which is compiled and run as a test, stays short.

/// The most lines a complete server may take.
const MOST: usize = 60;

#[test]
fn a_complete_server_fits_on_a_page() {
    let guide = include_str!("../src/lib.rs").lines().filter_map(|line| line.strip_prefix("//!"));
    let example =
        guide.map(str::trim).skip_while(|line| *line != "```").skip(1).take_while(|line| *line != "```");
    let shown = example.filter(|line| !line.starts_with("# ")).count();
    assert!((1..MOST).contains(&shown), "{shown} lines");
}
