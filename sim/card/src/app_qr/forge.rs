//! QR codes that are not what the bound device made, each made as its attacker makes it.
//!
//! Invariant: apart from its flaw a forgery is as good as the attacker can get it, so that what refuses it is the check
//! of that flaw: a lengthened life has a right signature, an edited text is canonical.

use aws_lc_rs::hmac;
use coset::cbor::value::Value;
use coset::cwt::ClaimsSet;
use coset::{CborSerializable, iana};
use songsinh_contract::{Chance, QrFlaw, QrTicket, Signer};

use super::message::{PREFIX, algorithm, claims, encoded, header, key_id, sealed, sign, signed, text};
use super::parse;

/// The letters of [`QrFlaw::Oversized`]: five kilobytes.
const OVERSIZED_BYTES: usize = 5 * 1024;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A forged text for a ticket.
///
/// `own`: the key of the device that the ticket was given to. `other`: for [`QrFlaw::OtherDevice`] and
/// [`QrFlaw::OtherKeyNamed`] a key that is bound to another account; for [`QrFlaw::UnknownKey`] and
/// [`QrFlaw::Counterfeit`] one that nobody has registered; not used otherwise.
///
/// [`parse`](super::parse) refuses the forgery, or [`verify`](super::verify) with `own`'s JWK does, or its claims differ
/// from the ticket's.
#[must_use]
pub fn forge(flaw: QrFlaw, ticket: &QrTicket, own: &dyn Signer, other: &dyn Signer, chance: &mut Chance) -> String {
    let id = ticket.id.text().unwrap_or_default();
    let (issued_ms, expires_ms) = (ticket.issued_ms, ticket.expires_ms);
    let life_ms = expires_ms.saturating_sub(issued_ms);
    let genuine = || claims(id, issued_ms, expires_ms);
    let own_header = || header(algorithm(own), key_id(own));
    let by_own = |claims| text(&signed(own_header(), encoded(claims), own));
    match flaw {
        QrFlaw::SignatureForged => {
            let made_up = random_bytes(chance, 64);
            text(&sealed(own_header(), encoded(genuine()), |_| made_up))
        }
        QrFlaw::SignatureMissing => {
            let none = header(Some(coset::Algorithm::Text("none".into())), key_id(own));
            text(&sealed(none, encoded(genuine()), |_| Vec::new()))
        }
        QrFlaw::MacByPublicKey => mac_by_public_key(genuine(), own),
        QrFlaw::OtherKeyNamed => text(&signed(header(algorithm(own), key_id(other)), encoded(genuine()), own)),
        QrFlaw::OtherDevice | QrFlaw::UnknownKey => sign(ticket, other),
        QrFlaw::Edited => edited(ticket, own, chance),
        QrFlaw::WrongAudience => {
            let audience = *pick(chance, &["vneid-login", "vneid-qr-staging", "vneid-device-move"]);
            by_own(ClaimsSet { audience: Some(audience.into()), ..genuine() })
        }
        QrFlaw::UnknownVersion => {
            let prefix = pick(chance, &["VNQ2:", "VNQ0:", "VNQ:", "HC1:", ""]);
            sign(ticket, own).replacen(PREFIX, prefix, 1)
        }
        QrFlaw::Truncated => {
            let mut cut = sign(ticket, own);
            let most = (cut.len() - PREFIX.len()) as u64;
            cut.truncate(cut.len() - 1 - chance.below(most) as usize);
            cut
        }
        QrFlaw::TrailingBytes => {
            let mut message = signed(own_header(), encoded(genuine()), own);
            let more = 1 + chance.below(16) as usize;
            message.extend(random_bytes(chance, more));
            text(&message)
        }
        QrFlaw::DuplicateClaim => {
            let later_ms = expires_ms.saturating_add(within(chance, 1_000, 3_600_000));
            text(&signed(own_header(), twice_ended(genuine(), claims(id, issued_ms, later_ms)), own))
        }
        QrFlaw::Oversized => oversized(genuine(), own, chance),
        QrFlaw::LifeExtended => {
            by_own(claims(id, issued_ms, expires_ms.saturating_add(within(chance, 1_000, 3_600_000))))
        }
        QrFlaw::FromTheFuture => {
            let issued_ms = issued_ms.saturating_add(within(chance, 60_000, 86_400_000));
            by_own(claims(id, issued_ms, issued_ms.saturating_add(life_ms)))
        }
        QrFlaw::Counterfeit => {
            let made_up = random_id(chance, 22);
            text(&signed(
                header(algorithm(other), key_id(other)),
                encoded(claims(&made_up, issued_ms, expires_ms)),
                other,
            ))
        }
        QrFlaw::TicketGuessed => by_own(claims(&guessed(id, chance), issued_ms, expires_ms)),
    }
}

