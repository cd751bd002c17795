//! Which characters nobody sees, and where they are needed all the same.

/// A range of characters, both ends included.
pub type Range = (char, char);

/// Characters that are hidden by themselves: `General_Category` Cc, Cf, Co, Zl and Zp, noncharacters, and
/// `Default_Ignorable_Code_Point` (UAX #44), of Unicode 17. Plane 14 is in as a whole: it is there for tags and variation
/// selectors alone. The last two code points of every other plane are noncharacters, and are not listed.
pub const HIDDEN: [Range; 30] = [
    ('\u{0000}', '\u{001F}'),
    ('\u{007F}', '\u{009F}'),
    ('\u{00AD}', '\u{00AD}'),
    ('\u{034F}', '\u{034F}'),
    ('\u{0600}', '\u{0605}'),
    ('\u{061C}', '\u{061C}'),
    ('\u{06DD}', '\u{06DD}'),
    ('\u{070F}', '\u{070F}'),
    ('\u{0890}', '\u{0891}'),
    ('\u{08E2}', '\u{08E2}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{E000}', '\u{F8FF}'),
    ('\u{FDD0}', '\u{FDEF}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{FFFE}', '\u{FFFF}'),
    ('\u{110BD}', '\u{110BD}'),
    ('\u{110CD}', '\u{110CD}'),
    ('\u{13430}', '\u{1343F}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', char::MAX),
];

/// Characters that are assigned, not ignorable, and yet blank: BRAILLE PATTERN BLANK, two blanks of Egyptian hieroglyphs,
/// KHITAN SMALL SCRIPT FILLER, MUSICAL SYMBOL NULL NOTEHEAD.
pub const BLANK: [char; 5] = ['\u{2800}', '\u{13441}', '\u{13442}', '\u{16FE4}', '\u{1D159}'];

/// The blocks of the scripts in which a joiner changes what is seen: those that are written cursively, and those that form
/// conjuncts with a virama.
const JOINING: [Range; 24] = [
    ('\u{0600}', '\u{07FF}'),   // Arabic, Syriac, Thaana, N'Ko
    ('\u{0840}', '\u{0DFF}'),   // Mandaic, more Arabic, Devanagari to Sinhala
    ('\u{1000}', '\u{109F}'),   // Myanmar
    ('\u{1780}', '\u{18AF}'),   // Khmer, Mongolian
    ('\u{1A20}', '\u{1AAF}'),   // Tai Tham
    ('\u{1B00}', '\u{1BBF}'),   // Balinese, Sundanese
    ('\u{A800}', '\u{A8FF}'),   // Syloti Nagri, Phags-pa, Saurashtra, more Devanagari
    ('\u{A980}', '\u{A9FF}'),   // Javanese, more Myanmar
    ('\u{AA60}', '\u{AA7F}'),   // more Myanmar
    ('\u{AAE0}', '\u{AAFF}'),   // Meetei Mayek
    ('\u{ABC0}', '\u{ABFF}'),   // Meetei Mayek
    ('\u{FB50}', '\u{FDFF}'),   // Arabic presentation forms
    ('\u{FE70}', '\u{FEFC}'),   // Arabic presentation forms
    ('\u{10A00}', '\u{10A5F}'), // Kharoshthi
    ('\u{10AC0}', '\u{10AFF}'), // Manichaean
    ('\u{10B80}', '\u{10BAF}'), // Psalter Pahlavi
    ('\u{10D00}', '\u{10D3F}'), // Hanifi Rohingya
    ('\u{10EC0}', '\u{10EFF}'), // more Arabic
    ('\u{10F30}', '\u{10FDF}'), // Sogdian, Old Uyghur, Chorasmian
    ('\u{11000}', '\u{114DF}'), // Brahmi to Tirhuta
    ('\u{11580}', '\u{119FF}'), // Siddham to Nandinagari
    ('\u{11A00}', '\u{11DAF}'), // Zanabazar Square to Gunjala Gondi
    ('\u{11F00}', '\u{11F5F}'), // Kawi
    ('\u{1E900}', '\u{1E95F}'), // Adlam
];

