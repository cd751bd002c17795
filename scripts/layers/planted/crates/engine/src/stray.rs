//! Declared, and on no floor. //~ unnamed
