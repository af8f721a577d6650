//! Why a text is no QR of the app.

/// What is wrong with a text, in the order in which it is looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppQrError {
    /// Longer than any genuine one.
    #[error("the QR's text has {bytes} bytes, more than the {limit} that are read")]
    TooLong {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Another prefix, or another version.
    #[error("the QR's text does not start with {wanted}", wanted = super::PREFIX)]
    Prefix,
    /// Letters that are no base45.
    #[error("what follows the prefix is not base45 (RFC 9285)")]
    Base45,
    /// Bytes that are no tagged COSE_Sign1.
    #[error("the bytes are not a tagged COSE_Sign1 (RFC 9052): {why}")]
    Message {
        /// What the decoder says.
        why: String,
    },
    /// An algorithm other than ES256 (or HMAC 512/512 in virtual time), or none.
    #[error("the algorithm is not one that is known here")]
    Algorithm,
    /// The key is not named by a thumbprint of 32 bytes.
    #[error("kid is not the 32 bytes of an RFC 7638 thumbprint")]
    KeyId,
    /// Not 64 bytes.
    #[error("the signature has {bytes} bytes; 64 are wanted")]
    Signature {
        /// Bytes given.
        bytes: usize,
    },
    /// The payload is no set of CWT claims.
    #[error("the payload is not a set of CWT claims (RFC 8392): {why}")]
    Claims {
        /// What the decoder says.
        why: String,
    },
    /// Made for somebody else.
    #[error("the claim aud is not «{wanted}»", wanted = super::AUDIENCE)]
    Audience,
    /// A claim that must be there.
    #[error("the claim {claim} is missing or cannot be read")]
    Claim {
        /// Which: `cti`, `iat` or `exp`.
        claim: &'static str,
    },
    /// Readable, but not the one text that these claims, key and signature have.
    #[error(
        "the text is not in its one canonical form: other headers or claims, another order or encoding, or more bytes"
    )]
    NotCanonical,
}
