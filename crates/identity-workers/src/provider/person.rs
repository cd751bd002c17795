//! Deriving an account from an e-mail address, and the account and session as Stytch's API describes them.

use json::Written;
use oauth::{
    Digest, Timestamp, UserId,
    email::EmailAddress,
    grant::session::SessionLife,
    id::{EmailId, SessionId},
    stored,
};
use serde::{Deserialize, Serialize};

use crate::key_ring::Keys;

/// The user id of an address. It is derived under a secret of the deployment: the same address always gives the same id, and without
/// the secret it cannot be computed.
pub(super) fn user_of(keys: &Keys, email: &EmailAddress) -> UserId {
    let uuid = Digest::keyed(keys.secret_for("user id").as_bytes(), "user id", &[email.as_str().as_bytes()])
        .to_uuid();
    UserId::from_uuid(uuid)
}

/// An account's data about its person.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Profile {
    #[serde(deserialize_with = "stored::value")]
    pub(super) email: EmailAddress,
    pub(super) created_at: Timestamp,
}

impl Profile {
    /// The user object of Stytch's API.
    ///
    /// # Errors
    /// It cannot be written as JSON, which never happens.
    pub(super) fn as_stytch_user(&self, user_id: &UserId) -> json::Result<Written> {
        #[derive(Serialize)]
        struct Members<'a> {
            user_id: &'a UserId,
            created_at: String,
            emails: [Address<'a>; 1],
        }
        #[derive(Serialize)]
        struct Address<'a> {
            email_id: EmailId,
            email: &'a EmailAddress,
            verified: bool,
        }
        let email =
            Address { email_id: EmailId::from_uuid(user_id.uuid()), email: &self.email, verified: true };
        let user = Members { user_id, created_at: self.created_at.to_string(), emails: [email] };
        Ok(Written::of(&user)?.and(&Written::of_constant(USER)))
    }
}

/// What every user object has.
const USER: &str = r#"{
    "status": "active",
    "name": {"first_name": "", "middle_name": "", "last_name": ""},
    "phone_numbers": [],
    "providers": [],
    "webauthn_registrations": [],
    "biometric_registrations": [],
    "totps": [],
    "crypto_wallets": [],
    "password": null,
    "roles": ["stytch_user"],
    "trusted_metadata": {},
    "untrusted_metadata": {}
}"#;

/// A valid session with its person.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct LoginSession {
    pub(super) id: SessionId,
    pub(super) life: SessionLife,
    pub(super) attributes: Attributes,
    pub(super) profile: Profile,
}

/// The IP address and user agent of a session's login.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Attributes {
    pub(super) ip_address: String,
    pub(super) user_agent: String,
}

impl LoginSession {
    pub(super) const ROLES: [&'static str; 1] = ["stytch_user"];

    /// How the person proved who they are: by a code sent to their address.
    ///
    /// # Errors
    /// It cannot be written as JSON, which never happens.
    pub(super) fn factors(&self, user_id: &UserId) -> json::Result<Written> {
        #[derive(Serialize)]
        struct CodeByEmail<'a> {
            r#type: &'static str,
            delivery_method: &'static str,
            created_at: &'a str,
            updated_at: &'a str,
            last_authenticated_at: &'a str,
            email_factor: Receiver<'a>,
        }
        #[derive(Serialize)]
        struct Receiver<'a> {
            email_id: EmailId,
            email_address: &'a EmailAddress,
        }
        let at = self.life.started_at.to_string();
        let email_id = EmailId::from_uuid(user_id.uuid());
        Written::of(&[CodeByEmail {
            r#type: "otp",
            delivery_method: "email",
            created_at: &at,
            updated_at: &at,
            last_authenticated_at: &at,
            email_factor: Receiver { email_id, email_address: &self.profile.email },
        }])
    }

    /// The session object of Stytch's API.
    ///
    /// # Errors
    /// It cannot be written as JSON, which never happens.
    pub(super) fn as_stytch_session(&self, user_id: &UserId) -> json::Result<Written> {
        #[derive(Serialize)]
        struct Members<'a> {
            session_id: &'a SessionId,
            user_id: &'a UserId,
            authentication_factors: Written,
            roles: [&'static str; 1],
            started_at: String,
            last_accessed_at: String,
            expires_at: String,
            attributes: &'a Attributes,
            custom_claims: (),
        }
        Written::of(&Members {
            session_id: &self.id,
            user_id,
            authentication_factors: self.factors(user_id)?,
            roles: Self::ROLES,
            started_at: self.life.started_at.to_string(),
            last_accessed_at: self.life.last_accessed_at.to_string(),
            expires_at: self.life.expires_at.to_string(),
            attributes: &self.attributes,
            custom_claims: (),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;

    #[test]
    fn what_every_user_object_has_is_an_object() {
        let members: Map<String, Value> = json::from_str(USER).unwrap();
        assert!(!members.is_empty());
        // They are written beside these, and no name may be there twice.
        let others = ["user_id", "created_at", "emails", "status_code", "request_id", "__user"];
        assert!(!others.iter().any(|name| members.contains_key(*name)));
    }
}
