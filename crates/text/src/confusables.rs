//! Which characters may be taken for a capital letter of the English alphabet.

/// What looks like each letter: of the characters of the Basic Multilingual Plane that are written from left to right, those
/// of which UTS #39 (confusables.txt) says so, once in capitals and without marks; digits and signs that stand for letters or
/// look like one; and small capitals. Written as escapes, so that this file deceives nobody.
const ALIKE: [&str; 26] = [
    // A
    "@\u{1D00}\u{2C6D}\u{391}\u{410}\u{13AA}\u{15C5}\u{A4EE}\u{AB64}",
    // B
    "\u{299}\u{243}\u{182}\u{184}\u{181}\u{392}\u{411}\u{412}\u{42C}\u{462}\u{48C}\u{13CF}\u{13F4}\
     \u{1472}\u{1473}\u{15AF}\u{15F7}\u{2C82}\u{A4D0}\u{A557}\u{A7B4}",
    // C
    "\u{23B}\u{3A3}\u{421}\u{4AA}\u{1004}\u{105A}\u{13DF}\u{1D04}\u{2CA4}\u{A4DA}",
    // D
    "\u{1D05}\u{D0}\u{110}\u{189}\u{18B}\u{18A}\u{500}\u{13A0}\u{13E7}\u{146F}\u{15DE}\u{15EA}\u{A4D2}\
     \u{A4D3}",
    // E
    "3\u{1D07}\u{246}\u{395}\u{415}\u{4BC}\u{4BE}\u{13AC}\u{2D39}\u{A4F0}\u{A5CB}\u{AB32}",
    // F
    "\u{A730}\u{191}\u{284}\u{3DC}\u{554}\u{15B4}\u{1D6E}\u{1E9D}\u{A4DD}\u{A798}\u{AB35}",
    // G
    "\u{262}\u{18D}\u{1E4}\u{193}\u{A7AC}\u{50C}\u{551}\u{13C0}\u{13F3}\u{1D83}\u{A4D6}",
    // H
    "\u{29C}\u{126}\u{A7AA}\u{397}\u{41D}\u{40B}\u{4A2}\u{4BA}\u{4C7}\u{4C9}\u{540}\u{10B9}\u{13BB}\
     \u{13C2}\u{13F2}\u{157C}\u{2C67}\u{2C8E}\u{A4E7}\u{A694}",
    // I
    "1L\u{197}\u{196}\u{A7AE}\u{399}\u{406}\u{552}\u{13A5}\u{1D7B}\u{1D7C}\u{2C92}\u{A646}",
    // J
    "\u{1D0A}\u{237}\u{248}\u{25F}\u{37F}\u{408}\u{545}\u{13AB}\u{148D}\u{A4D9}\u{A7B2}",
    // K
    "\u{1D0B}\u{198}\u{39A}\u{41A}\u{49A}\u{49E}\u{13E6}\u{16D5}\u{2C69}\u{2C94}\u{A4D7}\u{A740}",
    // L
    "1I\u{29F}\u{141}\u{196}\u{197}\u{23D}\u{1C0}\u{2C62}\u{26D}\u{399}\u{406}\u{4C0}\u{13DE}\u{14AA}\
     \u{16C1}\u{16C5}\u{16D0}\u{2C92}\u{2CD0}\u{2D4A}\u{2D4F}\u{A4E1}\u{A4F2}\u{A56F}\u{A780}\u{A7AE}\
     \u{A7FE}\u{A830}",
    // M
    "\u{1D0D}\u{39C}\u{3FA}\u{41C}\u{4CD}\u{13B7}\u{15F0}\u{16D6}\u{2C98}\u{A4DF}",
    // N
    "\u{274}\u{14A}\u{19D}\u{220}\u{273}\u{39D}\u{397}\u{542}\u{548}\u{54C}\u{1D70}\u{2C9A}\u{A4E0}",
    // O
    "0\u{D8}\u{19F}\u{39F}\u{398}\u{3A3}\u{3EC}\u{41E}\u{472}\u{4E8}\u{555}\u{966}\u{9E6}\u{A66}\u{AE6}\
     \u{B20}\u{B66}\u{BE6}\u{C66}\u{CE6}\u{D20}\u{D66}\u{E50}\u{ED0}\u{1010}\u{101D}\u{1040}\u{1C97}\
     \u{1CBF}\u{110B}\u{11BC}\u{12D0}\u{1340}\u{13A4}\u{13BE}\u{13EB}\u{17E0}\u{1A32}\u{1A45}\u{1A80}\
     \u{1A90}\u{1D0F}\u{1D11}\u{2C90}\u{2C9E}\u{2D31}\u{2D41}\u{2D54}\u{3007}\u{A4F3}\u{A6A2}\u{A74A}\
     \u{AB3D}\u{AB3E}\u{25CB}\u{25CF}\u{25CE}\u{25C9}\u{25EF}\u{26AA}\u{26AB}\u{2B24}\u{2B55}\u{2205}\u{2218}\u{2299}",
    // P
    "\u{1D18}\u{DE}\u{1A4}\u{1F7}\u{3A1}\u{3F7}\u{420}\u{13E2}\u{146D}\u{2C63}\u{2CA2}\u{2CCE}\u{A4D1}",
    // Q
    "\u{2A0}\u{51A}\u{533}\u{536}\u{2D55}",
    // R
    "\u{1A6}\u{24C}\u{27C}\u{2C64}\u{413}\u{492}\u{13A1}\u{13D2}\u{1587}\u{1D26}\u{1D72}\u{2C84}\u{A4E3}\
     \u{AB47}\u{AB48}\u{13B1}",
    // S
    "5$\u{1BC}\u{A7C5}\u{405}\u{54F}\u{D1F}\u{10BD}\u{1CBD}\u{13D5}\u{13DA}\u{1D74}\u{A4E2}\u{A576}\
     \u{A731}",
    // T
    "\u{1D1B}\u{166}\u{1AB}\u{1AC}\u{1AE}\u{23E}\u{3A4}\u{422}\u{4AC}\u{13A2}\u{13BF}\u{1D75}\u{2CA6}\
     \u{3112}\u{4E05}\u{A4D4}\u{A50B}\u{A68C}",
    // U
    "\u{244}\u{1B2}\u{3A5}\u{40F}\u{54D}\u{1200}\u{13CC}\u{144C}\u{1D1C}\u{1D7E}\u{A4F4}\u{A79E}\u{AB4E}\
     \u{AB52}\u{222A}\u{22C3}\u{228C}\u{228D}\u{228E}\u{2294}",
    // V
    "\u{39D}\u{474}\u{13D9}\u{142F}\u{1D20}\u{2D38}\u{A4E6}\u{A6DF}",
    // W
    "\u{19C}\u{428}\u{460}\u{47C}\u{51C}\u{531}\u{13B3}\u{13D4}\u{1D21}\u{2CBC}\u{A4EA}\u{A760}\u{A7FA}",
    // X
    "\u{3A7}\u{425}\u{4B2}\u{1541}\u{157D}\u{16B7}\u{1763}\u{1CF5}\u{2CAC}\u{2D5D}\u{A4EB}\u{A7B3}",
    // Y
    "\u{A5}\u{1B3}\u{24E}\u{194}\u{28F}\u{3A5}\u{393}\u{423}\u{4AE}\u{4B0}\u{1CA7}\u{13A9}\u{13BD}\u{1D8C}\
     \u{1EFE}\u{2CA8}\u{311A}\u{4E2B}\u{A4EC}\u{A6B2}\u{AB5A}",
    // Z
    "\u{1B5}\u{224}\u{290}\u{396}\u{10CD}\u{13C3}\u{1D22}\u{1D76}\u{2C6B}\u{2C8C}\u{A4DC}\u{A6C9}",
];

