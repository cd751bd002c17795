//! What is below may not know what is above, in whichever way it is written.

/* Comments are no code: use crate::handler::context::Context; /* not even in comments */ crate::handler::hidden(); */
/// Nor are links: [`crate::handler::Context`].
pub struct Name<'a>(pub &'a str, pub char);

const WORDS: &str = "use crate::handler::context::Context; //~ not this";
const RAW: &str = r#"crate::handler::hidden("'")"#;
const QUOTES: [char; 3] = ['"', '\'', '\u{7f}'];

/// Named here, and not in this file: the name is followed through the face of the crate to where it stands.
pub type Here = crate::Context; //~ floor

#[derive(Deserialize)]
struct Wire {
    #[serde(default = "crate::handler::answer::empty")] //~ floor
    text: String,
}

fn look(words: &[&str]) -> Vec<usize> {
    // A method that is named like a module is none.
    words.iter().map(|word| word.handler::<usize>()).collect::<Vec<_>>()
}

#[cfg(test)]
use crate::handler::{self, tested::Tested};

enum Known {
    #[cfg(test)]
    Tested(crate::handler::tested::Tested),
    #[cfg(feature = "test")]
    Other,
}

#[cfg(all(test, not(miri)))]
pub const fn of_tests<A, B>(_: A, _: B) -> [crate::handler::tested::Tested; 2] {
    [crate::handler::tested::Tested; 2]
}

#[cfg(test)]
#[rustfmt::skip]
pub(crate) mod tests;

#[cfg(test)]
mod more_tests {
    use crate::handler::tested::*;
}
