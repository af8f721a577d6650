//! Makes DPoP proofs (RFC 9449): a compact JWS over one request, by the device key.
//!
//! ```text
//! {"typ":"dpop+jwt","alg":"ES256","jwk":{…}} . {"htm":…,"htu":…,"iat":…,"jti":…[,"ath":…][,"nonce":…]} . r‖s
//! ```
//!
//! Invariant: what goes in is what is signed, escaped as JSON; `htu` loses query and fragment (section 4.2). A stale or
//! replayed proof is an ordinary one with an older `iat` or a used `jti`: the caller's choice.
//!
//! Not here: checking a proof, and the one-time use of `jti` (the target's business).

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use songsinh_contract::Signer;

use crate::mac::OCT_JWK;

/// The proof for one request, as it stands in the header `DPoP`.
///
/// `iat_unix_s`: seconds since 1970 by the phone's own clock. `jti`: unique for each proof of this key. `nonce`: the one
/// that the server last gave, if any. `access_token`: the session token that goes along; its hash is signed as `ath`.
///
/// The algorithm is ES256; with a [`MacSigner`](crate::MacSigner) HS512, which only the built-in twin in virtual time takes.
#[must_use]
pub fn proof(
    signer: &dyn Signer,
    method: &str,
    url: &str,
    iat_unix_s: i64,
    jti: &str,
    nonce: Option<&str>,
    access_token: Option<&str>,
) -> String {
    let jwk = signer.public_jwk();
    let alg = if jwk.starts_with(OCT_JWK) { "HS512" } else { "ES256" };
    let mut json = String::with_capacity(256);
    let _ = write!(json, r#"{{"typ":"dpop+jwt","alg":"{alg}","jwk":{jwk}}}"#);
    let mut out = String::with_capacity(512);
    URL_SAFE_NO_PAD.encode_string(&json, &mut out);
    out.push('.');

    json.clear();
    json.push_str(r#"{"htm":"#);
    push_json(&mut json, method);
    json.push_str(r#","htu":"#);
    push_json(&mut json, url.split(['?', '#']).next().unwrap_or_default());
    let _ = write!(json, r#","iat":{iat_unix_s},"jti":"#);
    push_json(&mut json, jti);
    if let Some(token) = access_token {
        json.push_str(r#","ath":""#);
        URL_SAFE_NO_PAD.encode_string(Sha256::digest(token), &mut json);
        json.push('"');
    }
    if let Some(nonce) = nonce {
        json.push_str(r#","nonce":"#);
        push_json(&mut json, nonce);
    }
    json.push('}');
    URL_SAFE_NO_PAD.encode_string(&json, &mut out);

    let signature = signer.sign(out.as_bytes());
    out.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut out);
    out
}

/// A text as a JSON string (RFC 8259, section 7).
fn push_json(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DeviceKey, MacSigner};
    use p256::ecdsa::signature::Verifier as _;
    use p256::ecdsa::{Signature, VerifyingKey};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use songsinh_contract::DeviceId;

    /// Checks the signature with the key in the header and gives header and claims, by crates that `proof` does not use.
    fn open(proof: &str) -> (Value, Value) {
        let parts: Vec<&str> = proof.split('.').collect();
        assert_eq!(parts.len(), 3);
        let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        let header = read(parts[0]);
        let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(header["jwk"][name].as_str().unwrap()).unwrap();
        let point = [vec![4], coordinate("x"), coordinate("y")].concat();
        let key = VerifyingKey::from_sec1_bytes(&point).unwrap();
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(parts[2]).unwrap()).unwrap();
        key.verify(format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature).unwrap();
        (header, read(parts[1]))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_text_is_signed_as_given(
            method in any::<String>(), path in "[^?#]{0,30}", iat in any::<i64>(), jti in any::<String>(),
            nonce in proptest::option::of(any::<String>()),
        ) {
            let key = DeviceKey::new(7, DeviceId(9), 0);
            let url = format!("https://twin/{path}");
            let (header, claims) = open(&proof(&key, &method, &url, iat, &jti, nonce.as_deref(), None));
            prop_assert_eq!(&header["typ"], "dpop+jwt");
            prop_assert_eq!(&header["alg"], "ES256");
            prop_assert_eq!(header["jwk"].to_string(), key.public_jwk());
            let mut want = json!({"htm": method, "htu": url, "iat": iat, "jti": jti});
            if let Some(nonce) = nonce {
                want["nonce"] = json!(nonce);
            }
            prop_assert_eq!(claims, want);
        }
    }

    /// RFC 9449 section 7.1 prints this token and its hash.
    #[test]
    fn the_access_token_is_hashed_as_rfc_9449_shows() {
        let key = DeviceKey::new(7, DeviceId(9), 0);
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        let url = "https://resource.example.org/protectedresource?page=2#top";
        let (_, claims) = open(&proof(&key, "GET", url, 1_562_262_618, "e1j3V_bKic8-LAEB", None, Some(token)));
        assert_eq!(
            claims,
            json!({
                "htm": "GET", "htu": "https://resource.example.org/protectedresource", "iat": 1_562_262_618,
                "jti": "e1j3V_bKic8-LAEB", "ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo",
            })
        );
    }

    #[test]
    fn a_mac_says_that_it_is_one() {
        let signer = MacSigner::new(7, DeviceId(9), 0);
        let made = proof(&signer, "POST", "http://twin/v1", 1, "a", None, None);
        let header = made.split('.').next().unwrap();
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        assert_eq!((&header["alg"], &header["jwk"]["kty"]), (&json!("HS512"), &json!("oct")));
        assert_eq!(made, proof(&signer, "POST", "http://twin/v1", 1, "a", None, None));
    }
}