/// The blocks in which the emoji are, digits apart (`Extended_Pictographic`, UTS #51, and the skin tones).
const PICTOGRAPHS: [Range; 15] = [
    ('\u{00A9}', '\u{00A9}'),
    ('\u{00AE}', '\u{00AE}'),
    ('\u{203C}', '\u{203C}'),
    ('\u{2049}', '\u{2049}'),
    ('\u{2122}', '\u{2122}'),
    ('\u{2139}', '\u{2139}'),
    ('\u{2190}', '\u{21FF}'),
    ('\u{2300}', '\u{23FF}'),
    ('\u{24C2}', '\u{24C2}'),
    ('\u{25A0}', '\u{27BF}'),
    ('\u{2934}', '\u{2935}'),
    ('\u{2B00}', '\u{2BFF}'),
    ('\u{3030}', '\u{3030}'),
    ('\u{303D}', '\u{303D}'),
    ('\u{3297}', '\u{3299}'),
];

/// The planes of the newer ones.
const NEW_PICTOGRAPHS: Range = ('\u{1F000}', '\u{1FFFD}');

/// Chinese characters, unified and for compatibility.
const HAN: [Range; 4] = [
    ('\u{3400}', '\u{4DBF}'),
    ('\u{4E00}', '\u{9FFF}'),
    ('\u{F900}', '\u{FAFF}'),
    ('\u{20000}', '\u{3FFFD}'),
];

/// What follows a black flag in the emoji tag sequences that are recommended for general interchange (UTS #51 section 2.4).
const FLAGS: [&str; 3] = [
    "\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", // England
    "\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}", // Scotland
    "\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}", // Wales
];

const BLACK_FLAG: char = '\u{1F3F4}';
const KEYCAP: char = '\u{20E3}';

fn is_among(char: char, ranges: &[Range]) -> bool {
    ranges.iter().any(|&(first, last)| (first..=last).contains(&char))
}

/// Whether a character is hidden by itself.
pub fn is_hidden(char: char) -> bool {
    u32::from(char) & 0xFFFE == 0xFFFE || is_among(char, &HIDDEN)
}

/// Whether a character controls a device or ends a line: `General_Category` Cc, Zl and Zp.
pub(crate) fn is_control(char: char) -> bool {
    char.is_control() || matches!(char, '\u{2028}' | '\u{2029}')
}

/// Whether a character puts something on the page.
pub(crate) fn is_seen(char: char) -> bool {
    !is_hidden(char) && !char.is_whitespace() && !BLANK.contains(&char)
}

/// The characters of a text, each with whether it has a place in it: whether it is not hidden, or needed where it stands.
pub(crate) fn placed(text: &str) -> impl Iterator<Item = (char, bool)> + '_ {
    // What stands before a character: what is hidden there is passed over, and at the end of a line nothing does.
    let mut before = None;
    let mut tags = 0_usize;
    text.char_indices().map(move |(at, char)| {
        let rest = text.get(at..).unwrap_or_default().strip_prefix(char).unwrap_or_default();
        let is_placed = if tags > 0 {
            tags -= 1;
            true
        } else {
            !is_hidden(char) || is_needed(before, char, rest.chars().next())
        };
        if char == BLACK_FLAG {
            tags = FLAGS.iter().find(|tags| rest.starts_with(**tags)).map_or(0, |tags| tags.chars().count());
        }
        if is_placed || is_control(char) {
            before = is_placed.then_some(char);
        }
        (char, is_placed)
    })
}

