//! What operators ask of a list, and what they are told.

use serde::{Deserialize, Serialize};

/// Which way to restore.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Restore {
    /// The list becomes what KV shows.
    FromKv,
    /// The same, also where KV does not have all changes, which are lost then.
    FromKvEvenIfBehind,
    /// KV becomes what the list is.
    ToKv,
}

/// The state of a list as JSON:
/// `{"list":{"version","todos"},"copy":{"behind","doubted","since"},"reading":{"purpose","failures","nextTry"}}`. `list` is
/// `null` while the object does not have its list, `since` while KV is not behind, and `reading` while KV is not being read; times are in
/// RFC 3339.
pub(crate) enum ListState {}

/// What KV is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To have a list: a new one, or that of a release that stored it in KV. Until then nothing is answered.
    Migration,
    /// To have the list that KV shows, in place of the one that was here. Until then nothing is answered.
    FromKv,
    /// To write to KV again what differs from the list, which goes on being served.
    ToKv,
}

impl Purpose {
    /// As it is stored.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Migration => "migration",
            Self::FromKv => "from_kv",
            Self::ToKv => "to_kv",
        }
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        [Self::Migration, Self::FromKv, Self::ToKv].into_iter().find(|purpose| purpose.name() == name)
    }

    /// Whether the object has its list meanwhile.
    pub(super) fn leaves_list(self) -> bool {
        self == Self::ToKv
    }
}
