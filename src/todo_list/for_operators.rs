//! What operators ask of a list, and what they are told.

use serde::{Deserialize, Serialize};
use todo::Timestamp;

/// Which way to restore.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Restore {
    /// The list becomes what KV shows.
    FromKv,
    /// The same, also where KV does not have all changes, which are lost then.
    FromKvEvenIfBehind,
    /// KV becomes what the list is.
    ToKv,
}

/// Why a list is not restored, or has no state.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotRestored {
    /// Nothing is stored for that user.
    Unknown,
    /// KV does not have all changes.
    Behind,
    /// KV is being read for another purpose.
    ReadForAnother,
}

/// The state of a list, for an operator.
#[derive(Serialize)]
pub(crate) struct ListState {
    /// `None`: the object does not have its list, and answers nothing from it.
    pub(super) list: Option<ListSize>,
    pub(super) copy: CopyState,
    /// `None`: KV is not being read.
    pub(super) reading: Option<ReadingState>,
}

#[derive(Serialize)]
pub(crate) struct ListSize {
    pub(super) version: u64,
    pub(super) todos: usize,
}

/// How far the copy in KV is behind.
#[derive(Serialize)]
pub(crate) struct CopyState {
    /// How many todos KV does not have as they are.
    pub(super) behind: u64,
    /// Since when.
    pub(super) since: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReadingState {
    pub(super) purpose: Purpose,
    /// How many tries in a row have failed.
    pub(super) failures: u32,
    /// Not before.
    pub(super) next_try: Timestamp,
}

/// What KV is read for.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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