/// Letters that emoji and enclosed alphanumerics repeat in the order of the alphabet, beginning here; compatibility
/// decomposition leaves them as they are.
const ALPHABETS: [u32; 3] = [0x1F150, 0x1F170, 0x1F1E6];

/// Whether a character may be taken for a capital letter from A to Z.
pub(crate) fn looks_like(char: char, letter: char) -> bool {
    let Some(place) = u32::from(letter).checked_sub(u32::from('A')) else { return false };
    let is_alike = ALIKE.get(place as usize).is_some_and(|alike| alike.contains(char));
    char == letter || is_alike || ALPHABETS.iter().any(|first| first + place == u32::from(char))
}

#[cfg(test)]
mod tests {
    use unicode_security::skeleton;

    use super::*;
    use crate::unicode::base_letters;

    /// The only character of a text.
    fn only(text: &str) -> Option<char> {
        let mut chars = text.chars();
        chars.next().filter(|_| chars.next().is_none())
    }

    #[test]
    fn what_unicode_says_may_be_taken_for_a_letter_may_be() {
        let right_to_left =
            |char: char| matches!(u32::from(char), 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF);
        let mut confusable = 0;
        for char in '\u{80}'..='\u{FFFF}' {
            let text = char.to_string();
            let alike: String = skeleton(&text).collect();
            let (Some(capital), Some(letter)) = (only(&base_letters(&text)), only(&base_letters(&alike)))
            else {
                continue;
            };
            if letter.is_ascii_uppercase()
                && capital.is_alphanumeric()
                && !capital.is_ascii()
                && !right_to_left(capital)
            {
                assert!(
                    looks_like(capital, letter),
                    "{char} (U+{:04X}) is not taken for {letter}",
                    u32::from(char)
                );
                confusable += 1;
            }
        }
        assert!(confusable > 300, "{confusable}");
    }
}
