//! The device key: P-256, signed with aws-lc-rs.
//!
//! Invariant: the key is a pure function of (seed, device, generation); a reinstall of the app is the next generation.
//! It is made at first use, since a phone that is never bound needs none. Signatures draw fresh randomness inside the
//! library, so their bytes differ from run to run; nothing that is recorded contains them.
//!
//! These are keys of fake phones: the generator behind them is reproducible, and no secret in the usual sense.

use std::fmt::Write as _;
use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use songsinh_contract::{Chance, DeviceId, Purpose, Signer};

const KEY: Purpose = Purpose::named("phone.device-key");
const GENERATION: Purpose = Purpose::named("phone.key-generation");

/// The order of P-256's base point (FIPS 186-5, SP 800-186 section 3.2.1.3).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// Before and after the scalar in an `ECPrivateKey` (RFC 5915) of P-256 without its public key.
const SEC1_HEAD: [u8; 7] = [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
const SEC1_TAIL: [u8; 12] = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// The stream that belongs to a device's key of one generation.
pub(crate) fn stream(seed: u64, device: DeviceId, generation: u32) -> Chance {
    let seed = Chance::new(seed, GENERATION, u64::from(generation)).bits();
    Chance::new(seed, KEY, device.0)
}

/// A device's key pair, made at first use.
pub struct DeviceKey {
    seed: u64,
    device: DeviceId,
    generation: u32,
    made: OnceLock<Box<Made>>,
}

struct Made {
    pair: Option<EcdsaKeyPair>,
    jwk: String,
    thumbprint: String,
}

impl DeviceKey {
    /// The key of a device; `generation` counts the app's installations from 0.
    #[must_use]
    pub fn new(seed: u64, device: DeviceId, generation: u32) -> Self {
        Self { seed, device, generation, made: OnceLock::new() }
    }

    /// Whether the key has been needed yet.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.made.get().is_some()
    }

    fn made(&self) -> &Made {
        self.made.get_or_init(|| Box::new(Made::of(scalar(self.seed, self.device, self.generation))))
    }
}

impl Made {
    /// A scalar within the curve's order always makes a key; should the library still refuse, every later signature is
    /// zero and every verifier refuses it.
    fn of(scalar: [u8; 32]) -> Self {
        let der = [&SEC1_HEAD[..], &scalar, &SEC1_TAIL].concat();
        let pair = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).ok();
        let point: &[u8] = pair.as_ref().map_or(&[0; 65], |pair| pair.public_key().as_ref());
        let jwk = jwk(point);
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(&jwk));
        Self { pair, jwk, thumbprint }
    }
}

/// The secret scalar: the first 32-byte draw within `1 .. order`.
fn scalar(seed: u64, device: DeviceId, generation: u32) -> [u8; 32] {
    let mut chance = stream(seed, device, generation);
    loop {
        let mut bytes = [0; 32];
        for word in bytes.chunks_exact_mut(8) {
            word.copy_from_slice(&chance.bits().to_be_bytes());
        }
        if bytes < ORDER && bytes != [0; 32] {
            return bytes;
        }
    }
}

/// An uncompressed point as a JWK, members in the order of RFC 7638, no blanks.
fn jwk(point: &[u8]) -> String {
    let mut out = String::with_capacity(130);
    let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len().saturating_sub(1) / 2);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let _ = write!(out, r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    out
}

impl Signer for DeviceKey {
    fn sign(&self, message: &[u8]) -> [u8; 64] {
        let pair = self.made().pair.as_ref();
        let signature = pair.and_then(|pair| pair.sign(&SystemRandom::new(), message).ok());
        signature.and_then(|signature| signature.as_ref().try_into().ok()).unwrap_or([0; 64])
    }
    fn public_jwk(&self) -> &str {
        &self.made().jwk
    }
    fn thumbprint(&self) -> &str {
        &self.made().thumbprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::signature::Verifier as _;
    use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
    use proptest::prelude::*;

    fn independent(seed: u64, device: DeviceId, generation: u32) -> VerifyingKey {
        *SigningKey::from_slice(&scalar(seed, device, generation)).unwrap().verifying_key()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn an_independent_verifier_accepts_the_signature(
            seed in any::<u64>(), device in any::<u64>(), generation in 0_u32..4, message in any::<Vec<u8>>(),
        ) {
            let device = DeviceId(device);
            let key = DeviceKey::new(seed, device, generation);
            let signature = Signature::from_slice(&key.sign(&message)).unwrap();
            let verifier = independent(seed, device, generation);
            prop_assert!(verifier.verify(&message, &signature).is_ok());
            let mut other = message.clone();
            other.push(0);
            prop_assert!(verifier.verify(&other, &signature).is_err());
            prop_assert_eq!(key.public_jwk(), jwk(verifier.to_sec1_point(false).as_bytes()));
        }
    }

    #[test]
    fn a_key_is_its_seeds_and_is_made_when_needed() {
        let key = DeviceKey::new(1, DeviceId(2), 0);
        assert!(!key.is_made());
        let thumbprint = key.thumbprint().to_owned();
        assert!(key.is_made());
        assert_eq!(DeviceKey::new(1, DeviceId(2), 0).thumbprint(), thumbprint);
        for other in
            [DeviceKey::new(2, DeviceId(2), 0), DeviceKey::new(1, DeviceId(3), 0), DeviceKey::new(1, DeviceId(2), 1)]
        {
            assert_ne!(other.thumbprint(), thumbprint);
        }
        assert!(size_of::<DeviceKey>() <= 48, "{}", size_of::<DeviceKey>());
    }

    /// The key of RFC 9449's examples; section 6.1 prints its thumbprint (`jkt`).
    #[test]
    fn the_thumbprint_is_the_one_that_rfc_9449_prints() {
        let (x, y) = ("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA");
        let mut point = vec![4];
        point.extend(URL_SAFE_NO_PAD.decode(x).unwrap());
        point.extend(URL_SAFE_NO_PAD.decode(y).unwrap());
        assert_eq!(jwk(&point), format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
        assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(jwk(&point))), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }
}
