//! Text → what it claims, strictly; and the check of its signature.
//!
//! Invariant: what is read is written anew and compared, so that every text but the canonical one is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coset::cwt::{ClaimsSet, Timestamp};
use coset::{CborSerializable, CoseSign1, TaggedCborSerializable, iana};

use super::AppQrError;
use super::key::Key;
use super::message::{AUDIENCE, PREFIX, claims, encoded, header, sealed, text};

/// The longest text that is read; a genuine one has about 300 letters.
pub const MAX_TEXT_BYTES: usize = 1024;

/// The last millisecond of the year 9999.
const LAST_MS: i64 = 253_402_300_799_999;

/// How a text says that it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: what phones do.
    Es256,
    /// HMAC-SHA-512: what phones do in virtual time.
    Hs512,
}

/// What a text claims. Nothing of it is proven before [`verify`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedQr {
    /// The ticket's id (`cti`).
    pub ticket: String,
    /// When the ticket was given (`iat`), Unix milliseconds.
    pub issued_ms: i64,
    /// When it ends (`exp`), Unix milliseconds.
    pub expires_ms: i64,
    /// The RFC 7638 thumbprint of the key that is said to have signed, base64url without padding, as
    /// `Signer::thumbprint` gives it.
    pub key_thumbprint: String,
    /// How it is said to be signed.
    pub algorithm: Algorithm,
    key_id: [u8; 32],
    message: Vec<u8>,
    signature: [u8; 64],
}

impl ParsedQr {
    /// What stands as the signature.
    pub(super) fn signature(&self) -> &[u8; 64] {
        &self.signature
    }
}

/// Reads a QR's text.
///
/// # Errors
/// [`AppQrError`] for the first thing that is wrong; [`AppQrError::NotCanonical`] for every text that can be read and is
/// not the one that [`sign`](super::sign) would make of its contents.
pub fn parse(qr: &str) -> Result<ParsedQr, AppQrError> {
    if qr.len() > MAX_TEXT_BYTES {
        return Err(AppQrError::TooLong { bytes: qr.len(), limit: MAX_TEXT_BYTES });
    }
    let letters = qr.strip_prefix(PREFIX).ok_or(AppQrError::Prefix)?;
    let bytes = base45::decode(letters).map_err(|_| AppQrError::Base45)?;
    let message =
        CoseSign1::from_tagged_slice(&bytes).map_err(|error| AppQrError::Message { why: error.to_string() })?;
    let alg = message.protected.header.alg.clone();
    let algorithm = match alg {
        Some(coset::Algorithm::Assigned(iana::Algorithm::ES256)) => Algorithm::Es256,
        Some(coset::Algorithm::Assigned(iana::Algorithm::HMAC_512_512)) => Algorithm::Hs512,
        _ => return Err(AppQrError::Algorithm),
    };
    let key_id = &message.protected.header.key_id;
    let key_id: [u8; 32] = key_id.as_slice().try_into().map_err(|_| AppQrError::KeyId)?;
    let signature = message.signature.as_slice();
    let signature: [u8; 64] =
        signature.try_into().map_err(|_| AppQrError::Signature { bytes: message.signature.len() })?;
    let (ticket, issued_ms, expires_ms) = read_claims(message.payload.as_deref().unwrap_or_default())?;

    // The decoders take longer integers, foreign headers, letters that overflow: all of it changes the text.
    let payload = encoded(claims(&ticket, issued_ms, expires_ms));
    let mut signed = Vec::new();
    let again = sealed(header(alg, key_id.into()), payload, |message| {
        signed = message.to_vec();
        signature.into()
    });
    if text(&again) != qr {
        return Err(AppQrError::NotCanonical);
    }
    let key_thumbprint = URL_SAFE_NO_PAD.encode(key_id);
    Ok(ParsedQr { ticket, issued_ms, expires_ms, key_thumbprint, algorithm, key_id, message: signed, signature })
}

/// Ticket, `iat` and `exp` in Unix milliseconds.
fn read_claims(payload: &[u8]) -> Result<(String, i64, i64), AppQrError> {
    let claims = ClaimsSet::from_slice(payload).map_err(|error| AppQrError::Claims { why: error.to_string() })?;
    if claims.audience.as_deref() != Some(AUDIENCE) {
        return Err(AppQrError::Audience);
    }
    let ticket = claims.cwt_id.and_then(|id| String::from_utf8(id).ok());
    Ok((
        ticket.ok_or(AppQrError::Claim { claim: "cti" })?,
        unix_ms(claims.issued_at.as_ref()).ok_or(AppQrError::Claim { claim: "iat" })?,
        unix_ms(claims.expiration_time.as_ref()).ok_or(AppQrError::Claim { claim: "exp" })?,
    ))
}

fn unix_ms(date: Option<&Timestamp>) -> Option<i64> {
    let ms = match *date? {
        Timestamp::WholeSeconds(seconds) => seconds.checked_mul(1000)?,
        // Out of range becomes the nearest i64, not a number becomes 0: both fail one of the two checks.
        Timestamp::FractionalSeconds(seconds) => (seconds * 1000.0).round() as i64,
    };
    (0..=LAST_MS).contains(&ms).then_some(ms)
}

/// Whether the key of that JWK signed the text: ES256 for a key of kind `EC` on P-256, HMAC-SHA-512 for one of kind
/// `oct`. The text must name this very key by its thumbprint and the algorithm of its kind.
#[must_use]
pub fn verify(qr: &ParsedQr, jwk: &str) -> bool {
    checked(qr, jwk, true)
}

/// As [`verify`], whichever key the text names: what a careless verifier does. For misbehaviours alone.
#[must_use]
pub fn verify_any_name(qr: &ParsedQr, jwk: &str) -> bool {
    checked(qr, jwk, false)
}

fn checked(qr: &ParsedQr, jwk: &str, named: bool) -> bool {
    let Some((key, thumbprint)) = Key::read(jwk) else { return false };
    let fits = matches!((&key, qr.algorithm), (Key::Ec(_), Algorithm::Es256) | (Key::Mac(_), Algorithm::Hs512));
    fits && (!named || thumbprint == qr.key_id) && key.checks(&qr.message, &qr.signature)
}
