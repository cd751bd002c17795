//! E-mail addresses as they are typed.

use oauth::email::{EmailAddress, Unicode};
use worker_kit::unicode::{composed, domain_to_ascii, lower_case};

const UNICODE: Unicode = Unicode { lower_case, composed, domain_to_ascii };

/// The address, if a mail could be sent to it.
pub(crate) fn parse(text: &str) -> Option<EmailAddress> {
    EmailAddress::parse(text, UNICODE)
}

/// The address as the first versions would have named an account by it, if they took it.
pub(crate) fn as_first_spelled(text: &str) -> Option<EmailAddress> {
    EmailAddress::as_first_spelled(text, UNICODE)
}

/// The address as a mail is sent to it.
#[cfg(feature = "embedded-identity")]
pub(crate) fn on_envelope(address: &EmailAddress) -> String {
    address.on_envelope(UNICODE)
}
