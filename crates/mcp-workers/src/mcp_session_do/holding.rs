//! Entering the object in its principal's registry before it holds anything, and leaving it when it holds nothing any more.

use worker::console_error;
use worker_kit::{
    clock::now_ms,
    object::{self, Never, Unanswered},
    storage::RETRY_SECONDS,
};

use super::session_object::McpSession;
use crate::questions::{Enter, Holder, Holding, Leave, fault};

/// The names of the settings with the owner, with what the object is entered for, and with the time of the last use.
pub(super) const HOLDER: &str = "holder";
const HOLDING: &str = "holding";
pub(super) const SEEN: &str = "seen";

impl McpSession {
    /// Prepares the object to hold something: enters it in the registry, unless it is entered already, and then makes its tables.
    /// Answers 503 where the registry does not answer. `false`: the session was ended, and may hold nothing.
    pub(super) async fn hold(&self, holder: &Holder, holding: Holding) -> Result<bool, Unanswered<Never>> {
        if self.held_as()? == Some(holding) {
            return Ok(true);
        }
        if !self.ask_registry(holder, holding).await? {
            return Ok(false);
        }
        self.storage.tables()?;
        self.set_all(&[
            (HOLDER, &json::to_string(holder)?),
            (HOLDING, &json::to_string(&holding)?),
            (SEEN, &now_ms().to_string()),
        ])?;
        Ok(true)
    }

    /// Enters the registry, as the newest of its kind; `false` where the session was ended.
    pub(super) async fn ask_registry(
        &self,
        holder: &Holder,
        holding: Holding,
    ) -> Result<bool, Unanswered<Never>> {
        let name = self.state.id().name().ok_or_else(|| Unanswered::fault("a session object has no name"))?;
        let enter = Enter { object: name, client: holder.client.clone(), holding };
        object::ask(&self.env, holder.principal.as_str(), enter).await.map_err(|unanswered| {
            console_error!(
                "a session could not be entered in its principal's registry: {}",
                fault(unanswered)
            );
            Unanswered::for_now(RETRY_SECONDS)
        })
    }

    /// What this object is entered for; `None` where it holds nothing, or has since a version without registries.
    fn held_as(&self) -> worker_kit::Result<Option<Holding>> {
        Ok(self.setting(HOLDING)?.as_deref().map(json::from_str).transpose()?)
    }

    /// The owner, if the object holds something.
    pub(super) fn holder(&self) -> worker_kit::Result<Option<Holder>> {
        Ok(self.setting(HOLDER)?.as_deref().map(json::from_str).transpose()?)
    }

    /// Removes this session or task from the registry. If the call fails, the registry drops the entry when it is old.
    pub(super) async fn leave_registry(&self, holder: &Holder) {
        let Some(name) = self.state.id().name() else { return };
        if let Err(unanswered) =
            object::ask(&self.env, holder.principal.as_str(), Leave { object: name }).await
        {
            console_error!("a session could not leave its principal's registry: {}", fault(unanswered));
        }
    }
}
