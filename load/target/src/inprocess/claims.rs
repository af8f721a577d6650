//! What a call shows of its device key, without a socket: the claim that the twin's door would make of the proof.
//!
//! Invariant: the claim is what the proof of the same call over HTTP would come to: bound to its request and session,
//! with `iat` in whole seconds, the last one of a device shown again for a replay. Most claims are made directly; a
//! sample is really signed and verified.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::{Call, Caller, DeviceId, Digest, OperationName, ProofShown, Token, TraceId, UnixMillis};
use songsinh_national::http::{Shown, verify_proof};
use songsinh_national::rules::ProofClaim;
use songsinh_phone::{DeviceKey, dpop};

/// For how many devices the last proof is kept.
const DEVICES_MAX: usize = 65_536;
/// How many proof windows old a stale proof is.
const STALE_WINDOWS: u32 = 5;

/// The request that a proof was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MadeFor {
    operation: OperationName,
    handle: Option<Digest>,
    session: Option<Digest>,
}

/// The proofs of one world.
#[derive(Debug)]
pub(super) struct Claims {
    seed: u64,
    stale: Duration,
    last: BTreeMap<DeviceId, (MadeFor, ProofClaim)>,
    order: VecDeque<DeviceId>,
    /// How many proofs were really signed and verified.
    pub(super) signed: u64,
}

impl Claims {
    pub(super) fn new(seed: u64, proof_window: Duration) -> Self {
        let stale = proof_window * STALE_WINDOWS;
        Self { seed, stale, last: BTreeMap::new(), order: VecDeque::new(), signed: 0 }
    }

    /// The claim of a call that is sent at `unix`; `signed` for the sample.
    pub(super) fn of(&mut self, call: &Call, trace: TraceId, unix: UnixMillis, signed: bool) -> ProofClaim {
        let caller = &call.caller;
        if caller.proof == ProofShown::Missing || caller.signer.is_none() {
            return ProofClaim::Missing;
        }
        let made_for = MadeFor {
            operation: call.operation.name(),
            handle: handle(call).map(Token::digest),
            session: caller.session.as_ref().map(Token::digest),
        };
        if caller.proof == ProofShown::Replayed
            && let Some((before, claim)) = self.last.get(&caller.device)
        {
            return if *before == made_for { claim.clone() } else { ProofClaim::Unsound };
        }
        let age_s = if caller.proof == ProofShown::Stale { self.stale.as_secs() } else { 0 };
        let iat_s = unix.0.div_euclid(1000).saturating_sub_unsigned(age_s);
        let jti = format!("{trace}-{:x}", unix.0);
        let claim = if signed {
            self.signed_claim(call, iat_s, &jti)
        } else {
            let (jti, iat_ms) = (Digest::of(jti.as_bytes()), iat_s.saturating_mul(1000));
            ProofClaim::Sound { key: caller.key, jti, iat_ms, jwk: jwk_of(caller) }
        };
        if matches!(caller.proof, ProofShown::Own | ProofShown::Replayed) {
            self.remember(caller.device, made_for, claim.clone());
        }
        claim
    }

    /// Signs and verifies with P-256. A phone whose key is a MAC borrows a key for it: what is shown is still its own.
    fn signed_claim(&mut self, call: &Call, iat_s: i64, jti: &str) -> ProofClaim {
        let caller = &call.caller;
        let path = format!("/{}", call.operation.name());
        let url = format!("http://twin{path}");
        let token = caller.session.as_ref().and_then(Token::text);
        let own = caller.signer.as_ref().filter(|signer| signer.public_jwk().contains("\"P-256\""));
        let proof = match own {
            Some(signer) => dpop::proof(signer.as_ref(), "POST", &url, iat_s, jti, None, token),
            None => {
                let borrowed = DeviceKey::new(self.seed, caller.device, 0);
                dpop::proof(&borrowed, "POST", &url, iat_s, jti, None, token)
            }
        };
        self.signed += 1;
        match verify_proof(&proof, Shown { method: "POST", path: &path, token }) {
            ProofClaim::Sound { jti, iat_ms, .. } if own.is_none() => {
                ProofClaim::Sound { key: caller.key, jti, iat_ms, jwk: jwk_of(caller) }
            }
            claim => claim,
        }
    }

    fn remember(&mut self, device: DeviceId, made_for: MadeFor, claim: ProofClaim) {
        if self.last.insert(device, (made_for, claim)).is_some() {
            return;
        }
        self.order.push_back(device);
        if self.order.len() > DEVICES_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.last.remove(&oldest);
        }
    }
}

/// The public key of the caller's own signer.
fn jwk_of(caller: &Caller) -> Arc<str> {
    caller.signer.as_ref().map_or("", |signer| signer.public_jwk()).into()
}

/// The handle that stands in the path of the request.
fn handle(call: &Call) -> Option<&Token> {
    crate::http::handle_of(&call.operation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::call;
    use songsinh_contract::{Code, Operation, Signer};
    use songsinh_phone::MacSigner;

    const NOW: UnixMillis = UnixMillis(1_661_101_200_789);
    const TRACE: TraceId = TraceId(1, 2);

    fn caller(signer: Arc<dyn Signer>, proof: ProofShown) -> Call {
        let mut call = call(Operation::AccountShow);
        call.caller.session = Some(Token::new("s"));
        call.caller.proof = proof;
        call.caller.key = Digest::of(signer.thumbprint().as_bytes());
        call.caller.signer = Some(signer);
        call
    }

    fn claims() -> Claims {
        Claims::new(7, Duration::from_secs(120))
    }

    #[test]
    fn the_sample_comes_to_the_same_claim_as_the_rest() {
        let signers: [Arc<dyn Signer>; 2] =
            [Arc::new(DeviceKey::new(7, DeviceId(7), 0)), Arc::new(MacSigner::new(7, DeviceId(7), 0))];
        for signer in signers {
            for proof in [ProofShown::Own, ProofShown::Stale, ProofShown::Foreign] {
                let call = caller(Arc::clone(&signer), proof);
                let made = claims().of(&call, TRACE, NOW, false);
                let mut really = claims();
                assert_eq!(really.of(&call, TRACE, NOW, true), made, "{proof:?}");
                assert_eq!(really.signed, 1);
                let ProofClaim::Sound { key, iat_ms, jwk, .. } = made else { panic!("{made:?}") };
                assert_eq!(*jwk, *signer.public_jwk());
                let age_ms = if proof == ProofShown::Stale { 600_000 } else { 0 };
                assert_eq!((key, iat_ms), (call.caller.key, 1_661_101_200_000 - age_ms));
            }
        }
    }

    #[test]
    fn a_replay_shows_the_last_proof_and_fits_its_request_alone() {
        let signer: Arc<dyn Signer> = Arc::new(MacSigner::new(7, DeviceId(7), 0));
        let mut claims = claims();
        let own = claims.of(&caller(Arc::clone(&signer), ProofShown::Own), TRACE, NOW, false);
        let mut again = caller(signer, ProofShown::Replayed);
        assert_eq!(claims.of(&again, TraceId(3, 4), NOW, false), own);
        again.operation = Operation::AccountConfirm { challenge: Token::new("c"), code: Code(1) };
        assert_eq!(claims.of(&again, TraceId(3, 5), NOW, false), ProofClaim::Unsound);
        again.caller.proof = ProofShown::Missing;
        assert_eq!(claims.of(&again, TraceId(3, 6), NOW, false), ProofClaim::Missing);
    }
}
