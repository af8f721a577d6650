//! Device proofs: DPoP (RFC 9449), ES256.
//!
//! Checked here: form, signature, method (`htm`), path (`htu`), session hash (`ath`). Left to the core, which has clock
//! and memory: whose key, how old, shown before. Scheme and host of `htu` are not compared, since a twin behind a port
//! of its own or a proxy does not know by which name it was called.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use songsinh_contract::Digest;

use crate::rules::ProofClaim;

/// The longest proof that is looked at.
const PROOF_MAX_BYTES: usize = 4_096;
/// The longest `jti` that is taken.
const JTI_MAX_BYTES: usize = 256;

/// What a proof must be made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    /// Method of the request.
    pub method: &'a str,
    /// Path of the request, without query.
    pub path: &'a str,
    /// The session token shown beside it.
    pub token: Option<&'a str>,
}

#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: String,
    jwk: Jwk,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
    /// A private key has no place in a proof (RFC 9449, section 4.3).
    d: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Payload {
    jti: String,
    htm: String,
    htu: String,
    iat: f64,
    ath: Option<String>,
}

/// Verifies a proof for a request.
#[must_use]
pub fn verify_proof(proof: &str, shown: Shown<'_>) -> ProofClaim {
    read(proof, shown).unwrap_or(ProofClaim::Unsound)
}

fn read(proof: &str, shown: Shown<'_>) -> Option<ProofClaim> {
    if proof.len() > PROOF_MAX_BYTES {
        return None;
    }
    let (signed, signature) = proof.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let payload: Payload = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let jwk = &header.jwk;
    let is_fit = header.typ == "dpop+jwt"
        && header.alg == "ES256"
        && jwk.kty == "EC"
        && jwk.crv == "P-256"
        && jwk.d.is_none()
        && payload.htm == shown.method
        && path_of(&payload.htu) == shown.path
        && !payload.jti.is_empty()
        && payload.jti.len() <= JTI_MAX_BYTES;
    if !is_fit {
        return None;
    }
    if let Some(token) = shown.token {
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
        if payload.ath.as_deref() != Some(hash.as_str()) {
            return None;
        }
    }
    let mut point = [4_u8; 65];
    URL_SAFE_NO_PAD.decode_slice(&jwk.x, &mut point[1..33]).ok().filter(|&bytes| bytes == 32)?;
    URL_SAFE_NO_PAD.decode_slice(&jwk.y, &mut point[33..]).ok().filter(|&bytes| bytes == 32)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).verify(signed.as_bytes(), &signature).ok()?;
    let jwk = canonical(&point);
    Some(ProofClaim::Sound {
        key: Digest::of(thumbprint(&jwk).as_bytes()),
        jti: Digest::of(payload.jti.as_bytes()),
        iat_ms: (payload.iat * 1_000.0) as i64,
        jwk: jwk.into(),
    })
}

/// An uncompressed point as a JWK in the form that RFC 7638 hashes.
fn canonical(point: &[u8; 65]) -> String {
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
}

/// The RFC 7638 thumbprint of a JWK in that form, base64url.
fn thumbprint(canonical: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()))
}

/// The path of a URI, without query and fragment.
fn path_of(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    rest.split(['?', '#']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_out_of_uris() {
        for (uri, path) in [
            ("http://127.0.0.1:8080/v1/me", "/v1/me"),
            ("https://host/v1/me?a=1#b", "/v1/me"),
            ("/v1/me", "/v1/me"),
            ("http://host", "/"),
        ] {
            assert_eq!(path_of(uri), path, "{uri}");
        }
    }

    /// The example of RFC 9449, section 4.1.
    const EXAMPLE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

    #[test]
    fn the_example_of_the_standard_holds_for_its_request_alone() {
        let right = Shown { method: "POST", path: "/token", token: None };
        let ProofClaim::Sound { key, jti, iat_ms, .. } = verify_proof(EXAMPLE, right) else {
            panic!("the example must hold");
        };
        assert_eq!((iat_ms, jti), (1_562_262_616_000, Digest::of(b"-BwC3ESc6acc2lTc")));
        // Section 6.1 prints the thumbprint of this key.
        assert_eq!(key, Digest::of(b"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"));
        for wrong in [
            Shown { method: "GET", ..right },
            Shown { path: "/tokens", ..right },
            Shown { token: Some("s-1"), ..right },
        ] {
            assert_eq!(verify_proof(EXAMPLE, wrong), ProofClaim::Unsound);
        }
        let flipped = EXAMPLE.replace("2-GxA6", "2-GxA7");
        assert_eq!(verify_proof(&flipped, right), ProofClaim::Unsound);
    }
}
