//! Who may do what to the todos: one table of scopes for agents, one of roles for people.
//!
//! [`identity_workers`] gives a caller's scopes or roles ([`Entitlement`]); here they are mapped to [`Permissions`]. Every tool, resource
//! and REST call names the [`Permission`] it needs and is refused without it. A fork rewrites this file.

use identity_workers::{Caller, Entitlement, deployment::Deployment};
use oauth::Scopes;

/// Something a caller can be permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    ReadTodos,
    WriteTodos,
}

/// What each role may do. Stytch gives every user `stytch_user`; further roles are made in its dashboard. A role that is not
/// here permits nothing.
const ROLES: [(&str, &[Permission]); 2] = [
    ("stytch_user", &[Permission::ReadTodos, Permission::WriteTodos]),
    ("todos_reader", &[Permission::ReadTodos]),
];

/// The role of a person whose session names none: a Stytch project older than its roles names none.
const DEFAULT_ROLE: &str = "stytch_user";

impl Permission {
    pub(crate) const ALL: [Self; 2] = [Self::ReadTodos, Self::WriteTodos];

    /// What [`Self::scope`] says of each.
    pub(crate) const SCOPES: [&str; 2] = [Self::ReadTodos.scope(), Self::WriteTodos.scope()];

    /// The scope that stands for it: in metadata, on the consent page, in tokens and in challenges.
    pub(crate) const fn scope(self) -> &'static str {
        match self {
            Self::ReadTodos => "todos:read",
            Self::WriteTodos => "todos:write",
        }
    }

    /// What it permits, in words for the person who is asked to grant it.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::ReadTodos => "See your todos",
            Self::WriteTodos => "See, add, complete and delete your todos",
        }
    }

    /// What comes with it and need not be said beside it.
    pub(crate) fn includes(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |part| *part != self && part.is_part_of(self))
    }

    pub(crate) fn of_scope(scope: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.scope() == scope)
    }

    /// Whether it comes with another one: every change shows what was changed, so who may write may read.
    fn is_part_of(self, held: Self) -> bool {
        self == held || (self == Self::ReadTodos && held == Self::WriteTodos)
    }
}

/// What one caller may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Permissions(Vec<Permission>);

impl Permissions {
    /// A caller's. `required` are the scopes without which an agent may not do what they stand for.
    pub(crate) fn of(entitlement: &Entitlement, required: &Scopes) -> Self {
        match entitlement {
            Entitlement::Roles(roles) => Self::of_roles(roles),
            Entitlement::Scopes(scopes) => Self::of_scopes(scopes, required),
        }
    }

    /// A person's, by the roles that their session names.
    pub(crate) fn of_roles(roles: &[String]) -> Self {
        let names = |role: &str| {
            if roles.is_empty() { role == DEFAULT_ROLE } else { roles.iter().any(|held| held == role) }
        };
        let granted = ROLES.iter().filter(|(role, _)| names(role)).flat_map(|(_, granted)| granted.iter());
        Self(granted.copied().collect())
    }

    /// An agent's, by the scopes of its token. What this deployment requires no scope for, every token may do.
    pub(crate) fn of_scopes(scopes: &Scopes, required: &Scopes) -> Self {
        let held = |permission: &Permission| {
            !required.contains(permission.scope()) || scopes.contains(permission.scope())
        };
        Self(Permission::ALL.into_iter().filter(held).collect())
    }

    pub(crate) fn allow(&self, permission: Permission) -> bool {
        self.0.iter().any(|held| permission.is_part_of(*held))
    }
}

/// The caller may not do this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotPermitted;

/// Lets only those go on who may do this.
///
/// # Errors
/// [`NotPermitted`] for a caller who may not do this.
pub(crate) fn require(
    caller: &Caller,
    deployment: &Deployment,
    permission: Permission,
) -> Result<(), NotPermitted> {
    if Permissions::of(&caller.entitlement, &deployment.config.required_scopes).allow(permission) {
        Ok(())
    } else {
        Err(NotPermitted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(permissions: &Permissions) -> [bool; 2] {
        Permission::ALL.map(|permission| permissions.allow(permission))
    }

    #[test]
    fn who_may_write_may_read() {
        let of = |scopes: &str| {
            may(&Permissions::of_scopes(&scopes.parse().unwrap(), &"todos:read todos:write".parse().unwrap()))
        };
        assert_eq!(of("openid todos:read"), [true, false]);
        assert_eq!(of("todos:write"), [true, true]);
        assert_eq!(of("openid email"), [false, false]);
        assert_eq!(of("todos:readwrite"), [false, false]);
    }

    #[test]
    fn what_is_not_required_is_open_to_every_token() {
        let of = |required: &str| may(&Permissions::of_scopes(&Scopes::none(), &required.parse().unwrap()));
        assert_eq!(of(""), [true, true]);
        assert_eq!(of("todos:write"), [true, false]);
    }

    #[test]
    fn roles_permit_what_the_table_says_and_unknown_ones_nothing() {
        let of = |roles: &[&str]| {
            may(&Permissions::of_roles(&roles.iter().map(|&role| role.to_owned()).collect::<Vec<_>>()))
        };
        assert_eq!(of(&[]), [true, true]);
        assert_eq!(of(&["stytch_user"]), [true, true]);
        assert_eq!(of(&["todos_reader"]), [true, false]);
        assert_eq!(of(&["todos_reader", "stytch_user"]), [true, true]);
        assert_eq!(of(&["stytch_admin"]), [false, false]);
    }
}
