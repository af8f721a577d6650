//! What is made reads back and is checked; what is forged is refused.

use proptest::prelude::*;
use songsinh_card::app_qr::{Algorithm, AppQrError, MAX_TEXT_BYTES, ParsedQr, forge, image, parse, sign, verify};
use songsinh_contract::{Chance, DeviceId, Purpose, QrFlaw, QrTicket, Signer, Token};
use songsinh_phone::{DeviceKey, MacSigner};

const FORGERY: Purpose = Purpose::named("test/forgery");

pub fn ticket(id: &str, issued_ms: i64, life_ms: i64) -> QrTicket {
    QrTicket { id: Token::new(id), issued_ms, expires_ms: issued_ms + life_ms }
}

/// A device key, or the MAC that stands for one in virtual time.
fn signer(is_mac: bool, device: u64) -> Box<dyn Signer> {
    if is_mac {
        Box::new(MacSigner::new(5, DeviceId(device), 0))
    } else {
        Box::new(DeviceKey::new(5, DeviceId(device), 0))
    }
}

fn claims_are(parsed: &ParsedQr, ticket: &QrTicket) -> bool {
    Some(parsed.ticket.as_str()) == ticket.id.text()
        && (parsed.issued_ms, parsed.expires_ms) == (ticket.issued_ms, ticket.expires_ms)
}

