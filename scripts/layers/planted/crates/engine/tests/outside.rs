//! Sees the crate as others do, and may say shop.

use shop_engine::Context;
