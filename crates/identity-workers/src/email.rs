//! E-mail addresses as they are typed.

use oauth::email::{EmailAddress, Unicode};
use worker_kit::unicode::{composed, domain_to_ascii};

/// The address, if a mail could be sent to it.
pub(crate) fn parse(text: &str) -> Option<EmailAddress> {
    EmailAddress::parse(text, Unicode { composed, domain_to_ascii })
}
