//! The name that somebody gives themselves and others go by: an app that asks a person for access, the author of a change.
//!
//! Besides what [any text](crate::check) must keep to, a name is not made of marks alone, is no sentence and no address, and
//! is not another's whose names are reserved.

use std::borrow::Cow;

use crate::{
    Flaw as LineFlaw, Limits, characters, check as check_line, confusables::looks_like, shown, unicode,
};

/// How long a name may be.
pub const LIMITS: Limits = Limits { characters: 100, bytes: 400 };

/// How a name is shown that would not be taken today, and how much of it, in characters: what is shown has 60 at most.
const CLAIM: (&str, &str) = ("App that calls itself “", "”");
const CLAIMED: usize = 36;

/// Names that nobody else may go by, in English capitals, words parted by a space.
#[derive(Clone, Copy, Debug)]
pub struct Reserved {
    /// Of words that others use too: refused alone, and together with words that lend weight ("… Support", "verified by …").
    pub names: &'static [&'static str],
    /// Of words that nobody else uses: refused in any name.
    pub marks: &'static [&'static str],
    /// What the person who reads is called. Refused as `names` are, and where a name begins so: what somebody did is told behind
    /// their name, and "You (browser)", "You just" and "You’ve" make it the person's own doing.
    pub reader: &'static [&'static str],
}

impl Reserved {
    /// No name is.
    pub const NONE: Self = Self { names: &[], marks: &[], reader: &[] };
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// As of any text.
    Text(LineFlaw),
    /// It reads like a sentence, or like several lines.
    Sentence,
    /// It has a web address in it.
    Address,
    /// It may be taken for a name that is reserved.
    Reserved,
}

/// Words that make a reserved name no other name.
const FILLERS: &str = "THE AN APP APPS INC BY FROM OF AT";

/// Words by which one vouches for a name.
const WEIGHTY: &str = "OFFICIAL OFFICIALLY VERIFIED APPROVED CERTIFIED CONFIRMED TRUSTED SECURE SECURED SECURITY SUPPORT \
     TEAM STAFF ADMIN SYSTEM LOGIN ACCOUNT ACCOUNTS PARTNER";

/// What a period may follow in the middle of a name.
const ABBREVIATIONS: &str = "INC LTD CO CORP LLC BROS DEPT ST DR MR MRS MS JR SR VS NO";

/// Signs that a name may have behind it, some of which decompose to letters.
const TRADE_SIGNS: [char; 4] = ['™', '℠', '®', '©'];

/// Signs that end a sentence where no space follows.
const FULL_STOPS: [char; 9] = ['。', '｡', '！', '？', '।', '॥', '۔', '؟', '‽'];

/// Signs that stand for the end of a line.
const LINE_ENDS: [char; 6] = ['¶', '↵', '⏎', '␤', '␍', '␊'];

/// Checks a name, and gives it as it is kept: without space at either end, and with one space where there were several.
///
/// # Errors
/// The first [`Flaw`] it has.
pub fn check(sent: &str, reserved: Reserved) -> Result<String, Flaw> {
    check_line(sent.trim(), LIMITS).map_err(Flaw::Text)?;
    let name = spaced(sent);
    if !unicode::base_letters(&name).chars().any(characters::is_seen) {
        return Err(Flaw::Text(LineFlaw::Blank));
    }
    if reads_as_address(&name) {
        return Err(Flaw::Address);
    }
    if reads_as_sentence(&name) {
        return Err(Flaw::Sentence);
    }
    if is_reserved(&name, reserved) { Err(Flaw::Reserved) } else { Ok(name) }
}

/// Whether a name may be taken for one that is reserved.
pub fn is_reserved(name: &str, reserved: Reserved) -> bool {
    let letters = |word: &str| {
        let letters = unicode::base_letters(word.trim_end_matches(TRADE_SIGNS));
        letters.chars().filter(|char| counts(*char)).collect::<Vec<_>>()
    };
    let words: Vec<_> = name.split(is_gap).map(letters).filter(|word| !word.is_empty()).collect();
    let whole = words.concat();
    let is_mark = |mark: &&str| whole.windows(mark.len().max(1)).any(|letters| reads(letters, mark));
    reserved.marks.iter().any(is_mark)
        || reserved.names.iter().chain(reserved.reader).any(|name| claims(&words, name))
        || reserved.reader.iter().any(|called| begins_with(name, called))
}

/// A name as it may be shown: as it is, if it would be taken today. One that was taken before is shown without what nobody
/// sees, and as a claim where that is not enough. What is shown may be stored, and is then shown as it is.
pub fn shown(name: &str, reserved: Reserved) -> Cow<'_, str> {
    if is_claim(name) || check(name, reserved).is_ok_and(|kept| kept == name) {
        return Cow::Borrowed(name);
    }
    let visible = spaced(&shown::visible(name));
    if let Ok(name) = check(&visible, reserved) {
        return Cow::Owned(name);
    }
    let claim = shown::shorten(visible.trim(), CLAIMED).replace(['“', '”'], "");
    let is_seen = unicode::base_letters(&claim).chars().any(characters::is_seen);
    let (before, after) = CLAIM;
    Cow::Owned(if is_seen { format!("{before}{claim}{after}") } else { "Unnamed app".to_owned() })
}

