//! The object as one that holds something: it is entered in its principal's registry first, and leaves it with the last of it.

use worker::console_error;
use worker_kit::object::{self, Never, Unanswered};
use worker_kit::storage::RETRY_SECONDS;

use super::session_object::McpSession;
use crate::questions::{Enter, Holder, Holding, Leave, fault};

/// For whom something is held, and what: the settings of that name.
pub(super) const HOLDER: &str = "holder";
pub(super) const HOLDING: &str = "holding";

impl McpSession {
    /// Holds something, for which this is entered in the registry unless it is there for as much already. A session that was
    /// never held has no tables, and stays so. Where the registry does not answer nothing can be held: 503.
    pub(super) async fn hold(&self, holder: &Holder, holding: Holding) -> Result<(), Unanswered<Never>> {
        match self.held_as()? {
            Some(held) if held.covers(holding) => Ok(()),
            _ => self.enter_registry(holder, holding).await,
        }
    }

    /// Enters the registry, as the newest of its kind, and makes the tables.
    pub(super) async fn enter_registry(
        &self,
        holder: &Holder,
        holding: Holding,
    ) -> Result<(), Unanswered<Never>> {
        let member =
            self.state.id().name().ok_or_else(|| Unanswered::fault("a session object has no name"))?;
        let enter = Enter { member, client: holder.client.clone(), holding };
        if let Err(unanswered) = object::ask(&self.env, holder.principal.as_str(), enter).await {
            console_error!(
                "a session could not be entered in its principal's registry: {}",
                fault(unanswered)
            );
            return Err(Unanswered::for_now(RETRY_SECONDS));
        }
        self.make_tables().await?;
        self.set(HOLDER, &serde_json::to_string(holder)?)?;
        self.set_holding(holding)?;
        Ok(())
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

    /// Nothing is told of changes any more; the registry is about to learn so.
    pub(super) fn hold_less(&self) -> worker::Result<()> {
        if self.held_as()? == Some(Holding::ResourceChanges) {
            self.set_holding(Holding::Something)?;
        }
        Ok(())
    }

    /// Has the registry forget this session or task. If it does not hear, it forgets it in time.
    pub(super) async fn leave_registry(&self) {
        let Ok(Some(holder)) = self.setting(HOLDER) else { return };
        let (Ok(holder), Some(member)) = (serde_json::from_str::<Holder>(&holder), self.state.id().name())
        else {
            return;
        };
        if let Err(unanswered) = object::ask(&self.env, holder.principal.as_str(), Leave { member }).await {
            console_error!("a session could not leave its principal's registry: {}", fault(unanswered));
        }
    }
}
