//! The proofs of device keys that go along with requests (DPoP, RFC 9449), honest and dishonest ones.
//!
//! Invariant: an honest proof is made for one request only; the last one of each device is kept so that a replay can
//! be shown, for a bounded number of devices. Not here: how a proof is built and signed (`songsinh-phone`).

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use songsinh_contract::{Call, DeviceId, ProofShown, Token, TraceId, UnixMillis};
use songsinh_phone::dpop;

use super::answers::{Received, contains};

/// For how many devices the last proof is kept.
const DEVICES_MAX: usize = 16_384;
/// The longest nonce that is sent back.
const NONCE_MAX_BYTES: usize = 512;

/// The proofs shown by one worker.
#[derive(Debug, Default)]
pub(crate) struct Proofs {
    nonce: Option<Box<str>>,
    last: BTreeMap<DeviceId, Box<str>>,
    order: VecDeque<DeviceId>,
    made: u64,
}

/// The request that a proof is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProofFor<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) unix: UnixMillis,
    pub(crate) trace: TraceId,
    /// How old a stale proof is.
    pub(crate) stale: Duration,
}

impl Proofs {
    /// Whether the call shall show a proof at all.
    pub(crate) fn shows(call: &Call) -> bool {
        call.caller.signer.is_some() && call.caller.proof != ProofShown::Missing
    }

    /// The proof that the call shall show; none if it shall show none.
    pub(crate) fn shown(&mut self, call: &Call, request: &ProofFor<'_>) -> Option<String> {
        let signer = call.caller.signer.as_ref().filter(|_| call.caller.proof != ProofShown::Missing)?;
        if call.caller.proof == ProofShown::Replayed
            && let Some(last) = self.last.get(&call.caller.device)
        {
            return Some(last.to_string());
        }
        let age_s = if call.caller.proof == ProofShown::Stale { request.stale.as_secs() } else { 0 };
        let iat_unix_s = request.unix.0.div_euclid(1000).saturating_sub_unsigned(age_s);
        self.made += 1;
        let jti = format!("{}-{:x}-{:x}", request.trace, request.unix.0, self.made);
        let session = call.caller.session.as_ref().and_then(Token::text);
        let proof =
            dpop::proof(signer.as_ref(), request.method, request.url, iat_unix_s, &jti, self.nonce.as_deref(), session);
        if matches!(call.caller.proof, ProofShown::Own | ProofShown::Replayed) {
            self.remember(call.caller.device, &proof);
        }
        Some(proof)
    }

    fn remember(&mut self, device: DeviceId, proof: &str) {
        if self.last.insert(device, proof.into()).is_some() {
            return;
        }
        self.order.push_back(device);
        if self.order.len() > DEVICES_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.last.remove(&oldest);
        }
    }

    /// Takes the nonce that an answer brings, and tells whether the request is to be sent again with it (RFC 9449,
    /// sections 8 and 9): only a proof that was made for this very request is.
    pub(crate) fn wants_again(&mut self, call: &Call, answer: &Received<'_>) -> bool {
        let Some(nonce) = answer.header("dpop-nonce").and_then(|value| std::str::from_utf8(value).ok()) else {
            return false;
        };
        if nonce.is_empty() || nonce.len() > NONCE_MAX_BYTES {
            return false;
        }
        self.nonce = Some(nonce.into());
        let asked = matches!(answer.status, 400 | 401)
            && (answer.header("www-authenticate").is_some_and(|value| contains(value, b"use_dpop_nonce"))
                || contains(answer.body, b"use_dpop_nonce"));
        asked
            && !matches!(call.caller.proof, ProofShown::Missing | ProofShown::Replayed)
            && call.caller.signer.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::call;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use songsinh_contract::{Operation, Signer};
    use songsinh_phone::DeviceKey;
    use std::sync::Arc;

    fn caller(proof: ProofShown) -> Call {
        let mut call = call(Operation::AccountShow);
        call.caller.proof = proof;
        call.caller.signer = Some(Arc::new(DeviceKey::new(7, DeviceId(9), 0)) as Arc<dyn Signer>);
        call
    }

    fn request() -> ProofFor<'static> {
        ProofFor {
            method: "GET",
            url: "http://127.0.0.1/me",
            unix: UnixMillis(1_661_101_200_000),
            trace: TraceId(1, 2),
            stale: Duration::from_secs(600),
        }
    }

    fn claims(proof: &str) -> serde_json::Value {
        let claims = URL_SAFE_NO_PAD.decode(proof.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice(&claims).unwrap()
    }

    #[test]
    fn every_kind_of_proof_is_shown() {
        let mut proofs = Proofs::default();
        assert_eq!(proofs.shown(&caller(ProofShown::Missing), &request()), None);
        let own = proofs.shown(&caller(ProofShown::Own), &request()).unwrap();
        assert_eq!(claims(&own)["iat"], 1_661_101_200);
        assert_eq!(proofs.shown(&caller(ProofShown::Replayed), &request()), Some(own.clone()));
        let stale = proofs.shown(&caller(ProofShown::Stale), &request()).unwrap();
        assert_eq!(claims(&stale)["iat"], 1_661_100_600);
        assert_eq!(proofs.shown(&caller(ProofShown::Replayed), &request()), Some(own.clone()));
        let again = proofs.shown(&caller(ProofShown::Own), &request()).unwrap();
        assert_ne!(claims(&own)["jti"], claims(&again)["jti"]);
        let first = Proofs::default().shown(&caller(ProofShown::Replayed), &request());
        assert!(first.is_some(), "without a proof before, one is made");
    }

    #[test]
    fn a_nonce_is_taken_and_asked_for_once_more() {
        let mut proofs = Proofs::default();
        let asks: [(&str, &[u8]); 2] = [("DPoP-Nonce", b"n-1"), ("WWW-Authenticate", b"DPoP error=\"use_dpop_nonce\"")];
        let answer = Received { status: 401, headers: &asks, body: b"" };
        assert!(proofs.wants_again(&caller(ProofShown::Own), &answer));
        assert!(!proofs.wants_again(&caller(ProofShown::Replayed), &answer));
        assert!(!proofs.wants_again(&call(Operation::AccountShow), &answer));
        assert_eq!(claims(&proofs.shown(&caller(ProofShown::Own), &request()).unwrap())["nonce"], "n-1");
        let done = Received { status: 200, headers: &[("dpop-nonce", b"n-2")], body: b"" };
        assert!(!proofs.wants_again(&caller(ProofShown::Own), &done));
        assert_eq!(claims(&proofs.shown(&caller(ProofShown::Own), &request()).unwrap())["nonce"], "n-2");
    }

    #[test]
    fn memory_is_bounded() {
        let mut proofs = Proofs::default();
        for device in 0..=DEVICES_MAX as u64 {
            proofs.remember(DeviceId(device), "p");
            proofs.remember(DeviceId(device), "q");
        }
        assert_eq!((proofs.last.len(), proofs.order.len()), (DEVICES_MAX, DEVICES_MAX));
        assert!(!proofs.last.contains_key(&DeviceId(0)));
    }
}
