//! Finding words in texts.
//!
//! A text has what is looked for in it when each of the words is in it, in any order, each perhaps as a part of a longer one.
//! Capitals and small letters are the same, also where there is one of the one and two of the other (`STRASSE` finds
//! `Straße`, `istanbul` finds `İSTANBUL`), and so are the forms of a letter that Unicode holds to be compatible: composed and
//! decomposed, of full width. Hidden characters do not count. Accents do.

use crate::{characters::is_hidden, unicode};

/// A text in the form in which it is searched.
///
/// It is as good as the Unicode of the platform that made it: whoever stores one has to store a version along with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded(Box<str>);

impl Folded {
    /// Folds many texts at once: in a Worker that is one way into JavaScript and back for all of them together.
    pub fn all<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        // A line for each. What parts words in a text, a tab or the end of a line too, becomes a space: some of it is hidden.
        let lines: Vec<_> = texts.into_iter().map(|text| text.replace(char::is_whitespace, " ")).collect();
        if lines.is_empty() {
            return Vec::new();
        }
        let without_hidden = |line: &str| line.chars().filter(|char| !is_hidden(*char)).collect::<String>();
        unicode::folded(&lines.join("\n")).split('\n').map(|line| Self(without_hidden(line).into())).collect()
    }
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    words: Vec<String>,
}

impl Query {
    /// Reads the words of a query. None at all are in every text. How long a query may be is the caller's to say.
    pub fn parse(words: &str) -> Self {
        let folded = Folded::all([words]);
        let words = folded.iter().flat_map(|Folded(words)| words.split_whitespace()).map(str::to_owned);
        Self { words: words.collect() }
    }

    /// Whether every word of the query is in a text.
    pub fn finds(&self, Folded(text): &Folded) -> bool {
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_folded_as_each_alone() {
        let texts = ["Straße", "", "two\nlines", "İ", "plain", "e\u{301}", "Σ"];
        let each: Vec<_> = texts.iter().flat_map(|text| Folded::all([*text])).collect();
        assert_eq!(Folded::all(texts), each);
        assert_eq!(Folded::all([]), []);
    }
}
