//! A finding's curl script, run by bash as a developer of the target would.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{PROGRAM, Ran, Service, needs, run, scenario, songsinh, twin_arguments, wait_for};

/// The script of the finding of a rule.
fn script_of(ran: &Ran, rule: &str) -> std::path::PathBuf {
    let summary = ran.summary();
    let findings = summary["findings"].as_array().unwrap();
    let at = findings.iter().position(|one| one["rule"] == rule).unwrap_or_else(|| panic!("{rule}: {findings:?}"));
    ran.folder.join(format!("out/{}.sh", at + 1))
}

/// The newest code that a gateway sent to a number.
fn code_for(gateway: &Service, phone: &str, used: usize) -> Option<String> {
    let page = gateway.json("/v1/ledger?limit=10000");
    let messages = page["messages"].as_array().unwrap();
    let mine = messages.iter().filter(|one| one.to_string().contains(phone));
    let codes = mine.filter_map(|one| {
        let text = one["text"].as_str()?;
        let at = text.find(|c: char| c.is_ascii_digit())?;
        let digits: String = text[at..].chars().take_while(char::is_ascii_digit).collect();
        (digits.len() == 6).then_some(digits)
    });
    codes.collect::<Vec<_>>().get(used..)?.first().cloned()
}

/// Runs a script against a target and types the codes that it asks for. Gives what it printed.
fn repeated(script: &Path, target: &str, gateway: &Service) -> String {
    let path = format!("{}:{}", Path::new(PROGRAM).parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.arg(script).env("TARGET", target).env("PATH", path);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut typed, asked) = (child.stdin.take().unwrap(), BufReader::new(child.stderr.take().unwrap()));
    let (mut complaints, mut used) = (String::new(), 0);
    for line in asked.lines() {
        let line = line.unwrap();
        let Some((_, phone)) = line.split_once("newest message to ") else {
            complaints.push_str(&line);
            continue;
        };
        // A message may be sent a little after the answer.
        let code = wait_for("a code", || code_for(gateway, phone.trim_end_matches(':').trim_start_matches('0'), used));
        used += 1;
        writeln!(typed, "{code}").unwrap();
    }
    let output = child.wait_with_output().unwrap();
    format!("{}{complaints}", String::from_utf8(output.stdout).unwrap())
}

/// The statuses with which the steps were answered: those before the last one, and the last one.
fn statuses(said: &str) -> (Vec<u32>, u32) {
    let steps = said.lines().filter_map(|line| line.split_once(". ")?.1.split(' ').next()?.parse().ok());
    let mut steps: Vec<u32> = steps.collect();
    let last = steps.pop().unwrap_or_else(|| panic!("no step was answered: {said}"));
    (steps, last)
}

#[test]
fn a_story_that_went_wrong_goes_wrong_again_by_hand_and_right_at_an_honest_target() {
    for (command, package) in [("curl", "curl"), ("jq", "jq"), ("bash", "bash")] {
        needs(command, package);
    }
    let place = tempfile::tempdir().unwrap();
    let scenario = scenario("twists.yaml");
    let misbehaviours = ["--virtual", "--misbehave", "proof-unchecked", "--misbehave", "otp-reusable"];
    let ran = run(place.path(), "run", &scenario, &misbehaviours);
    ran.ended(10);
    for (rule, misbehaviour) in [("device-key-proof", "proof-unchecked"), ("otp-single-use", "otp-reusable")] {
        let script = script_of(&ran, rule);
        let answered = |misbehaviour: Option<&str>| {
            let (population, gateway) = (Service::population(), Service::gateway());
            // The clerk decides at once: the pauses of the script are those of another run.
            let arguments = twin_arguments(&scenario, &population.url, &gateway.url);
            let at_once = arguments.iter().map(|one| if one == "300..1200" { "0..10" } else { one });
            let mut command = songsinh(at_once);
            command.args(["--listen", "127.0.0.1:0"]);
            command.args(misbehaviour.into_iter().flat_map(|name| ["--misbehave", name]));
            let twin = Service::start(&mut command);
            repeated(&script, &twin.url, &gateway)
        };
        let wrong = answered(Some(misbehaviour));
        let (before, last) = statuses(&wrong);
        assert!(!before.is_empty() && (200..300).contains(&last), "{rule}: {wrong}");
        assert!(wrong.contains(&format!("({rule})")), "{wrong}");
        let right = answered(None);
        let (before, last) = statuses(&right);
        assert!(before.iter().all(|status| (200..300).contains(status)), "{rule}: {right}");
        assert!((400..500).contains(&last), "{rule}: {right}");
    }
}

#[test]
fn scripts_are_sound_bash() {
    needs("shellcheck", "shellcheck");
    let place = tempfile::tempdir().unwrap();
    let misbehaviours = ["otp-reusable", "lockout-missing", "population-unchecked", "device-shared", "proof-unchecked"];
    let arguments: Vec<&str> =
        ["--virtual"].into_iter().chain(misbehaviours.iter().flat_map(|one| ["--misbehave", *one])).collect();
    let ran = run(place.path(), "run", &scenario("twists.yaml"), &arguments);
    ran.ended(10);
    let findings = ran.summary()["findings"].as_array().unwrap().len();
    assert!(findings >= misbehaviours.len(), "{}", ran.said());
    for number in 1..=findings {
        let script = ran.folder.join(format!("out/{number}.sh"));
        for checker in [["bash", "-n"], ["shellcheck", "--shell=bash"]] {
            let output = Command::new(checker[0]).arg(checker[1]).arg(&script).output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            assert!(output.status.success(), "{number}: {}", String::from_utf8_lossy(&said));
        }
        let text = std::fs::read_to_string(&script).unwrap();
        assert!(!text.contains("SsMark") && !text.contains("TOKEN_"), "{text}");
    }
}

#[test]
fn a_phone_shows_proofs_and_qr_codes_of_its_own() {
    let told = |arguments: &[&str]| {
        let output = songsinh(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let phone =
        |command: &'static str, device: &'static str| vec![command, "--population-seed", "7", "--device", device];
    let (one, other) = ("dev-00000000000000ab", "dev-00000000000000cd");
    let qr = |device| told(&[phone("qr", device), vec!["ticket-1", "1661000000000", "1661000060000"]].concat());
    assert!(qr(one).starts_with("VNQ1:") && qr(other).starts_with("VNQ1:") && qr(one) != qr(other));
    let proof = |device, more: &[&'static str]| {
        told(&[phone("proof", device), more.to_vec(), vec!["POST", "http://127.0.0.1/x"]].concat())
    };
    let key = |proof: &str| proof.split('.').next().unwrap().to_owned();
    let (mine, stale) = (proof(one, &[]), proof(one, &["--stale", "--session", "s"]));
    assert_eq!((mine.trim().split('.').count(), key(&mine)), (3, key(&stale)));
    assert_ne!(key(&mine), key(&proof(other, &[])));
    assert_ne!(key(&mine), key(&proof(one, &["--installation", "1"])));
    assert_eq!(
        songsinh(["proof", "--device", "ab", "GET", "http://127.0.0.1/"]).output().unwrap().status.code(),
        Some(2)
    );
}
