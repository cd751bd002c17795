//! What this product is called, and what it tells identity of itself. Whoever serves something else rewrites this file.

use identity_workers::Application;
use text::name::Reserved;

use crate::permissions::Permission;

pub(crate) static PRODUCT: Application = Application {
    name: "Todos",
    scopes: &Permission::SCOPES,
    // They are this product's, its identity provider's, or what the page calls the person themselves.
    reserved: Reserved { names: &["TODOS", "TODO SERVICE", "YOU"], marks: &["STYTCH"] },
};
