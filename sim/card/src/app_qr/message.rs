//! Ticket → claims → signed message → text.
//!
//! Invariant: maps are written in the order of their keys' bytes, integers and floats in their shortest form (RFC 8949,
//! section 4.2.1); a time of whole seconds is an integer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coset::cbor::value::Value;
use coset::cwt::{ClaimsSet, Timestamp};
use coset::{CborSerializable, CoseSign1Builder, Header, Label, TaggedCborSerializable, iana};
use songsinh_contract::{QrTicket, Signer};

use super::key::is_mac;

/// What every text starts with: the kind and its version.
pub const PREFIX: &str = "VNQ1:";
/// The claim `aud`.
pub const AUDIENCE: &str = "vneid-qr";
/// The protected header `typ`.
pub const TYPE: &str = "application/vneid-qr+cwt";

/// The label of `typ` (RFC 9596).
const TYP: i64 = 16;

/// The text of the QR for a ticket, signed by the phone's key.
///
/// A ticket that has been through a record has lost its id; its text then carries an empty one. Times before 1970 or
/// after the year 9999 are written and not read back by [`parse`](super::parse).
#[must_use]
pub fn sign(ticket: &QrTicket, signer: &dyn Signer) -> String {
    let claims = claims(ticket.id.text().unwrap_or_default(), ticket.issued_ms, ticket.expires_ms);
    text(&signed(header(algorithm(signer), key_id(signer)), encoded(claims), signer))
}

/// The claims of a ticket.
pub(super) fn claims(id: &str, issued_ms: i64, expires_ms: i64) -> ClaimsSet {
    ClaimsSet {
        audience: Some(AUDIENCE.into()),
        expiration_time: Some(numeric_date(expires_ms)),
        issued_at: Some(numeric_date(issued_ms)),
        cwt_id: Some(id.as_bytes().into()),
        ..ClaimsSet::default()
    }
}

/// A NumericDate of RFC 8392.
fn numeric_date(unix_ms: i64) -> Timestamp {
    if unix_ms % 1000 == 0 {
        Timestamp::WholeSeconds(unix_ms / 1000)
    } else {
        Timestamp::FractionalSeconds(unix_ms as f64 / 1000.0)
    }
}

/// Encoding into memory fails only for headers that stand twice, which nothing here makes.
pub(super) fn encoded(claims: ClaimsSet) -> Vec<u8> {
    claims.to_vec().unwrap_or_default()
}

/// What a signer signs with.
pub(super) fn algorithm(signer: &dyn Signer) -> Option<coset::Algorithm> {
    let algorithm = if is_mac(signer.public_jwk()) { iana::Algorithm::HMAC_512_512 } else { iana::Algorithm::ES256 };
    Some(coset::Algorithm::Assigned(algorithm))
}

/// A signer's thumbprint as bytes.
pub(super) fn key_id(signer: &dyn Signer) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(signer.thumbprint()).unwrap_or_default()
}

/// The protected header.
pub(super) fn header(alg: Option<coset::Algorithm>, key_id: Vec<u8>) -> Header {
    Header { alg, key_id, rest: vec![(Label::Int(TYP), Value::Text(TYPE.into()))], ..Header::default() }
}

/// The tagged message over a payload, signed as it stands.
pub(super) fn signed(header: Header, payload: Vec<u8>, signer: &dyn Signer) -> Vec<u8> {
    sealed(header, payload, |message| signer.sign(message).into())
}

/// The tagged message over a payload; `seal` gives what stands as the signature over these bytes.
pub(super) fn sealed(header: Header, payload: Vec<u8>, seal: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let message = CoseSign1Builder::new().protected(header).payload(payload).create_signature(&[], seal).build();
    message.to_tagged_vec().unwrap_or_default()
}

/// The text of a message.
pub(super) fn text(message: &[u8]) -> String {
    format!("{PREFIX}{}", base45::encode(message))
}
