//! A public key as a JWK (RFC 7517): P-256, or the secret of a MAC in virtual time.
//!
//! Invariant: the kind of key decides how a signature is checked, never the text that it stands in; a key that is not
//! the one named by the text checks nothing.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// How the JWK of a MAC starts, as the phone writes it.
const OCT_JWK: &str = r#"{"k":""#;

/// The longest JWK that is read.
const MAX_JWK_BYTES: usize = 1024;

/// Whether a signer's own JWK is that of a MAC.
pub(super) fn is_mac(jwk: &str) -> bool {
    jwk.starts_with(OCT_JWK)
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    k: Option<String>,
}

/// A key that can check a signature.
pub(super) enum Key {
    /// An uncompressed point of P-256.
    Ec(Vec<u8>),
    /// The secret of HMAC-SHA-512.
    Mac(Vec<u8>),
}

impl Key {
    /// The key of a JWK and its RFC 7638 thumbprint; none for any other kind of key or text.
    pub(super) fn read(jwk: &str) -> Option<(Self, [u8; 32])> {
        if jwk.len() > MAX_JWK_BYTES {
            return None;
        }
        let jwk: Jwk = serde_json::from_str(jwk).ok()?;
        let (key, members) = match (jwk.kty.as_str(), jwk.crv.as_deref(), jwk.x, jwk.y, jwk.k) {
            ("EC", Some("P-256"), Some(x), Some(y), None) => {
                let (left, right) = (URL_SAFE_NO_PAD.decode(&x).ok()?, URL_SAFE_NO_PAD.decode(&y).ok()?);
                if left.len() != 32 || right.len() != 32 {
                    return None;
                }
                let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
                (Self::Ec([vec![4], left, right].concat()), members)
            }
            ("oct", None, None, None, Some(k)) => {
                let secret = URL_SAFE_NO_PAD.decode(&k).ok()?;
                (Self::Mac(secret), format!(r#"{{"k":"{k}","kty":"oct"}}"#))
            }
            _ => return None,
        };
        Some((key, Sha256::digest(members).into()))
    }

    /// Whether the signature is this key's over the message.
    pub(super) fn checks(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ec(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            Self::Mac(secret) => hmac::verify(&hmac::Key::new(hmac::HMAC_SHA512, secret), message, signature).is_ok(),
        }
    }
}
