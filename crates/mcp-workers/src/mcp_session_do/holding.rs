//! The object as one that holds something: it is entered in its principal's registry first, and leaves it with the last of it.

use worker::console_error;
use worker_kit::object::{self, Never, Unanswered};
use worker_kit::storage::RETRY_SECONDS;

use super::session_object::McpSession;
use crate::questions::{Enter, Holder, Holding, Leave, fault};

/// For whom something is held, and what: the settings of that name.
pub(super) const HOLDER: &str = "holder";
const HOLDING: &str = "holding";

impl McpSession {
    /// Holds something, for which this is entered in the registry unless it is there for it already. A session that was
    /// never held has no tables, and stays so. Where the registry does not answer nothing can be held: 503.
    /// `false`: the session was ended, and holds nothing any more.
    pub(super) async fn hold(&self, holder: &Holder, holding: Holding) -> Result<bool, Unanswered<Never>> {
        if self.held_as()? == Some(holding) {
            return Ok(true);
        }
        if !self.ask_registry(holder, holding).await? {
            return Ok(false);
        }
        self.storage.tables()?;
        self.set(HOLDER, &serde_json::to_string(holder)?)?;
        self.set_holding(holding)?;
        self.seen()?;
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

    /// What this is entered for; `None` where nothing is held, and where something is since before there were registries.
    fn held_as(&self) -> worker::Result<Option<Holding>> {
        if self.holding.get().is_none() {
            let stored = self.setting(HOLDING)?;
            self.holding.set(stored.as_deref().map(serde_json::from_str).transpose()?);
        }
        Ok(self.holding.get())
    }

    fn set_holding(&self, holding: Holding) -> worker::Result<()> {
        self.set(HOLDING, &serde_json::to_string(&holding)?)?;
        self.holding.set(Some(holding));
        Ok(())
    }

    /// For whom this is held.
    pub(super) fn holder(&self) -> worker::Result<Option<Holder>> {
        Ok(self.setting(HOLDER)?.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// Has the registry forget this session or task. If it does not hear, it forgets it in time.
    pub(super) async fn leave_registry(&self, holder: &Holder) {
        let Some(name) = self.state.id().name() else { return };
        if let Err(unanswered) =
            object::ask(&self.env, holder.principal.as_str(), Leave { object: name }).await
        {
            console_error!("a session could not leave its principal's registry: {}", fault(unanswered));
        }
    }
}
