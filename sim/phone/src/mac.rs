//! A keyed MAC in place of the device key, for virtual time.
//!
//! Two P-256 operations a call would eat a virtual run, so that most phones there "sign" with HMAC-SHA-512 (whose 64
//! bytes fit the [`Signer`]'s). Invariant: it binds as a signature does. The JWK is of kind `oct` and carries the key,
//! its RFC 7638 thumbprint names the key, and who changes a byte of the proof fails the check.
//!
//! This is no proof of possession: who sees one proof can make the next. It is for the built-in twin in virtual time
//! alone; RFC 9449 section 4.2 forbids symmetric algorithms, and every other target refuses it.

use std::fmt::Write as _;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use songsinh_contract::{DeviceId, Signer};

use crate::key::stream;

/// What the JWK of a [`MacSigner`] starts with; by this a proof's algorithm is chosen.
pub(crate) const OCT_JWK: &str = r#"{"k":""#;

/// A keyed MAC that stands for a device key in virtual time.
pub struct MacSigner {
    key: hmac::Key,
    jwk: Box<str>,
    thumbprint: Box<str>,
}

impl MacSigner {
    /// The key of a device; `generation` counts the app's installations from 0.
    #[must_use]
    pub fn new(seed: u64, device: DeviceId, generation: u32) -> Self {
        let mut chance = stream(seed, device, generation);
        let mut bytes = [0; 32];
        for word in bytes.chunks_exact_mut(8) {
            word.copy_from_slice(&chance.bits().to_be_bytes());
        }
        let mut jwk = String::with_capacity(64);
        let _ = write!(jwk, r#"{OCT_JWK}{}","kty":"oct"}}"#, URL_SAFE_NO_PAD.encode(bytes));
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA512, &bytes),
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(&jwk)).into(),
            jwk: jwk.into(),
        }
    }
}

impl Signer for MacSigner {
    fn sign(&self, message: &[u8]) -> [u8; 64] {
        hmac::sign(&self.key, message).as_ref().try_into().unwrap_or([0; 64])
    }
    fn public_jwk(&self) -> &str {
        &self.jwk
    }
    fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_in_the_jwk_checks_the_mac() {
        let signer = MacSigner::new(1, DeviceId(2), 0);
        let jwk: serde_json::Value = serde_json::from_str(signer.public_jwk()).unwrap();
        assert_eq!(jwk["kty"], "oct");
        let key = hmac::Key::new(hmac::HMAC_SHA512, &URL_SAFE_NO_PAD.decode(jwk["k"].as_str().unwrap()).unwrap());
        assert!(hmac::verify(&key, b"message", &signer.sign(b"message")).is_ok());
        assert!(hmac::verify(&key, b"Message", &signer.sign(b"message")).is_err());
    }

    #[test]
    fn every_device_and_installation_has_its_own() {
        let thumbprint = |seed, device, generation| MacSigner::new(seed, DeviceId(device), generation).thumbprint;
        assert_eq!(thumbprint(1, 2, 0), thumbprint(1, 2, 0));
        for other in [thumbprint(2, 2, 0), thumbprint(1, 3, 0), thumbprint(1, 2, 1)] {
            assert_ne!(other, thumbprint(1, 2, 0));
        }
    }
}
