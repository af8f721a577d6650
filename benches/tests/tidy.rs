//! Keeps house: what no compiler and no lint sees. It reads the files that git tracks.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files stay readable at one sitting.
const MOST_LINES: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn tracked(endings: &[&str]) -> Vec<(String, String)> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().unwrap();
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).unwrap();
    let files: Vec<_> = names
        .split('\0')
        .filter(|name| endings.iter().any(|ending| name.ends_with(ending)))
        .filter_map(|name| Some((name.to_owned(), std::fs::read_to_string(root().join(name)).ok()?)))
        .collect();
    assert!(!files.is_empty(), "no tracked file ends with {endings:?}");
    files
}

/// The part of a Rust file in front of its test module.
fn outside_of_tests<'a>(name: &str, text: &'a str) -> &'a str {
    if name.contains("/tests/")
        || name.contains("_tests.rs")
        || name.contains("/benches/")
        || name.starts_with("benches/")
    {
        return "";
    }
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(text)
}

#[test]
fn files_are_short_enough_to_read() {
    let long: Vec<String> = tracked(&[".rs"])
        .into_iter()
        .filter(|(_, text)| text.lines().count() > MOST_LINES)
        .map(|(name, text)| format!("{name}: {} lines", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "which noun is hiding in each?\n{}", long.join("\n"));
}

#[test]
fn nothing_is_left_undone_or_switched_off() {
    let banned = ["todo!(", "unimplemented!(", "#[ignore", "#[allow(", "#![allow("];
    let mut found = Vec::new();
    for (name, text) in tracked(&[".rs"]) {
        if name == "benches/tests/tidy.rs" {
            continue;
        }
        for (at, line) in text.lines().enumerate() {
            if banned.iter().any(|word| line.contains(word)) {
                found.push(format!("{name}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn only_the_real_clock_reads_the_hosts_clock() {
    let readers: BTreeSet<String> = tracked(&[".rs"])
        .into_iter()
        .filter(|(name, text)| outside_of_tests(name, text).contains("clock_gettime"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(readers, BTreeSet::from(["sim/kernel/src/real_clock.rs".to_owned()]));
}

#[test]
fn imports_point_one_way() {
    let forbidden: [(&str, &[&str]); 6] = [
        (
            "sim/",
            &[
                "songsinh-wire",
                "songsinh-scenario",
                "songsinh-target",
                "songsinh-journey",
                "songsinh-oracle",
                "songsinh-record",
                "songsinh-engine",
                "songsinh-reports",
                "songsinh-cli",
            ],
        ),
        ("sim/contract", &["songsinh-"]),
        (
            "load/oracle",
            &[
                "songsinh-kernel",
                "songsinh-population",
                "songsinh-national",
                "songsinh-target",
                "songsinh-journey",
                "songsinh-engine",
                "songsinh-record",
                "songsinh-scenario",
            ],
        ),
        ("load/record", &["songsinh-oracle", "songsinh-engine", "songsinh-national", "songsinh-target"]),
        ("load/journey", &["songsinh-oracle", "songsinh-engine", "songsinh-national", "songsinh-target"]),
        ("reports", &["songsinh-engine", "songsinh-national", "songsinh-target", "songsinh-journey"]),
    ];
    let mut wrong = Vec::new();
    for (name, text) in tracked(&["Cargo.toml"]) {
        let dependencies = text.split("[dependencies]").nth(1).unwrap_or("").split("\n[").next().unwrap_or("");
        for (folder, crates) in &forbidden {
            if name.starts_with(folder) {
                let hits = dependencies.lines().filter(|line| crates.iter().any(|one| line.starts_with(one)));
                wrong.extend(hits.map(|line| format!("{name}: {line}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_scenario_is_run_by_something() {
    let runners: String = tracked(&[".rs", ".ci/run", ".ci/test"]).into_iter().map(|(_, text)| text).collect();
    let unused: Vec<String> = tracked(&[".yaml"])
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("scenarios/") && name.matches('/').count() == 1)
        .filter(|name| !runners.contains(name.trim_start_matches("scenarios/")))
        .collect();
    assert!(unused.is_empty(), "no test and no step of the gate runs {unused:?}");
}

#[test]
fn the_readme_names_what_is_there() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let words: BTreeSet<&str> = readme
        .split(|c: char| c.is_whitespace() || "`()|,;".contains(c))
        .filter(|word| {
            ["scenarios/", "reports/", "benches/", "sim/", "load/", ".ci/"].iter().any(|top| word.starts_with(top))
        })
        .map(|word| word.trim_end_matches(['.', ':']))
        .collect();
    assert!(words.len() > 5, "{words:?}");
    let missing: Vec<_> = words.into_iter().filter(|word| !root().join(word).exists()).collect();
    assert!(missing.is_empty(), "the README names what is not there: {missing:?}");
}

#[test]
fn the_code_map_has_every_crate() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = manifest.split("members = [").nth(1).unwrap().split(']').next().unwrap();
    for member in members.split('"').filter(|part| part.contains(|c: char| c.is_ascii_lowercase())) {
        assert!(map.contains(&format!("`{member}`")), "ARCHITECTURE.md does not list {member}");
    }
}
