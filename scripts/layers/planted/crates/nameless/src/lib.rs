//! No row of the table names this crate.