prop_compose! {
    fn any_ticket()(
        id in prop_oneof!["[A-Za-z0-9_-]{1,64}", "\\PC{0,20}"],
        issued_ms in prop_oneof![0..253_402_200_000_000_i64, 1_600_000_000_000..1_900_000_000_000_i64],
        life_ms in prop_oneof![Just(60_000), 0..100_000_000_i64],
    ) -> QrTicket {
        ticket(&id, issued_ms, life_ms)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_signed_reads_back_and_is_checked(ticket in any_ticket(), is_mac in any::<bool>(), device in any::<u64>()) {
        let own = signer(is_mac, device);
        let text = sign(&ticket, &*own);
        let parsed = parse(&text).unwrap();
        prop_assert!(claims_are(&parsed, &ticket));
        prop_assert_eq!(&parsed.key_thumbprint, own.thumbprint());
        prop_assert_eq!(parsed.algorithm, if is_mac { Algorithm::Hs512 } else { Algorithm::Es256 });
        prop_assert!(verify(&parsed, own.public_jwk()));
        for other in [signer(is_mac, device ^ 1), signer(!is_mac, device)] {
            prop_assert!(!verify(&parsed, other.public_jwk()));
        }
    }

    #[test]
    fn one_changed_letter_is_refused(
        ticket in any_ticket(), at in any::<prop::sample::Index>(), other in "[0-9A-Z $%*+./:-]", is_mac in any::<bool>(),
    ) {
        let own = signer(is_mac, 1);
        let text = sign(&ticket, &*own);
        let at = at.index(text.len());
        let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        prop_assume!(changed != text);
        prop_assert!(!parse(&changed).is_ok_and(|parsed| verify(&parsed, own.public_jwk())), "{}", changed);
    }

    #[test]
    fn each_flaw_is_refused_or_differs_from_the_ticket(
        ticket in any_ticket(), seed in any::<u64>(), flaw in prop::sample::select(QrFlaw::ALL), is_mac in any::<bool>(),
    ) {
        let (own, other) = (signer(is_mac, 1), signer(is_mac, 2));
        let text = forge(flaw, &ticket, &*own, &*other, &mut Chance::new(seed, FORGERY, 0));
        let passes = parse(&text)
            .is_ok_and(|parsed| verify(&parsed, own.public_jwk()) && claims_are(&parsed, &ticket));
        prop_assert!(!passes, "{}: {}", flaw.as_str(), text);
    }
}

proptest! {
    #[test]
    fn arbitrary_texts_never_panic(text in any::<String>(), jwk in any::<String>()) {
        for text in [text.clone(), format!("VNQ1:{text}")] {
            if let Ok(parsed) = parse(&text) {
                let _ = verify(&parsed, &jwk);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), tagged in any::<bool>()) {
        let bytes = if tagged { [&[0xd2, 0x84][..], &bytes].concat() } else { bytes };
        let read = parse(&format!("VNQ1:{}", base45::encode(bytes)));
        prop_assert!(read.is_err());
    }

    #[test]
    fn one_changed_byte_never_passes(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let own = signer(true, 1);
        let text = sign(&ticket("one", 1_661_140_800_250, 60_000), &*own);
        let mut bytes = base45::decode(&text[5..]).unwrap();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let changed = parse(&format!("VNQ1:{}", base45::encode(bytes)));
        prop_assert!(!changed.is_ok_and(|parsed| verify(&parsed, own.public_jwk())));
    }

    #[test]
    fn arbitrary_jwks_never_panic_and_check_nothing(jwk in r#"\{("(kty|crv|x|y|k)":"(EC|oct|P-256|[A-Za-z0-9_-]{0,44})",?){0,6}\}"#) {
        let parsed = parse(&sign(&ticket("one", 1_661_140_800_250, 60_000), &*signer(true, 1))).unwrap();
        prop_assert!(!verify(&parsed, &jwk));
    }
}

/// Where a forgery of this kind is caught: an attack that is refused for another reason than its own tests nothing.
#[test]
fn each_flaw_is_caught_where_its_attack_aims() {
    let (own, other) = (signer(false, 1), signer(false, 2));
    let ticket = ticket("Kq0fVbJx7Tz1mNQy3sWd2A", 1_661_140_800_123, 60_000);
    for &flaw in QrFlaw::ALL {
        for turn in 0..20 {
            let text = forge(flaw, &ticket, &*own, &*other, &mut Chance::new(9, FORGERY, turn));
            let caught = match parse(&text) {
                Err(AppQrError::TooLong { bytes: 5_120..=5_130, limit: MAX_TEXT_BYTES }) => "too long",
                Err(AppQrError::Prefix) => "prefix",
                Err(AppQrError::Base45) => "base45",
                Err(AppQrError::Message { .. }) => "message",
                Err(AppQrError::Algorithm) => "algorithm",
                Err(AppQrError::Claims { why }) if why.contains("duplicate") => "duplicate",
                Err(AppQrError::Audience) => "audience",
                Err(error) => panic!("{}: {error}", flaw.as_str()),
                Ok(parsed) if verify(&parsed, own.public_jwk()) && !claims_are(&parsed, &ticket) => "claims",
                Ok(parsed) if verify(&parsed, other.public_jwk()) => "other key",
                Ok(parsed) => {
                    assert!(!verify(&parsed, own.public_jwk()), "{}", flaw.as_str());
                    "signature"
                }
            };
            let wanted: &[&str] = match flaw {
                QrFlaw::SignatureForged | QrFlaw::MacByPublicKey | QrFlaw::OtherKeyNamed | QrFlaw::Edited => {
                    &["signature"]
                }
                QrFlaw::SignatureMissing => &["algorithm"],
                QrFlaw::OtherDevice | QrFlaw::UnknownKey | QrFlaw::Counterfeit => &["other key"],
                QrFlaw::WrongAudience => &["audience"],
                QrFlaw::UnknownVersion => &["prefix"],
                QrFlaw::Truncated => &["base45", "message"],
                QrFlaw::TrailingBytes => &["message"],
                QrFlaw::DuplicateClaim => &["duplicate"],
                QrFlaw::Oversized => &["too long"],
                QrFlaw::LifeExtended | QrFlaw::FromTheFuture | QrFlaw::TicketGuessed => &["claims"],
            };
            assert!(wanted.contains(&caught), "{}: {caught}", flaw.as_str());
        }
    }
}

#[test]
fn a_mac_never_serves_for_a_public_key() {
    let ticket = ticket("one", 1_661_140_800_250, 60_000);
    let mac = signer(true, 1);
    let parsed = parse(&sign(&ticket, &*mac)).unwrap();
    assert!(verify(&parsed, mac.public_jwk()));
    // The attack: a public key used as a secret.
    let key = signer(false, 1);
    let text = forge(QrFlaw::MacByPublicKey, &ticket, &*key, &*mac, &mut Chance::new(1, FORGERY, 0));
    let parsed = parse(&text).unwrap();
    assert_eq!((parsed.algorithm, parsed.key_thumbprint.as_str()), (Algorithm::Hs512, key.thumbprint()));
    assert!(!verify(&parsed, key.public_jwk()));
    assert!(!verify(&parsed, mac.public_jwk()));
}

#[test]
fn other_encodings_of_the_same_claims_are_refused() {
    let own = signer(true, 1);
    let text = sign(&ticket("one", 1_661_140_800_000, 60_000), &*own);
    let bytes = base45::decode(&text[5..]).unwrap();
    let again = |bytes: &[u8]| parse(&format!("VNQ1:{}", base45::encode(bytes)));
    assert!(again(&bytes).is_ok());
    // The tag of COSE_Sign1 in two bytes, and none at all.
    assert_eq!(again(&[&[0xd8, 0x12], &bytes[1..]].concat()), Err(AppQrError::NotCanonical));
    assert!(matches!(again(&bytes[1..]), Err(AppQrError::Message { .. })));
    // An array without a length, ended by a break.
    assert_eq!(again(&[&[0xd2, 0x9f], &bytes[2..], &[0xff]].concat()), Err(AppQrError::NotCanonical));
    assert_eq!(parse(&text.to_lowercase()), Err(AppQrError::Prefix));
    assert_eq!(parse(&format!("{text}\n")), Err(AppQrError::Base45));
    assert_eq!(parse("VNQ2:"), Err(AppQrError::Prefix));
    let long = ticket(&"x".repeat(MAX_TEXT_BYTES), 0, 1);
    assert!(matches!(parse(&sign(&long, &*own)), Err(AppQrError::TooLong { limit: MAX_TEXT_BYTES, .. })));
}

#[test]
fn a_ticket_that_has_been_through_a_record_has_no_id() {
    let with = ticket("one", 1_661_140_800_250, 60_000);
    let without: QrTicket = serde_json::from_str(&serde_json::to_string(&with).unwrap()).unwrap();
    assert_eq!(parse(&sign(&without, &*signer(true, 1))).unwrap().ticket, "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_camera_reads_the_text(ticket in any_ticket(), is_mac in any::<bool>(), module_px in 3_usize..6) {
        let text = sign(&ticket, &*signer(is_mac, 1));
        let picture = image(&text, module_px).unwrap();
        let mut photo =
            rqrr::PreparedImage::prepare_from_greyscale(picture.width, picture.height, |x, y| picture.at(x, y));
        let grids = photo.detect_grids();
        prop_assert_eq!(grids.len(), 1);
        let mut bytes = Vec::new();
        let meta = grids[0].decode_to(&mut bytes).unwrap();
        prop_assert_eq!(String::from_utf8(bytes).unwrap(), text);
        prop_assert!(meta.version.0 <= 17, "{:?}", meta.version);
    }
}

#[test]
fn a_usual_text_fits_a_small_qr() {
    let text = sign(&ticket("Kq0fVbJx7Tz1mNQy3sWd2A", 1_661_140_800_123, 60_000), &*signer(false, 1));
    assert!((280..320).contains(&text.len()), "{}", text.len());
    // Version 10 has 57 modules a side, and a quiet zone of 4 around them.
    assert!(image(&text, 1).unwrap().width <= 57 + 8);
}

#[test]
fn a_text_beyond_any_qr_is_an_error() {
    assert!(image(&"A".repeat(3391), 1).is_ok());
    assert!(matches!(image(&"A".repeat(3392), 1), Err(AppQrError::TooLong { bytes: 3392, limit: 3391 })));
    assert!(matches!(image(&"a".repeat(2332), 1), Err(AppQrError::TooLong { bytes: 2332, limit: 2331 })));
}
