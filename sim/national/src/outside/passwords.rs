//! argon2id, in PHC form.
//!
//! Invariant: whoever has no hash to compare with does the same work as who has one.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::config::Argon2Cost;
use crate::error::TwinError;
use crate::records::PasswordHash;

const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// Hashes and checks secrets at one cost.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    memory_kib: u32,
    passes: u32,
}

impl Passwords {
    /// At that cost.
    ///
    /// # Errors
    /// Never for the costs that exist; argon2 refuses parameters out of its range.
    pub fn new(cost: Argon2Cost) -> Result<Self, TwinError> {
        let (memory_kib, passes) = cost.parameters();
        let params = Params::new(memory_kib, passes, 1, Some(HASH_BYTES)).map_err(hashing)?;
        Ok(Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params), memory_kib, passes })
    }
    /// Hashes a secret with that salt.
    ///
    /// # Errors
    /// When argon2 refuses the input (it takes up to 4 GiB).
    pub fn hash(&self, secret: &str, salt: [u8; SALT_BYTES]) -> Result<PasswordHash, TwinError> {
        let mut out = [0; HASH_BYTES];
        self.argon2.hash_password_into(secret.as_bytes(), &salt, &mut out).map_err(hashing)?;
        let (salt, out) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(out));
        Ok(format!("$argon2id$v=19$m={},t={},p=1${salt}${out}", self.memory_kib, self.passes).into())
    }
    /// Whether a secret fits a hash; without a readable one it works as long and says no. A hash made at another cost is
    /// checked at that cost.
    ///
    /// # Errors
    /// As [`Passwords::hash`].
    pub fn fits(&self, secret: &str, against: Option<&str>) -> Result<bool, TwinError> {
        let parsed = against.and_then(parse);
        let (salt, want, argon2) = match &parsed {
            Some((salt, want, params)) => {
                (salt.as_slice(), want.as_slice(), Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone()))
            }
            None => (&[0; SALT_BYTES][..], &[][..], self.argon2.clone()),
        };
        let mut out = [0; HASH_BYTES];
        argon2.hash_password_into(secret.as_bytes(), salt, &mut out).map_err(hashing)?;
        Ok(aws_lc_rs::constant_time::verify_slices_are_equal(&out, want).is_ok())
    }
}

fn hashing(error: argon2::Error) -> TwinError {
    TwinError::Hashing(error.to_string())
}

fn parse(phc: &str) -> Option<(Vec<u8>, Vec<u8>, Params)> {
    let rest = phc.strip_prefix("$argon2id$v=19$m=")?;
    let mut parts = rest.split('$');
    let (costs, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let (memory_kib, costs) = costs.split_once(",t=")?;
    let (passes, lanes) = costs.split_once(",p=")?;
    let params =
        Params::new(memory_kib.parse().ok()?, passes.parse().ok()?, lanes.parse().ok()?, Some(HASH_BYTES)).ok()?;
    Some((STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_fits_its_own_hash_alone() {
        let passwords = Passwords::new(Argon2Cost::Light).unwrap();
        let hash = passwords.hash("Mat-Khau-1", [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(passwords.fits("Mat-Khau-1", Some(&hash)).unwrap());
        assert!(!passwords.fits("Mat-Khau-2", Some(&hash)).unwrap());
        assert!(!passwords.fits("Mat-Khau-1", None).unwrap());
        assert!(!passwords.fits("Mat-Khau-1", Some("$argon2id$nonsense")).unwrap());
        assert_ne!(hash, passwords.hash("Mat-Khau-1", [8; 16]).unwrap());
    }

    #[test]
    fn a_hash_of_another_cost_is_checked_at_that_cost() {
        let light = Passwords::new(Argon2Cost::Light).unwrap();
        let owasp = Passwords::new(Argon2Cost::Owasp).unwrap();
        let hash = owasp.hash("Mat-Khau-1", [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(light.fits("Mat-Khau-1", Some(&hash)).unwrap());
    }
}
