//! Objects, and what they are asked.

use std::{borrow::Cow, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One kind of Durable Object: the contract between its callers and itself. Objects of one class may be of several kinds with
/// names and questions of their own; these share a binding and [`Asked`](Self::Asked).
pub trait Object {
    /// The binding of its class in `wrangler.toml`.
    const BINDING: &'static str;

    /// The time limit of a call. After it the caller gets a problem with status 503.
    const TIME_LIMIT: Duration = Duration::from_secs(10);

    /// The type that identifies one object of this kind.
    type Name: ?Sized;

    /// Every question to the class: the enum that [`questions!`](crate::questions) makes, or a type made of it ([`From`]) that
    /// carries something with each question.
    type Asked: Serialize + DeserializeOwned;

    /// The type of its refusals: [`Never`], if it refuses nothing.
    type Refusal: Serialize + DeserializeOwned;

    /// The object's name on the platform. It must not change, since what is stored is found under it.
    fn name(of: &Self::Name) -> Cow<'_, str>;
}

/// A question to an object, with the type of its answer.
pub trait Question: Sized {
    /// The kind of object that it goes to.
    type Object: Object;

    /// The type of the answer.
    type Answer: Serialize + DeserializeOwned;

    /// Converts it into the enum of all questions to the object's class.
    fn into_asked(self) -> <Self::Object as Object>::Asked;
}

/// A question that opens a WebSocket. Only the object sends on it.
pub trait Opening: Sized {
    /// The kind of object that it goes to.
    type Object: Object;

    /// The type of a frame, one in each message: [`Never`], if the WebSocket only signals by closing.
    type Frame: Serialize + DeserializeOwned;

    /// Converts it into the enum of all questions to the object's class.
    fn into_asked(self) -> <Self::Object as Object>::Asked;
}

/// A question that is answered with a [`Document`](super::Document): a body that is streamed and not parsed.
pub trait Reading: Sized {
    /// The kind of object that it goes to.
    type Object: Object;

    /// The type of the document; a marker that keeps kinds of documents apart.
    type Of;

    /// Converts it into the enum of all questions to the object's class.
    fn into_asked(self) -> <Self::Object as Object>::Asked;
}

/// A type without values: the refusal of an object that refuses nothing, a frame of a WebSocket without frames.
#[derive(Debug, Serialize, Deserialize)]
pub enum Never {}

/// Declares what the objects of one class are asked.
///
/// Makes an enum of all questions, written externally tagged with names in `snake_case`, and implements [`Question`] for each `A -> B`
/// (`B` answers `A`), [`Opening`] for each `A opens B` (on the WebSocket are sent `B`s), [`Reading`] for each `A reads B` (the document is
/// of a `B`). Each question is a type of its own, declared beside the table, that serde can write and read.
///
/// ```text
/// worker_kit::questions! {
///     pub(super) enum Asked;
///     Account {
///         IsUsed -> bool,
///         WatchGrant opens Never,
///         Export reads Everything,
///     }
/// }
/// ```
#[macro_export]
macro_rules! questions {
    (
        $(#[$about:meta])* $visibility:vis enum $asked:ident;
        $($object:ident { $($(#[$about_one:meta])* $question:ident $how:tt $answer:ty),* $(,)? })*
    ) => {
        $(#[$about])*
        #[derive(::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        $visibility enum $asked {
            $($($(#[$about_one])* $question($question),)*)*
        }
        $($($crate::questions!(@one $asked $object $question $how $answer);)*)*
    };
    (@one $asked:ident $object:ident $question:ident -> $answer:ty) => {
        impl $crate::object::Question for $question {
            type Object = $object;
            type Answer = $answer;

            fn into_asked(self) -> <$object as $crate::object::Object>::Asked {
                $asked::$question(self).into()
            }
        }
    };
    (@one $asked:ident $object:ident $question:ident opens $frame:ty) => {
        impl $crate::object::Opening for $question {
            type Object = $object;
            type Frame = $frame;

            fn into_asked(self) -> <$object as $crate::object::Object>::Asked {
                $asked::$question(self).into()
            }
        }
    };
    (@one $asked:ident $object:ident $question:ident reads $of:ty) => {
        impl $crate::object::Reading for $question {
            type Object = $object;
            type Of = $of;

            fn into_asked(self) -> <$object as $crate::object::Object>::Asked {
                $asked::$question(self).into()
            }
        }
    };
}
