//! JSON that has been written already.

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeStruct},
};

use crate::{error::Result, raw::RAW, write::written};

/// A value that has been written, which can stand in another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(Vec<u8>);

impl Written {
    /// A value, written.
    ///
    /// # Errors
    /// Those of [`crate::to_string`].
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        written(&mut |writer| value.serialize(writer)).map(Self)
    }

    /// The text of a constant, without its lines. It is not looked at: a test has to say that it is JSON.
    pub fn of_constant(json: &'static str) -> Self {
        Self(json.lines().map(str::trim).collect::<String>().into())
    }

    /// The members of two objects side by side in one. What is no object adds nothing. No name may be in both, which is not looked at.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        let [b'{', members @ .., b'}'] = other.0.as_slice() else { return self };
        if members.trim_ascii().is_empty() {
            return self;
        }
        if self.0.pop() != Some(b'}') {
            return other.clone();
        }
        if self.0.trim_ascii_end() != b"{" {
            self.0.push(b',');
        }
        self.0.extend_from_slice(members);
        self.0.push(b'}');
        self
    }

    /// The JSON, in UTF-8.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Serialize for Written {
    /// As text that is kept as it stands, as `serde_json` has its own.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let text = std::str::from_utf8(&self.0).map_err(S::Error::custom)?;
        let mut raw = serializer.serialize_struct(RAW, 1)?;
        raw.serialize_field(RAW, text)?;
        raw.end()
    }
}
