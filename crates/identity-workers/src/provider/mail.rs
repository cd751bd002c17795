//! Delivery of login codes: by Cloudflare's e-mail service where there is a `send_email` binding, by the mailbox of development on
//! this machine, or not at all.

use std::time::Duration;

use oauth::email::EmailAddress;
use worker::{SendEmail, SendEmailBuilder};
use worker_kit::{
    http::{Failure, Request},
    object::within,
};

use super::dev_mailbox;
use crate::{deployment::Deployment, email::on_envelope};

/// The binding in `wrangler.toml`.
const BINDING: &str = "MAIL";

const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A way of delivery.
pub(super) enum Delivery {
    /// Shown at `/dev/mailbox`. Has precedence, so that local tests send no mail.
    Mailbox,
    Mail {
        service: SendEmail,
        from: EmailAddress,
    },
}

impl Delivery {
    /// The way of this deployment; `None`: there is none, and nobody can log in.
    pub(super) fn of(request: &Request, deployment: &Deployment) -> Option<Self> {
        if dev_mailbox::is_open(request, deployment) {
            return Some(Self::Mailbox);
        }
        let from = deployment.config.mail_from.clone()?;
        deployment.env.send_email(BINDING).ok().map(|service| Self::Mail { service, from })
    }

    /// # Errors
    /// The mail was not accepted. The error never contains the code.
    pub(super) async fn deliver(
        self,
        deployment: &Deployment,
        to: EmailAddress,
        code: String,
    ) -> Result<(), Failure> {
        match self {
            Self::Mailbox => dev_mailbox::deliver(&deployment.env, to, code).await,
            Self::Mail { service, from } => {
                let message =
                    SendEmailBuilder::new(&on_envelope(&from), &on_envelope(&to), "Your login code");
                message.set_text(&format!(
                    "{code}\n\nEnter it on the page where you asked for it. It is good for ten minutes, once, and in that \
                     browser only.\n\nIf you did not ask for it, somebody has mistyped their address: there is nothing \
                     you need to do. Do not pass it on.\n"
                ));
                let sent = async { Ok(service.send_with_builder(&message).await) };
                match within(TIME_LIMIT, sent).await? {
                    Ok(_) => Ok(()),
                    Err(_) => Err(Failure::fault("the e-mail service did not take a login code")),
                }
            }
        }
    }
}
