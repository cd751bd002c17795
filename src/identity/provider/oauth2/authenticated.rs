//! The client that makes a call, authenticated.
