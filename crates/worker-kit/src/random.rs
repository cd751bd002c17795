//! Randomness from the platform's cryptographic source.

use uuid::Uuid;

/// Random bytes.
///
/// # Errors
/// The platform's random source fails.
pub fn bytes<const N: usize>() -> crate::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// A random UUID (version 4).
///
/// # Errors
/// The platform's random source fails.
pub fn uuid() -> crate::Result<Uuid> {
    Ok(uuid::Builder::from_random_bytes(bytes()?).into_uuid())
}