/// Whether spelling or an emoji needs this hidden character between these two.
fn is_needed(before: Option<char>, char: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match char {
        '\u{200C}' => joins(before, after),
        '\u{200D}' => joins(before, after) || joins_emoji(before, after),
        '\u{FE0E}' => is_pictograph(before),
        '\u{FE0F}' => is_pictograph(before) || is_key(before) && after == Some(KEYCAP),
        // Variants of Chinese characters, in UCD and in the Ideographic Variation Database; more than 32 none has.
        '\u{E0100}'..='\u{E011F}' | '\u{FE01}' | '\u{FE02}' => is_among(before, &HAN),
        // The same, and dotted letters of Myanmar.
        '\u{FE00}' => is_among(before, &HAN) || matches!(before, '\u{1000}'..='\u{109F}'),
        // Variants of Mongolian letters.
        '\u{180B}'..='\u{180D}' | '\u{180F}' => is_mongolian(before),
        // The vowel separator, without which the last letter of many Mongolian words has another form; at the end, that letter
        // may still be typed.
        '\u{180E}' => {
            (is_mongolian(before) || matches!(before, '\u{180B}'..='\u{180D}' | '\u{180F}'))
                && after.is_none_or(is_mongolian)
        }
        _ => false,
    }
}

fn joins(before: char, after: Option<char>) -> bool {
    is_seen(before) && (is_among(before, &JOINING) || after.is_some_and(|after| is_among(after, &JOINING)))
}

fn is_mongolian(char: char) -> bool {
    matches!(char, '\u{1820}'..='\u{18AA}')
}

/// An emoji ZWJ sequence (UTS #51, ED-16).
fn joins_emoji(before: char, after: Option<char>) -> bool {
    (is_pictograph(before) || before == '\u{FE0F}') && after.is_some_and(is_pictograph)
}

fn is_pictograph(char: char) -> bool {
    is_among(char, &PICTOGRAPHS) || is_among(char, &[NEW_PICTOGRAPHS])
}

/// A key of a telephone, which becomes an emoji with a keycap.
fn is_key(char: char) -> bool {
    matches!(char, '0'..='9' | '#' | '*')
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use regex_syntax::hir::{Class, HirKind};

    use super::*;

    /// All characters of a class, by Unicode's data.
    fn with(class: &str) -> impl Iterator<Item = char> + use<> {
        let hir = regex_syntax::parse(class).unwrap();
        let HirKind::Class(Class::Unicode(class)) = hir.kind() else { panic!("{class} is no class") };
        class.ranges().to_vec().into_iter().flat_map(|range| range.start()..=range.end())
    }

    #[test]
    fn what_is_hidden_is_what_unicode_says() {
        let unicode: HashSet<_> = with(
            r"[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]",
        )
        .collect();
        for char in '\0'..=char::MAX {
            let plane_14 = (0xE0000..=0xEFFFF).contains(&u32::from(char));
            assert_eq!(is_hidden(char), unicode.contains(&char) || plane_14, "{:04X}", u32::from(char));
        }
        assert!(with(r"[\p{Cc}\p{Zl}\p{Zp}]").all(is_control));
    }

    #[test]
    fn every_emoji_is_among_the_pictographs_and_no_letter_is() {
        assert!(with(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}]").all(is_pictograph));
        assert!(with(r"\p{Emoji}").all(|char| is_pictograph(char) || is_key(char)));
        let letters: Vec<_> = with(r"\p{L}").filter(|char| is_pictograph(*char)).collect();
        // INFORMATION SOURCE
        assert_eq!(letters, ['\u{2139}']);
    }

    #[test]
    fn every_script_that_joins_is_among_the_joining_ones_and_no_other() {
        let joining = "Arabic Syriac Mandaic Nko Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam \
             Sinhala Myanmar Khmer Mongolian Balinese Javanese Adlam Hanifi_Rohingya Manichaean Sogdian Chakma Newa Tirhuta";
        for script in joining.split_whitespace() {
            let strays: Vec<_> = with(&format!(r"[\p{{Script={script}}}&&\p{{L}}]"))
                .filter(|char| !is_among(*char, &JOINING))
                // Mathematical Arabic, and letters of other blocks that do not join.
                .filter(|char| !matches!(u32::from(*char), 0x1EE00..=0x1EEFF))
                .collect();
            assert_eq!(strays, [], "{script}");
        }
        for script in
            "Latin Greek Cyrillic Armenian Hebrew Han Hiragana Katakana Hangul Thai".split_whitespace()
        {
            assert!(
                !with(&format!(r"\p{{Script={script}}}")).any(|char| is_among(char, &JOINING)),
                "{script}"
            );
        }
    }
}