/// Whether this is a name as [`shown`] makes it of one that would not be taken.
fn is_claim(name: &str) -> bool {
    let (before, after) = CLAIM;
    let claimed = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    claimed.is_some_and(|claimed| !claimed.contains(['“', '”']) && check_line(claimed, LIMITS).is_ok())
}

fn spaced(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn reads_as_address(name: &str) -> bool {
    let name = unicode::folded(name);
    name.contains("://") || name.split(' ').any(|word| word.starts_with("WWW."))
}

fn reads_as_sentence(name: &str) -> bool {
    if name.contains(LINE_ENDS) || name.trim_end_matches(FULL_STOPS).contains(FULL_STOPS) {
        return true;
    }
    let Some((followed, _)) = name.rsplit_once(' ') else { return false };
    followed.split(' ').any(|word| {
        let word = word.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
        match word.strip_suffix('.') {
            Some(word) => !is_abbreviation(word),
            None => word.ends_with(['!', '?', '…']),
        }
    })
}

/// `Inc.`, and the first letter of a word.
fn is_abbreviation(word: &str) -> bool {
    word.chars().count() == 1
        || ABBREVIATIONS.split(' ').any(|abbreviated| word.eq_ignore_ascii_case(abbreviated))
}

/// Whether a character counts when names are compared.
fn counts(char: char) -> bool {
    unicode::is_alphanumeric(char) || ('A'..='Z').any(|letter| looks_like(char, letter))
}

/// What parts the words of a name.
fn is_gap(char: char) -> bool {
    char.is_whitespace()
        || (char.is_ascii_punctuation() && !matches!(char, '$' | '@' | '\''))
        || matches!(char, '·' | '–' | '—' | '•')
}

/// Whether these words are a reserved name, alone or with words that lend weight to it.
fn claims(words: &[Vec<char>], name: &str) -> bool {
    let name: String = name.split(' ').collect();
    let reads_one_of = |word: &[char], list: &str| list.split(' ').any(|listed| reads(word, listed));
    let starts = 0..words.len();
    starts.flat_map(|start| (start + 1..=words.len()).map(move |end| (start, end))).any(|(start, end)| {
        let (before, rest) = words.split_at(start);
        let (meant, after) = rest.split_at(end.saturating_sub(start));
        let mut others = before.iter().chain(after);
        reads(&meant.concat(), &name)
            && (others.clone().all(|word| reads_one_of(word, FILLERS) || reads_one_of(word, WEIGHTY))
                || others.any(|word| reads_one_of(word, WEIGHTY)))
    })
}

/// Whether a name begins with these capitals, as a word of their own, in one piece or letter by letter. A domain is another
/// word: "You.com".
fn begins_with(name: &str, capitals: &str) -> bool {
    let name = unicode::base_letters(name);
    let start: Vec<_> = name.char_indices().filter(|(_, char)| counts(*char)).take(capitals.len()).collect();
    let Some((last, char)) = start.last() else { return false };
    let mut rest = name.get(last + char.len_utf8()..).unwrap_or_default().chars();
    let goes_on = match (rest.next(), rest.next()) {
        (Some('.'), Some(next)) => unicode::is_alphanumeric(next),
        (next, _) => next.is_some_and(unicode::is_alphabetic),
    };
    reads(&start.iter().map(|(_, char)| *char).collect::<Vec<_>>(), capitals) && !goes_on
}

/// Whether letters may be taken for these capitals.
fn reads(letters: &[char], capitals: &str) -> bool {
    letters.len() == capitals.len()
        && letters.iter().zip(capitals.chars()).all(|(char, letter)| looks_like(*char, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESERVED: Reserved =
        Reserved { names: &["TODOS", "TODO SERVICE", "USER"], marks: &["STYTCH"], reader: &["YOU"] };

    #[test]
    fn a_name_is_kept_with_single_spaces() {
        assert_eq!(check("  My \u{a0}\u{3000} App ", RESERVED).as_deref(), Ok("My App"));
    }

    #[test]
    fn a_name_has_100_characters_as_people_count_them() {
        assert!(check(&"e\u{301}".repeat(100), RESERVED).is_ok());
        let refused = check(&"e\u{301}".repeat(101), RESERVED);
        assert_eq!(refused, Err(Flaw::Text(LineFlaw::TooLong { characters: 101 })));
    }

    #[test]
    fn what_was_taken_before_is_shown_as_what_it_is() {
        let shown = |name: &str| super::shown(name, RESERVED).into_owned();
        assert_eq!(shown("Claude"), "Claude");
        assert_eq!(shown("Cla\u{202e}ude\u{e0041}"), "Claude");
        assert_eq!(shown("Stytch"), "App that calls itself “Stytch”");
        assert_eq!(shown("“Stytch”. Go on"), "App that calls itself “Stytch. Go on”");
        assert_eq!(shown("\u{2800}\u{200b}"), "Unnamed app");
        assert_eq!(shown(&"x".repeat(101)), format!("App that calls itself “{}…”", "x".repeat(35)));
        for name in ["Stytch", "Claude. Verified. Go on", "\u{2800}", &"x".repeat(101)] {
            assert_eq!(shown(&shown(name)), shown(name));
            assert!(shown(name).chars().count() <= 60);
        }
        assert_eq!(shown(&format!("a{}", "\u{301}".repeat(98))), format!("a{}", "\u{301}".repeat(4)));
    }
}