/// The attack on verifiers that let the text choose the algorithm: the public key is a secret that everybody knows.
fn mac_by_public_key(claims: ClaimsSet, own: &dyn Signer) -> String {
    let mac = header(Some(coset::Algorithm::Assigned(iana::Algorithm::HMAC_512_512)), key_id(own));
    let key = hmac::Key::new(hmac::HMAC_SHA512, own.public_jwk().as_bytes());
    text(&sealed(mac, encoded(claims), |message| hmac::sign(&key, message).as_ref().into()))
}

/// The genuine text with other claims and its old signature: a later end, or another ticket.
fn edited(ticket: &QrTicket, own: &dyn Signer, chance: &mut Chance) -> String {
    let genuine = sign(ticket, own);
    let signature = parse(&genuine).map_or([0; 64], |parsed| *parsed.signature());
    let id = ticket.id.text().unwrap_or_default();
    let claims = if chance.happens(0.5) {
        claims(id, ticket.issued_ms, ticket.expires_ms.saturating_add(within(chance, 1_000, 3_600_000)))
    } else {
        claims(&guessed(id, chance), ticket.issued_ms, ticket.expires_ms)
    };
    text(&sealed(header(algorithm(own), key_id(own)), encoded(claims), |_| signature.into()))
}

/// A payload with two `exp`: some readers take the first, some the last.
fn twice_ended(genuine: ClaimsSet, longer: ClaimsSet) -> Vec<u8> {
    const EXP: i64 = iana::CwtClaimName::Exp as i64;
    let pairs = |claims: ClaimsSet| match Value::from_slice(&encoded(claims)) {
        Ok(Value::Map(pairs)) => pairs,
        _ => Vec::new(),
    };
    let mut all = pairs(genuine);
    all.extend(pairs(longer).into_iter().filter(|(name, _)| *name == Value::from(EXP)));
    all.sort_by_key(|(name, _)| name.as_integer().and_then(|name| i64::try_from(name).ok()));
    Value::Map(all).to_vec().unwrap_or_default()
}

/// Five kilobytes of text, rightly signed: a further claim fills it.
fn oversized(genuine: ClaimsSet, own: &dyn Signer, chance: &mut Chance) -> String {
    const FILLER: i64 = -70_000;
    let filled = |bytes| {
        let rest = vec![(coset::cwt::ClaimName::PrivateUse(FILLER), Value::Bytes(bytes))];
        let payload = encoded(ClaimsSet { rest, ..genuine.clone() });
        text(&signed(header(algorithm(own), key_id(own)), payload, own))
    };
    let missing = OVERSIZED_BYTES.saturating_sub(filled(Vec::new()).len());
    // Three letters hold two bytes.
    filled(random_bytes(chance, missing.div_ceil(3) * 2))
}

/// Another id of the same length and kind: what a guesser tries.
fn guessed(id: &str, chance: &mut Chance) -> String {
    loop {
        let guess = random_id(chance, id.chars().count().clamp(1, 64));
        if guess != id {
            return guess;
        }
    }
}

fn random_id(chance: &mut Chance, letters: usize) -> String {
    (0..letters).map(|_| char::from(*pick(chance, ALPHABET))).collect()
}

fn random_bytes(chance: &mut Chance, count: usize) -> Vec<u8> {
    (0..count).map(|_| chance.below(256) as u8).collect()
}

fn within(chance: &mut Chance, least: i64, most: i64) -> i64 {
    least + chance.below(most.abs_diff(least)) as i64
}

/// One of a fixed list.
fn pick<'a, T, const N: usize>(chance: &mut Chance, list: &'a [T; N]) -> &'a T {
    &list[chance.below(N as u64) as usize]
}
