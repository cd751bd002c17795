//! The application may use all that is below it.

use shop_engine::{Context, Name};
use worker::Env;

pub fn answer(_: Env, context: Context) -> Name {
    policy::checked(context.name)
}
