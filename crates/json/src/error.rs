//! Why a value is not read or written, and where it stands.

use std::{
    borrow::Cow,
    fmt::{self, Debug, Display, Formatter},
};

use serde::{
    de::{self, Expected, Unexpected},
    ser,
};

/// What [`from_str`](crate::from_str) and the others return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a value is not read or written. Of the size of a pointer: it is handed on at each step.
///
/// Of what was read it tells names, and the kind of value; not the values, nor the name of a struct or enum. Only of what serde itself has
/// to look at before it knows what to read (enums that are untagged or tagged in the object, flattened fields) the words are
/// `serde_json`'s, which tell both.
pub struct Error(Box<Told>);

struct Told {
    reason: Cow<'static, str>,
    /// Where in the text, as `serde_json` says it; empty where that is not known.
    line: String,
    is_syntax: bool,
    /// Innermost first.
    steps: Vec<Step>,
}

/// A step from a value to one in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the member of this name.
    Member(String),
    /// To the item with this index, of which the first is 0.
    Item(usize),
    /// To what an object says of this choice of an enum, which is the name of its only member.
    Choice(String),
}

impl Error {
    #[inline(never)]
    fn told(reason: Cow<'static, str>) -> Self {
        Self(Box::new(Told { reason, line: String::new(), is_syntax: false, steps: Vec::new() }))
    }

    #[inline(never)]
    pub(crate) fn of_constant(reason: &'static str) -> Self {
        Self::told(Cow::Borrowed(reason))
    }

    #[inline(never)]
    fn formatted(reason: fmt::Arguments<'_>) -> Self {
        Self::told(Cow::Owned(reason.to_string()))
    }

    /// The text is no JSON, or a `Value` in it nests deeper than is read (128): no type could have been read from it.
    pub fn is_syntax(&self) -> bool {
        self.0.is_syntax
    }

    /// What is wrong, without the place. As serde begins such sentences: `missing field`, `unknown field`, `duplicate field`,
    /// `unknown variant`, `invalid type`, `invalid value`, `invalid length`; or in words of the type that refused.
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The way to what is wrong, from the outermost value on. Only what reads for somebody who wants to hear it notes the way
    /// ([`from_untrusted_slice`](crate::from_untrusted_slice)).
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.0.steps.iter().rev()
    }

    /// The way as text, such as `items[0].name`; of no steps it is empty.
    pub fn place(&self) -> String {
        let mut place = String::new();
        for step in self.steps() {
            match step {
                Step::Member(name) | Step::Choice(name) => {
                    place.push_str(if place.is_empty() { "" } else { "." });
                    place.push_str(name);
                }
                Step::Item(index) => {
                    place.push('[');
                    place.push_str(&index.to_string());
                    place.push(']');
                }
            }
        }
        place
    }

    /// The error as that of a value around. A line that was said is counted from where the inner value begins, so it goes.
    #[inline(never)]
    pub(crate) fn within(mut self, step: Step) -> Self {
        self.0.line.clear();
        self.0.steps.push(step);
        self
    }
}

/// How `serde_json` goes on after what is wrong.
const AT_LINE: &str = " at line ";

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())?;
        f.write_str(&self.0.line)?;
        if self.0.steps.is_empty() { Ok(()) } else { write!(f, " at `{}`", self.place()) }
    }
}

impl Debug for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<serde_json::Error> for Error {
    #[inline(never)]
    fn from(error: serde_json::Error) -> Self {
        let words = error.to_string();
        let end = words.rfind(AT_LINE).filter(|_| error.line() > 0).unwrap_or(words.len());
        let (reason, line) = words.split_at_checked(end).unwrap_or((&words, ""));
        let mut told = Self::told(Cow::Owned(reason.to_owned()));
        line.clone_into(&mut told.0.line);
        told.0.is_syntax = !error.is_data();
        told
    }
}

impl ser::Error for Error {
    fn custom<T: Display>(reason: T) -> Self {
        Self::formatted(format_args!("{reason}"))
    }
}

/// What serde derives for a type says these at each of its fields, so that little is handed over.
impl de::Error for Error {
    fn custom<T: Display>(reason: T) -> Self {
        Self::formatted(format_args!("{reason}"))
    }

    #[inline(never)]
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::formatted(format_args!("invalid type: {}, expected {expected}", kind(&found)))
    }

    #[inline(never)]
    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::formatted(format_args!("invalid value: {}, expected {expected}", kind(&found)))
    }

    /// What was expected would name the type.
    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::of_constant("invalid length: the list has too few or too many items")
    }

    #[inline(never)]
    fn unknown_variant(name: &str, expected: &'static [&'static str]) -> Self {
        Self::formatted(format_args!("unknown variant `{name}`, expected {}", Choices(expected)))
    }

    #[inline(never)]
    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        Self::formatted(format_args!("unknown field `{name}`, expected {}", Choices(expected)))
    }

    #[inline(never)]
    fn missing_field(name: &'static str) -> Self {
        Self::formatted(format_args!("missing field `{name}`"))
    }

    #[inline(never)]
    fn duplicate_field(name: &'static str) -> Self {
        Self::formatted(format_args!("duplicate field `{name}`"))
    }
}

/// Names of which one was expected.
struct Choices(&'static [&'static str]);

impl Display for Choices {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("none"),
            [name] => write!(f, "`{name}`"),
            [first, others @ ..] => {
                write!(f, "one of `{first}`")?;
                others.iter().try_for_each(|name| write!(f, ", `{name}`"))
            }
        }
    }
}

fn kind(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "whole number",
        Unexpected::Float(_) => "number",
        Unexpected::Char(_) | Unexpected::Str(_) => "string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq | Unexpected::TupleVariant => "list",
        Unexpected::Map | Unexpected::StructVariant => "object",
        _ => "value of another kind",
    }
}
