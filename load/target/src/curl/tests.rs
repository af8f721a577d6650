//! Scripts of small stories, looked at as texts. That such a script runs is tested with the real program.

use std::collections::{BTreeMap, BTreeSet};

use songsinh_contract::{
    ArrivalId, CellId, CitizenIndex, Code, DeviceId, Digest, Moment, Observation, Operation, Outcome, ProofShown,
    Secret, Token, TraceId, Values,
};
use songsinh_scenario::Profile;

use super::{Repeat, curl_script};
use crate::http::fixture::{call, number, register};

const STAND_IN: &str = include_str!("../../../../scenarios/targets/stand-in.yaml");
const BUILT_IN: &str = include_str!("../../../../scenarios/targets/built-in.yaml");

fn seen(seq: u32, operation: Operation, session: Option<&str>, values: Values) -> Observation {
    let mut call = call(operation);
    call.caller.device = DeviceId(0xab);
    call.caller.session = session.map(Token::new);
    call.caller.proof = ProofShown::Own;
    let at = Moment(u64::from(seq) * 2_000_000_000);
    Observation {
        cell: CellId(1),
        arrival: ArrivalId(1),
        seq,
        member: CitizenIndex(1),
        call,
        intended: at,
        sent: at,
        first_byte: None,
        done: at,
        outcome: Outcome::Done(Box::new(values)),
        wording: None,
        codes_seen: Vec::new(),
        numbers_seen: Vec::new(),
        trace: TraceId(0x4bf9, 2),
    }
}

fn story() -> Vec<Observation> {
    let (challenge, code) = (Token::new("c-1"), Code(4_711));
    let handle = Values { handle: Some(challenge.clone()), ..Values::default() };
    let session = Values { session: Some(Token::new("s-1")), ..Values::default() };
    let login = Operation::SessionLogin { number: number(), password: Secret::new("Pass$\"`1") };
    vec![
        seen(0, register("Nguyễn \"Ánh\" $HOME"), None, handle),
        seen(1, Operation::AccountConfirm { challenge, code }, None, Values::default()),
        seen(2, login, None, session),
        seen(3, Operation::AccountShow, Some("s-1"), Values::default()),
    ]
}

fn script(profile: &str, calls: &[Observation], story: &[u32]) -> String {
    let profile = Profile::parse("profile.yaml", profile.as_bytes()).unwrap();
    let codes = BTreeMap::from([(Code(4_711), (Moment(1), "0912345678".parse().unwrap()))]);
    curl_script(&Repeat {
        profile: &profile,
        profile_folder: "targets",
        urls: &BTreeMap::new(),
        about: &["about\nthis".to_owned()],
        wrong: "all of it",
        population_seed: 7,
        calls,
        story: &BTreeSet::from_iter(story.iter().copied()),
        codes: &codes,
        keys: &BTreeMap::from([(Digest::of(b"key"), (DeviceId(0xab), 1))]),
        typed: &|secret| secret.text().unwrap_or("?").to_owned(),
    })
    .unwrap()
}

#[test]
fn answers_and_codes_are_taken_again() {
    let text = script(BUILT_IN, &story(), &[1, 3]);
    for part in [
        "TARGET=\"${TARGET:-http://127.0.0.1:9703}\"",
        "HANDLE_1=$(take 1 json '.[\"registration\"]')",
        "read -r CODE_1",
        "URL=\"$TARGET/v1/registrations/$(enc \"$HANDLE_1\")/code\"",
        "--data-binary \"{\\\"code\\\":\\\"${CODE_1}\\\"}\"",
        "SESSION_3=$(take 3 json '.[\"token\"]')",
        "songsinh proof --population-seed 7 --device dev-00000000000000ab --installation 1 --session \"$SESSION_3\" GET",
        "-H \"authorization: DPoP ${SESSION_3}\"",
        "Pass\\$\\\\\\\"\\`1",
        "\\$HOME",
        "pause 2.000",
        "# about\n# this\n",
    ] {
        assert!(text.contains(part), "«{part}» is not in:\n{text}");
    }
}

#[test]
fn a_story_brings_along_what_was_done_before_and_nothing_after() {
    let mut calls = story();
    calls.insert(2, seen(9, Operation::AccountShow, None, Values::default()));
    calls[2].seq = 2;
    for (at, seen) in calls.iter_mut().enumerate() {
        seen.seq = u32::try_from(at).unwrap();
    }
    let text = script(BUILT_IN, &calls, &[3]);
    let order = ["# 1. account.register", "# 2. account.confirm", "# 3. session.login"].map(|part| text.find(part));
    assert!(order.is_sorted() && order.iter().all(Option::is_some) && !text.contains("account.show"), "{text}");
}

#[test]
fn secrets_are_named_and_what_is_computed_from_them_is_asked_for() {
    let profile = STAND_IN
        .replace("headers: {", "headers: {x-key: \"k-${env:APP_KEY}\", x-file: \"${file:key.txt}\", x-ts: \"{{ now.unix_ms }}\", x-sign: \"{{ hmac_sha256(env.APP_KEY, body) | hex }}\", ")
        .replace("/api\"", "/api/${env:TENANT}\"")
        .replace("ma: \"{{ challenge }}\"", "ma: \"{{ challenge }}\", bi: \"${env:FORM_KEY}\"");
    let text = script(&profile, &story(), &[1]);
    for part in [
        ": \"${APP_KEY:?",
        ": \"${TENANT:?",
        "-H \"x-key: k-${APP_KEY}\"",
        "FILE_KEY_TXT=$(cat 'targets/key.txt')",
        "-H \"x-file: ${FILE_KEY_TXT}\"",
        "NOW_MS=$(date -u +%s%3N)",
        "-H \"x-ts: ${NOW_MS}\"",
        ": \"${HEADER_X_SIGN:?",
        "-H \"x-sign: ${HEADER_X_SIGN}\"",
        "$TARGET/api/",
        "bi=$(enc \"$FORM_KEY\")",
        "ma=$(enc \"$HANDLE_1\")",
    ] {
        assert!(text.contains(part), "«{part}» is not in:\n{text}");
    }
    assert!(!text.contains("SsMark"), "{text}");
}
