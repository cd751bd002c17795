//! Changes of a principal's, told from the object in which they are made.
//!
//! An object that has what changes embeds a [`ChangeFeed`]. It knows which sessions want to hear, in tables of its own beside the
//! object's ([`SCHEMA`]), so that a change which nobody wants to hear of asks no object and stores nothing. What is to be told is stored in
//! the transaction of the change, and stays until every session was told, also when the object is killed in between. Sessions are
//! told behind the answer, side by side, each in one call with all that is new to it, and none for longer than a moment. One that cannot
//! be reached is tried again, later and later; one that wants to hear of nothing is forgotten.
//!
//! A change may be told twice, where the object was killed just then: it is a hint to look, and looking twice is harmless.
//!
//! Where no object has what changes, the principal's registry has the feed ([`crate::changed`]).
//!
//! # What the object does
//! * Its schema has [`SCHEMA`] as a migration. Where its earlier releases left subscriptions to the registry, [`adopt`] is one too.
//! * It answers the three questions of a [`FeedClient`](crate::FeedClient) with [`ChangeFeed::subscribe`], [`ChangeFeed::unsubscribe`] and
//!   [`ChangeFeed::listen`].
//! * It calls [`ChangeFeed::changed`] in the transaction of a change, and [`ChangeFeed::tell_listeners`] and [`ChangeFeed::tell_sessions`]
//!   after it, the latter behind the answer.
//! * Its alarm comes at [`ChangeFeed::due`] at the latest, and calls [`ChangeFeed::tell_sessions`].
//!
//! # Layout
//! From the ground up:
//! * `subscriber`: who wants to hear.
//! * `tables`: which sessions do, and what they have yet to be told.
//! * `feed`: the feed itself.
//! * `listeners`: those who listen, on a WebSocket; nothing is kept for them.
//! * `telling`: how sessions are told.

mod feed;
mod listeners;
pub(crate) mod subscriber;
mod tables;
mod telling;

pub use self::feed::ChangeFeed;
pub use self::subscriber::Subscriber;
pub use self::tables::{SCHEMA, adopt};
pub use self::telling::send_away;
