//! The QR on this phone's screen, genuine or forged.
//!
//! Invariant: what is shown says truly how it was made, so that a judge need not read it.

use songsinh_card::app_qr;
use songsinh_contract::{Chance, DeviceId, QrFlaw, QrTicket, ShownQr, Signer, Token};

use crate::Phone;

/// No phone installs its app so often: keys of this generation are nobody's.
const NOBODYS: u32 = u32::MAX;

impl Phone {
    /// The QR for a ticket, signed with this phone's key.
    #[must_use]
    pub fn qr(&self, ticket: &QrTicket) -> ShownQr {
        let text = Token::new(&app_qr::sign(ticket, &**self.signer()));
        ShownQr { text, ticket: Some(ticket.id.clone()), flaw: None, photographed: false }
    }

    /// A forged QR for a ticket that this phone got.
    ///
    /// `other`: the key of a phone that is bound to another account, for [`QrFlaw::OtherDevice`] and
    /// [`QrFlaw::OtherKeyNamed`]. [`QrFlaw::UnknownKey`] and [`QrFlaw::Counterfeit`] use a key that nobody registers.
    /// Where the ticket's id was made up ([`QrFlaw::Counterfeit`], [`QrFlaw::TicketGuessed`]) what is shown names none.
    #[must_use]
    pub fn forged_qr(&self, ticket: &QrTicket, other: &dyn Signer, flaw: QrFlaw, chance: &mut Chance) -> ShownQr {
        let text = if matches!(flaw, QrFlaw::UnknownKey | QrFlaw::Counterfeit) {
            let nobodys = self.keys.signer(DeviceId(chance.bits()), NOBODYS);
            app_qr::forge(flaw, ticket, &**self.signer(), &*nobodys, chance)
        } else {
            app_qr::forge(flaw, ticket, &**self.signer(), other, chance)
        };
        let is_made_up = matches!(flaw, QrFlaw::Counterfeit | QrFlaw::TicketGuessed);
        let ticket = (!is_made_up).then(|| ticket.id.clone());
        ShownQr { text: Token::new(&text), ticket, flaw: Some(flaw), photographed: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeyKind, Keys};
    use proptest::prelude::*;
    use songsinh_card::app_qr::{parse, verify};
    use songsinh_contract::{Carrier, Os, PhoneFacts, Purpose};

    fn phone(kind: KeyKind, device: u64) -> Phone {
        let facts = PhoneFacts {
            number: "0912345678".parse().unwrap(),
            carrier: Carrier::Vinaphone,
            os: Os::Android,
            nfc: false,
            shared: false,
        };
        Phone::new(Keys { seed: 3, kind }, DeviceId(device), &facts, 0)
    }

    fn ticket() -> QrTicket {
        QrTicket { id: Token::new("Kq0fVbJx7Tz1"), issued_ms: 1_661_140_800_123, expires_ms: 1_661_140_860_123 }
    }

    #[test]
    fn what_the_phone_shows_is_the_tickets_and_dies_with_a_reinstall() {
        for kind in [KeyKind::Ecdsa, KeyKind::Mac] {
            let (mut phone, ticket) = (phone(kind, 4), ticket());
            let shown = phone.qr(&ticket);
            assert_eq!((shown.ticket.as_ref(), shown.flaw, shown.photographed), (Some(&ticket.id), None, false));
            let parsed = parse(shown.text.text().unwrap()).unwrap();
            assert_eq!(Some(parsed.ticket.as_str()), ticket.id.text());
            assert_eq!((parsed.issued_ms, parsed.expires_ms), (ticket.issued_ms, ticket.expires_ms));
            assert!(verify(&parsed, phone.signer().public_jwk()));
            phone.reinstall();
            assert!(!verify(&parsed, phone.signer().public_jwk()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn a_forged_qr_never_passes_for_the_tickets(
            flaw in prop::sample::select(QrFlaw::ALL), seed in any::<u64>(), is_mac in any::<bool>(),
        ) {
            let kind = if is_mac { KeyKind::Mac } else { KeyKind::Ecdsa };
            let (own, other, ticket) = (phone(kind, 4), phone(kind, 5), ticket());
            let mut chance = Chance::new(seed, Purpose::named("test/forged"), 0);
            let shown = own.forged_qr(&ticket, &**other.signer(), flaw, &mut chance);
            prop_assert_eq!(shown.flaw, Some(flaw));
            let text = shown.text.text().unwrap();
            let parsed = parse(text);
            let passes = parsed.as_ref().is_ok_and(|parsed| {
                verify(parsed, own.signer().public_jwk())
                    && Some(parsed.ticket.as_str()) == ticket.id.text()
                    && (parsed.issued_ms, parsed.expires_ms) == (ticket.issued_ms, ticket.expires_ms)
            });
            prop_assert!(!passes, "{}", text);
            // The ticket that is named is the one inside, if it can be read.
            if let (Ok(parsed), Some(named)) = (&parsed, &shown.ticket)
                && flaw != QrFlaw::Edited
            {
                prop_assert_eq!(Some(parsed.ticket.as_str()), named.text());
            }
            // Nobody's key is neither phone's.
            if matches!(flaw, QrFlaw::UnknownKey | QrFlaw::Counterfeit) {
                let parsed = parsed.unwrap();
                prop_assert!(!verify(&parsed, other.signer().public_jwk()));
                prop_assert_ne!(parsed.key_thumbprint.as_str(), own.signer().thumbprint());
            }
        }
    }
}
