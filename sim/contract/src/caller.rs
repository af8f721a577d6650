//! Who calls: an app installation, its session, and what it shows of its device key.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{DeviceId, Operation, Token};

/// Which proof of the device key goes with a request (RFC 9449, DPoP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofShown {
    /// A fresh proof by the caller's own key.
    Own,
    /// No proof at all.
    Missing,
    /// A fresh proof by a key that is not this device's.
    Foreign,
    /// A proof by the own key, older than the window allows.
    Stale,
    /// A proof that was shown before.
    Replayed,
}

/// A device key: signs, and tells its public half. Kept in phones, used by targets; never in a record.
pub trait Signer: Send + Sync {
    /// The P-256 signature over SHA-256 of `message`, r and s, 32 bytes each (JWS ES256).
    fn sign(&self, message: &[u8]) -> [u8; 64];
    /// The public key as a JWK (RFC 7517), members in the order of RFC 7638.
    fn public_jwk(&self) -> &str;
    /// The RFC 7638 thumbprint, base64url without padding.
    fn thumbprint(&self) -> &str;
}

/// Who calls: an app installation, its session, its key.
#[derive(Clone, Serialize, Deserialize)]
pub struct Caller {
    /// The installation.
    pub device: DeviceId,
    /// The session, once logged in.
    pub session: Option<Token>,
    /// Which proof shall go along.
    pub proof: ProofShown,
    /// Digest of the thumbprint of the key that signs (the foreign one for [`ProofShown::Foreign`]).
    pub key: crate::Digest,
    /// The key itself.
    #[serde(skip)]
    pub signer: Option<Arc<dyn Signer>>,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("device", &self.device)
            .field("session", &self.session)
            .field("proof", &self.proof)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Caller {
    fn eq(&self, other: &Self) -> bool {
        self.device == other.device
            && self.session == other.session
            && self.proof == other.proof
            && self.key == other.key
    }
}
impl Eq for Caller {}

/// One request: what, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What is asked.
    pub operation: Operation,
    /// Who asks.
    pub caller: Caller,
}
