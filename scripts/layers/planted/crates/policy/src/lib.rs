//! The policy knows neither the engine nor the platform.

use worker::Env; //~ layer

pub fn checked(name: String, _: &Env) -> String {
    let context = shop_engine::Context::new(name); //~ layer word
    context.name
}

/// A function of a crate's name is not what a path begins with.
pub fn worker() {}

pub fn shopping() {} //~ word

#[cfg(test)]
mod tests {
    use shop_engine::Context;
    use worker::Env;

    fn in_the_shop() {}
}
