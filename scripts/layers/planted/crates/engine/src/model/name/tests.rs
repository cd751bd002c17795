//! Tests may look anywhere, and may say shop.

use crate::handler::tested::Tested;
