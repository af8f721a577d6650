//! `songsinh proof` and `songsinh qr`: what a virtual phone shows, for those who repeat a story by hand.

use songsinh_contract::{Carrier, Clock, DeviceId, Os, PhoneFacts, PhoneNumber, QrTicket, Rulebook, Token};
use songsinh_kernel::RealClock;
use songsinh_phone::{KeyKind, Keys, Phone, dpop};

use crate::args::{PhoneArgs, Proof, Qr};
use crate::failure::Failure;
use crate::show;

/// How many times the window of proofs a stale one is old.
const STALE_WINDOWS: u64 = 5;

/// Prints one proof (DPoP, RFC 9449) of a virtual phone for one request.
pub fn proof(args: &Proof) -> Result<u8, Failure> {
    let signer = keys(&args.phone).signer(args.phone.device, args.phone.installation);
    let now = RealClock::new().unix();
    let age_s = if args.stale { Rulebook::default().proof_window.as_secs().saturating_mul(STALE_WINDOWS) } else { 0 };
    let iat_s = now.0.div_euclid(1_000).saturating_sub_unsigned(age_s);
    // Unlike any other proof of this key: the process and the millisecond.
    let jti = format!("by-hand-{:x}-{:x}", std::process::id(), now.0);
    let text = dpop::proof(
        signer.as_ref(),
        &args.method,
        &args.url,
        iat_s,
        &jti,
        args.nonce.as_deref(),
        args.session.as_deref(),
    );
    show::line(&text);
    Ok(0)
}

/// Prints the text of the QR that a virtual phone makes of a ticket.
pub fn qr(args: &Qr) -> Result<u8, Failure> {
    let facts = PhoneFacts {
        number: PhoneNumber::from_parts(91, 0),
        carrier: Carrier::Vinaphone,
        os: Os::Android,
        nfc: false,
        shared: false,
    };
    let mut phone = Phone::new(keys(&args.phone), args.phone.device, &facts, 0);
    for _ in 0..args.phone.installation {
        phone.reinstall();
    }
    let ticket = QrTicket { id: Token::new(&args.ticket), issued_ms: args.issued_ms, expires_ms: args.expires_ms };
    let shown = phone.qr(&ticket);
    let text = shown.text.text().ok_or_else(|| Failure::Usage("the phone made no QR of this ticket".to_owned()))?;
    show::line(text);
    Ok(0)
}

fn keys(args: &PhoneArgs) -> Keys {
    Keys { seed: args.population_seed, kind: KeyKind::Ecdsa }
}

/// A device as it is printed: `dev-` and sixteen hexadecimal digits.
pub fn device(text: &str) -> Result<DeviceId, String> {
    let digits = text.strip_prefix("dev-").filter(|hex| hex.len() == 16);
    let number = digits.and_then(|hex| u64::from_str_radix(hex, 16).ok());
    number.map(DeviceId).ok_or_else(|| "dev- and sixteen hexadecimal digits are wanted".to_owned())
}
