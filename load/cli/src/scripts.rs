//! A curl script for every finding: `out/1.sh` and so on in the folder of the reports.
//!
//! Invariant: a script names the secrets of the target, never holds them; what fake people typed is derived from the
//! seed of the population and stands as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use songsinh_contract::{CellFacts, CitizenNumber, DeviceId, Digest, Prior, Secret, Standing};
use songsinh_journey::Secrets;
use songsinh_phone::{KeyKind, Keys};
use songsinh_reports::{Evidence, FindingView, Lang, Report, evidence};
use songsinh_scenario::Profile;
use songsinh_target::{Repeat, curl_script};

use crate::failure::Failure;

/// The folder of the scripts beside the reports.
const FOLDER: &str = "out";
/// How often a fake person may have changed a password, and installed the app anew.
const CHANGES: usize = 8;
/// Numbers of security questions that are looked at.
const QUESTIONS: u16 = 64;

/// Where the script of a finding stands.
pub fn path(folder: &Path, number: usize) -> PathBuf {
    folder.join(FOLDER).join(format!("{number}.sh"))
}

/// Writes a script for each finding whose story the record has; scripts of an earlier report are taken away.
pub fn write(record: &Path, report: &Report, folder: &Path) -> Result<(), Failure> {
    for number in 1.. {
        if std::fs::remove_file(path(folder, number)).is_err() {
            break;
        }
    }
    if report.findings.is_empty() {
        return Ok(());
    }
    // A record of a profile that is read no more still has its pages.
    let Ok(profile) = Profile::parse(&report.header.profile.path, report.header.profile.text.as_bytes()) else {
        return Ok(());
    };
    let evidence = evidence(record, report).map_err(Failure::record(record))?;
    for (at, (view, found)) in report.findings.iter().zip(&evidence).enumerate() {
        let Some(found) = found else { continue };
        let text = script(report, &profile, view, found);
        // What the profile cannot say as curl (an operation that is gone) leaves the finding without a script.
        let Ok(text) = text else { continue };
        let path = path(folder, at + 1);
        std::fs::create_dir_all(folder.join(FOLDER)).map_err(Failure::io(folder))?;
        std::fs::write(&path, text).map_err(Failure::io(&path))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).map_err(Failure::io(&path))?;
    }
    Ok(())
}

fn script(
    report: &Report,
    profile: &Profile,
    view: &FindingView,
    found: &Evidence,
) -> Result<String, songsinh_target::TargetError> {
    let header = &report.header;
    let mut urls = BTreeMap::new();
    if header.target.built_in && header.target.address.starts_with("http") {
        urls.insert("app".to_owned(), header.target.address.clone());
    }
    let mut about = vec![
        format!("{}: {}", view.rule.slug(), view.wrong.say(Lang::En)),
        format!("{} ({})", view.rule.text(), view.rule.source()),
        format!("journey {}, arrival {}; again: {}", found.facts.journey, found.facts.arrival.0, header.again),
    ];
    about.extend(prepared(&found.facts));
    let typed = typed(&found.facts, header.world_seed);
    let codes = found.messages.iter().filter_map(|message| Some((message.code?, (message.accepted, message.to))));
    let profile_folder = Path::new(&header.profile.path).parent().map(|folder| folder.display().to_string());
    curl_script(&Repeat {
        profile,
        profile_folder: profile_folder.as_deref().filter(|folder| !folder.is_empty()).unwrap_or("."),
        urls: &urls,
        about: &about,
        wrong: &format!("{} ({})", view.wrong.say(Lang::En), view.rule.slug()),
        population_seed: header.world_seed,
        calls: &found.calls,
        story: &found.story,
        codes: &codes.collect(),
        keys: &keys(found, header.world_seed),
        typed: &|secret| typed.get(&secret.digest()).cloned().unwrap_or_else(|| shaped(secret)),
    })
}

/// What must be there before: the accounts that earlier stories left people with.
fn prepared(facts: &CellFacts) -> Vec<String> {
    let standing = facts.members.iter().filter_map(|member| match &member.prior {
        Prior::Standing(standing) => Some((member.person.number, standing.as_ref())),
        Prior::None | Prior::Unknown => None,
    });
    let line = |(number, standing): (CitizenNumber, &Standing)| {
        let active =
            standing.bound.as_ref().map_or("not active".to_owned(), |bound| format!("active on {}", bound.device));
        format!("before it: {number} has an account, level {:?}, {active}, from an earlier story", standing.level)
    };
    standing.map(line).collect()
}

/// Everything that the people of a cell may have typed, by digest.
fn typed(facts: &CellFacts, seed: u64) -> BTreeMap<Digest, String> {
    let mut all = Vec::new();
    for member in &facts.members {
        let first = Secrets::of(seed, member.person.index);
        let passwords = std::iter::successors(Some(first), |one| Some(one.with_next_password())).take(CHANGES);
        let passcodes = std::iter::successors(Some(first), |one| Some(one.with_next_passcode())).take(CHANGES);
        all.extend(passwords.map(Secrets::password));
        all.extend(passcodes.map(Secrets::passcode));
        all.extend((0..QUESTIONS).map(|question| first.answer(question)));
    }
    all.iter().filter_map(|secret| Some((secret.digest(), secret.text()?.to_owned()))).collect()
}

/// Another text of the same shape, in the place of one that is nobody's: a wrong password, a weak one.
fn shaped(secret: &Secret) -> String {
    let shape = secret.shape();
    let kinds = [(shape.upper, 'Z'), (shape.lower, 'z'), (shape.special, '#'), (shape.other, ' '), (shape.digit, '7')];
    let kinds: Vec<char> = kinds.into_iter().filter_map(|(has, letter)| has.then_some(letter)).collect();
    (0..usize::from(shape.length)).filter_map(|at| kinds.get(at % kinds.len().max(1)).copied()).collect()
}

/// The devices and installations whose keys signed in the cell.
fn keys(found: &Evidence, seed: u64) -> BTreeMap<Digest, (DeviceId, u32)> {
    let own = found.calls.iter().map(|seen| seen.call.caller.device);
    let devices: BTreeSet<DeviceId> =
        own.chain(found.facts.members.iter().flat_map(|member| member.devices.iter().copied())).collect();
    let wanted: BTreeSet<Digest> = found.calls.iter().map(|seen| seen.call.caller.key).collect();
    let mut keys = BTreeMap::new();
    for kind in [KeyKind::Ecdsa, KeyKind::Mac] {
        for &device in &devices {
            for installation in 0..3 {
                let signer = Keys { seed, kind }.signer(device, installation);
                let digest = Digest::of(signer.thumbprint().as_bytes());
                if wanted.contains(&digest) {
                    keys.entry(digest).or_insert((device, installation));
                }
            }
        }
    }
    keys
}
